#include "campus/surface.h"

#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

#include "base/limits.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::campus {
namespace {

using testing::HasSubstr;

// --- The acks ------------------------------------------------------------------------------------

TEST(Ack, IsTheAnswerBesideOk) {
    EXPECT_EQ(to_ack(Json::object()), R"({"ok":true})");
    EXPECT_EQ(to_ack(Json{{"post", {{"id", "1"}}}, {"n", nullptr}}),
              R"({"ok":true,"post":{"id":"1"},"n":null})");
}

TEST(Ack, IsAnErrorWithWhatIsKnownOfIt) {
    EXPECT_EQ(to_ack(Error{Code::not_found, "no such post"}),
              R"({"ok":false,"error":{"code":"not_found","message":"no such post"}})");
    EXPECT_EQ(to_ack(Error{Code::invalid, "bad", "text"}),
              R"({"ok":false,"error":{"code":"invalid","message":"bad","field":"text"}})");
    const auto ack =
        Json::parse(to_ack(Error{Code::rate_limited, "slow", "", std::chrono::milliseconds{1500}}));
    EXPECT_EQ(ack.at("error").at("retryAfter"), 1.5);
}

TEST(Ack, IsJsonWhateverBytesAreInIt) {
    EXPECT_TRUE(Json::accept(to_ack(Error{Code::invalid, "\xFF\xC0 \"quoted\" \n"})));
    EXPECT_TRUE(Json::accept(to_ack(Json{{"text", "\xED\xA0\x80"}})));
}

// --- Fields --------------------------------------------------------------------------------------

TEST(Fields, AreTextsOrAnErrorThatNamesThem) {
    const Json object{{"text", "12345"},
                      {"empty", ""},
                      {"null", nullptr},
                      {"number", 5},
                      {"nul", std::string("a\0b", 3)}};
    EXPECT_EQ(required_text(object, "text", 5).value(), "12345");
    EXPECT_EQ(required_text(object, "empty", 5).value(), "");
    EXPECT_EQ(optional_text(object, "null", 5).value(), std::nullopt);
    EXPECT_EQ(optional_text(object, "absent", 5).value(), std::nullopt);
    const auto must_fail = [&](const char* field, Code code, std::size_t bytes_max = 5) {
        const auto read = required_text(object, field, bytes_max);
        ASSERT_FALSE(read.ok()) << field;
        EXPECT_EQ(read.error().code, code) << field;
        EXPECT_EQ(read.error().field, field);
        EXPECT_THAT(read.error().message, HasSubstr(field));
    };
    must_fail("text", Code::too_large, 4);
    must_fail("null", Code::invalid);
    must_fail("absent", Code::invalid);
    must_fail("number", Code::invalid);
    must_fail("nul", Code::invalid);
}

TEST(Fields, AreWordsOrFlags) {
    const Json object{{"words", " a "}, {"blank", " \n"}, {"yes", true}, {"null", nullptr}};
    EXPECT_EQ(required_words(object, "words", 3).value(), " a ") << "as they were written";
    EXPECT_EQ(required_words(object, "blank", 3).error().field, "blank");
    EXPECT_EQ(required_words(object, "words", 2).error().code, Code::too_large);
    EXPECT_EQ(optional_bool(object, "yes").value(), true);
    EXPECT_EQ(optional_bool(object, "null").value(), std::nullopt);
    EXPECT_EQ(optional_bool(object, "absent").value(), std::nullopt);
    EXPECT_EQ(optional_bool(object, "words").error().field, "words");
}

TEST(Fields, AreWholeNumbersWithinBounds) {
    const auto read = [](Json value) {
        return optional_number(Json{{"n", std::move(value)}}, "n", -2, 7);
    };
    EXPECT_EQ(read(7).value(), 7);
    EXPECT_EQ(read(-2).value(), -2);
    EXPECT_EQ(read(nullptr).value(), std::nullopt);
    EXPECT_EQ(optional_number(Json::object(), "n", -2, 7).value(), std::nullopt);
    for (const Json& wrong :
         {Json(8), Json(-3), Json(1.0), Json(1.5), Json("1"), Json(true), Json::array(),
          Json::object(), Json(UINT64_MAX), Json(INT64_MIN), Json(1e300)}) {
        const auto number = read(wrong);
        ASSERT_FALSE(number.ok()) << wrong.dump();
        EXPECT_EQ(number.error().code, Code::invalid);
        EXPECT_EQ(number.error().field, "n");
    }
}

// --- Requests ------------------------------------------------------------------------------------

class Silent final : public store::CommitListener {
public:
    void on_event(const store::JournalEvent&) override {}
    void on_batch_end(store::Seq) override {}
};

Result<Json> add_one(WriteCall& call, const Json& request) {
    TRY_OK(call.transaction.db().statement("INSERT INTO counted VALUES (1)").run());
    if (request.contains("fail")) return Error{Code::conflict, "as asked"};
    if (request.contains("throw")) throw std::runtime_error("as asked");
    auto select = call.transaction.db().statement("SELECT count(*) FROM counted");
    TRY([[maybe_unused]] const bool found, select.step());
    return Json{{"count", select.number(0)}, {"who", call.who.user}};
}

Result<Json> count_all(ReadCall& call, const Json& request) {
    if (request.contains("throw")) throw std::runtime_error("as asked");
    auto select = call.db.statement("SELECT count(*) FROM counted");
    TRY([[maybe_unused]] const bool found, select.step());
    return Json{{"count", select.number(0)}};
}

class SurfaceTest : public testing::Test {
protected:
    SurfaceTest() {
        std::vector<store::Migration> migrations(surface_migrations().begin(),
                                                 surface_migrations().end());
        migrations.push_back({"test/1", "CREATE TABLE counted (one INTEGER)"});
        store = store::Store::open({.directory = files.path(),
                                    .durability = store::Durability::normal,
                                    .postgres = store::test_postgres(files.path())},
                                   migrations)
                    .value();
        surface = std::make_unique<Surface>(*store, directory);
        surface->write("add", add_one);
        surface->write("again", add_one);
        surface->read("count", count_all);
        surface->quick("who", [](const std::string& user, const Json& request) -> Result<Json> {
            return Json{{"user", user}, {"given", request.at("given")}};
        });
        store->start(listener);
    }
    ~SurfaceTest() override { store->stop(); }

