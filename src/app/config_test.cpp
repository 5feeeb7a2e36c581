#include "app/config.h"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_temporary_directory.h"

namespace homeroom::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Every test starts without any HOMEROOM_… in the environment, and leaves none.
class ConfigTest : public testing::Test {
protected:
    ConfigTest() { clear_environment(); }
    ~ConfigTest() override { clear_environment(); }

    static void clear_environment() {
        std::vector<std::string> names;
        for (char** entry = environ; *entry != nullptr; ++entry) {
            const std::string_view text{*entry};
            if (text.starts_with("HOMEROOM_")) names.emplace_back(text.substr(0, text.find('=')));
        }
        for (const std::string& name : names) unsetenv(name.c_str());
    }
    static void set(const std::string& name, const std::string& value) {
        setenv(name.c_str(), value.c_str(), 1);
    }

    std::filesystem::path write(const std::string& toml) {
        const auto path = files.path() / "homeroom.toml";
        std::ofstream{path} << toml;
        return path;
    }
    Config must(const std::filesystem::path& file = {}) {
        auto config = load_config(file);
        EXPECT_TRUE(config.ok()) << (config.ok() ? "" : config.error().message);
        return config.ok() ? *config : Config{};
    }
    // The key that the error names.
    static std::string refusal(const std::filesystem::path& file = {}) {
        const auto config = load_config(file);
        if (config.ok()) return "accepted";
        EXPECT_EQ(config.error().code, Code::invalid);
        EXPECT_THAT(config.error().message, HasSubstr(config.error().field));
        return config.error().field;
    }

    store::TemporaryDirectory files;
};

struct KeyCase {
    std::string name;  // "server.port"
    std::string toml;  // a good value, as the file has it
    std::string text;  // the same, as the environment has it
    std::function<bool(const Config&)> holds;
    std::vector<std::string> bad_toml;
    std::vector<std::string> bad_text;

    std::string in_file(const std::string& value) const {
        const auto dot = name.find('.');
        if (dot == std::string::npos) return name + " = " + value + "\n";
        return "[" + name.substr(0, dot) + "]\n" + name.substr(dot + 1) + " = " + value + "\n";
    }
    std::string in_environment() const {
        std::string variable = "HOMEROOM_";
        for (const char c : name) variable += c == '.' ? '_' : static_cast<char>(std::toupper(c));
        return variable;
    }
};

