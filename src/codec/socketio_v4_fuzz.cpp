// Any text in a namespace's place: split where its query begins, and the query an object of strings
// as protocol 5 has it. Any refusal: a packet that can be read again.
//
// input := namespace up to the first line feed (LF) · words of a refusal
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "codec/json_scan.h"
#include "codec/socketio.h"
#include "codec/socketio_v4.h"
#include "codec/utf8.h"

namespace {

using namespace homeroom::codec;
using namespace homeroom::codec::socketio;

constexpr std::size_t names_max = homeroom::limits::query_parameters_max;

void require(bool holds) {
    if (!holds) std::abort();
}

void require_auth(std::string_view query) {
    const std::string object = query_to_json(query);
    const auto kind = json::check(object, {.depth_max = 1, .values_max = names_max + 1});
    require(kind.ok() && *kind == json::Kind::object);
    const auto read = nlohmann::json::parse(object);
    const auto fields = static_cast<std::size_t>(std::ranges::count(query, '&')) + 1;
    require(read.is_object() && read.size() <= std::min(fields, names_max));
    for (const auto& value : read) require(value.is_string());
    require(object == query_to_json(query));
    // The last of a name counts.
    if (read.size() < names_max) {
        const auto more = nlohmann::json::parse(query_to_json(std::string{query} + "&a=1&a=last"));
        require(fields + 2 > names_max || more.at("a") == "last");
    }
}

void require_refusal(std::string_view nsp, std::string_view words) {
    constexpr DecodeLimits decode_limits{.attachments_max = 1,
                                         .json_depth_max = 8,
                                         .json_values_max = 10,
                                         .namespace_bytes_max = 1'000'000};
    const std::string message = utf8::repaired(words);
    const auto with_words = encode_connect_error_v4(nsp, message, {});
    const auto with_data = encode_connect_error_v4(nsp, message, json::quote(message));
    require(with_words == with_data);  // an empty text is no data
    const auto packet = decode(with_words, decode_limits);
    require(packet.ok() && packet->type == PacketType::connect_error && packet->nsp == nsp);
    require(nlohmann::json::parse(packet->payload).get<std::string>() == message);
    const auto connect = encode_connect_v4(nsp);
    const auto joined = decode(connect, decode_limits);
    require(joined.ok() && joined->type == PacketType::connect && joined->nsp == nsp);
    require(joined->payload.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const std::size_t line_end = input.find('\n');
    const std::string_view nsp = input.substr(0, line_end);
    const auto [name, query] = split_query(nsp);
    require(name.find('?') == std::string_view::npos);
    const std::string with_mark = std::string{name} + "?" + std::string{query};
    require(nsp == (name.size() == nsp.size() ? std::string{name} : with_mark));
    require_auth(query);
    if (!name.starts_with('/') || name.find(',') != std::string_view::npos) return 0;
    require_refusal(
        name, line_end == std::string_view::npos ? std::string_view{} : input.substr(line_end + 1));
    return 0;
}
