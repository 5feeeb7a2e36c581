#include "campus/sign_outs.h"

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace homeroom::campus {
namespace {

using namespace std::chrono_literals;

class SignedOut : public testing::Test {
protected:
    SignedOut() { open(); }
    void open() {
        auto opened = store::Store::open(
            {.directory = directory.path(), .postgres = store::test_postgres(directory.path())},
            sign_out_migrations());
        ASSERT_TRUE(opened.ok());
        store = std::move(opened).value();
        ASSERT_TRUE(list.load(store->db()).ok());
    }
    void sign_out(const std::string& user) {
        auto command = list.command(user, [](const Status&) {});
        command.done(store->run_now(command.work));
    }
    bool holds(const std::string& user, std::optional<WallTime> issued_at) const {
        return list.holds({.subject = user, .expires_at = wall_now() + 1h, .issued_at = issued_at});
    }

    store::TemporaryDirectory directory;
    std::unique_ptr<store::Store> store;
    SignOuts list;
};

TEST_F(SignedOut, OldTokensHoldNoMoreAndNewOnesDo) {
    EXPECT_TRUE(holds("ada", wall_now() - 1h));
    EXPECT_TRUE(holds("ada", std::nullopt));
    sign_out("ada");
    EXPECT_FALSE(holds("ada", wall_now() - 1h));
    EXPECT_FALSE(holds("ada", std::nullopt)) << "nobody knows how old it is";
    EXPECT_TRUE(holds("ada", wall_now() + 2s));
    EXPECT_TRUE(holds("ben", wall_now() - 1h));
}

TEST_F(SignedOut, AnotherProcessKnowsIt) {
    sign_out("ada");
    store.reset();
    SignOuts again;
    auto opened = store::Store::open(
        {.directory = directory.path(), .postgres = store::test_postgres(directory.path())},
        sign_out_migrations());
    ASSERT_TRUE(opened.ok());
    ASSERT_TRUE(again.load((*opened)->db()).ok());
    EXPECT_FALSE(again.holds(
        {.subject = "ada", .expires_at = wall_now() + 1h, .issued_at = wall_now() - 1s}));
    EXPECT_TRUE(again.holds(
        {.subject = "ada", .expires_at = wall_now() + 1h, .issued_at = wall_now() + 2s}));
}

TEST_F(SignedOut, HoldsForEver) {
    const WallTime years_ago = wall_now() - 24h * 3'000;
    ASSERT_TRUE(store
                    ->run_now([&](store::Transaction& transaction) {
                        return transaction.db()
                            .statement("INSERT INTO sign_outs (user, at_ms) VALUES ('ada', ?)")
                            .bind(1, std::int64_t{years_ago.time_since_epoch().count()})
                            .run();
                    })
                    .ok());
    store.reset();
    open();
    sign_out("ben");
    EXPECT_FALSE(holds("ada", std::nullopt)) << "it may be as old as that";
    EXPECT_FALSE(holds("ada", years_ago));
    EXPECT_TRUE(holds("ada", wall_now()));
}

TEST_F(SignedOut, TheBackEndIsNobodyOfTheSchool) {
    sign_out("platform");
    EXPECT_TRUE(
        list.holds({.subject = "platform", .expires_at = wall_now() + 1h, .service = true}));
}

}  // namespace
}  // namespace homeroom::campus
