// How the media of calls goes: from browser to browser, or through a media server of the school's.
// A back end is told how a call is, each time that it has changed, and makes the media server be
// so; what a client says on one of his links to it goes through here, and back. Clients never speak
// to the interface of a media server.
//
// What crosses is about legs (one device's being in a call), never about people: a media server
// learns no names and no ids of anybody.
//
// Promise: nothing here waits for a network. Any thread. The last call of follow() holds: of
// whoever is not in it, nothing goes through from then on, as soon as the media server has been
// told; what he had there is taken down, and asked for again until it is. A back end that has lost
// its media server says so to everybody in its calls, and makes them anew when it is back.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace homeroom::media {

using Json = nlohmann::ordered_json;

// The three connections that a leg can have with a media server. A track has no place elsewhere.
enum class Link : std::uint8_t {
    camera,  // what he sends of himself: one sound, one picture
    screen,  // what he shows: only while he is the presenter
    watch,   // all that he gets of the others
};
inline constexpr Link links[] = {Link::camera, Link::screen, Link::watch};
std::string_view to_string(Link link);
std::optional<Link> link_of(std::string_view word);

struct Seat {
    std::string leg{};
    std::uint64_t device = 0;    // where he is told things; 0: his connection is lost at the moment
    bool shows = false;          // he may send his screen
    bool speaks = true;          // … his sound
    bool is_seen = true;         // … his picture
    bool watches_screen = true;  // he is shown the screen that somebody shows
};

// A call as it is now. Without seats it is over.
struct Room {
    std::string call{};
    std::size_t people_max = 0;
    std::vector<Seat> seats{};
};

// What a client says on one of his links.
struct Said {
    std::string call{};
    std::string leg{};
    Link link = Link::camera;
    std::optional<std::int64_t> made{};  // which making of the room he speaks of
    // Of camera and screen it is his offer, of watch his answer; empty: candidates only, which are
    // not needed, or `again`.
    std::string description{};
    std::optional<std::int64_t> negotiation{};  // of an answer
    bool again = false;  // of watch: his end is gone, and he needs another offer
};

// What is to be told to one device.
struct Told {
    std::uint64_t device = 0;
    std::string call{};
    std::string leg{};  // as which it is meant: it is not told to another
    std::string event{};
    Json body{};
};

class Listener {
public:
    virtual ~Listener() = default;
    // Of one leg in order. Any thread, also within a call of the back end: it must not call back.
    virtual void on_told(Told told) = 0;
};

struct Counts {
    bool up = true;  // the media server is there
    std::size_t rooms = 0;
    std::uint64_t requests = 0;
    std::uint64_t failed = 0;  // of them
    std::uint64_t losses = 0;  // of the media server
};

class Backend {
public:
    virtual ~Backend() = default;
    virtual void tell(Listener& listener) = 0;  // before anything else
    // Whether links are to it, and peers have nothing to say to each other.
    virtual bool is_between() const = 0;
    // Whether a screen can be kept from some who are in the call (Seat::watches_screen).
    virtual bool can_show_to_some() const { return true; }
    virtual void follow(const Room& room) = 0;
    // The number of the negotiation; the answer comes later, as something told.
    virtual Result<std::int64_t> say(const Said& said) = 0;
    // What a client must know to take part: the contract's `Media`.
    virtual Json terms(const std::string& call, const std::string& leg) = 0;
    virtual void tick() {}  // a few times a second
    virtual void stop() {}  // nothing is asked of the media server any more
    virtual Counts counts() = 0;
};

// No media server: each browser is connected to each.
class Mesh final : public Backend {
public:
    void tell(Listener&) override {}
    bool is_between() const override { return false; }
    void follow(const Room&) override {}
    Result<std::int64_t> say(const Said&) override;
    Json terms(const std::string&, const std::string&) override { return {{"kind", "mesh"}}; }
    Counts counts() override { return {}; }
};

}  // namespace homeroom::media
