#include "campus/sign_outs.h"

#include <gtest/gtest.h>

#include "campus/token_age.h"
#include "store/test_store.h"

namespace homeroom::campus {
namespace {

using namespace std::chrono_literals;

class SignedOut : public testing::Test {
protected:
    SignedOut() { open(); }
    void open() {
        auto opened = store::Store::open({.directory = directory.path()}, sign_out_migrations());
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
    auto opened = store::Store::open({.directory = directory.path()}, sign_out_migrations());
    ASSERT_TRUE(opened.ok());
    ASSERT_TRUE(again.load((*opened)->db()).ok());
    EXPECT_FALSE(again.holds(
        {.subject = "ada", .expires_at = wall_now() + 1h, .issued_at = wall_now() - 1s}));
    EXPECT_TRUE(again.holds(
        {.subject = "ada", .expires_at = wall_now() + 1h, .issued_at = wall_now() + 2s}));
}

TEST_F(SignedOut, IsForgottenWhenNoTokenCanBeThatOld) {
    const auto days = [](int count) { return wall_now() - 24h * count; };
    const auto put = [&](const std::string& user, WallTime at) {
        ASSERT_TRUE(store
                        ->run_now([&](store::Transaction& transaction) {
                            return transaction.db()
                                .statement("INSERT INTO sign_outs (user, at_ms) VALUES (?, ?)")
                                .bind_all(std::string_view{user},
                                          std::int64_t{at.time_since_epoch().count()})
                                .run();
                        })
                        .ok());
    };
    put("old", days(402));
    put("not so old", days(400));
    store.reset();
    open();
    EXPECT_FALSE(holds("old", std::nullopt)) << "it is not looked at by itself";
    sign_out("ada");
    EXPECT_FALSE(holds("not so old", std::nullopt));
    EXPECT_TRUE(holds("old", std::nullopt));
    auto select = store->db().statement("SELECT count(*) FROM sign_outs");
    ASSERT_TRUE(select.step().ok());
    EXPECT_EQ(select.number(0), 2);
    sign_out("old");
    EXPECT_FALSE(holds("old", days(1))) << "again";
}

TEST_F(SignedOut, NoTokenIsOlderThanThat) {
    const auto judged = [&](std::optional<WallTime> issued_at, std::chrono::hours left) {
        return list.holds(
            {.subject = "ada", .expires_at = wall_now() + left, .issued_at = issued_at});
    };
    EXPECT_TRUE(judged(wall_now() - token_age_max + 1h, 24h * 5'000));
    EXPECT_FALSE(judged(wall_now() - token_age_max, 24h * 5'000));
    EXPECT_TRUE(judged(std::nullopt, token_age_max - 1h));
    EXPECT_FALSE(judged(std::nullopt, token_age_max + 1h));
    EXPECT_TRUE(list.holds(
        {.subject = "platform", .expires_at = wall_now() + 24h * 5'000, .service = true}));
}

TEST_F(SignedOut, TheBackEndIsNobodyOfTheSchool) {
    sign_out("platform");
    EXPECT_TRUE(
        list.holds({.subject = "platform", .expires_at = wall_now() + 1h, .service = true}));
}

}  // namespace
}  // namespace homeroom::campus
