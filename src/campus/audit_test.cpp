// The audit log: every row follows from the one before, and what was done to it is found.
#include "campus/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/surface.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;

class AuditLog : public testing::Test {
protected:
    AuditLog() {
        store_ = store::Store::open(
                     {.directory = files_.path(), .postgres = store::test_postgres(files_.path())},
                     surface_migrations())
                     .value();
    }
    void write(const std::string& actor, std::string_view action, const std::string& subject) {
        const auto status = store_->run_now([&](store::Transaction& transaction) {
            return audit(transaction, {.actor = actor, .action = action, .subject = subject});
        });
        ASSERT_TRUE(status.ok());
    }
    void execute(const char* sql) { ASSERT_TRUE(store_->db().execute(sql).ok()); }
    std::optional<std::int64_t> broken_at() { return verify_audit(store_->db()).value().broken_at; }
    std::vector<std::int64_t> found(AuditQuery query) {
        query.limit = query.limit == 0 ? 100 : query.limit;
        const auto page = read_audit(store_->db(), query).value();
        std::vector<std::int64_t> numbers;
        for (const auto& row : page.rows) numbers.push_back(row.number);
        next_ = page.next;
        return numbers;
    }
    void write_five() {
        write("tim", "post.locked", "p1");
        write("tim", "feed.muted", "sam");
        write("service:sis", "roster.put", "sam");
        write("service:sis", "explain", "sue");
        write("tim", "post.locked", "p2");
    }

    store::TemporaryDirectory files_;
    std::unique_ptr<store::Store> store_;
    std::optional<std::int64_t> next_{};
};

TEST_F(AuditLog, FollowsFromItsBeginning) {
    EXPECT_EQ(broken_at(), std::nullopt);
    write_five();
    const auto check = verify_audit(store_->db()).value();
    EXPECT_EQ(check.broken_at, std::nullopt);
    EXPECT_EQ(check.rows, 5);
    EXPECT_EQ(check.last, 5);
    EXPECT_TRUE(has_digest(store_->db(), check.head).value());
    EXPECT_FALSE(has_digest(store_->db(), std::string(64, 'a')).value());
}

TEST_F(AuditLog, ShowsWhatWasDoneToIt) {
    for (const char* change :
         {"UPDATE audit SET actor = 'ann' WHERE number = 3",
          "UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE number = 3",
          "UPDATE audit SET details = '{\"a\":1}' WHERE number = 3",
          "UPDATE audit SET subject = 'samx', action = 'roster.pu' WHERE number = 3",
          "DELETE FROM audit WHERE number = 2", "UPDATE audit SET number = 30 WHERE number = 3"}) {
        write_five();
        ASSERT_EQ(broken_at(), std::nullopt);
        execute(change);
        EXPECT_NE(broken_at(), std::nullopt) << change;
        execute("DELETE FROM audit; UPDATE audit_last SET number = 0");
    }
    write_five();
    execute("DELETE FROM audit WHERE number = 5");
    EXPECT_EQ(broken_at(), 5);
    execute("DELETE FROM audit");
    EXPECT_EQ(broken_at(), 1);
}

TEST_F(AuditLog, GoesFromItsFrontAndStillFollows) {
    write_five();
    const auto prune = [&](std::string_view before, std::int64_t rows_max) {
        std::int64_t count = -1;
        EXPECT_TRUE(store_
                        ->run_now([&](store::Transaction& transaction) -> Status {
                            TRY(count, prune_audit(transaction.db(), before, rows_max));
                            return Ok{};
                        })
                        .ok());
        return count;
    };
    EXPECT_EQ(prune("2020-01-01T00:00:00.000Z", 10), 0);
    EXPECT_EQ(prune("9999-01-01T00:00:00.000Z", 2), 2);
    EXPECT_EQ(broken_at(), std::nullopt);
    EXPECT_THAT(found({}), ElementsAre(5, 4, 3));
    execute("UPDATE audit_beginning SET digest = 'x'");
    EXPECT_EQ(broken_at(), 3);
    execute(
        "DELETE FROM audit; DELETE FROM audit_beginning;"
        "UPDATE audit_last SET number = 0");
    write_five();
    EXPECT_EQ(prune("9999-01-01T00:00:00.000Z", 10), 5);
    EXPECT_EQ(broken_at(), std::nullopt);
    write("tim", "post.locked", "p3");
    EXPECT_EQ(broken_at(), std::nullopt);
    EXPECT_THAT(found({}), ElementsAre(6));
}

TEST_F(AuditLog, IsReadByWhoWhatAndWhom) {
    write_five();
    EXPECT_THAT(found({}), ElementsAre(5, 4, 3, 2, 1));
    EXPECT_THAT(found({.actor = "tim"}), ElementsAre(5, 2, 1));
    EXPECT_THAT(found({.action = "post.locked"}), ElementsAre(5, 1));
    EXPECT_THAT(found({.subject = "sam"}), ElementsAre(3, 2));
    EXPECT_THAT(found({.actor = "tim", .subject = "sam"}), ElementsAre(2));
    EXPECT_THAT(found({.since = "9999-01-01T00:00:00.000Z"}), ElementsAre());
    EXPECT_THAT(found({.until = "2020-01-01T00:00:00.000Z"}), ElementsAre());
    EXPECT_THAT(found({.since = "2020-01-01T00:00:00.000Z", .until = "9999-01-01T00:00:00.000Z"}),
                ElementsAre(5, 4, 3, 2, 1));
    EXPECT_THAT(found({.limit = 2}), ElementsAre(5, 4));
    EXPECT_EQ(next_, 4);
    EXPECT_THAT(found({.before = 4, .limit = 3}), ElementsAre(3, 2, 1));
    EXPECT_EQ(next_, std::nullopt);
}

// Whoever asks for what was done since a time gets it all, whatever the clock did in between.
TEST_F(AuditLog, IsFoundSinceATimeAlsoWhereTheClockWasSetBack) {
    write("tim", "post.locked", "p1");
    execute("UPDATE audit SET at = '2026-11-23T12:00:00.000Z', latest = at");
    execute("UPDATE audit SET latest = at");
    execute(
        "INSERT INTO audit (number, at, latest, actor, action, subject, details, digest) VALUES"
        " (2, '2026-11-23T11:00:00.000Z', '2026-11-23T12:00:00.000Z', 'tim', 'x', 'p2', '', ''),"
        " (3, '2026-11-23T11:30:00.000Z', '2026-11-23T12:00:00.000Z', 'tim', 'x', 'p3', '', '');"
        "UPDATE audit_last SET number = 3");
    EXPECT_THAT(found({.since = "2026-11-23T11:15:00.000Z"}), ElementsAre(3, 1));
    EXPECT_THAT(found({.actor = "tim", .since = "2026-11-23T11:45:00.000Z"}), ElementsAre(1));
    EXPECT_THAT(found({.since = "2026-11-23T12:30:00.000Z"}), ElementsAre());
    write("tim", "post.locked", "p4");
    auto select =
        store_->db().statement("SELECT count(*) FROM audit WHERE latest = max(latest, at)");
    ASSERT_TRUE(select.step().ok());
    EXPECT_EQ(select.number(0), 4);
}

}  // namespace
}  // namespace homeroom::campus
