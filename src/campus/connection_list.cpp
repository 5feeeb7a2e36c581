#include "campus/connection_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "campus/roster/room_name.h"
#include "codec/json_scan.h"

namespace homeroom::campus {
namespace {

constexpr auto retry_soon = std::chrono::seconds{1};

// The rooms that a socket must be in, all of them; nothing: one of them has nobody on this loop.
std::optional<std::vector<const hub::Room*>> wanted_rooms(const hub::Namespace& school,
                                                          const ConnectionQuery& query) {
    std::vector<const hub::Room*> rooms;
    const auto want = [&](const std::string& name) {
        rooms.push_back(school.rooms().find(name));
        return rooms.back() != nullptr;
    };
    if (!query.user.empty() && !want(room_name(RoomKind::user, query.user))) return std::nullopt;
    if (!query.room.empty() && !want(query.room)) return std::nullopt;
    return rooms;
}

void append_entry(const hub::Socket& socket, WallTime opened_at, std::string& text) {
    using codec::json::quote;
    std::string rooms;
    std::string user;
    for (const std::string& name : socket.rooms()) {
        const auto room = parse_room(name);
        if (!room) continue;  // its own, a facet, a document
        if (room->kind == RoomKind::user) user = room->id;
        rooms.append(rooms.empty() ? "" : ",").append(quote(name));
    }
    text.append(R"({"connection":)").append(quote(to_text(socket.ref())));
    text.append(R"(,"user":)").append(quote(user));
    text.append(R"(,"openedAt":)").append(quote(to_rfc3339(opened_at)));
    text.append(R"(,"transport":)")
        .append(socket.session()->is_polling() ? R"("polling")" : R"("websocket")");
    text.append(R"(,"rooms":[)").append(rooms).append("]}");
}

}  // namespace

std::string to_text(const hub::SocketRef& ref) {
    return std::to_string(ref.loop) + '-' + std::to_string(ref.slot) + '-' +
           std::to_string(ref.generation);
}

std::optional<hub::SocketRef> connection_from_text(std::string_view text) {
    std::array<std::uint32_t, 3> numbers{};
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0 && (at == end || *at++ != '-')) return std::nullopt;
        const auto [behind, error] = std::from_chars(at, end, numbers[i]);
        if (error != std::errc{}) return std::nullopt;
        at = behind;
    }
    if (at != end) return std::nullopt;
    return hub::SocketRef{.loop = numbers[0], .slot = numbers[1], .generation = numbers[2]};
}

// A page on its way from loop to loop.
struct ConnectionList::Reading {
    Reading(ConnectionList& list, ConnectionQuery asked, Done then)
        : under_way(list.under_way_), query(std::move(asked)), done(std::move(then)) {
        if (!query.after) return;
        loop = query.after->loop;
        slot = std::size_t{query.after->slot} + 1;
    }
    // Also of one that is thrown away with the mail of a server that ends.
    ~Reading() { under_way.fetch_sub(1); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    std::atomic<std::size_t>& under_way;
    ConnectionQuery query;
    Done done;
    ConnectionPage page{};
    std::string last{};    // the page's last entry
    std::size_t loop = 0;  // here it goes on
    std::size_t slot = 0;
};

ConnectionList::ConnectionList(hub::Server& server, Options options)
    : server_(server), options_(options), slots_(server.loops()) {}

void ConnectionList::on_admission(hub::Socket& socket, const std::string&, const Admission&) {
    const hub::SocketRef ref = socket.ref();
    auto& slots = slots_[ref.loop];
    if (ref.slot >= slots.size()) slots.resize(std::size_t{ref.slot} + 1);
    slots[ref.slot] = {.opened_at = wall_now(), .generation = ref.generation};
}

void ConnectionList::on_departure(hub::Socket& socket, const std::string&) {
    slots_[socket.ref().loop][socket.ref().slot] = {};
}

void ConnectionList::read(ConnectionQuery query, Done done) {
    if (under_way_.fetch_add(1) >= options_.pages_at_once_max) {
        under_way_.fetch_sub(1);
        return done(Error{Code::rate_limited, "too many of these lists are being read; try again",
                          "", retry_soon});
    }
    const auto reading = std::make_shared<Reading>(*this, std::move(query), std::move(done));
    if (reading->loop >= server_.loops())  // of a server that had more of them
        return reading->done(std::move(reading->page));
    server_.post(reading->loop, [this, reading](hub::Hub& hub) { go_on(hub, reading); });
}

// One step; the next comes in another turn.
void ConnectionList::go_on(hub::Hub& hub, const std::shared_ptr<Reading>& reading) {
    if (look_through(hub, *reading) && !reading->page.next) {
        ++reading->loop;
        reading->slot = 0;
    }
    if (reading->page.next || reading->loop == server_.loops())
        return reading->done(std::move(reading->page));
    server_.post(reading->loop, [this, reading](hub::Hub& next) { go_on(next, reading); });
}

// Whether nothing of this loop is left for the page.
bool ConnectionList::look_through(hub::Hub& hub, Reading& reading) const {
    const auto rooms = wanted_rooms(*hub.find("/"), reading.query);
    if (!rooms) return true;
    ConnectionPage& page = reading.page;
    const std::size_t shown_before = page.entries.size();
    const auto& slots = slots_[hub.loop_index()];
    for (std::size_t looked_at = 0; reading.slot < slots.size(); ++reading.slot) {
        if (looked_at++ == options_.step.slots) return false;
        const auto& [opened_at, generation] = slots[reading.slot];
        if (generation == Slot::nobody) continue;
        const hub::Socket* const socket =
            hub.find(hub::SocketRef{.loop = hub.loop_index(),
                                    .slot = static_cast<std::uint32_t>(reading.slot),
                                    .generation = generation});
        if (socket == nullptr || !socket->connected()) continue;
        const auto is_there = [&](const hub::Room* room) { return socket->is_in(*room); };
        if (!std::ranges::all_of(*rooms, is_there)) continue;
        if (page.count == reading.query.limit || page.entries.size() >= options_.page_bytes_max) {
            page.next = reading.last;  // there is one more
            return true;
        }
        if (page.entries.size() - shown_before >= options_.step.bytes) return false;
        reading.last = to_text(socket->ref());
        if (page.count++ > 0) page.entries += ',';
        append_entry(*socket, opened_at, page.entries);
    }
    return true;
}

}  // namespace homeroom::campus
