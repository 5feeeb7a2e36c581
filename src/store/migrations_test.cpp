#include "store/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::store {
namespace {

using testing::HasSubstr;

class Migrations : public testing::Test {
protected:
    std::int64_t count(const char* sql) {
        auto select = db.statement(sql);
        EXPECT_TRUE(select.step().value());
        return select.number(0);
    }

    bool has_table(std::string_view name) {
        auto select =
            db.statement(db.kind() == Kind::sqlite
                             ? "SELECT count(*) FROM sqlite_schema WHERE name = ?"
                             : "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
                               " AND tablename = ?");
        select.bind(1, name);
        EXPECT_TRUE(select.step().value());
        return select.number(0) > 0;
    }

    TemporaryDirectory directory;
    Database db = Database::open(test_database(directory.path())).value();
    const Migration first{"a/1", "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)"};
    const Migration second{"a/2", "INSERT INTO a VALUES (2)"};
    const Migration other{"b/1", "CREATE TABLE b (y INTEGER)"};
};

TEST_F(Migrations, RunOnceEachInOrder) {
    const Migration both[] = {first, second};
    ASSERT_TRUE(migrate(db, both).ok());
    ASSERT_TRUE(migrate(db, both).ok());
    EXPECT_EQ(count("SELECT count(*) FROM a"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM schema_migrations WHERE at LIKE '20%Z'"), 2);
}

TEST_F(Migrations, ThatAreNewRunBesideThoseThatHaveRun) {
    ASSERT_TRUE(migrate(db, std::span(&first, 1)).ok());
    const Migration all[] = {other, first, second};
    ASSERT_TRUE(migrate(db, all).ok());
    EXPECT_EQ(count("SELECT count(*) FROM a"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM b"), 0);
}

TEST_F(Migrations, OfANewerVersionAreRefusedAndNothingIsChanged) {
    const Migration newer[] = {first, second};
    ASSERT_TRUE(migrate(db, newer).ok());
    const Migration older[] = {first, other};
    const Status status = migrate(db, older);
    EXPECT_EQ(status.error().code, Code::conflict);
    EXPECT_THAT(status.error().message, HasSubstr("newer version"));
    EXPECT_THAT(status.error().message, HasSubstr("a/2"));
    EXPECT_FALSE(has_table("b"));
}

TEST_F(Migrations, ThatFailLeaveNothingBehindAndSayWhich) {
    const Migration broken[] = {
        first, {"a/2", "CREATE TABLE c (z INTEGER UNIQUE); INSERT INTO c VALUES (1), (1)"}};
    const Status status = migrate(db, broken);
    EXPECT_EQ(status.error().code, Code::internal);
    EXPECT_THAT(status.error().message, HasSubstr("migration a/2"));
    EXPECT_FALSE(has_table("c"));
    EXPECT_FALSE(db.in_transaction());

    const Migration mended[] = {first, second};
    EXPECT_TRUE(migrate(db, mended).ok());
}

using MigrationsDeathTest = Migrations;

TEST_F(MigrationsDeathTest, OfOneNameAreOurMistake) {
    const Migration twice[] = {first, first};
    EXPECT_DEATH(static_cast<void>(migrate(db, twice)), "two migrations");
}

}  // namespace
}  // namespace homeroom::store
