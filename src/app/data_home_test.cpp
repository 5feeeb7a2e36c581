#include "app/data_home.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/roster_store.h"
#include "identity/token.h"
#include "store/test_temporary_directory.h"

namespace homeroom::app {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string good_secret(32, 'g');

class DataHome : public testing::Test {
protected:
    DataHome() { config.data = files.path() / "data"; }

    std::filesystem::path write(const std::string& name, const std::string& text) {
        std::ofstream{files.path() / name} << text;
        return files.path() / name;
    }
    Keys must() {
        auto keys = load_keys(config);
        EXPECT_TRUE(keys.ok()) << (keys.ok() ? "" : keys.error().message);
        return keys.ok() ? std::move(*keys) : Keys{};
    }
    // Whether the keys that are configured accept a token signed with this secret.
    static bool accepts(Keys keys, const std::string& secret) {
        const identity::Verifier verifier(std::move(keys.set), {});
        const auto token = identity::sign_token(
            secret, {.subject = "sam", .lifetime = std::chrono::hours{1}}, wall_now());
        return std::holds_alternative<identity::Claims>(verifier.verify(token, wall_now()));
    }
    // An error that names the key and keeps the secret to itself.
    void must_name(const std::string& key, const std::string& secret = "") {
        const auto keys = load_keys(config);
        ASSERT_FALSE(keys.ok());
        EXPECT_EQ(keys.error().field, key);
        EXPECT_THAT(keys.error().message, HasSubstr(key));
        if (!secret.empty()) {
            EXPECT_THAT(keys.error().message, Not(HasSubstr(secret)));
        }
    }

    store::TemporaryDirectory files;
    Config config;
};

TEST_F(DataHome, MakesItsOwnSecretOnceWhereNoKeyIsConfigured) {
    const Keys first = must();
    EXPECT_GE(first.own_secret.size(), 32U);
    EXPECT_EQ(first.signing_secret, first.own_secret);
    const Keys second = must();
    EXPECT_EQ(second.own_secret, first.own_secret);
    EXPECT_TRUE(accepts(must(), first.own_secret));
    namespace fs = std::filesystem;
    EXPECT_EQ(
        fs::status(config.data).permissions() & (fs::perms::group_all | fs::perms::others_all),
        fs::perms::none);
}

TEST_F(DataHome, TakesASecretFromTheConfiguration) {
    config.auth.secret = good_secret;
    EXPECT_EQ(must().signing_secret, good_secret);
    EXPECT_TRUE(accepts(must(), good_secret));
    EXPECT_FALSE(accepts(must(), must().own_secret));
}

TEST_F(DataHome, TakesASecretFromAFileWithoutItsLineEnd) {
    for (const char* end : {"", "\n", "\r\n", "\n\n"}) {
        config.auth.secret_file = write("secret", good_secret + end);
        EXPECT_EQ(must().signing_secret, good_secret);
        EXPECT_TRUE(accepts(must(), good_secret));
    }
}

TEST_F(DataHome, OpensTheDemosDoorWithTheOwnSecretBesideOthers) {
    config.auth.secret = good_secret;
    config.demo = true;
    EXPECT_TRUE(accepts(must(), good_secret));
    EXPECT_TRUE(accepts(must(), must().own_secret));
}

TEST_F(DataHome, NamesTheKeyThatIsWrong) {
    config.auth.secret = "too-short";
    must_name("auth.secret", "too-short");
    config.auth = {};
    config.auth.secret_file = write("secret", "also-short\n");
    must_name("auth.secret_file", "also-short");
    config.auth.secret_file = files.path() / "not-there";
    must_name("auth.secret_file");
    config.auth = {};
    config.auth.key_files = {write("no.pem", "this is no key")};
    must_name("auth.key_files");
    config.auth.key_files = {files.path() / "not-there.pem"};
    must_name("auth.key_files");
    config.auth = {};
    config.auth.jwks_file = write("jwks.json", "{");
    must_name("auth.jwks_file");
}

TEST_F(DataHome, ReadsTheKeysOfWebhooks) {
    const std::string one = "whsec_" + std::string(32, 'a');
    const std::string two = std::string(32, 'b');
    config.notifications.webhook_secrets = {one};
    EXPECT_EQ(load_webhook_keys(config).value().size(), 1U);
    config.notifications.webhook_secret_file = write("hook", two + "\n\n" + one + "\r\n");
    EXPECT_EQ(load_webhook_keys(config).value().size(), 3U);
    const auto refused_with = [&](const std::string& text) {
        config.notifications.webhook_secret_file = write("hook", text);
        const auto keys = load_webhook_keys(config);
        EXPECT_FALSE(keys.ok()) << text;
        if (keys.ok()) return std::string{};
        EXPECT_THAT(keys.error().message, Not(HasSubstr("too-short")));
        return keys.error().field;
    };
    EXPECT_EQ(refused_with(one + "\ntoo-short\n"), "notifications.webhook_secret_file");
    EXPECT_EQ(refused_with(one + "\n" + one + "\n" + one + "\n" + one + "\n"),
              "notifications.webhook_secrets");
    config.notifications.webhook_secrets = {};
    EXPECT_EQ(refused_with("\n"), "notifications.webhook_secret_file");
    config.notifications.webhook_secret_file = files.path() / "not-there";
    EXPECT_EQ(load_webhook_keys(config).error().field, "notifications.webhook_secret_file");
}

TEST_F(DataHome, ReadsTheSecretsOfLiveClasses) {
    EXPECT_TRUE(load_live_secrets(config).value().tickets.empty());
    const std::string ticket(32, 't');
    const std::string hook = "whsec_" + std::string(32, 'a');
    config.live.playback_secret_file = write("tickets", ticket + "\n\n" + ticket + "x\r\n");
    config.live.hook_secret_file = write("hooks", hook + "\n" + hook + "\n");
    const auto secrets = load_live_secrets(config);
    ASSERT_TRUE(secrets.ok());
    EXPECT_EQ(secrets->tickets, (std::vector{ticket, ticket + "x"}));
    EXPECT_EQ(secrets->hooks.size(), 2U);
    for (const char* bad : {"", "too-short\n"}) {
        config.live.hook_secret_file = write("hooks", bad);
        EXPECT_EQ(load_live_secrets(config).error().field, "live.hook_secret_file");
        config.live.playback_secret_file = write("tickets", bad);
        EXPECT_EQ(load_live_secrets(config).error().field, "live.playback_secret_file");
        config.live.playback_secret_file = write("tickets", ticket);
    }
    config.live.playback_secret_file = files.path() / "not-there";
    EXPECT_EQ(load_live_secrets(config).error().field, "live.playback_secret_file");
}

TEST_F(DataHome, OpensAStoreWithEveryFeaturesTables) {
    ASSERT_TRUE(load_keys(config).ok());
    for (int i = 0; i < 2; ++i) {
        auto store = open_store(config);
        ASSERT_TRUE(store.ok()) << store.error().message;
        for (const char* table : {"SELECT count(*) FROM users", "SELECT count(*) FROM posts",
                                  "SELECT count(*) FROM answered_requests"}) {
            EXPECT_TRUE((*store)->db().statement(table).step().ok()) << table;
        }
        EXPECT_TRUE(campus::load_roster((*store)->db()).ok());
    }
}

TEST_F(DataHome, FindsTheShareThatIsConfigured) {
    config.share = "/somewhere";
    EXPECT_EQ(find_share(config), "/somewhere");
    config.share.clear();
    EXPECT_EQ(find_share(config).filename(), "homeroom");
}

}  // namespace
}  // namespace homeroom::app
