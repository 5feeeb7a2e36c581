// What to ask of Janus so that it is as the calls are, and what follows from its answers. Sans I/O:
// time and answers come in, requests and what is to be told go out. Not thread-safe.
//
//   session   down ──create──▶ opening ──attach──▶ up ──anything amiss──▶ down, everything anew
//   room      absent ──create──▶ making ──▶ ready ──no seats──▶ destroyed
//                        └─it is there: left by another process ──destroy──▶ absent
//   link      ──attach──▶ a handle ──join──▶ joined ⇄ renegotiates ──▶ detached
//
// There is no queue: each room and each link has at most one request under way, and what is next is
// found by comparing what should be with what is. So nothing piles up while Janus is slow, and what
// was overtaken is never asked for. Handles that nobody needs any more go first.
//
// A link's handle is asked for when there is something to do with it: for camera and screen with
// the first offer, to watch when somebody sends something. Whoever may not send a screen has no
// handle for one. What somebody is not to be heard or seen by is stopped by Janus (`moderate`)
// before his browser has Janus' answer, without which it sends nothing; of a screen that is the
// sound alone, as what it shows was granted.
//
// Cost: of each step of a call O(its seats²) at worst, to compare whom each watches.
#pragma once

#include <array>
#include <map>
#include <set>

#include "base/clock.h"
#include "media/backend.h"
#include "media/description.h"
#include "media/janus_messages.h"

namespace homeroom::media {

struct JanusOptions {
    std::string api_secret{};   // of Janus
    std::string admin_key{};    // of VideoRoom; empty: none
    std::string room_secret{};  // ours, of which the keys of rooms are made
    std::int64_t bitrate = 0;
};

class JanusCore {
public:
    struct Request {
        std::uint64_t id = 0;
        bool is_poll = false;  // a GET, whose answer takes its time
        std::string path{};    // behind the base
        std::string body{};
    };
    struct Output {
        std::vector<Request> requests{};
        std::vector<Told> told{};
    };

    // Numbers of makings and negotiations count up from `first_number`: higher than any that an
    // earlier process gave.
    JanusCore(JanusOptions options, std::int64_t first_number);

    void follow(const Room& room, SteadyTime now, Output& output);
    Result<std::int64_t> say(const Said& said, SteadyTime now, Output& output);
    Json terms(const std::string& call) const;
    // Once for each request; an Error: there was no answer.
    void on_answer(std::uint64_t id, const Result<Json>& answer, SteadyTime now, Output& output);
    void tick(SteadyTime now, Output& output);
    Counts counts() const;

private:
    enum class SessionState : std::uint8_t { down, opening, up };
    enum class RoomState : std::uint8_t { absent, making, clearing, ready, ending };
    enum class Step : std::uint8_t {
        open,     // the session
        control,  // attach the handle that rooms are made with
        poll,
        make,   // a room
        clear,  // destroy one that is in the way, or over
        attach,
        send,  // join or configure, with an offer
        moderate,
        watch,  // join or update
        start,  // with the client's answer
        detach,
    };
    // A sound or a picture that is sent, and whether Janus keeps it from the others.
    struct Section {
        std::string mid{};                   // empty: there is none
        std::optional<bool> stopped{false};  // nothing: it is not known
    };
    struct LinkState {
        std::uint64_t serial = 0;  // another after each new beginning
        std::uint64_t handle = 0;  // 0: none
        bool is_busy = false;      // something is under way
        bool joined = false;
        // Camera and screen:
        std::optional<std::string> offer{};          // that Janus has not got
        std::int64_t offered = 0;                    // its negotiation
        std::int64_t asked = 0;                      // the negotiation that is under way
        Content content{}, asked_content{}, sent{};  // offered, under way, and as Janus has it
        std::uint64_t feed = 0;
        bool flows = false;            // Janus gets something
        std::uint64_t generation = 0;  // of what it sends; another when there is more or less
        Section sound{}, picture{};
        Section* asked_section =
            nullptr;  // of this link, while Janus is asked to stop it, or not to
        bool asked_stop = false;
        Json held{};  // Janus' answer, until what he may not send is stopped
        // Watch:
        std::map<std::uint64_t, std::uint64_t> watched{};  // feed → its generation
        std::map<std::uint64_t, std::uint64_t> asked_for{};
        std::int64_t open = 0;  // the negotiation that the client has not answered; 0: none
        Json offered_body{};
        std::optional<std::string> answer{};
        SteadyTime not_before{};
    };
    struct SeatState {
        Seat seat{};
        std::array<LinkState, 3> links{};
        LinkState& at(Link link) { return links[static_cast<std::size_t>(link)]; }
        const LinkState& at(Link link) const { return links[static_cast<std::size_t>(link)]; }
    };
    struct RoomOf {
        std::string call{};
        janus::RoomKeys keys{};
        RoomState state = RoomState::absent;
        std::int64_t made = 0;
        std::size_t people_max = 0;
        SteadyTime not_before{};
        std::map<std::string, SeatState, std::less<>> seats{};
    };
    // Which link is meant; it may be another by now.
    struct Place {
        std::string call{};
        std::string leg{};
        Link link = Link::camera;
        std::uint64_t serial = 0;
    };
    struct Pending {
        Step step{};
        Place place{};
        SteadyTime deadline{};
    };
    struct Found {
        RoomOf* room = nullptr;
        SeatState* seat = nullptr;
        LinkState* link = nullptr;
    };

