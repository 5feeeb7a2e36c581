// [limits], [rates]: how much of what, and how often.
#include "app/settings/kinds.h"

namespace homeroom::app {
namespace {

// rate := count "/" duration | "off"
bool read_rate(Rate& to, const Texts& texts) {
    const std::string_view text = texts.front();
    if (text == "off") {
        to.reset();
        return true;
    }
    const auto slash = text.find('/');
    std::size_t count = 0;
    if (slash == std::string_view::npos ||
        !read_number<std::size_t>(count, text.substr(0, slash), 1, many))
        return false;
    const auto period = parse_duration(text.substr(slash + 1));
    if (!period || period->count() == 0) return false;
    to = rate_of(static_cast<double>(count), std::chrono::duration<double>{*period}.count());
    return true;
}

}  // namespace

Settings limit_settings() {
    using Limits = Config::Limits;
    const Section limit{"limits", &Config::limits};
    const auto count = [](std::size_t min, std::size_t max) {
        return number<std::size_t>(min, max);
    };
    return {
        limit("connections_per_address", &Limits::connections_per_address, count(0, many)),
        limit("handshakes_per_second", &Limits::handshakes_per_second, positive()),
        limit("handshakes_burst", &Limits::handshakes_burst, amount()),
        limit("returns_per_second", &Limits::returns_per_second, amount()),
        limit("sessions_per_loop", &Limits::sessions_per_loop, count(1, many)),
        limit("header_bytes", &Limits::header_bytes, count(1'024, 1'000'000)),
        limit("header_count", &Limits::header_count, count(8, 10'000)),
        limit("request_time", &Limits::request_time, duration_like("30s")),
        limit("unjoined_time", &Limits::unjoined_time, duration_like("30s")),
        limit("unjoined_message_bytes", &Limits::unjoined_message_bytes,
              count(16'384, 100'000'000)),
        limit("fragments", &Limits::fragments, count(1, 1'000'000)),
        limit("attachments", &Limits::attachments, count(0, 1'000)),
        limit("attachment_bytes", &Limits::attachment_bytes, count(0, many)),
        limit("attachment_time", &Limits::attachment_time, duration_like("30s")),
        limit("json_depth", &Limits::json_depth, count(8, 1'000)),
        limit("json_values", &Limits::json_values, count(100, 100'000'000)),
        limit("namespaces", &Limits::namespaces, count(1, 1'000)),
        limit("pending_acks", &Limits::pending_acks, count(1, 1'000'000)),
    };
}

Settings rate_settings() {
    const Section section{"rates", &Config::rates};
    const Kind rate{"a rate like \"60/1m\", or off", read_rate};
    Settings list{
        section("address_handshakes", &Rates::address_handshakes, rate),
        section("address_failures", &Rates::address_failures, rate),
    };
    for (std::size_t i = 0; i < request_kinds().size(); ++i) {
        list.push_back(
            {request_kinds()[i].key, false, rate.wanted, [i](Config& config, const Texts& texts) {
                 return read_rate(config.rates.kinds[i], texts);
             }});
    }
    return list;
}

}  // namespace homeroom::app
