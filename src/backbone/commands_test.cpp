#include "backbone/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backbone/cursors.h"
#include "backbone/test_broker.h"
#include "campus/test_surface.h"

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;
using campus::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* dead_letters = "homeroom.commands.dlq";

constexpr store::Migration notes_migrations[] = {
    {"test/1", "CREATE TABLE command_notes (place INTEGER PRIMARY KEY, text TEXT NOT NULL)"}};

// How often what fails "at first" has been tried.
int tries = 0;
// The commit of "lost" fails the first time, as soon as what is behind it is waiting for the next;
// that of "slow" waits for as long.
std::promise<void> behind_is_waiting;

// Writes down what it is told, and fails as it is told.
Result<Json> take_note(campus::WriteCall& call, const Json& request) {
    TRY(const auto text, campus::required_text(request, "text", 100));
    EXPECT_EQ(call.who.user, "service:platform");
    TRY_OK(call.transaction.db()
               .statement("INSERT INTO command_notes (text) VALUES (?)")
               .bind(1, std::string_view{text})
               .run());
    if (text == "forbidden") return Error{Code::forbidden, "you may not", "text"};
    if (text == "broken") return Error{Code::internal, "it is our fault"};
    if (text == "lost" && ++tries == 1) {
        call.transaction.before_commit([](store::Database&) -> Status {
            behind_is_waiting.get_future().wait();
            return Error{Code::unavailable, "the disk"};
        });
    }
    if (text == "slow") {
        call.transaction.before_commit([](store::Database&) -> Status {
            behind_is_waiting.get_future().wait();
            return Ok{};
        });
    }
    if (text == "later" && ++tries < 4) return Error{Code::unavailable, "not now"};
    return Json::object();
}

void register_notes(campus::Surface& surface) {
    surface.service_write("note", take_note);
}

class CommandsTest : public testing::Test {
protected:
    CommandsTest() {
        tries = 0;
        broker_.add_topic(dead_letters, 1);
    }
    ~CommandsTest() override { end(); }

    void start() {
        auto runner = [this](const Errand& errand) {
            const auto done = errand.done;
            auto within = errand.within;
            if (nothing_is_read_) {
                within = [](store::Transaction&, const Errand::Effect&) -> Status {
                    return Error{Code::internal, "the disk can't be read"};
                };
            }
            surface_.surface->service_errand(
                "platform", errand.command.name, errand.command.data, within,
                [done](const Result<Json>& result) {
                    done(result.ok() ? Status{Ok{}} : Status{result.error()});
                });
        };
        commands_ = std::make_unique<Commands>(
            *surface_.store, CommandsOptions{}, runner,
            [this](std::function<void(const std::vector<int>&)> on_revoked) {
                return Result<std::unique_ptr<kafka::Consumer>>{
                    broker_.consumer(std::move(on_revoked))};
            },
            [this] { return Result<std::unique_ptr<kafka::Producer>>{broker_.producer()}; },
            [this] { return may_write_.load(); });
        commands_->start();
    }
    void end() {
        if (commands_) commands_->stop();
        // What was under way has been answered.
        surface_.events();
        commands_.reset();
    }
    static kafka::Record note(const std::string& id, const std::string& text) {
        return {.key = "class-1",
                .value = Json{{"text", text}}.dump(),
                .headers = {{"ce_specversion", "1.0"},
                            {"ce_id", id},
                            {"ce_source", "/test"},
                            {"ce_type", "homeroom.note"}}};
    }
    void send(const std::string& id, const std::string& text, int partition = 0) {
        broker_.send(partition, note(id, text));
    }
    std::vector<std::string> notes() {
        std::promise<std::vector<std::string>> read;
        EXPECT_TRUE(surface_.store->submit_read([&](Result<store::Database*> db) {
            auto select = (*db)->statement("SELECT text FROM command_notes ORDER BY place");
            std::vector<std::string> texts;
            while (select.step().value()) texts.emplace_back(select.text(0));
            read.set_value(std::move(texts));
        }));
        return read.get_future().get();
    }
    void until_stored(std::int64_t offset, int partition = 0) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (broker_.stored(partition) < offset) {
            ASSERT_LT(std::chrono::steady_clock::now(), end)
                << "stored is " << broker_.stored(partition);
            std::this_thread::sleep_for(2ms);
        }
    }
    static void eventually(const char* what, const std::function<bool()>& look) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!look()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << "never: " << what;
            std::this_thread::sleep_for(2ms);
        }
    }
    std::string reason(std::size_t letter, const std::string& name) const {
        const auto letters = broker_.written(dead_letters);
        for (const auto& [header, value] : letters.at(letter).record.headers)
            if (header == name) return value;
        return {};
    }

    TestBroker broker_{};
    campus::SurfaceUnderTest surface_{register_notes, {backbone_migrations(), notes_migrations}};
    std::atomic<bool> may_write_{true};
    std::atomic<bool> nothing_is_read_{false};
    std::unique_ptr<Commands> commands_;
};

