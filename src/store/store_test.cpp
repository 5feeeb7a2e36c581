// What the store promises, through its door only. Crashes and full disks are in
// store_failure_test.cpp.
#include "store/store.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/limits.h"
#include "store/test_store.h"

namespace homeroom::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StoreTest : public testing::Test {
protected:
    StoreTest() { open(); }

    void open() { store = open_notes(directory.path()); }
    void start() { store->start(record); }
    void reopen() {
        store.reset();
        open();
    }

    // Submits, and adds to the record what became of it: "done one", "invalid two".
    void submit(const std::string& name, Work work) {
        ASSERT_TRUE(store->submit(
            {std::move(work), [this, name](const Status& status) {
                 record.add(
                     (status.ok() ? "done " : std::string(to_string(status.error().code)) + " ") +
                     name);
             }}));
    }
    void submit_of(Owner owner, const std::string& name) {
        ASSERT_TRUE(store->submit({.work = note(name, 0),
                                   .done = [this, name](const Status&) { record.add(name); },
                                   .owner = owner}));
    }
    // Holds the writer in a command until the returned promise is kept.
    std::promise<void> block() {
        std::promise<void> release;
        std::promise<void> entered;
        auto released = std::make_shared<std::future<void>>(release.get_future());
        auto entered_shared = std::make_shared<std::promise<void>>(std::move(entered));
        auto is_in = entered_shared->get_future();
        submit("block", [released, entered_shared](Transaction&) -> Status {
            entered_shared->set_value();
            released->wait();
            return Ok{};
        });
        is_in.wait();
        return release;
    }
    void finish() { store->stop(); }

    TemporaryDirectory directory;
    Record record;
    std::unique_ptr<Store> store;
};

