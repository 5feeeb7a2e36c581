#include "store/database.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <thread>

#include "base/limits.h"
#include "store/test_temporary_directory.h"

namespace homeroom::store {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class DatabaseTest : public testing::Test {
protected:
    std::filesystem::path file() const { return directory.path() / "test.db"; }

    Database open(Access access = Access::read_write) {
        auto opened = Database::open({file(), access});
        EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
        return std::move(opened).value();
    }

    // The first column of the first row.
    static std::string one(Database& db, const char* sql) {
        auto select = db.statement(sql);
        auto row = select.step();
        if (!row.ok()) return row.error().message;
        return row.value() ? std::string(select.text(0)) : "nothing";
    }

    TemporaryDirectory directory;
};

TEST_F(DatabaseTest, HasTheSettingsThatTheStorePromises) {
    Database db = open();
    EXPECT_EQ(one(db, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(one(db, "PRAGMA synchronous"), "2");
    EXPECT_EQ(one(db, "PRAGMA foreign_keys"), "0");
    EXPECT_EQ(one(db, "PRAGMA busy_timeout"), "5000");
    auto hasty =
        Database::open({directory.path() / "b.db", Access::read_write, Durability::normal});
    EXPECT_EQ(one(hasty.value(), "PRAGMA synchronous"), "1");
}

TEST_F(DatabaseTest, NobodyElseMayReadItsFiles) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (x)").ok());
    for (const char* suffix : {"", "-wal", "-shm"}) {
        struct stat status {};
        ASSERT_EQ(::stat((file().string() + suffix).c_str(), &status), 0) << suffix;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
    }
}

TEST_F(DatabaseTest, BindsAndReadsEveryKind) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a, b, c, d)").ok());
    const std::string with_zero("a\0b", 3);
    auto insert = db.statement("INSERT INTO t VALUES (?, ?, ?, ?)");
    insert.bind_all(with_zero, 7, std::string_view()).bind_null(4);
    ASSERT_TRUE(insert.run().ok());
    EXPECT_EQ(db.changes(), 1);

    auto select = db.statement("SELECT a, b, c, d FROM t");
    ASSERT_TRUE(select.step().value());
    EXPECT_EQ(select.text(0), with_zero);
    EXPECT_EQ(select.number(1), 7);
    EXPECT_EQ(select.text(2), "");
    EXPECT_FALSE(select.is_null(2)) << "empty is not NULL";
    EXPECT_TRUE(select.is_null(3));
    EXPECT_EQ(select.text(3), "");
    EXPECT_FALSE(select.step().value());
}

TEST_F(DatabaseTest, TextMayGoAwayOnceItIsBound) {
    Database db = open();
    auto select = db.statement("SELECT ?");
    select.bind(1, std::string(1000, 'x'));
    ASSERT_TRUE(select.step().value());
    EXPECT_EQ(select.text(0), std::string(1000, 'x'));
}

TEST_F(DatabaseTest, ABindAfterAStepBeginsAnew) {
    Database db = open();
    auto select = db.statement("SELECT ?");
    for (int i = 0; i < 3; ++i) {
        select.bind(1, i);
        ASSERT_TRUE(select.step().value());
        EXPECT_EQ(select.number(0), i);
    }
}

TEST_F(DatabaseTest, AStatementComesBackCleanForItsNextUse) {
    Database db = open();
    const char* const text = "SELECT ?";
    {
        auto first = db.statement(text);
        first.bind(1, 1);
        ASSERT_TRUE(first.step().value());
    }
    auto second = db.statement(text);
    ASSERT_TRUE(second.step().value());
    EXPECT_TRUE(second.is_null(0));
}

TEST_F(DatabaseTest, OneStatementMayRunWithinItself) {
    Database db = open();
    const char* const text = "SELECT 1 UNION SELECT 2 UNION SELECT ?";
    auto outer = db.statement(text);
    outer.bind(1, 3);
    int pairs = 0;
    while (outer.step().value()) {
        auto inner = db.statement(text);
        inner.bind(1, 4);
        while (inner.step().value()) ++pairs;
    }
    EXPECT_EQ(pairs, 9);
}

TEST_F(DatabaseTest, SurvivesMovesWithItsStatements) {
    Database db = open();
    EXPECT_EQ(one(db, "SELECT 1"), "1");
    auto other = Database::open({directory.path() / "other.db"});
    EXPECT_EQ(one(other.value(), "SELECT 1"), "1");
    db = std::move(other).value();
    ASSERT_TRUE(db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (5)").ok());
    Database moved(std::move(db));
    EXPECT_EQ(one(moved, "SELECT x FROM t"), "5");
}

TEST_F(DatabaseTest, ReadOnlyCannotWrite) {
    Database writer = open();
    ASSERT_TRUE(writer.execute("CREATE TABLE t (x); INSERT INTO t VALUES (5)").ok());
    Database reader = open(Access::read_only);
    EXPECT_EQ(one(reader, "SELECT x FROM t"), "5");
    const Status status = reader.execute("INSERT INTO t VALUES (6)");
    EXPECT_EQ(status.error().code, Code::internal);
    EXPECT_THAT(status.error().message, HasSubstr("readonly"));
}

TEST_F(DatabaseTest, TellsErrorsByTheirKind) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (x PRIMARY KEY); INSERT INTO t VALUES (1)").ok());
    const Status twice = db.statement("INSERT INTO t VALUES (1)").run();
    EXPECT_EQ(twice.error().code, Code::internal);
    EXPECT_THAT(twice.error().message, HasSubstr("UNIQUE constraint failed: t.x"));

    ASSERT_TRUE(db.execute("PRAGMA max_page_count = 1").ok());
    const Status full = db.execute("INSERT INTO t VALUES (zeroblob(100000))");
    EXPECT_EQ(full.error().code, Code::unavailable);

    Database other = open();
    ASSERT_TRUE(other.execute("PRAGMA busy_timeout = 10").ok());
    ASSERT_TRUE(db.execute("BEGIN IMMEDIATE").ok());
    EXPECT_TRUE(db.in_transaction());
    EXPECT_EQ(other.execute("BEGIN IMMEDIATE").error().code, Code::unavailable);
    EXPECT_FALSE(other.in_transaction());
}

