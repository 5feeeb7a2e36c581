#include "media/janus_messages.h"

#include <charconv>

#include "base/hash.h"
#include "base/hex.h"

namespace homeroom::media::janus {
namespace {

const Json nothing = Json::object();

std::uint64_t number_from(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char c : bytes.substr(0, 8)) number = number << 8U | static_cast<unsigned char>(c);
    return (number >> 12U) | 1U;  // what a JSON number holds exactly, and never 0
}

Json feeds_of(const std::vector<std::uint64_t>& feeds) {
    Json list = Json::array();
    for (const std::uint64_t feed : feeds) list.push_back(Json{{"feed", feed}});
    return list;
}

}  // namespace

RoomKeys keys_of(std::string_view secret, std::string_view call) {
    const auto derived = [&](const char* what) {
        return hmac_sha256(secret, std::string{what} + " " + std::string{call});
    };
    return {.number = number_from(derived("number")),
            .secret = to_hex(derived("secret")),
            .pin = to_hex(derived("pin"))};
}

Json create_room(const RoomKeys& keys, const RoomLimits& limits, std::string_view admin_key) {
    Json body{{"request", "create"},
              {"room", keys.number},
              {"secret", keys.secret},
              {"pin", keys.pin},
              {"permanent", false},
              {"is_private", true},
              {"publishers", limits.publishers},
              {"bitrate", limits.bitrate},
              {"bitrate_cap", true},
              {"fir_freq", 10},
              {"audiocodec", "opus"},
              {"videocodec", "vp8,h264"},
              {"record", false},
              {"lock_record", true},
              {"notify_joining", false}};
    if (!admin_key.empty()) body["admin_key"] = admin_key;
    return body;
}

Json destroy_room(const RoomKeys& keys) {
    return {{"request", "destroy"}, {"room", keys.number}, {"secret", keys.secret}};
}

Json join_and_send(const RoomKeys& keys, std::uint64_t feed) {
    return {{"request", "joinandconfigure"},
            {"ptype", "publisher"},
            {"room", keys.number},
            {"pin", keys.pin},
            {"id", feed}};
}

Json send_otherwise() {
    return {{"request", "configure"}};
}

Json moderate(const RoomKeys& keys, std::uint64_t feed, std::string_view mid, bool muted) {
    return {{"request", "moderate"},
            {"room", keys.number},
            {"secret", keys.secret},
            {"id", feed},
            {"mid", mid},
            {"mute", muted}};
}

Json join_and_watch(const RoomKeys& keys, const std::vector<std::uint64_t>& feeds) {
    return {{"request", "join"},         {"ptype", "subscriber"}, {"room", keys.number},
            {"pin", keys.pin},           {"use_msid", true},      {"autoupdate", false},
            {"streams", feeds_of(feeds)}};
}

Json watch_otherwise(const std::vector<std::uint64_t>& more,
                     const std::vector<std::uint64_t>& no_more) {
    Json body{{"request", "update"}};
    if (!more.empty()) body["subscribe"] = feeds_of(more);
    if (!no_more.empty()) body["unsubscribe"] = feeds_of(no_more);
    return body;
}

Json start_watching() {
    return {{"request", "start"}};
}

const Json& member(const Json& object, const char* field) {
    if (!object.is_object()) return nothing;
    const auto found = object.find(field);
    return found == object.end() ? nothing : *found;
}

std::string_view kind_of(const Json& message) {
    const Json& kind = member(message, "janus");
    return kind.is_string() ? std::string_view{kind.get_ref<const std::string&>()}
                            : std::string_view{};
}

std::uint64_t number_at(const Json& object, const char* field) {
    const Json& number = member(object, field);
    return number.is_number_unsigned() ? number.get<std::uint64_t>() : 0;
}

std::string text_at(const Json& object, const char* field) {
    const Json& text = member(object, field);
    return text.is_string() ? text.get<std::string>() : std::string{};
}

std::uint64_t transaction_of(const Json& message) {
    const std::string text = text_at(message, "transaction");
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? number : 0;
}

const Json& said_by_plugin(const Json& message) {
    const Json& data = member(member(message, "plugindata"), "data");
    return data.is_object() ? data : nothing;
}

int error_of(const Json& message) {
    const auto own = number_at(member(message, "error"), "code");
    return static_cast<int>(own != 0 ? own : number_at(said_by_plugin(message), "error_code"));
}

std::string error_text_of(const Json& message) {
    auto own = text_at(member(message, "error"), "reason");
    return own.empty() ? text_at(said_by_plugin(message), "error") : own;
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
        if (plain)
            result += c;
        else
            result += "%" + to_hex({&c, 1});
    }
    return result;
}

}  // namespace homeroom::media::janus
