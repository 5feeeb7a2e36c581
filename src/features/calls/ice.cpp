#include "features/calls/ice.h"

#include <algorithm>

#include "base/base64.h"
#include "base/hash.h"

namespace homeroom::features::calls {
namespace {

using campus::Json;

bool is_url_of(std::initializer_list<std::string_view> schemes, std::string_view url) {
    const auto is_plain = [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '\\'; };
    return std::ranges::any_of(schemes,
                               [&](std::string_view scheme) {
                                   return url.starts_with(scheme) && url.size() > scheme.size();
                               }) &&
           url.size() <= 256 && std::ranges::all_of(url, is_plain);
}

}  // namespace

std::string turn_password(std::string_view secret, std::string_view username) {
    return base64::encode(hmac_sha1(secret, username));
}

Json ice_of(const IceOptions& options, std::string_view leg, bool relayed, WallTime now) {
    Json servers = Json::array();
    // Whoever must not be seen does not ask others who he is.
    if (!options.stun_urls.empty() && !relayed)
        servers.push_back(Json{{"urls", options.stun_urls}});
    if (!options.turn_urls.empty() && !options.secrets.empty()) {
        const auto end =
            std::chrono::floor<std::chrono::seconds>(now).time_since_epoch() + options.time;
        const std::string username = std::to_string(end.count()) + ":" + std::string{leg};
        servers.push_back(Json{{"urls", options.turn_urls},
                               {"username", username},
                               {"credential", turn_password(options.secrets.front(), username)}});
    }
    return Json{{"iceServers", std::move(servers)},
                {"iceTransportPolicy", relayed ? "relay" : "all"},
                {"ttl", options.time.count()}};
}

bool is_stun_url(std::string_view url) {
    return is_url_of({"stun:", "stuns:"}, url);
}

bool is_turn_url(std::string_view url) {
    return is_url_of({"turn:", "turns:"}, url);
}

}  // namespace homeroom::features::calls