TEST_F(CommandsTest, CarriesOutInOrderAndStoresTheOffset) {
    for (int i = 0; i < 20; ++i) send(std::to_string(i), "note " + std::to_string(i));
    start();
    until_stored(20);
    const auto all = notes();
    ASSERT_THAT(all, SizeIs(20));
    for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(all[i], "note " + std::to_string(i));
    EXPECT_EQ(commands_->figures().carried_out, 20u);
}

TEST_F(CommandsTest, WhatComesTwiceIsDoneOnce) {
    send("1", "once");
    send("1", "once");
    start();
    until_stored(2);
    EXPECT_THAT(notes(), ElementsAre("once"));
    end();
    send("1", "once");
    start();
    until_stored(3);
    EXPECT_THAT(notes(), ElementsAre("once"));
}

TEST_F(CommandsTest, TheSameIdOfAnotherSourceIsAnother) {
    send("1", "a");
    auto other = note("1", "b");
    other.headers[2].second = "/other";
    broker_.send(0, other);
    start();
    until_stored(2);
    EXPECT_THAT(notes(), ElementsAre("a", "b"));
}

TEST_F(CommandsTest, WhatIsRefusedGoesToTheDeadLettersWithTheReason) {
    send("1", "forbidden");
    send("2", "fine");
    broker_.send(0, {.value = "no command at all"});
    auto unknown = note("3", "x");
    unknown.headers[3].second = "homeroom.nothing";
    broker_.send(0, unknown);
    start();
    until_stored(4);
    EXPECT_THAT(notes(), ElementsAre("fine"));
    EXPECT_THAT(broker_.written(dead_letters), SizeIs(3));
    std::set<std::string> codes;
    for (std::size_t i = 0; i < 3; ++i)
        codes.insert(reason(i, "homeroom-offset") + " " + reason(i, "homeroom-code"));
    EXPECT_THAT(codes, ElementsAre("0 forbidden", "2 invalid", "3 invalid"));
}

TEST_F(CommandsTest, WhatWasRefusedIsNotDoneWhenItComesAgain) {
    send("1", "forbidden");
    start();
    until_stored(1);
    send("1", "now it would be fine");
    until_stored(2);
    EXPECT_THAT(notes(), IsEmpty());
    EXPECT_THAT(broker_.written(dead_letters), SizeIs(2));
    for (const std::size_t letter : {0U, 1U}) {
        EXPECT_EQ(reason(letter, "homeroom-code"), "forbidden");
        EXPECT_EQ(reason(letter, "homeroom-reason"), "you may not");
        EXPECT_EQ(reason(letter, "homeroom-field"), "text");
    }
}

TEST_F(CommandsTest, WhatCannotBeDoneNowKeepsItsPlace) {
    send("1", "before");
    send("2", "later");
    for (int i = 3; i < 10; ++i) send(std::to_string(i), "behind " + std::to_string(i));
    start();
    until_stored(9);
    const auto all = notes();
    ASSERT_THAT(all, SizeIs(9));
    EXPECT_EQ(all[1], "later");
    EXPECT_EQ(all[2], "behind 3");
    EXPECT_EQ(tries, 4);
    EXPECT_THAT(broker_.written(dead_letters), IsEmpty());
}