// A thousand commands of one client are in the queue before a single one of another comes.
TEST_F(StoreTest, WhoAsksForLittleDoesNotWaitForWhoAsksForMuch) {
    start();
    auto release = block();
    for (int i = 0; i < 1'000; ++i) submit_of(1, "flood");
    submit_of(2, "single");
    submit("server", note("server", 0));
    release.set_value();
    finish();
    const auto lines = record.without_ends();
    const auto place = [&](const char* line) {
        return std::ranges::find(lines, line) - lines.begin();
    };
    EXPECT_EQ(std::ranges::count(lines, "flood"), 1'000);
    EXPECT_LE(place("single"), 3);
    EXPECT_LE(place("done server"), 4);
    // And no commit is the flood's alone: the one with the others has its share of it.
    EXPECT_GE(record.batches(), 1 + 1'000 / 64);
}

TEST_F(StoreTest, OneOwnerCannotFillTheQueue) {
    start();
    auto release = block();
    std::size_t taken = 0;
    const auto give = [&](Owner owner) {
        return store->submit({.work = note("x", 0), .done = [](const Status&) {}, .owner = owner});
    };
    while (give(1)) ++taken;
    EXPECT_LE(taken, limits::commands_queued_max / 4);
    EXPECT_TRUE(give(2));
    EXPECT_TRUE(give(nobody));
    release.set_value();
}

TEST_F(StoreTest, ReadersTakeTurnsToo) {
    start();
    std::promise<void> release;
    const auto released = release.get_future().share();
    std::atomic<int> held{0};
    for (int i = 0; i < 2; ++i) {  // as many as there are readers
        ASSERT_TRUE(store->submit_read([&](Result<Database*>) {
            ++held;
            released.wait();
        }));
    }
    while (held.load() < 2) std::this_thread::yield();
    std::atomic<int> read{0};
    std::atomic<int> before{-1};
    for (int i = 0; i < 1'000; ++i)
        ASSERT_TRUE(store->submit_read([&](Result<Database*>) { ++read; }, 1));
    ASSERT_TRUE(store->submit_read([&](Result<Database*>) { before = read.load(); }, 2));
    release.set_value();
    finish();
    EXPECT_EQ(read.load(), 1'000);
    EXPECT_GE(before.load(), 0);
    EXPECT_LE(before.load(), 500) << "two readers: not exact, but not behind them all";
}

TEST_F(StoreTest, AnswersThenTellsTheEventsThenEndsTheBatch) {
    start();
    submit("one", note("one", 2));
    finish();
    EXPECT_THAT(record.lines(), ElementsAre("done one", "event 1 one", "event 2 one", "end 2"));
    EXPECT_EQ(store->last_seq(), 2U);
}

TEST_F(StoreTest, WhatIsAnsweredIsCommitted) {
    start();
    std::promise<std::int64_t> seen;
    ASSERT_TRUE(store->submit({note("one"), [&](const Status&) {
                                   auto other = Database::open(
                                       test_database(directory.path(), Access::read_only));
                                   seen.set_value(count_notes(other.value()));
                               }}));
    EXPECT_EQ(seen.get_future().get(), 1);
}

TEST_F(StoreTest, CommitsTogetherWhatIsQueuedTogether) {
    start();
    auto release = block();
    for (const char* name : {"one", "two", "three"}) submit(name, note(name));
    release.set_value();
    finish();
    EXPECT_THAT(record.lines(),
                ElementsAre("done block", "end 0", "done one", "event 1 one", "done two",
                            "event 2 two", "done three", "event 3 three", "end 3"));
}

TEST_F(StoreTest, NoBatchIsLargerThanItsLimit) {
    start();
    auto release = block();
    for (std::size_t i = 0; i < limits::commands_per_commit_max + 1; ++i) submit("x", note("x"));
    release.set_value();
    finish();
    EXPECT_EQ(record.batches(), 3);
}

TEST_F(StoreTest, AnErrorUndoesItsOwnCommandOnly) {
    start();
    auto release = block();
    submit("one", note("one"));
    submit("two", [](Transaction& transaction) -> Status {
        TRY_OK(note("two", 3)(transaction));
        return Error{Code::invalid, "after all"};
    });
    submit("three", note("three"));
    release.set_value();
    finish();
    EXPECT_THAT(record.lines(), ElementsAre("done block", "end 0", "done one", "event 1 one",
                                            "invalid two", "done three", "event 2 three", "end 2"));
    reopen();
    EXPECT_EQ(count_notes(store->db()), 2);
    EXPECT_EQ(store->last_seq(), 2U);
}

TEST_F(StoreTest, RunsWhatIsLeftForTheEndOfABatchAfterAllOfItsCommands) {
    start();
    auto release = block();
    std::vector<std::int64_t> seen;  // notes there, at each work before the commit
    const auto later = [&](const std::string& name, Status result) -> Work {
        return [&, name, result](Transaction& transaction) -> Status {
            transaction.before_commit([&, name](Database& db) -> Status {
                seen.push_back(count_notes(db));
                return db.statement("INSERT INTO notes VALUES (?)").bind(1, name).run();
            });
            TRY_OK(note(name)(transaction));
            return result;
        };
    };
    submit("one", later("one", Ok{}));
    submit("two", later("two", Error{Code::invalid, "no"}));
    submit("three", later("three", Ok{}));
    release.set_value();
    finish();
    EXPECT_THAT(record.without_ends(), ElementsAre("done block", "done one", "event 1 one",
                                                   "invalid two", "done three", "event 2 three"));
    EXPECT_THAT(seen, ElementsAre(2, 3));
    reopen();
    EXPECT_EQ(count_notes(store->db()), 4);
}

TEST_F(StoreTest, WhatFailsBeforeTheCommitFailsTheBatch) {
    using Last = std::function<Status(Database&)>;
    const std::vector<Last> failing{
        [](Database& db) { return db.statement("INSERT INTO once VALUES (1), (1)").run(); },
        [](Database&) -> Status { throw std::runtime_error("oh"); }};
    for (const Last& last : failing) {
        start();
        auto release = block();
        submit("one", note("one"));
        submit("two", [&last](Transaction& transaction) -> Status {
            transaction.before_commit(last);
            return note("two")(transaction);
        });
        release.set_value();
        finish();
        reopen();
    }
    EXPECT_THAT(record.without_ends(), ElementsAre("done block", "internal one", "internal two",
                                                   "done block", "internal one", "internal two"));
    EXPECT_EQ(store->last_seq(), 0U);
    EXPECT_EQ(count_notes(store->db()), 0);
}

TEST_F(StoreTest, AnErrorOfTheDatabaseUndoesItsOwnCommandOnly) {
    start();
    auto release = block();
    submit("one", note("one"));
    submit("two", [](Transaction& transaction) -> Status {
        TRY_OK(note("two")(transaction));
        return transaction.db().statement("INSERT INTO once (x) VALUES (1), (1)").run();
    });
    submit("three", note("three"));
    release.set_value();
    finish();
    reopen();
    EXPECT_EQ(count_notes(store->db()), 2);
    EXPECT_THAT(record.lines(), testing::Contains("internal two"));
}

TEST_F(StoreTest, AnExceptionIsItsOwnCommandsErrorOnly) {
    start();
    submit("one", [](Transaction& transaction) -> Status {
        TRY_OK(note("one")(transaction));
        [[maybe_unused]] const auto parsed = nlohmann::json::parse("{");
        return Ok{};
    });
    submit("two", note("two"));
    finish();
    EXPECT_THAT(record.without_ends(), ElementsAre("internal one", "done two", "event 1 two"));
}

TEST_F(StoreTest, AnAnswerThatThrowsHarmsNobody) {
    start();
    ASSERT_TRUE(
        store->submit({note("one"), [](const Status&) { throw std::runtime_error("no"); }}));
    submit("two", note("two"));
    finish();
    EXPECT_THAT(record.without_ends(), ElementsAre("event 1 one", "done two", "event 2 two"));
}

TEST_F(StoreTest, ACommandWithoutChangesIsAnsweredToo) {
    start();
    submit("nothing", [](Transaction&) -> Status { return Ok{}; });
    finish();
    EXPECT_THAT(record.lines(), ElementsAre("done nothing", "end 0"));
}

TEST_F(StoreTest, AnAnswerMaySubmit) {
    start();
    std::promise<void> second;
    ASSERT_TRUE(store->submit(
        {note("one"), [&](const Status&) {
             EXPECT_TRUE(store->submit({note("two"), [&](const Status&) { second.set_value(); }}));
         }}));
    second.get_future().wait();
}

TEST_F(StoreTest, AnAnswerMayReadWhatItAnswers) {
    start();
    std::promise<std::int64_t> seen;
    ASSERT_TRUE(store->submit({note("one"), [&](const Status&) {
                                   EXPECT_TRUE(store->submit_read([&](Result<Database*> db) {
                                       seen.set_value(count_notes(*db.value()));
                                   }));
                               }}));
    EXPECT_EQ(seen.get_future().get(), 1);
}

TEST_F(StoreTest, AReadSeesOneMoment) {
    start();
    std::promise<void> counted;
    std::promise<void> changed;
    std::promise<std::pair<std::int64_t, std::int64_t>> counts;
    ASSERT_TRUE(store->submit_read([&](Result<Database*> db) {
        const auto before = count_notes(*db.value());
        counted.set_value();
        changed.get_future().wait();
        counts.set_value({before, count_notes(*db.value())});
    }));
    counted.get_future().wait();
    ASSERT_TRUE(store->submit({note("one"), [&](const Status&) { changed.set_value(); }}));
    EXPECT_EQ(counts.get_future().get(), std::pair(std::int64_t{0}, std::int64_t{0}));
}

TEST_F(StoreTest, AReadThatThrowsHarmsNobody) {
    start();
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(store->submit_read([](Result<Database*>) { throw std::runtime_error("no"); }));
    }
    std::promise<std::int64_t> seen;
    ASSERT_TRUE(store->submit_read(
        [&](Result<Database*> db) { seen.set_value(count_notes(*db.value())); }));
    EXPECT_EQ(seen.get_future().get(), 0);
}

TEST_F(StoreTest, RefusesWhatIsTooMuch) {
    start();
    auto release = block();
    std::atomic<std::size_t> answered = 0;
    const auto nothing = [](Transaction&) -> Status { return Ok{}; };
    std::size_t accepted = 0;
    while (store->submit({nothing, [&](const Status&) { ++answered; }})) ++accepted;
    EXPECT_EQ(accepted, limits::commands_queued_max);
    release.set_value();
    finish();
    EXPECT_EQ(answered, accepted);
}

TEST_F(StoreTest, RefusesReadsThatAreTooMuch) {
    start();
    std::promise<void> release;
    const std::shared_future<void> released(release.get_future());
    std::atomic<std::size_t> entered = 0;
    std::atomic<std::size_t> read = 0;
    const auto wait = [&, released](Result<Database*>) {
        ++entered;
        released.wait();
        ++read;
    };
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(store->submit_read(wait));
    while (entered < 2) std::this_thread::yield();
    std::size_t accepted = 2;
    while (store->submit_read(wait)) ++accepted;
    EXPECT_EQ(accepted, limits::reads_queued_max + 2);
    release.set_value();
    finish();
    EXPECT_EQ(read, accepted);
}

TEST_F(StoreTest, RunsOnlyBetweenStartAndStop) {
    const Command command{note("x"), [](const Status&) { FAIL(); }};
    const Read read = [](Result<Database*>) { FAIL(); };
    EXPECT_FALSE(store->submit(command));
    EXPECT_FALSE(store->submit_read(read));
    start();
    finish();
    finish();
    EXPECT_FALSE(store->submit(command));
    EXPECT_FALSE(store->submit_read(read));
}

TEST_F(StoreTest, StopFinishesWhatIsQueued) {
    start();
    auto release = block();
    for (int i = 0; i < 1000; ++i) submit("x", note("x"));
    release.set_value();
    store.reset();
    open();
    EXPECT_EQ(count_notes(store->db()), 1000);
}

TEST_F(StoreTest, RunsOneNowForToolsWithTheSameMeaning) {
    ASSERT_TRUE(store->run_now(note("one", 2)).ok());
    EXPECT_EQ(store->last_seq(), 2U);
    const Status failed = store->run_now([](Transaction& transaction) -> Status {
        TRY_OK(note("two")(transaction));
        return Error{Code::invalid, "no"};
    });
    EXPECT_EQ(failed.error().code, Code::invalid);
    EXPECT_EQ(count_notes(store->db()), 1);
    start();
    submit("three", note("three"));
    finish();
    EXPECT_THAT(record.lines(), ElementsAre("done three", "event 3 three", "end 3"));
}

TEST_F(StoreTest, TheSequenceGoesOnAfterAllWasPruned) {
    ASSERT_TRUE(store->run_now(note("one", 3)).ok());
    ASSERT_TRUE(store
                    ->run_now([](Transaction& transaction) -> Status {
                        TRY([[maybe_unused]] const auto rows, prune(transaction.db(), "9999"));
                        return Ok{};
                    })
                    .ok());
    reopen();
    EXPECT_EQ(store->last_seq(), 3U);
    ASSERT_TRUE(store->run_now(note("two")).ok());
    EXPECT_EQ(store->last_seq(), 4U);
}

TEST_F(StoreTest, RefusesTheDataOfANewerVersion) {
    store.reset();
    const auto older = Store::open(
        {.directory = directory.path(), .postgres = test_postgres(directory.path())}, {});
    ASSERT_FALSE(older.ok());
    EXPECT_EQ(older.error().code, Code::conflict);
    EXPECT_THAT(older.error().message, HasSubstr("newer version"));
    EXPECT_THAT(older.error().message, HasSubstr("notes/1"));
    open();
    EXPECT_EQ(count_notes(store->db()), 0);
}

TEST_F(StoreTest, LeavesOneFileWhenItCloses) {
    ONLY_ON_SQLITE();
    start();
    submit("one", note("one"));
    store.reset();
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
        names.push_back(entry.path().filename());
    }
    EXPECT_THAT(names, ElementsAre("homeroom.db"));
}

TEST_F(StoreTest, AnAnswerMayStillReadWhileTheStoreStops) {
    start();
    auto release = block();
    std::atomic<int> read = 0;
    ASSERT_TRUE(store->submit({note("one"), [&](const Status&) {
                                   EXPECT_TRUE(store->submit_read([&](Result<Database*> db) {
                                       EXPECT_GE(count_notes(*db.value()), 1);
                                       ++read;
                                   }));
                               }}));
    std::thread stopper([&] { store->stop(); });
    while (store->submit({note("more"), [](const Status&) {}})) std::this_thread::yield();
    // Long enough for whoever stops the readers first.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    release.set_value();
    stopper.join();
    EXPECT_EQ(read, 1);
}

// Every note stands in two tables; whoever sees one must see the other.
TEST_F(StoreTest, KeepsItsPromisesUnderManyThreads) {
    start();
    constexpr int per_thread = 300;
    std::atomic<int> done = 0;
    std::atomic<int> reads = 0;
    std::atomic<int> torn = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < per_thread; ++i) {
                EXPECT_TRUE(
                    store->submit({note("x"), [&](const Status& status) { done += status.ok(); }}));
                EXPECT_TRUE(store->submit_read([&](Result<Database*> db) {
                    const auto notes = count_notes(*db.value());
                    const auto last = store::last_seq(*db.value()).value();
                    torn += static_cast<Seq>(notes) != last;
                    ++reads;
                }));
                static_cast<void>(store->last_seq());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    finish();
    EXPECT_EQ(done, 4 * per_thread);
    EXPECT_EQ(reads, 4 * per_thread);
    EXPECT_EQ(torn, 0);
    EXPECT_EQ(record.seqs().size(), std::size_t{4 * per_thread});
    EXPECT_TRUE(std::ranges::is_sorted(record.seqs()));
    EXPECT_EQ(store->last_seq(), Seq{4 * per_thread});
}

TEST_F(StoreTest, WhatAStepHasBegunIsRunToItsEndAndNotAgain) {
    const Status status = store->run_now([](Transaction& transaction) -> Status {
        auto insert = transaction.db().statement("INSERT INTO notes VALUES (?) RETURNING text");
        for (const char* text : {"one", "two"}) {
            insert.bind(1, std::string_view{text});
            TRY(const bool made, insert.step());
            EXPECT_TRUE(made);
            EXPECT_EQ(insert.text(0), text);
            TRY_OK(insert.run());
        }
        return Ok{};
    });
    ASSERT_TRUE(status.ok()) << status.error().message;
    EXPECT_EQ(count_notes(store->db()), 2);
}

TEST_F(StoreTest, KeepsBytesAsTheyAre) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    const Status status = store->run_now([&](Transaction& transaction) -> Status {
        Database& db = transaction.db();
        TRY_OK(db.execute("CREATE TABLE kept (name TEXT, bytes BLOB)"));
        auto insert = db.statement("INSERT INTO kept VALUES (?, CAST(? AS BLOB))");
        TRY_OK(insert.bind_all("all", all).run());
        TRY_OK(insert.bind_all("none", std::string_view{}).run());
        auto select =
            db.statement("SELECT bytes, name, length(bytes), bytes FROM kept ORDER BY name");
        TRY(bool found, select.step());
        EXPECT_EQ(select.text(0), all);
        EXPECT_EQ(select.text(1), "all");
        EXPECT_EQ(select.number(2), 256);
        EXPECT_EQ(select.text(3), all);
        TRY(found, select.step());
        EXPECT_TRUE(found);
        EXPECT_EQ(select.text(0), "");
        EXPECT_FALSE(select.is_null(0));
        return Ok{};
    });
    EXPECT_TRUE(status.ok()) << status.error().message;
}

// Whatever was accepted while the store stopped is answered; the rest never.
TEST_F(StoreTest, StopsUnderManyThreads) {
    for (int round = 0; round < 20; ++round) {
        if (round > 0) reopen();
        start();
        std::atomic<int> accepted = 0;
        std::atomic<int> answered = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&] {
                while (store->submit({note("x"), [&](const Status&) { ++answered; }})) {
                    ++accepted;
                    if (store->submit_read([&](Result<Database*>) { ++answered; })) ++accepted;
                }
            });
        }
        while (accepted < 10) std::this_thread::yield();
        std::thread other([&] { store->stop(); });
        store->stop();
        EXPECT_EQ(store->submit({note("x"), [](const Status&) {}}), false);
        other.join();
        for (auto& thread : threads) thread.join();
        EXPECT_EQ(accepted, answered);
    }
}

}  // namespace
}  // namespace homeroom::store
