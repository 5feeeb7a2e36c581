// What the store promises when the PostgreSQL server, or the network to it, fails. Everything else
// is promised of both databases: store_test.cpp, run on either.
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/postgres/test_proxy.h"
#include "store/test_store.h"

namespace homeroom::store {
namespace {

using postgres::Proxy;
using testing::ElementsAre;
using testing::HasSubstr;

// The value of a keyword in the test server's connection string.
std::string server_folder() {
    const std::string text = test_server();
    const auto at = text.find("host=") + 5;
    return text.substr(at, text.find(' ', at) - at);
}

class PostgresStore : public testing::Test {
protected:
    void SetUp() override {
        ONLY_ON_POSTGRES();
        schema = test_postgres(directory.path());
        proxy = std::make_unique<Proxy>(server_folder(), proxied.path());
        open();
    }
    std::string by_proxy() const {
        std::string text = schema;
        return text.replace(text.find(server_folder()), server_folder().size(),
                            proxied.path().string());
    }
    void open(std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
        store.reset();
        auto opened = Store::open(
            {.directory = directory.path(), .postgres = by_proxy(), .statement_timeout = timeout},
            notes_migrations);
        ASSERT_TRUE(opened.ok()) << opened.error().message;
        store = std::move(opened).value();
        store->start(record);
    }
    Status result_of(Work work) {
        std::promise<Status> result;
        EXPECT_TRUE(store->submit(
            {std::move(work), [&](const Status& status) { result.set_value(status); }}));
        return result.get_future().get();
    }
    // Until it is done: for what follows a failure.
    void insist(const std::string& text) {
        for (int attempt = 0; !result_of(note(text)).ok(); ++attempt) {
            ASSERT_LT(attempt, 200) << text;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
    std::vector<std::string> notes() {
        std::vector<std::string> texts;
        Database db = Database::open({.access = Access::read_only, .postgres = schema}).value();
        auto select = db.statement("SELECT text FROM notes ORDER BY text");
        while (select.step().value()) texts.emplace_back(select.text(0));
        return texts;
    }

    TemporaryDirectory directory;
    TemporaryDirectory proxied;
    std::string schema;
    std::unique_ptr<Proxy> proxy;
    Record record;
    std::unique_ptr<Store> store;
};

TEST_F(PostgresStore, ACommitWhoseAnswerIsLostIsAnsweredAsWhatItWas) {
    ASSERT_TRUE(result_of(note("a")).ok());
    proxy->set(Proxy::Mode::lose_commits_answer);
    EXPECT_TRUE(result_of(note("b")).ok()) << "it took place";
    ASSERT_TRUE(result_of(note("c")).ok());
    proxy->set(Proxy::Mode::lose_commit);
    EXPECT_EQ(result_of(note("d")).error().code, Code::unavailable) << "it did not";
    insist("e");
    store->stop();
    EXPECT_THAT(record.seqs(), ElementsAre(1, 2, 3, 4)) << "no seq is left out or given twice";
    EXPECT_THAT(notes(), ElementsAre("a", "b", "c", "e"));
}

TEST_F(PostgresStore, WhoComesWhileACommitIsUnknownIsRefusedAtOnce) {
    ASSERT_TRUE(result_of(note("a")).ok());
    proxy->let_in(false);
    proxy->set(Proxy::Mode::lose_commits_answer);
    std::promise<Status> first;
    ASSERT_TRUE(store->submit({note("b"), [&](const Status& status) { first.set_value(status); }}));
    auto answered = first.get_future();
    while (store->healthy()) std::this_thread::yield();
    const Status second = result_of(note("refused"));
    EXPECT_EQ(second.error().code, Code::unavailable);
    EXPECT_TRUE(second.error().retry_after.has_value());
    EXPECT_FALSE(store->healthy());
    EXPECT_EQ(answered.wait_for(std::chrono::seconds(0)), std::future_status::timeout)
        << "nobody knows yet";
    proxy->let_in(true);
    EXPECT_TRUE(answered.get().ok());
    insist("c");
    EXPECT_TRUE(store->healthy());
    EXPECT_THAT(notes(), ElementsAre("a", "b", "c"));
}

TEST_F(PostgresStore, StopsWhileACommitIsUnknownAndSaysSo) {
    ASSERT_TRUE(result_of(note("a")).ok());
    proxy->let_in(false);
    proxy->set(Proxy::Mode::lose_commits_answer);
    std::promise<Status> answer;
    ASSERT_TRUE(
        store->submit({note("b"), [&](const Status& status) { answer.set_value(status); }}));
    while (store->healthy()) std::this_thread::yield();
    store->stop();
    const Status status = answer.get_future().get();
    EXPECT_EQ(status.error().code, Code::unavailable);
    EXPECT_THAT(status.error().message, HasSubstr("not known"));
}

TEST_F(PostgresStore, ALostConnectionFailsItsBatchAndComesBackByItself) {
    ASSERT_TRUE(result_of(note("a")).ok());
    // Within a command.
    const Status lost = result_of([this](Transaction& transaction) -> Status {
        TRY_OK(note("b")(transaction));
        proxy->cut();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return Ok{};
    });
    EXPECT_EQ(lost.error().code, Code::unavailable) << lost.error().message;
    insist("c");
    // Between two of them.
    proxy->cut();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_TRUE(result_of(note("d")).ok()) << "nobody notices";
    std::promise<bool> read;
    ASSERT_TRUE(store->submit_read(
        [&](Result<Database*> db) { read.set_value(db.ok() && count_notes(*db.value()) == 3); }));
    EXPECT_TRUE(read.get_future().get()) << "readers neither";
    store->stop();
    EXPECT_THAT(record.seqs(), ElementsAre(1, 2, 3));
    EXPECT_THAT(notes(), ElementsAre("a", "c", "d"));
}

TEST_F(PostgresStore, ASlowStatementEndsAndHarmsNobodyElse) {
    open(std::chrono::milliseconds(200));
    const Status slow = result_of([](Transaction& transaction) -> Status {
        auto sleep = transaction.db().statement("SELECT pg_sleep(20)");
        TRY([[maybe_unused]] const bool row, sleep.step());
        return Ok{};
    });
    EXPECT_EQ(slow.error().code, Code::unavailable);
    EXPECT_THAT(slow.error().message, HasSubstr("57014"));
    EXPECT_TRUE(result_of(note("a")).ok());
}

TEST_F(PostgresStore, AServerThatSaysNothingIsGivenUp) {
    open(std::chrono::milliseconds(200));
    ASSERT_TRUE(result_of(note("a")).ok());
    proxy->freeze(true);
    EXPECT_EQ(result_of(note("b")).error().code, Code::unavailable);
    proxy->freeze(false);
    insist("c");
    EXPECT_THAT(notes(), ElementsAre("a", "c"));
}

TEST_F(PostgresStore, ASecondProcessIsRefused) {
    const auto second =
        Store::open({.directory = directory.path(), .postgres = schema}, notes_migrations);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, Code::conflict);
    EXPECT_THAT(second.error().message, HasSubstr("another Homeroom"));
}

// One that was away for so long that another has taken its place.
TEST_F(PostgresStore, WhoWasDeposedNeverWritesAgain) {
    ASSERT_TRUE(result_of(note("a")).ok());
    proxy->let_in(false);
    proxy->cut();
    {
        auto second =
            Store::open({.directory = directory.path(), .postgres = schema}, notes_migrations);
        ASSERT_TRUE(second.ok()) << second.error().message;
        ASSERT_TRUE(second.value()->run_now(note("theirs")).ok());
    }
    proxy->let_in(true);
    Status status = Ok{};
    for (int attempt = 0; attempt < 100; ++attempt) {
        status = result_of(note("mine"));
        ASSERT_FALSE(status.ok());
        if (status.error().message.find("another process") != std::string::npos) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_THAT(status.error().message, HasSubstr("another process"));
    EXPECT_THAT(notes(), ElementsAre("a", "theirs"));
}

TEST_F(PostgresStore, WordsThatCannotBeReachedSayNothingOfThePassword) {
    const auto opened = Store::open(
        {.directory = directory.path(), .postgres = "host=/nowhere user=x password=secret"}, {});
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, Code::unavailable);
    EXPECT_EQ(opened.error().message.find("secret"), std::string::npos);
}

TEST_F(PostgresStore, KeepsNoTextThatIsNone) {
    const Status status = result_of(note(std::string("a\0b", 3)));
    EXPECT_EQ(status.error().code, Code::invalid);
    EXPECT_EQ(result_of(note("\xff")).error().code, Code::invalid);
    EXPECT_TRUE(result_of(note("a")).ok());
}

}  // namespace
}  // namespace homeroom::store
