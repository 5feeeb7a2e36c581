// [notifications], [kafka]: what is told to other systems.
#include "app/settings/kinds.h"
#include "outgoing/webhook.h"

namespace homeroom::app {
namespace {

auto pairs(char between, std::string wanted) {
    return list_of(std::move(wanted), [=](const std::string& text) {
        const auto found = text.find(between);
        return found != 0 && found != std::string::npos;
    });
}

enum class Empty : std::uint8_t { refused, taken };

auto name(Empty empty) {
    return text("a text of at most 249 characters", [=](const std::string& text) {
        return (empty == Empty::taken || !text.empty()) && text.size() <= 249;
    });
}

}  // namespace

Settings notification_settings() {
    using Notifications = Config::Notifications;
    const Section section{"notifications", &Config::notifications};
    const auto url = text("an http or https URL", [](const std::string& text) {
        return text.empty() || outgoing::is_webhook_url(text);
    });
    const auto secrets = list_of(
        "a list of at most 4 texts, each \"whsec_\" and the base64 of 24 to 64 bytes",
        [](const std::string& text) { return outgoing::webhook_key(text).ok(); },
        limits::webhook_secrets_max);
    const auto wait = duration_like("30s", limits::webhook_retry_longest);
    return {
        section("push_url", &Notifications::push_url, url),
        section("mail_url", &Notifications::mail_url, url),
        section("webhook_secrets", &Notifications::webhook_secrets, secrets),
        section("webhook_secret_file", &Notifications::webhook_secret_file, path("a file")),
        section("push_delay", &Notifications::push_delay, wait),
        section("mail_delay", &Notifications::mail_delay, wait),
        section("webhook_timeout", &Notifications::webhook_timeout, wait),
        section("webhook_retry", &Notifications::webhook_retry, wait),
        section("webhook_attempts", &Notifications::webhook_attempts, number<std::int64_t>(1, 100)),
    };
}

Status check_notifications(const Config::Notifications& hook) {
    if ((!hook.push_url.empty() || !hook.mail_url.empty()) && hook.webhook_secrets.empty() &&
        hook.webhook_secret_file.empty())
        return wrong("notifications.webhook_secrets",
                     "or notifications.webhook_secret_file is needed: what is sent is signed");
    return Ok{};
}

Settings kafka_settings() {
    using Kafka = Config::Kafka;
    const Section kafka{"kafka", &Config::kafka};
    return {
        kafka("brokers", &Kafka::brokers, pairs(':', "a list of brokers like kafka.example:9092")),
        kafka("properties", &Kafka::properties,
              pairs('=', "a list of librdkafka's properties like security.protocol=SSL")),
        kafka("events_topic", &Kafka::events_topic, name(Empty::refused)),
        kafka("commands_topic", &Kafka::commands_topic, name(Empty::refused)),
        kafka("commands_as", &Kafka::commands_as, name(Empty::taken)),
        kafka("group", &Kafka::group, name(Empty::refused)),
        kafka("source", &Kafka::source, name(Empty::refused)),
        kafka("drain_rate", &Kafka::drain_rate, amount()),
        kafka("backlog_bytes_max", &Kafka::backlog_bytes_max,
              number<std::size_t>(1, SIZE_MAX / 2, "a number from 1")),
        kafka("degraded_after", &Kafka::degraded_after, duration_like("10s")),
        kafka("stop_wait", &Kafka::stop_wait, duration_like("10s")),
    };
}

Status check_kafka(const Config& config) {
    if (config.kafka.brokers.empty()) return Ok{};
    if (auto checked = kafka::check(kafka_options(config)); !checked.ok())
        return Error{Code::invalid, "kafka.properties: " + checked.error().message,
                     "kafka.properties"};
    return Ok{};
}

}  // namespace homeroom::app