TEST_F(DatabaseTest, OpeningWhatCannotBeOpenedSaysWhichFile) {
    const auto missing = Database::open({directory.path() / "none" / "x.db"});
    EXPECT_THAT(missing.error().message, HasSubstr("none/x.db"));
    EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
    const auto read_only = Database::open({directory.path() / "absent.db", Access::read_only});
    EXPECT_THAT(read_only.error().message, HasSubstr("absent.db"));
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "absent.db"));
}

// Of a log with so many pages, and what one more write may add.
constexpr std::uintmax_t log_bytes(int pages) {
    constexpr std::uintmax_t page_bytes = 4'096 + 24;
    return static_cast<std::uintmax_t>(pages) * page_bytes + 2'000'000;
}

// As whoever was killed between a write and its sync leaves it.
TEST_F(DatabaseTest, WhatALogHasIsInTheFileBeforeAnybodyReadsIt) {
    const auto killed = directory.path() / "killed.db";
    {
        Database db = open();
        ASSERT_TRUE(db.execute("CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('here')").ok());
        std::filesystem::copy_file(file(), killed);
        std::filesystem::copy_file(file().string() + "-wal", killed.string() + "-wal");
    }
    auto opened = Database::open({killed, Access::read_write});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    const auto file_alone = directory.path() / "alone.db";
    std::filesystem::copy_file(killed, file_alone);
    auto alone = Database::open({file_alone, Access::read_write});
    ASSERT_TRUE(alone.ok()) << alone.error().message;
    EXPECT_EQ(one(*alone, "SELECT x FROM t"), "here");
}

TEST_F(DatabaseTest, TheLogStaysShort) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (x)").ok());
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(db.execute("INSERT INTO t VALUES (zeroblob(200000))").ok());
        ASSERT_TRUE(db.checkpoint_when_due().ok());
    }
    EXPECT_LT(std::filesystem::file_size(file().string() + "-wal"),
              log_bytes(limits::checkpoint_pages))
        << "of 40 MB";
}

TEST_F(DatabaseTest, TheLogStaysShortWhenNobodyAsks) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (x)").ok());
    for (int i = 0; i < 400; ++i) {
        ASSERT_TRUE(db.execute("INSERT INTO t VALUES (zeroblob(200000))").ok());
    }
    EXPECT_LT(std::filesystem::file_size(file().string() + "-wal"),
              log_bytes(limits::checkpoint_forced_pages))
        << "of 80 MB";
}

// Each reader ends only when another has begun: the log is never without one.
TEST_F(DatabaseTest, TheLogStaysShortUnderReadersThatOverlapWithoutEnd) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (x)").ok());
    std::atomic<int> begun = 0;
    std::atomic<bool> stop = false;
    const auto read_on = [&] {
        Database reader = open(Access::read_only);
        while (!stop) {
            EXPECT_TRUE(reader.execute("BEGIN; SELECT count(*) FROM t").ok());
            const int mine = ++begun;
            while (begun == mine && !stop) std::this_thread::sleep_for(1ms);
            EXPECT_TRUE(reader.execute("COMMIT").ok());
        }
    };
    std::thread one_reader(read_on);
    std::thread other_reader(read_on);
    while (begun < 2) std::this_thread::yield();
    std::uintmax_t longest = 0;
    for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(db.execute("INSERT INTO t VALUES (zeroblob(1000000))").ok());
        const Status status = db.checkpoint_when_due();
        EXPECT_TRUE(status.ok()) << status.error().message;
        longest = std::max(longest, std::filesystem::file_size(file().string() + "-wal"));
    }
    stop = true;
    one_reader.join();
    other_reader.join();
    // Waiting for them may fail, and is tried again a checkpoint later.
    EXPECT_LT(longest, log_bytes(limits::checkpoint_waiting_pages + 2 * limits::checkpoint_pages))
        << "of 200 MB";
}

using DatabaseDeathTest = DatabaseTest;

TEST_F(DatabaseDeathTest, OurOwnMistakesDoNotPass) {
    Database db = open();
    EXPECT_DEATH(static_cast<void>(db.statement("SELEC 1")), "wrong statement");
    EXPECT_DEATH(static_cast<void>(db.statement("SELECT \"text\"")), "wrong statement");
    EXPECT_DEATH(db.statement("SELECT ?").bind(2, 1), "parameter");
    std::string text = "SELECT 1";
    static_cast<void>(db.statement(text.c_str()));
    text = "SELECT 2";
    EXPECT_DEATH(static_cast<void>(db.statement(text.c_str())), "literal");
}

}  // namespace
}  // namespace homeroom::store