const std::vector<KeyCase>& key_cases() {
    const std::vector<std::string> no_port{"-1",   "65536",  "1.5", "\"http\"",
                                           "true", "[8080]", "{}"};
    const std::vector<std::string> no_port_text{"",    "-1",  "65536", "1.5", "http",
                                                " 80", "80 ", "0x50",  "+80"};
    const std::vector<std::string> no_duration{
        "25",     "\"25\"",           "\"s\"", "\"0s\"", "\"-1s\"", "\"1.5s\"", "\"1 s\"",
        "\"1w\"", "\"99999999999s\"", "true",  "[]"};
    const std::vector<std::string> no_duration_text{"",     "25",  "s",  "0s",          "-1s",
                                                    "1.5s", "1 s", "1w", "99999999999s"};
    static const std::vector<KeyCase> list{
        {"data",
         "\"/srv/h\"",
         "/srv/h",
         [](const Config& c) { return c.data == "/srv/h"; },
         {"\"\"", "[]"},
         {""}},
        {"share",
         "\"/srv/s\"",
         "/srv/s",
         [](const Config& c) { return c.share == "/srv/s"; },
         {"\"\"", "[]"},
         {""}},
        {"demo",
         "true",
         "true",
         [](const Config& c) { return c.demo; },
         {"1", "\"yes\"", "[]"},
         {"", "1", "TRUE"}},
        {"log_level",
         "\"warn\"",
         "warn",
         [](const Config& c) { return c.log_level == "warn"; },
         {"\"loud\"", "\"\"", "1"},
         {"", "loud", "WARN"}},
        {"server.host",
         "\"::1\"",
         "::1",
         [](const Config& c) { return c.server.host == "::1"; },
         {"[]", "{}"},
         {}},
        {"server.port", "81", "81", [](const Config& c) { return c.server.port == 81; }, no_port,
         no_port_text},
        {"server.admin_host",
         "\"::1\"",
         "::1",
         [](const Config& c) { return c.server.admin_host == "::1"; },
         {"[]"},
         {}},
        {"server.admin_port", "82", "82", [](const Config& c) { return c.server.admin_port == 82; },
         no_port, no_port_text},
        {"server.loops",
         "3",
         "3",
         [](const Config& c) { return c.server.loops == 3; },
         {"-1", "65", "1.5"},
         {"", "x"}},
        {"server.cors_origins",
         R"(["https://a", "https://b"])",
         "https://a,https://b",
         [](const Config& c) {
             return c.server.cors_origins == std::vector<std::string>{"https://a", "https://b"};
         },
         {"\"https://a\"", "[[]]", "5", R"(["a"])", R"(["https://a/"])", R"(["://a"])",
          R"(["https://"])", R"(["https://A"])"},
         {"a", "https://a/b"}},
        {"server.connections_max",
         "5",
         "5",
         [](const Config& c) { return c.server.connections_max == 5; },
         {"0", "-1", "\"many\""},
         {"", "0", "1e3"}},
        {"server.connections_per_user_max",
         "6",
         "6",
         [](const Config& c) { return c.server.connections_per_user_max == 6; },
         {"0", "-1"},
         {"", "0"}},
        {"server.requests_per_second",
         "7.5",
         "7.5",
         [](const Config& c) { return c.server.requests_per_second == 7.5; },
         {"0", "-1", "nan", "inf"},
         {"", "0", "-1", "nan", "inf", "x"}},
        {"server.requests_burst",
         "8",
         "8",
         [](const Config& c) { return c.server.requests_burst == 8; },
         {"0", "nan"},
         {"", "0.5", "nan"}},
        {"server.ping_interval", "\"40s\"", "40s",
         [](const Config& c) { return c.server.ping_interval == 40s; }, no_duration,
         no_duration_text},
        {"server.ping_timeout", "\"250ms\"", "250ms",
         [](const Config& c) { return c.server.ping_timeout == 250ms; }, no_duration,
         no_duration_text},
        {"server.message_bytes_max",
         "2048",
         "2048",
         [](const Config& c) { return c.server.message_bytes_max == 2048; },
         {"1023", "100000001"},
         {"", "1023", "1MB"}},
        {"server.send_queue_bytes_max",
         "9000000",
         "9000000",
         [](const Config& c) { return c.server.send_queue_bytes_max == 9'000'000; },
         {"4095", "-1", "1000000001"},
         {"", "4095"}},
        {"server.allow_eio3",
         "true",
         "true",
         [](const Config& c) { return c.server.allow_eio3 == true; },
         {"1", "[]"},
         {"", "1"}},
        {"server.http_compression",
         "false",
         "false",
         [](const Config& c) { return c.server.http_compression == false; },
         {"1", "[]"},
         {"", "1"}},
        {"server.message_deflate",
         "true",
         "true",
         [](const Config& c) { return c.server.message_deflate == true; },
         {"1", "[]"},
         {"", "1"}},
        {"limits.connections_per_address",
         "2000",
         "2000",
         [](const Config& c) { return c.limits.connections_per_address == 2000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.handshakes_per_second",
         "7.5",
         "7.5",
         [](const Config& c) { return c.limits.handshakes_per_second == 7.5; },
         {"0", "nan"},
         {"", "0", "x"}},
        {"limits.handshakes_burst",
         "7.5",
         "7.5",
         [](const Config& c) { return c.limits.handshakes_burst == 7.5; },
         {"0", "nan"},
         {"", "0", "x"}},
        {"limits.returns_per_second",
         "7.5",
         "7.5",
         [](const Config& c) { return c.limits.returns_per_second == 7.5; },
         {"0", "nan"},
         {"", "0", "x"}},
        {"limits.sessions_per_loop",
         "2000",
         "2000",
         [](const Config& c) { return c.limits.sessions_per_loop == 2000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.header_bytes",
         "2000",
         "2000",
         [](const Config& c) { return c.limits.header_bytes == 2000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.header_count",
         "2000",
         "2000",
         [](const Config& c) { return c.limits.header_count == 2000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.request_time", "\"40s\"", "40s",
         [](const Config& c) { return c.limits.request_time == 40s; }, no_duration,
         no_duration_text},
        {"limits.unjoined_time", "\"40s\"", "40s",
         [](const Config& c) { return c.limits.unjoined_time == 40s; }, no_duration,
         no_duration_text},
        {"limits.unjoined_message_bytes",
         "20000",
         "20000",
         [](const Config& c) { return c.limits.unjoined_message_bytes == 20000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.fragments",
         "2000",
         "2000",
         [](const Config& c) { return c.limits.fragments == 2000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.attachments",
         "7",
         "7",
         [](const Config& c) { return c.limits.attachments == 7; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.attachment_bytes",
         "2000",
         "2000",
         [](const Config& c) { return c.limits.attachment_bytes == 2000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.attachment_time", "\"40s\"", "40s",
         [](const Config& c) { return c.limits.attachment_time == 40s; }, no_duration,
         no_duration_text},
        {"limits.json_depth",
         "64",
         "64",
         [](const Config& c) { return c.limits.json_depth == 64; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.json_values",
         "2000",
         "2000",
         [](const Config& c) { return c.limits.json_values == 2000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.namespaces",
         "5",
         "5",
         [](const Config& c) { return c.limits.namespaces == 5; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"limits.pending_acks",
         "2000",
         "2000",
         [](const Config& c) { return c.limits.pending_acks == 2000; },
         {"-1", "1.5"},
         {"", "-1", "x"}},
        {"auth.secret",
         "\"s\"",
         "s",
         [](const Config& c) { return c.auth.secret == "s"; },
         {"[]"},
         {}},
        {"auth.secret_file",
         "\"/s\"",
         "/s",
         [](const Config& c) { return c.auth.secret_file == "/s"; },
         {"\"\""},
         {""}},
        {"auth.key_files",
         R"(["/a.pem", "/b.pem"])",
         "/a.pem,/b.pem",
         [](const Config& c) {
             return c.auth.key_files == std::vector<std::filesystem::path>{"/a.pem", "/b.pem"};
         },
         {"\"/a.pem\"", "{}"},
         {}},
        {"auth.jwks_file",
         "\"/j\"",
         "/j",
         [](const Config& c) { return c.auth.jwks_file == "/j"; },
         {"\"\""},
         {""}},
        {"auth.issuer",
         "\"i\"",
         "i",
         [](const Config& c) { return c.auth.issuer == "i"; },
         {"[]"},
         {}},
        {"auth.audience",
         "\"a\"",
         "a",
         [](const Config& c) { return c.auth.audience == "a"; },
         {"[]"},
         {}},
        {"store.durability",
         "\"normal\"",
         "normal",
         [](const Config& c) { return c.store.durability == "normal"; },
         {"\"off\"", "1"},
         {"", "off"}},
        {"store.check",
         "\"full\"",
         "full",
         [](const Config& c) { return c.store.check == "full"; },
         {"\"some\"", "true"},
         {"", "OFF"}},
        {"store.postgres",
         "\"dbname=school\"",
         "dbname=school",
         [](const Config& c) { return c.store.postgres == "dbname=school"; },
         {"[]"},
         {}},
        {"store.statement_timeout", "\"5s\"", "5s",
         [](const Config& c) { return c.store.statement_timeout == 5s; }, no_duration,
         no_duration_text},
        {"store.keep_events", "\"7d\"", "7d",
         [](const Config& c) { return c.store.keep_events == 168h; }, no_duration,
         no_duration_text},
        {"store.keep_bytes",
         "1000000",
         "1000000",
         [](const Config& c) { return c.store.keep_bytes == 1'000'000; },
         {"-1", "\"much\"", "1.5"},
         {"", "-1", "1GB"}},
        {"store.keep_at_least", "\"40s\"", "40s",
         [](const Config& c) { return c.store.keep_at_least == 40s; }, no_duration,
         no_duration_text},
        {"grades.guardians",
         "true",
         "true",
         [](const Config& c) { return c.grades.guardians; },
         {"1", "\"grades\"", "[]"},
         {"", "1", "grades"}},
        {"announcements.guardians",
         "true",
         "true",
         [](const Config& c) { return c.announcements.guardians; },
         {"1", "[]"},
         {"", "1"}},
        {"groups.create",
         "\"staff\"",
         "staff",
         [](const Config& c) { return c.groups.create == "staff"; },
         {"true", "\"all\""},
         {"", "all"}},
        {"groups.secret",
         "\"nobody\"",
         "nobody",
         [](const Config& c) { return c.groups.secret == "nobody"; },
         {"false", "\"students\""},
         {"", "students"}},
        {"presence.last_seen",
         "\"members\"",
         "members",
         [](const Config& c) { return c.presence.last_seen == "members"; },
         {"\"everyone\"", "1"},
         {"", "everyone"}},
        {"study.grace", "\"30s\"", "30s", [](const Config& c) { return c.study.grace == 30s; },
         no_duration, no_duration_text},
        {"notifications.webhook_secrets",
         "[\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"]",
         "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
         [](const Config& c) { return c.notifications.webhook_secrets.size() == 1; },
         {"\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"", "[\"short\"]", "[1]", "1"},
         {"short"}},
        {"notifications.webhook_secret_file",
         "\"/etc/hook\"",
         "/etc/hook",
         [](const Config& c) { return c.notifications.webhook_secret_file == "/etc/hook"; },
         {"\"\"", "[]"},
         {""}},
        {"notifications.push_delay", "\"90s\"", "90s",
         [](const Config& c) { return c.notifications.push_delay == 90s; }, no_duration,
         no_duration_text},
        {"notifications.mail_delay", "\"90s\"", "90s",
         [](const Config& c) { return c.notifications.mail_delay == 90s; }, no_duration,
         no_duration_text},
        {"notifications.webhook_timeout", "\"90s\"", "90s",
         [](const Config& c) { return c.notifications.webhook_timeout == 90s; }, no_duration,
         no_duration_text},
        {"notifications.webhook_retry", "\"90s\"", "90s",
         [](const Config& c) { return c.notifications.webhook_retry == 90s; }, no_duration,
         no_duration_text},
        {"notifications.webhook_attempts",
         "3",
         "3",
         [](const Config& c) { return c.notifications.webhook_attempts == 3; },
         {"0", "101", "1.5", "\"many\""},
         {"", "0", "101", "many"}},
        {"calls.rooms",
         "\"everybody\"",
         "everybody",
         [](const Config& c) { return c.calls.rooms == "everybody"; },
         {"true", "\"students\""},
         {"", "students"}},
        {"calls.members",
         "12",
         "12",
         [](const Config& c) { return c.calls.members == 12; },
         {"1", "65", "\"many\""},
         {"", "0", "65"}},
        {"calls.ring", "\"90s\"", "90s", [](const Config& c) { return c.calls.ring == 90s; },
         no_duration, no_duration_text},
        {"live.ticket_time",
         "\"90s\"",
         "90s",
         [](const Config& c) { return c.live.ticket_time == 90s; },
         {"\"19s\"", "\"6m\"", "90"},
         {"", "19s", "6m"}},
        {"live.publish_time",
         "\"90s\"",
         "90s",
         [](const Config& c) { return c.live.publish_time == 90s; },
         {"\"19s\"", "\"13h\"", "90"},
         {"", "19s", "13h"}},
        {"live.reminder", "\"90s\"", "90s", [](const Config& c) { return c.live.reminder == 90s; },
         no_duration, no_duration_text},
        {"live.interrupted_after", "\"90s\"", "90s",
         [](const Config& c) { return c.live.interrupted_after == 90s; }, no_duration,
         no_duration_text},
        {"live.ended_after", "\"90s\"", "90s",
         [](const Config& c) { return c.live.ended_after == 90s; }, no_duration, no_duration_text},
        {"live.joins_per_second",
         "50.5",
         "50.5",
         [](const Config& c) { return c.live.joins_per_second == 50.5; },
         {"0", "\"many\"", "nan"},
         {"", "0", "many"}},
        {"live.viewers",
         "false",
         "false",
         [](const Config& c) { return !c.live.viewers; },
         {"1", "\"no\"", "[]"},
         {"", "1", "no"}},
        {"live.playback_secret_file",
         "\"/etc/tickets\"",
         "/etc/tickets",
         [](const Config& c) { return c.live.playback_secret_file == "/etc/tickets"; },
         {"\"\"", "[]"},
         {""}},
        {"live.hook_secret_file",
         "\"/etc/hooks\"",
         "/etc/hooks",
         [](const Config& c) { return c.live.hook_secret_file == "/etc/hooks"; },
         {"\"\"", "[]"},
         {""}},
        {"retention.live", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.live == 365 * 24h; }, no_duration,
         no_duration_text},
        {"calls.grace", "\"90s\"", "90s", [](const Config& c) { return c.calls.grace == 90s; },
         no_duration, no_duration_text},
        {"calls.recording",
         "true",
         "true",
         [](const Config& c) { return c.calls.recording; },
         {"1", "\"staff\""},
         {"", "1"}},
        {"calls.hide_addresses",
         "\"nobody\"",
         "nobody",
         [](const Config& c) { return c.calls.hide_addresses == "nobody"; },
         {"true", "\"minors\""},
         {"", "minors"}},
        {"calls.stun_urls",
         "[\"stun:a:3478\"]",
         "stun:a:3478",
         [](const Config& c) { return c.calls.stun_urls.size() == 1; },
         {"\"stun:a\"", "[\"turn:a\"]", "[1]"},
         {"turn:a", "stun:"}},
        {"calls.turn_secrets",
         "[\"sixteen-and-more-of-them\"]",
         "sixteen-and-more-of-them",
         [](const Config& c) { return c.calls.turn_secrets.size() == 1; },
         {"\"sixteen-and-more-of-them\"", "[\"short\"]", "1"},
         {"short"}},
        {"calls.turn_secret_file",
         "\"/etc/turn\"",
         "/etc/turn",
         [](const Config& c) { return c.calls.turn_secret_file == "/etc/turn"; },
         {"\"\"", "[]"},
         {""}},
        {"calls.turn_time", "\"90s\"", "90s",
         [](const Config& c) { return c.calls.turn_time == 90s; }, no_duration, no_duration_text},
        {"calls.janus_url",
         "\"http://127.0.0.1:8088/janus\"",
         "https://janus",
         [](const Config& c) { return c.calls.janus_url.starts_with("http"); },
         {"\"127.0.0.1:8088\"", "\"http://a/?x=1\"", "1"},
         {"", "ws://127.0.0.1"}},
        {"calls.janus_secret",
         "\"sixteen-and-more-of-them\"",
         "sixteen-and-more-of-them",
         [](const Config& c) { return c.calls.janus_secret.size() == 24; },
         {"\"short\"", "1"},
         {"", "short"}},
        {"calls.janus_admin_key",
         "\"sixteen-and-more-of-them\"",
         "sixteen-and-more-of-them",
         [](const Config& c) { return c.calls.janus_admin_key.size() == 24; },
         {"\"short\"", "1"},
         {"", "short"}},
        {"calls.janus_secret_file",
         "\"/etc/janus-secrets\"",
         "/etc/janus-secrets",
         [](const Config& c) { return c.calls.janus_secret_file == "/etc/janus-secrets"; },
         {"\"\"", "[]"},
         {""}},
        {"calls.livekit_url",
         "\"wss://media\"",
         "ws://media",
         [](const Config& c) { return c.calls.livekit_url.ends_with("//media"); },
         {"\"https://media\"", "1"},
         {"", "media"}},
        {"calls.livekit_api_url",
         "\"http://media\"",
         "https://media",
         [](const Config& c) { return c.calls.livekit_api_url.ends_with("//media"); },
         {"\"wss://media\"", "1"},
         {"", "media"}},
        {"calls.livekit_secret",
         "\"sixteen-and-more-of-them\"",
         "sixteen-and-more-of-them",
         [](const Config& c) { return c.calls.livekit_secret.size() == 24; },
         {"\"short\"", "1"},
         {"", "short"}},
        {"calls.livekit_secret_file",
         "\"/etc/livekit\"",
         "/etc/livekit",
         [](const Config& c) { return c.calls.livekit_secret_file == "/etc/livekit"; },
         {"\"\"", "[]"},
         {""}},
        {"calls.livekit_time", "\"90s\"", "90s",
         [](const Config& c) { return c.calls.livekit_time == 90s; }, no_duration,
         no_duration_text},
        {"calls.video_bitrate",
         "800000",
         "800000",
         [](const Config& c) { return c.calls.video_bitrate == 800'000; },
         {"63999", "20000001", "\"much\""},
         {"", "0", "much"}},
        {"retention.calls", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.calls == 365 * 24h; }, no_duration,
         no_duration_text},
        {"kafka.brokers",
         "[\"one:9092\", \"two:9092\"]",
         "one:9092,two:9092",
         [](const Config& c) { return c.kafka.brokers.size() == 2; },
         {"\"one:9092\"", "[\"one\"]", "[1]", "[\":9092\"]"},
         {"one", ":9092"}},
        {"kafka.properties",
         "[\"linger.ms=7\"]",
         "linger.ms=7",
         [](const Config& c) { return c.kafka.properties.size() == 1; },
         {"\"linger.ms=7\"", "[\"linger.ms\"]", "[\"=7\"]"},
         {"linger.ms", "=7"}},
        {"kafka.events_topic",
         "\"school.events\"",
         "school.events",
         [](const Config& c) { return c.kafka.events_topic == "school.events"; },
         {"\"\"", "[]"},
         {""}},
        {"kafka.commands_topic",
         "\"school.commands\"",
         "school.commands",
         [](const Config& c) { return c.kafka.commands_topic == "school.commands"; },
         {"\"\"", "[]"},
         {""}},
        {"kafka.commands_as",
         "\"\"",
         "",
         [](const Config& c) { return c.kafka.commands_as == ""; },
         {"[]"},
         {std::string(250, 'x')}},
        {"kafka.group",
         "\"north\"",
         "north",
         [](const Config& c) { return c.kafka.group == "north"; },
         {"\"\"", "[]"},
         {""}},
        {"kafka.source",
         "\"/north\"",
         "/north",
         [](const Config& c) { return c.kafka.source == "/north"; },
         {"\"\"", "[]"},
         {""}},
        {"kafka.drain_rate",
         "100",
         "100",
         [](const Config& c) { return c.kafka.drain_rate == 100; },
         {"0", "\"fast\"", "nan"},
         {"", "0", "fast"}},
        {"kafka.backlog_bytes_max",
         "1000000",
         "1000000",
         [](const Config& c) { return c.kafka.backlog_bytes_max == 1'000'000; },
         {"0", "-1", "\"1G\""},
         {"", "0", "1G"}},
        {"kafka.degraded_after", "\"90s\"", "90s",
         [](const Config& c) { return c.kafka.degraded_after == 90s; }, no_duration,
         no_duration_text},
        {"kafka.stop_wait", "\"90s\"", "90s",
         [](const Config& c) { return c.kafka.stop_wait == 90s; }, no_duration, no_duration_text},
        {"retention.posts", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.posts == 365 * 24h; }, no_duration,
         no_duration_text},
        {"retention.messages", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.messages == 365 * 24h; }, no_duration,
         no_duration_text},
        {"retention.announcements", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.announcements == 365 * 24h; }, no_duration,
         no_duration_text},
        {"retention.notifications", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.notifications == 365 * 24h; }, no_duration,
         no_duration_text},
        {"retention.presence", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.presence == 365 * 24h; }, no_duration,
         no_duration_text},
        {"retention.study", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.study == 365 * 24h; }, no_duration,
         no_duration_text},
        {"retention.documents", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.documents == 365 * 24h; }, no_duration,
         no_duration_text},
        {"retention.connections", "\"365d\"", "365d",
         [](const Config& c) { return c.retention.connections == 365 * 24h; }, no_duration,
         no_duration_text},
        {"retention.audit", "\"forever\"", "forever",
         [](const Config& c) { return !c.retention.audit; }, no_duration, no_duration_text},
        {"roster.removed_share_max",
         "0.5",
         "0.5",
         [](const Config& c) { return c.roster.removed_share_max == 0.5; },
         {"1.1", "-0.1", "nan", "\"10%\""},
         {"", "10%", "nan", "2"}},
        {"roster.time_zone",
         "\"Asia/Kathmandu\"",
         "Asia/Kathmandu",
         [](const Config& c) { return c.roster.time_zone == "Asia/Kathmandu"; },
         {"1", "\"Atlantis\"", "\"+02:00\""},
         {"Atlantis", "+02:00"}},
        {"messages.peers",
         "false",
         "false",
         [](const Config& c) { return !c.messages.peers; },
         {"1", "\"no\"", "[]"},
         {"", "0", "FALSE"}},
        {"messages.staff",
         "false",
         "false",
         [](const Config& c) { return !c.messages.staff; },
         {"1", "\"no\"", "[]"},
         {"", "0", "FALSE"}},
        {"messages.institution",
         "true",
         "true",
         [](const Config& c) { return c.messages.institution; },
         {"1", "\"yes\"", "[]"},
         {"", "1", "TRUE"}},
        {"messages.supervised",
         "\"students\"",
         "students",
         [](const Config& c) { return c.messages.supervised == "students"; },
         {"true", "\"\"", "\"all\"", "1"},
         {"", "all", "STUDENTS"}},
    };
    return list;
}

TEST_F(ConfigTest, HasDefaults) {
    const Config config = must();
    EXPECT_EQ(config.data, "./homeroom-data");
    EXPECT_FALSE(config.demo);
    EXPECT_EQ(config.server.port, 8080);
    EXPECT_EQ(config.server.admin_port, 9090);
    EXPECT_EQ(config.store.durability, "full");
    EXPECT_EQ(config.store.check, "quick");
    EXPECT_EQ(config.store.postgres, "");
    EXPECT_EQ(config.store.statement_timeout, 10s);
    EXPECT_EQ(config.store.keep_events, 720h);
    for (const auto& key : key_cases()) EXPECT_FALSE(key.holds(config)) << key.name;
}

TEST_F(ConfigTest, TakesEveryKeyFromTheFile) {
    for (const auto& key : key_cases())
        EXPECT_TRUE(key.holds(must(write(key.in_file(key.toml))))) << key.name;
}

TEST_F(ConfigTest, TakesEveryKeyFromTheEnvironment) {
    for (const auto& key : key_cases()) {
        set(key.in_environment(), key.text);
        EXPECT_TRUE(key.holds(must())) << key.name;
        clear_environment();
    }
}

TEST_F(ConfigTest, NamesTheKeyOfABadValue) {
    for (const auto& key : key_cases()) {
        for (const auto& bad : key.bad_toml) {
            EXPECT_EQ(refusal(write(key.in_file(bad))), key.name) << bad;
        }
        for (const auto& bad : key.bad_text) {
            set(key.in_environment(), bad);
            EXPECT_EQ(refusal(), key.in_environment()) << bad;
            clear_environment();
        }
    }
}

TEST_F(ConfigTest, NamesUnknownKeys) {
    EXPECT_EQ(refusal(write("prot = 1")), "prot");
    EXPECT_EQ(refusal(write("[server]\nprot = 1")), "server.prot");
    EXPECT_EQ(refusal(write("[sever]\nport = 1")), "sever.port");
    EXPECT_EQ(refusal(write("port = 1")), "port");
    EXPECT_EQ(refusal(write("[server.port]\nx = 1")), "server.port");
    EXPECT_EQ(refusal(write("[data]\nx = 1")), "data.x");
    EXPECT_EQ(refusal(write("server = 5")), "server");
    for (const char* name :
         {"HOMEROOM_PORT", "HOMEROOM_", "HOMEROOM_SERVER.PORT", "HOMEROOM_server_port"}) {
        set(name, "1");
        EXPECT_EQ(refusal(), name);
        clear_environment();
    }
    set("HOMEROOM", "1");
    EXPECT_EQ(refusal(), "accepted");
    unsetenv("HOMEROOM");
}

TEST_F(ConfigTest, RefusesASectionThatIsNone) {
    // A section that is empty says nothing of any key, but its name is wrong all the same.
    EXPECT_EQ(refusal(write("[sever]\n")), "sever");
    EXPECT_EQ(refusal(write("[server]\n")), "accepted");
}

TEST_F(ConfigTest, LetsTheEnvironmentWin) {
    const auto file =
        write("[server]\nport = 1001\nadmin_port = 1002\ncors_origins = [\"https://file\"]\n");
    set("HOMEROOM_SERVER_PORT", "2001");
    set("HOMEROOM_SERVER_CORS_ORIGINS", "https://environment");
    const Config config = must(file);
    EXPECT_EQ(config.server.port, 2001);
    EXPECT_EQ(config.server.admin_port, 1002);
    EXPECT_THAT(config.server.cors_origins, ElementsAre("https://environment"));
    EXPECT_EQ(config.server.host, "127.0.0.1");
}

TEST_F(ConfigTest, TakesAnEmptyListForNone) {
    set("HOMEROOM_SERVER_CORS_ORIGINS", "");
    set("HOMEROOM_AUTH_KEY_FILES", "");
    const Config config = must(write("[server]\ncors_origins = [\"https://file\"]\n"));
    EXPECT_THAT(config.server.cors_origins, IsEmpty());
    EXPECT_THAT(config.auth.key_files, IsEmpty());
}

TEST_F(ConfigTest, ChecksWhatOnlyMakesSenseTogether) {
    EXPECT_EQ(refusal(write("[server]\nport = 7000\nadmin_port = 7000\n")), "server.admin_port");
    EXPECT_EQ(refusal(write("[server]\nport = 0\nadmin_port = 0\n")), "accepted");
    EXPECT_EQ(
        refusal(write("[server]\nport = 7000\nadmin_port = 7000\nadmin_host = \"127.0.0.2\"\n")),
        "accepted");
    EXPECT_EQ(refusal(write("[server]\nping_interval = \"20s\"\n")), "server.ping_timeout");
    EXPECT_EQ(refusal(write("[server]\nmessage_bytes_max = 5000\nsend_queue_bytes_max = 9999\n")),
              "server.send_queue_bytes_max");
    EXPECT_EQ(refusal(write("[server]\nmessage_bytes_max = 5000\nsend_queue_bytes_max = 10000\n")),
              "accepted");
}

TEST_F(ConfigTest, AsksKafkasLibraryAboutItsProperties) {
    const auto with = [&](const std::string& property) {
        return refusal(
            write("[kafka]\nbrokers = [\"one:9092\"]\nproperties = [\"" + property + "\"]\n"));
    };
    EXPECT_EQ(with("linger.ms=7"), "accepted");
    EXPECT_EQ(with("no.such.property=7"), "kafka.properties");
    EXPECT_EQ(with("linger.ms=soon"), "kafka.properties");
}

TEST_F(ConfigTest, TakesWebhooksWithASecretAlone) {
    const std::string secret = "webhook_secrets = [\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"]\n";
    for (const std::string key : {"push_url", "mail_url"}) {
        const auto with = [&](const std::string& url, const std::string& more) {
            return refusal(write("[notifications]\n" + key + " = \"" + url + "\"\n" + more));
        };
        EXPECT_EQ(with("https://push.example/x", ""), "notifications.webhook_secrets");
        EXPECT_EQ(with("https://push.example/x", secret), "accepted");
        EXPECT_EQ(with("http://127.0.0.1:9/", "webhook_secret_file = \"/etc/hook\"\n"), "accepted");
        EXPECT_EQ(with("", ""), "accepted");
        for (const char* bad : {"push.example", "file:///etc/passwd", "ftp://push.example/"})
            EXPECT_EQ(with(bad, secret), "notifications." + key) << bad;
    }
}

TEST_F(ConfigTest, TakesRelaysWithASecretAlone) {
    set("HOMEROOM_CALLS_TURN_URLS", "turn:a:3478,turns:a:443?transport=tcp");
    EXPECT_EQ(refusal(), "calls.turn_secrets");
    set("HOMEROOM_CALLS_TURN_SECRETS", "sixteen-and-more-of-them");
    EXPECT_EQ(must().calls.turn_urls.size(), 2U);
    set("HOMEROOM_CALLS_HIDE_ADDRESSES", "everybody");
    EXPECT_EQ(must().calls.hide_addresses, "everybody");
    unsetenv("HOMEROOM_CALLS_TURN_URLS");
    EXPECT_EQ(refusal(), "calls.hide_addresses") << "over which relays?";
}

TEST_F(ConfigTest, TakesAMediaServerWithAllThatItNeedsAlone) {
    const std::string secret = "sixteen-and-more-of-them";
    for (const char* bad : {"", "jitsi"}) {
        set("HOMEROOM_CALLS_MEDIA", bad);
        EXPECT_EQ(refusal(), "HOMEROOM_CALLS_MEDIA");
    }
    set("HOMEROOM_CALLS_MEDIA", "mesh");
    EXPECT_EQ(must().calls.media, "mesh");
    set("HOMEROOM_CALLS_MEDIA", "janus");
    EXPECT_EQ(refusal(), "calls.janus_url");
    set("HOMEROOM_CALLS_JANUS_URL", "http://127.0.0.1:8088/janus");
    EXPECT_EQ(refusal(), "calls.janus_secret");
    set("HOMEROOM_CALLS_JANUS_SECRET", secret.c_str());
    EXPECT_EQ(must().calls.media, "janus");
    set("HOMEROOM_CALLS_MEDIA", "livekit");
    EXPECT_EQ(refusal(), "calls.livekit_url");
    set("HOMEROOM_CALLS_LIVEKIT_URL", "wss://media.example");
    EXPECT_EQ(refusal(), "calls.livekit_api_url");
    set("HOMEROOM_CALLS_LIVEKIT_API_URL", "http://127.0.0.1:7880");
    EXPECT_EQ(refusal(), "calls.livekit_key");
    set("HOMEROOM_CALLS_LIVEKIT_KEY", "APIkey");
    EXPECT_EQ(refusal(), "calls.livekit_secret");
    set("HOMEROOM_CALLS_LIVEKIT_SECRET_FILE", "/etc/livekit");
    EXPECT_EQ(must().calls.media, "livekit");
}

TEST_F(ConfigTest, LiveClassesNeedWhatOpensTheirStreams) {
    for (const char* key : {"PLAYBACK_URL", "HLS_URL", "INGEST_URL"}) {
        const std::string name = std::string{"HOMEROOM_LIVE_"} + key;
        for (const char* bad :
             {"https://m.example/whep", "m.example/{stream}", "https://{stream}"}) {
            set(name, bad);
            EXPECT_EQ(refusal(), name) << bad;
        }
        set(name, "https://m.example/{stream}/whep");
        EXPECT_EQ(refusal(), "live.playback_secret_file") << key;
        set("HOMEROOM_LIVE_PLAYBACK_SECRET_FILE", "/etc/tickets");
        must();
        clear_environment();
    }
    set("HOMEROOM_LIVE_ENDED_AFTER", "10s");
    EXPECT_EQ(refusal(), "live.ended_after");
    set("HOMEROOM_LIVE_INTERRUPTED_AFTER", "9s");
    EXPECT_EQ(must().live.ended_after, 10s);
}

TEST_F(ConfigTest, SaysInWhichLineAFileIsNoToml) {
    const auto config = load_config(write("demo = true\n[server\nport = 1\n"));
    ASSERT_FALSE(config.ok());
    EXPECT_EQ(config.error().code, Code::invalid);
    EXPECT_THAT(config.error().message, HasSubstr("line 2"));
    EXPECT_FALSE(load_config(write("demo = true\ndemo = false\n")).ok());
    EXPECT_FALSE(load_config(files.path() / "not-there.toml").ok());
    EXPECT_TRUE(load_config(write("")).ok());
}

TEST_F(ConfigTest, TakesATextFromTheFileForANumber) {
    EXPECT_EQ(must(write("[server]\nport = \"81\"\n")).server.port, 81);
}

TEST(Lifetime, IsANumberWithAUnit) {
    EXPECT_EQ(parse_lifetime("90s"), 90s);
    EXPECT_EQ(parse_lifetime("15m"), 15min);
    EXPECT_EQ(parse_lifetime("8h"), 8h);
    EXPECT_EQ(parse_lifetime("30d"), 720h);
    EXPECT_EQ(parse_lifetime("2000ms"), 2s);
    for (const char* text : {"", "8", "h", "0h", "-1h", "+1h", "1.5h", "8 h", "8h ", " 8h", "8H",
                             "8hh", "1ms", "8h30m", "99999999999h", "0x8h"}) {
        EXPECT_EQ(parse_lifetime(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace homeroom::app