    Result<Json> call(const std::string& name, Json body, const std::string& user = "sam") {
        auto answered = std::make_shared<std::promise<Result<Json>>>();
        surface->request(user, name, std::move(body), [answered](Result<Json> result) {
            answered->set_value(std::move(result));
        });
        return answered->get_future().get();
    }
    std::int64_t count() { return call("count", Json::object()).value().at("count"); }
    Code code_of(const std::string& name, Json body) {
        const auto result = call(name, std::move(body));
        EXPECT_FALSE(result.ok());
        return result.ok() ? Code::internal : result.error().code;
    }

    store::TemporaryDirectory files;
    Directory directory;
    Silent listener;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Surface> surface;
};

TEST_F(SurfaceTest, KnowsWhatIsOnIt) {
    EXPECT_TRUE(call("add", Json::object()).ok());
    for (const char* name : {"nothing", "Add", ""})
        EXPECT_EQ(code_of(name, Json::object()), Code::invalid);
    const auto long_name = call(std::string(100'000, 'x'), Json::object());
    EXPECT_LE(long_name.error().message.size(), limits::event_name_bytes_max + 100);
}

// Leak class 18: what the back end may ask is no user's to ask, whatever he calls himself.
TEST_F(SurfaceTest, KeepsTheBackEndsRequestsFromUsers) {
    surface->service_write("for the platform", add_one);
    const auto ask = [&](const char* name) {
        auto answered = std::make_shared<std::promise<Result<Json>>>();
        surface->service_request(
            "platform", name, Json{{"key", "k"}},
            [answered](Result<Json> result) { answered->set_value(std::move(result)); });
        return answered->get_future().get();
    };
    const auto answer = ask("for the platform");
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->at("who"), "service:platform");
    EXPECT_EQ(*ask("for the platform"), *answer) << "its keys are remembered, too";
    EXPECT_EQ(ask("add").error().code, Code::invalid) << "nor does it ask what users do";
    EXPECT_EQ(code_of("for the platform", Json::object()), Code::invalid);
    EXPECT_FALSE(call("for the platform", Json::object(), "service:platform").ok());
    EXPECT_EQ(count(), 1);
}

TEST_F(SurfaceTest, TakesOneObject) {
    for (const Json& body : {Json(nullptr), Json::array(), Json("x"), Json(5)}) {
        EXPECT_EQ(code_of("add", body), Code::invalid);
        EXPECT_EQ(code_of("count", body), Code::invalid);
    }
}

TEST_F(SurfaceTest, AnswersAQuickRequestOnTheSpot) {
    std::optional<Result<Json>> answer;
    surface->request("sam", "who", {{"given", 7}},
                     [&](const Result<Json>& result) { answer = result; });
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->value(), (Json{{"user", "sam"}, {"given", 7}}));
    EXPECT_EQ(code_of("who", Json::object()), Code::internal);
    EXPECT_EQ(code_of("who", Json::array()), Code::invalid);
}

// What a turn of a loop brings goes to the writer as one.
TEST_F(SurfaceTest, GathersWritesUntilTheyAreSubmitted) {
    Surface::Writes gathered;
    std::vector<std::future<Result<Json>>> answers;
    const auto ask = [&](const char* name, Json body) {
        auto answered = std::make_shared<std::promise<Result<Json>>>();
        answers.push_back(answered->get_future());
        surface->request(
            "sam", name, std::move(body),
            [answered](Result<Json> result) { answered->set_value(std::move(result)); }, &gathered);
    };
    ask("add", Json::object());
    ask("add", {{"fail", true}});
    ask("add", Json::object());
    ask("count", Json::object());  // a read does not wait for them
    EXPECT_EQ(answers[3].get()->at("count"), 0);
    EXPECT_EQ(gathered.size(), 3U);
    surface->submit(gathered);
    EXPECT_TRUE(gathered.empty());
    EXPECT_EQ(answers[0].get()->at("count"), 1);
    EXPECT_EQ(answers[1].get().error().code, Code::conflict);
    EXPECT_EQ(answers[2].get()->at("count"), 2);
}

TEST_F(SurfaceTest, RefusesWhatItGatheredWhenTheStoreTakesNoMore) {
    Surface::Writes gathered;
    std::optional<Result<Json>> answer;
    surface->request(
        "sam", "add", Json::object(), [&](const Result<Json>& result) { answer = result; },
        &gathered);
    store->stop();
    EXPECT_FALSE(answer.has_value());
    surface->submit(gathered);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->error().code, Code::unavailable);
    EXPECT_TRUE(answer->error().retry_after.has_value());
}

