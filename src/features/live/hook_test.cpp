// Which webhooks are the media server's, and what they say.
#include "features/live/hook.h"

#include <gtest/gtest.h>

#include "features/live/limits.h"
#include "outgoing/webhook.h"

namespace homeroom::features::live {
namespace {

using campus::Json;

const std::vector<std::string> keys{std::string(24, 'a'), std::string(24, 'b')};
const WallTime now = *parse_rfc3339("2026-11-23T12:00:00Z");
const std::string body = R"({"stream":"x","event":"started"})";

std::string outcome(const std::string& id, WallTime at, const std::string& key,
                    const std::string& said = body) {
    const std::string timestamp =
        std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
    const std::string signature =
        outgoing::webhook_signature({.id = id, .at = at, .body = body}, key);
    const auto checked = check_hook({id, timestamp, signature}, said, keys, now);
    return checked.ok() ? "ok" : std::string{to_string(checked.error().code)};
}

TEST(LiveHook, IsSignedWithOneOfTheKeys) {
    EXPECT_EQ(outcome("1", now, keys[0]), "ok");
    EXPECT_EQ(outcome("1", now, keys[1]), "ok");
    EXPECT_EQ(outcome("1", now, std::string(24, 'c')), "unauthenticated");
    EXPECT_EQ(outcome("1", now, keys[0], body + " "), "unauthenticated");
    EXPECT_EQ(outcome("", now, keys[0]), "unauthenticated");
    EXPECT_EQ(outcome(std::string(hook_id_bytes_max + 1, 'x'), now, keys[0]), "unauthenticated");
    const std::string seconds = "1763899200";
    EXPECT_FALSE(check_hook({"1", seconds, ""}, body, keys, now).ok());
    EXPECT_FALSE(check_hook({"1", seconds, "v1,"}, body, keys, now).ok());
    EXPECT_FALSE(check_hook({"1", "", "v1,x"}, body, keys, now).ok());
    EXPECT_FALSE(check_hook({"1", "-1", "v1,x"}, body, keys, now).ok());
    EXPECT_FALSE(check_hook({"1", "99999999999999999999", "v1,x"}, body, keys, now).ok());
    EXPECT_FALSE(check_hook({"1", seconds, "v1,x"}, body, {}, now).ok());
}

TEST(LiveHook, MayHaveSeveralSignatures) {
    const outgoing::WebhookMessage message{.id = "1", .at = now, .body = body};
    const std::string seconds =
        std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    const std::string both = outgoing::webhook_signature(message, std::string(24, 'z')) + " " +
                             outgoing::webhook_signature(message, keys[1]);
    EXPECT_TRUE(check_hook({"1", seconds, both}, body, keys, now).ok());
}

TEST(LiveHook, IsOfNow) {
    EXPECT_EQ(outcome("1", now - hook_age_max, keys[0]), "ok");
    EXPECT_EQ(outcome("1", now + hook_age_max, keys[0]), "ok");
    EXPECT_EQ(outcome("1", now - hook_age_max - 1s, keys[0]), "unauthenticated");
    EXPECT_EQ(outcome("1", now + hook_age_max + 1s, keys[0]), "unauthenticated");
}

TEST(LiveHook, SaysWhatHasHappened) {
    const auto lost = hook_of(
        {{"stream", "x"}, {"event", "lost"}, {"at", "2026-11-23T11:00:00Z"}, {"session", "s"}},
        now);
    ASSERT_TRUE(lost.ok());
    EXPECT_EQ(lost->stream, "x");
    EXPECT_EQ(lost->signal.what, Heard::lost);
    EXPECT_EQ(lost->signal.at, now - 1h);
    EXPECT_EQ(lost->signal.session, "s");
    EXPECT_EQ(hook_of({{"stream", "x"}, {"event", "ended"}}, now)->signal.at, now);
    EXPECT_EQ(hook_of({{"stream", "x"}, {"event", "viewers"}, {"count", 5}}, now)->viewers, 5);
    EXPECT_EQ(
        hook_of({{"stream", "x"}, {"event", "recording"}, {"url", "https://a/b"}}, now)->signal.url,
        "https://a/b");
}

// Of two words, the later one of a clock that is ahead would be the older one.
TEST(LiveHook, IsNeverOfLaterThanNow) {
    const auto ahead = hook_of(
        {{"stream", "x"}, {"event", "viewers"}, {"count", 5}, {"at", "2026-11-23T13:00:00Z"}}, now);
    EXPECT_EQ(ahead->signal.at, now);
}

TEST(LiveHook, NamesTheFieldThatIsWrong) {
    const auto field = [](const Json& said) {
        const auto hook = hook_of(said, now);
        return hook.ok() ? std::string{} : hook.error().field;
    };
    EXPECT_EQ(field(Json::object()), "stream");
    EXPECT_EQ(field({{"stream", 5}}), "stream");
    EXPECT_EQ(field({{"stream", "x"}}), "event");
    EXPECT_EQ(field({{"stream", "x"}, {"event", "exploded"}}), "event");
    EXPECT_EQ(field({{"stream", "x"}, {"event", "lost"}, {"at", "noon"}}), "at");
    EXPECT_EQ(field({{"stream", "x"}, {"event", "lost"}, {"session", 5}}), "session");
    EXPECT_EQ(field({{"stream", "x"}, {"event", "recording"}}), "url");
    EXPECT_EQ(field({{"stream", "x"}, {"event", "viewers"}}), "count");
    EXPECT_EQ(field({{"stream", "x"}, {"event", "viewers"}, {"count", -1}}), "count");
}

}  // namespace
}  // namespace homeroom::features::live
