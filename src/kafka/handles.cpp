#include "kafka/handles.h"

#include <atomic>
#include <chrono>
#include <future>
#include <string_view>

#include "base/log.h"

namespace homeroom::kafka {
namespace {

constexpr std::size_t words_bytes = 512;
constexpr int warning_level = 4;  // syslog's
constexpr auto complaint_interval = std::chrono::minutes{1};

Status set(rd_kafka_conf_t* configuration, const std::string& name, const std::string& value) {
    std::array<char, words_bytes> words{};
    const auto result =
        rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), words.data(), words.size());
    if (result == RD_KAFKA_CONF_OK) return Ok{};
    return Error{Code::invalid, std::string{words.data()}, name};
}

bool is_time_to_complain() {
    static std::atomic<std::int64_t> next{0};
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    std::int64_t due = next.load();
    if (now.count() < due) return false;
    return next.compare_exchange_strong(due, (now + complaint_interval).count());
}

}  // namespace

Result<Configuration> make_configuration(const Options& options, const Settings& ours) {
    Configuration configuration{rd_kafka_conf_new()};
    for (const auto& [name, value] : options.properties)
        TRY_OK(set(configuration.get(), name, value));
    TRY_OK(set(configuration.get(), "bootstrap.servers", options.brokers));
    TRY_OK(set(configuration.get(), "client.id", "homeroom"));
    // The default of 10 s would keep us away for seconds after a broker is back.
    TRY_OK(set(configuration.get(), "reconnect.backoff.ms", "100"));
    TRY_OK(set(configuration.get(), "reconnect.backoff.max.ms", "500"));
    for (const auto& [name, value] : ours) TRY_OK(set(configuration.get(), name, value));
    rd_kafka_conf_set_log_cb(configuration.get(), log_line);
    return configuration;
}

Result<rd_kafka_t*> make_client(rd_kafka_type_t type, Configuration configuration) {
    std::array<char, words_bytes> words{};
    rd_kafka_t* const client = rd_kafka_new(type, configuration.get(), words.data(), words.size());
    if (client == nullptr) return Error{Code::invalid, std::string{words.data()}, "kafka"};
    static_cast<void>(configuration.release());  // it is the client's now
    return client;
}

Record record_of(const rd_kafka_message_t& message) {
    Record record;
    if (message.key != nullptr)
        record.key.assign(static_cast<const char*>(message.key), message.key_len);
    if (message.payload != nullptr)
        record.value.assign(static_cast<const char*>(message.payload), message.len);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        record.headers.emplace_back(name, value == nullptr
                                              ? std::string{}
                                              : std::string{static_cast<const char*>(value), size});
    }
    return record;
}

// While brokers are away it complains several times a second. Once a minute is enough to know why.
void log_line(const rd_kafka_t*, int level, const char* facility, const char* text) {
    const std::string_view of{facility};
    const bool warns = level <= warning_level && of != "CONFWARN";
    if (!warns || ((of == "FAIL" || of == "ERROR") && !is_time_to_complain())) {
        log::debug("kafka {}: {}", facility, text);
    } else {
        log::warn("kafka {}: {}", facility, text);
    }
}

Status check(const Options& options) {
    TRY([[maybe_unused]] const auto configuration, make_configuration(options, {}));
    return Ok{};
}

void destroy_client(rd_kafka_t* client, int flags, std::chrono::milliseconds wait,
                    std::function<void()> first) {
    const auto done = std::make_shared<std::promise<void>>();
    auto end = done->get_future();
    std::thread{[client, flags, done, first = std::move(first)] {
        first();
        rd_kafka_destroy_flags(client, flags);
        done->set_value();
    }}.detach();
    static_cast<void>(end.wait_for(wait));
}

}  // namespace homeroom::kafka