TEST_F(SurfaceTest, UndoesWhatFailed) {
    EXPECT_EQ(code_of("add", {{"fail", true}}), Code::conflict);
    EXPECT_EQ(code_of("add", {{"throw", true}}), Code::internal);
    EXPECT_EQ(code_of("count", {{"throw", true}}), Code::internal);
    EXPECT_EQ(count(), 0);
    EXPECT_EQ(call("add", Json::object())->at("count"), 1);
}

TEST_F(SurfaceTest, AnswersAKeyAsItDidTheFirstTime) {
    const auto first = call("add", {{"key", "k"}}).value();
    EXPECT_EQ(call("add", {{"key", "k"}}).value(), first);
    // Refusals are not remembered, and a remembered answer stands even where the same would now
    // fail.
    EXPECT_EQ(call("add", {{"key", "k"}, {"fail", true}}).value(), first);
    EXPECT_EQ(code_of("add", {{"key", "f"}, {"fail", true}}), Code::conflict);
    EXPECT_EQ(count(), 1);
    EXPECT_EQ(call("add", {{"key", "f"}}).value().at("count"), 2);
    EXPECT_EQ(call("again", {{"key", "k"}}).value().at("count"), 3);
    EXPECT_EQ(call("add", {{"key", "k"}}, "sue").value().at("count"), 4);
}

TEST_F(SurfaceTest, CountsTheCharactersOfAKey) {
    const std::string wide = "\xF0\x9F\x8E\x93";
    std::string key;
    for (int i = 0; i < 64; ++i) key += wide;
    EXPECT_TRUE(call("add", {{"key", key}}).ok());
    EXPECT_TRUE(call("add", {{"key", std::string(64, 'k')}}).ok());
    for (const std::string& wrong :
         {key + wide, key + "k", std::string(65, 'k'), std::string{}, std::string("\0", 1)}) {
        const auto result = call("add", {{"key", wrong}});
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().code, Code::invalid);
        EXPECT_EQ(result.error().field, "key");
    }
    EXPECT_EQ(count(), 2);
}

TEST_F(SurfaceTest, ForgetsKeysThatAreOld) {
    call("add", {{"key", "k"}}).value();
    const auto forget = [&](std::string before) {
        std::promise<void> done;
        EXPECT_TRUE(store->submit({.work =
                                       [&](store::Transaction& transaction) {
                                           return forget_answers(transaction.db(), before, 100);
                                       },
                                   .done =
                                       [&](const Status& status) {
                                           EXPECT_TRUE(status.ok());
                                           done.set_value();
                                       }}));
        done.get_future().wait();
    };
    forget("2000-01-01T00:00:00.000Z");
    EXPECT_EQ(call("add", {{"key", "k"}}).value().at("count"), 1);
    forget("9999-01-01T00:00:00.000Z");
    EXPECT_EQ(call("add", {{"key", "k"}}).value().at("count"), 2);
}

TEST_F(SurfaceTest, AnswersOnceEvenWhenTheStoreHasStopped) {
    store->stop();
    EXPECT_EQ(code_of("add", Json::object()), Code::unavailable);
    EXPECT_EQ(code_of("count", Json::object()), Code::unavailable);
    EXPECT_TRUE(call("add", Json::object()).error().retry_after);
}

}  // namespace
}  // namespace homeroom::campus
