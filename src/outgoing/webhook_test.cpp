#include "outgoing/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace homeroom::outgoing {
namespace {

using testing::ElementsAre;

constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const WallTime at{std::chrono::seconds{1614265330}};

// The vector of the libraries that check such signatures.
TEST(Webhook, IsSignedAsTheLibrariesCheckIt) {
    const auto key = webhook_key(secret);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(
        webhook_signature(
            {.id = "msg_p5jXN8AQM9LWM0D4loKWxJek", .at = at, .body = R"({"test": 2432232314})"},
            *key),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Webhook, HasOneSignatureAKey) {
    const std::vector<std::string> keys{std::string(24, 'a'), std::string(24, 'b')};
    const WebhookMessage message{.id = "one", .at = at, .body = "{}"};
    EXPECT_THAT(webhook_headers(message, keys),
                ElementsAre("webhook-id: one", "webhook-timestamp: 1614265330",
                            "webhook-signature: " + webhook_signature(message, keys[0]) + " " +
                                webhook_signature(message, keys[1])));
}

TEST(Webhook, DependsOnAllThatIsSigned) {
    const std::string key(32, 'k');
    const WebhookMessage message{.id = "one", .at = at, .body = "{}"};
    const auto signature = webhook_signature(message, key);
    EXPECT_NE(webhook_signature({.id = "two", .at = at, .body = "{}"}, key), signature);
    EXPECT_NE(
        webhook_signature({.id = "one", .at = at + std::chrono::seconds{1}, .body = "{}"}, key),
        signature);
    EXPECT_NE(webhook_signature({.id = "one", .at = at, .body = "{} "}, key), signature);
    EXPECT_NE(webhook_signature(message, std::string(32, 'l')), signature);
}

TEST(Webhook, HoldsByAnyOfItsSignaturesAndKeys) {
    const std::vector<std::string> keys{std::string(24, 'a'), std::string(24, 'b')};
    const WebhookMessage message{.id = "one", .at = at, .body = "{}"};
    const std::string first = webhook_signature(message, keys[0]);
    const std::string second = webhook_signature(message, keys[1]);
    for (const std::string& good : {first, second, "v1,x " + second, first + " v2,y"})
        EXPECT_TRUE(webhook_holds(message, good, keys)) << good;
    for (const std::string& bad : {std::string{}, std::string{" "}, first + "x", first.substr(1),
                                   first + second, "v1," + second})
        EXPECT_FALSE(webhook_holds(message, bad, keys)) << bad;
    EXPECT_FALSE(webhook_holds(message, first, {}));
}

TEST(Webhook, SecretsAreOfAGivenForm) {
    const auto of = [](std::size_t bytes) { return base64::encode(std::string(bytes, '\xff')); };
    for (const auto& good : {of(24), of(64), "whsec_" + of(33)}) {
        ASSERT_TRUE(webhook_key(good).ok()) << good;
    }
    EXPECT_EQ(*webhook_key(of(24)), std::string(24, '\xff'));
    for (const std::string& bad : {std::string{}, std::string{"whsec_"}, of(23), of(65),
                                   std::string{"not base64, but long enough to be a key!"}}) {
        const auto key = webhook_key(bad);
        ASSERT_FALSE(key.ok()) << bad;
        const bool quotable = bad.size() > 8;
        EXPECT_FALSE(quotable && key.error().message.find(bad) != std::string::npos) << bad;
    }
}

TEST(Webhook, UrlsAreHttpAlone) {
    for (const char* url :
         {"http://localhost:8080/hook", "https://push.example/x?y=1", "https://push.example"})
        EXPECT_TRUE(is_webhook_url(url)) << url;
    for (const char* url : {"", "push.example", "file:///etc/passwd", "ftp://x/", "http://",
                            "http:///x", "https://user@host/", "https://host/#x", "http://ho st/",
                            "gopher://x", "http://:80/", "HTTPS://host"})
        EXPECT_FALSE(is_webhook_url(url)) << url;
}

}  // namespace
}  // namespace homeroom::outgoing
