// What is said to Janus (1.x, plugin VideoRoom) and how its answers are read. Pure; what does not
// have the form that Janus' documentation gives it is as if it were not there.
//
//   <base>                      create a session
//   <base>/<session>            attach a handle; GET: what has happened, as soon as something has
//   <base>/<session>/<handle>   message, detach
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::media::janus {

using Json = nlohmann::ordered_json;

// Who may see and change a room of Janus': unguessable, and the same each time for one call, so
// that a process that begins anew can take down what the last one has left.
struct RoomKeys {
    std::uint64_t number = 0;  // 52 bits
    std::string secret{};      // to change it
    std::string pin{};         // to come in
};
RoomKeys keys_of(std::string_view secret, std::string_view call);

struct RoomLimits {
    std::size_t publishers = 0;
    std::int64_t bitrate = 0;
};

// --- Bodies of messages to the plugin
Json create_room(const RoomKeys& keys, const RoomLimits& limits, std::string_view admin_key);
Json destroy_room(const RoomKeys& keys);
Json join_and_send(const RoomKeys& keys, std::uint64_t feed);
Json send_otherwise();
// Whether what comes on one section of a feed is passed on, whatever its sender does.
Json moderate(const RoomKeys& keys, std::uint64_t feed, std::string_view mid, bool muted);
Json join_and_watch(const RoomKeys& keys, const std::vector<std::uint64_t>& feeds);
Json watch_otherwise(const std::vector<std::uint64_t>& more,
                     const std::vector<std::uint64_t>& no_more);
Json start_watching();

// --- Answers
namespace error_codes {
inline constexpr int no_such_session = 458;
inline constexpr int no_such_room = 426;
inline constexpr int room_exists = 427;
inline constexpr int no_such_feed = 428;
}  // namespace error_codes

// An empty object where there is none.
const Json& member(const Json& object, const char* field);
// "success", "ack", "event", "error", "webrtcup", …
std::string_view kind_of(const Json& message);
std::uint64_t number_at(const Json& object, const char* field);  // 0: none
std::string text_at(const Json& object, const char* field);
// The number that a request had as its transaction; 0: it is none of ours.
std::uint64_t transaction_of(const Json& message);
// What the plugin says in it; an empty object: nothing.
const Json& said_by_plugin(const Json& message);
// Janus' own, or the plugin's; 0: none.
int error_of(const Json& message);
std::string error_text_of(const Json& message);

// For a query.
std::string escaped(std::string_view text);

}  // namespace homeroom::media::janus