    // --- Deciding what is next
    void pump();
    void detach_leftovers();
    void open_session();
    void poll();
    void step_room(RoomOf& room);
    void step_link(RoomOf& room, SeatState& seat, Link which);
    void step_sender(RoomOf& room, SeatState& seat, Link which);
    static Section* next_to_moderate(LinkState& link, const Seat& seat, Link which);
    static bool is_to_be_stopped(const LinkState& link, const Section& section, const Seat& seat,
                                 Link which);
    static void take_section(Section& section, const std::string& mid);
    void moderated(RoomOf& room, SeatState& seat, Link which);
    void release(RoomOf& room, SeatState& seat, Link which);
    void step_watcher(RoomOf& room, SeatState& seat);
    std::map<std::uint64_t, std::uint64_t> feeds_for(const RoomOf& room, const Seat& seat) const;
    bool may_ask() const;

    // --- Asking
    void ask(Step step, Place place, std::string path, Json body);
    void ask_plugin(Step step, Place place, std::uint64_t handle, Json body, Json jsep = nullptr);
    std::string path_of(std::uint64_t handle) const;

    // --- What is answered, and what happens
    void take(const Pending& pending, const Json& message);
    void take_room(const Pending& pending, const Json& message);
    void take_link(const Pending& pending, const Json& message);
    void take_event(const Json& event);
    void take_events(const Json& events);
    void sent(RoomOf& room, SeatState& seat, Link which, const Json& message);
    void watching(RoomOf& room, SeatState& seat, const Json& message);
    void lose(std::string_view why);

    // --- Links
    Found find(const Place& place);
    Place place_of(const RoomOf& room, const SeatState& seat, Link link) const;
    void renew(LinkState& link);  // its handle is not needed any more
    void fail(RoomOf& room, SeatState& seat, Link which);
    void look_at_later(const std::string& call) { later_.insert(call); }

    // --- Telling
    void tell(const RoomOf& room, const SeatState& seat, Link link, Json data);
    void tell_terms(const RoomOf& room);
    Json streams_of(const RoomOf& room, const Json& said) const;

    const JanusOptions options_;
    std::int64_t next_number_;
    std::uint64_t next_id_ = 1;  // of requests and links
    SessionState state_ = SessionState::down;
    std::uint64_t session_ = 0;
    std::uint64_t control_ = 0;  // its handle
    SteadyTime not_before_{};
    std::chrono::milliseconds backoff_;
    std::map<std::string, RoomOf, std::less<>> rooms_{};
    std::map<std::uint64_t, Place> handles_{};
    std::vector<std::uint64_t> leftovers_{};  // handles to detach
    std::map<std::uint64_t, Pending> pending_{};
    std::set<std::uint64_t> in_flight_{};  // over HTTP, polls not counted
    std::set<std::string> dirty_{};        // rooms to look at
    std::set<std::string> later_{};        // at the next tick
    Counts counts_{.up = false};
    // Of the call that is being made:
    SteadyTime now_{};
    Output* output_ = nullptr;
};

}  // namespace homeroom::media