TEST_F(CommandsTest, WhatIsBehindACommitThatFailedDoesNotOvertakeIt) {
    behind_is_waiting = {};
    send("1", "lost");
    start();
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (commands_->figures().under_way < 1 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(2ms);
    send("2", "behind");
    while (commands_->figures().under_way < 2 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(2ms);
    behind_is_waiting.set_value();
    until_stored(2);
    EXPECT_THAT(notes(), ElementsAre("lost", "behind"));
    EXPECT_EQ(tries, 2);
}

TEST_F(CommandsTest, OurOwnFaultIsTriedThreeTimesAndThenRefused) {
    send("1", "broken");
    send("2", "behind");
    start();
    until_stored(2);
    EXPECT_THAT(notes(), ElementsAre("behind"));
    ASSERT_THAT(broker_.written(dead_letters), SizeIs(1));
    EXPECT_EQ(reason(0, "homeroom-code"), "internal");
    EXPECT_TRUE(surface_.store->healthy()) << "that one was held back says nothing of the disk";
}

TEST_F(CommandsTest, WhatWasCarriedOutIsNotRefusedWhenItsRepetitionFails) {
    send("1", "once");
    start();
    until_stored(1);
    nothing_is_read_ = true;
    send("1", "once");
    until_stored(2);
    EXPECT_THAT(notes(), ElementsAre("once"));
    EXPECT_THAT(broker_.written(dead_letters), IsEmpty());
    EXPECT_EQ(commands_->figures().repeated, 1U);
}

TEST_F(CommandsTest, OnePartitionThatStandsHoldsNoOther) {
    may_write_ = true;
    send("1", "later", 0);
    send("2", "other", 1);
    start();
    until_stored(1, 1);
    until_stored(1, 0);
    EXPECT_THAT(notes(), ElementsAre("other", "later"));
}

TEST_F(CommandsTest, WhileNothingMayBeWrittenItIsPaused) {
    may_write_ = false;
    for (int i = 0; i < 200; ++i) send(std::to_string(i), "note");
    start();
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (broker_.paused().empty() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(2ms);
    EXPECT_THAT(broker_.paused(), ElementsAre(0));
    EXPECT_THAT(notes(), IsEmpty());
    EXPECT_EQ(broker_.stored(0), 0);
    may_write_ = true;
    until_stored(200);
    EXPECT_THAT(notes(), SizeIs(200));
    EXPECT_THAT(broker_.paused(), IsEmpty());
}

TEST_F(CommandsTest, LargeCommandsPauseItEarlier) {
    may_write_ = false;
    for (int i = 0; i < 30; ++i) {
        auto large = note(std::to_string(i), "note");
        large.value = Json{{"text", "note"}, {"pad", std::string(1'000'000, 'x')}}.dump();
        broker_.send(0, large);
    }
    start();
    eventually("it is paused", [this] { return broker_.paused().contains(0); });
    EXPECT_EQ(broker_.given(0), 9) << "8 MiB";
    may_write_ = true;
    until_stored(30);
    EXPECT_THAT(notes(), SizeIs(30));
}

TEST_F(CommandsTest, WhatIsUnderWayWhenAPartitionGoesIsFinishedAndStoredFirst) {
    behind_is_waiting = {};
    send("1", "slow");
    start();
    eventually("it is under way", [this] { return commands_->figures().under_way == 1; });
    broker_.revoke(0);
    std::this_thread::sleep_for(20ms);
    EXPECT_THAT(broker_.stored_at_revocations(), IsEmpty()) << "it is waited for";
    behind_is_waiting.set_value();
    eventually("it has gone", [this] { return !broker_.stored_at_revocations().empty(); });
    EXPECT_THAT(broker_.stored_at_revocations(), ElementsAre(1));
    send("2", "behind");
    until_stored(2);
    EXPECT_THAT(notes(), ElementsAre("slow", "behind"));
    EXPECT_EQ(commands_->figures().repeated, 0u);
}

TEST_F(CommandsTest, APausedPartitionThatGoesAndComesBackIsReadOn) {
    may_write_ = false;
    for (int i = 0; i < 200; ++i) send(std::to_string(i), "note " + std::to_string(i));
    start();
    eventually("it is paused", [this] { return broker_.paused().contains(0); });
    broker_.revoke(0);
    eventually("it has gone", [this] { return !broker_.stored_at_revocations().empty(); });
    EXPECT_THAT(broker_.stored_at_revocations(), ElementsAre(0));
    eventually("it is paused again", [this] { return broker_.paused().contains(0); });
    may_write_ = true;
    until_stored(200);
    const auto all = notes();
    ASSERT_THAT(all, SizeIs(200));
    for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(all[i], "note " + std::to_string(i));
}

TEST_F(CommandsTest, WhatComesBackForAPartitionThatHasGoneIsForNobody) {
    for (int i = 0; i < 200; ++i) send(std::to_string(i), "note " + std::to_string(i));
    start();
    for (std::size_t times = 1; times <= 20; ++times) {
        broker_.revoke(0);
        eventually("it has gone", [&] { return broker_.stored_at_revocations().size() == times; });
    }
    until_stored(200);
    const auto all = notes();
    ASSERT_THAT(all, SizeIs(200));
    for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(all[i], "note " + std::to_string(i));
}

TEST_F(CommandsTest, NoOffsetIsStoredBeforeADeadLetterHasArrived) {
    broker_.set_up(false);  // as far as producers are concerned
    send("1", "forbidden");
    send("2", "fine");
    start();
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (notes().empty() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(2ms);
    EXPECT_THAT(notes(), ElementsAre("fine"));
    EXPECT_EQ(broker_.stored(0), 0);
    broker_.set_up(true);
    until_stored(2);
    EXPECT_THAT(broker_.written(dead_letters), SizeIs(1));
}

TEST_F(CommandsTest, APoisonThatIsTooLargeForTheDeadLettersHoldsNobody) {
    broker_.set_record_limit(5'000);
    auto poison = note("1", "x");
    poison.headers.emplace_back("pad", std::string(10'000, 'x'));
    poison.headers[3].second = "no.type.of.ours";
    broker_.send(0, poison);
    send("2", "forbidden");
    send("3", "fine");
    start();
    until_stored(3);
    EXPECT_THAT(notes(), ElementsAre("fine"));
    EXPECT_THAT(broker_.written(dead_letters), SizeIs(2));
    EXPECT_EQ(reason(0, "homeroom-offset"), "0");
    EXPECT_EQ(reason(0, "pad"), "");
}

TEST_F(CommandsTest, ADeadProducerOfDeadLettersIsReplaced) {
    send("1", "forbidden");
    start();
    until_stored(1);
    broker_.break_producers();
    send("2", "forbidden");
    until_stored(2);
    EXPECT_GE(broker_.written(dead_letters).size(), 2u);
}

}  // namespace
}  // namespace homeroom::backbone
