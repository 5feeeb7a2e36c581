#include "media/janus_core.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "media/limits.h"

namespace homeroom::media {
namespace {

constexpr auto retry_soon = std::chrono::milliseconds{1'000};
constexpr SteadyTime never = SteadyTime::max();

std::uint64_t random_number() {
    std::uint64_t number = 0;
    for (const char c : random_bytes(8)) number = number << 8U | static_cast<unsigned char>(c);
    return (number >> 12U) | 1U;  // what a JSON number holds exactly, and never 0
}

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Error not_there() {
    return Error{Code::unavailable, "the media server is not ready", "link", retry_soon};
}

// Each camera, and a screen; and for each a device that comes in the place of another.
std::size_t publishers_of(std::size_t people) {
    return 2 * people + 2;
}

}  // namespace

JanusCore::JanusCore(JanusOptions options, std::int64_t first_number)
    : options_(std::move(options)), next_number_(first_number), backoff_(limits::retry_first) {}

// --- What comes in

void JanusCore::follow(const Room& wanted, SteadyTime now, Output& output) {
    now_ = now;
    output_ = &output;
    const auto known = rooms_.find(wanted.call);
    if (known == rooms_.end() && wanted.seats.empty()) return;
    RoomOf& room = rooms_[wanted.call];
    if (known == rooms_.end()) {
        room.call = wanted.call;
        room.keys = janus::keys_of(options_.room_secret, wanted.call);
    }
    room.people_max = wanted.people_max;
    for (auto entry = room.seats.begin(); entry != room.seats.end();) {
        if (std::ranges::find(wanted.seats, entry->first, &Seat::leg) != wanted.seats.end()) {
            ++entry;
            continue;
        }
        for (LinkState& link : entry->second.links) renew(link);
        entry = room.seats.erase(entry);
    }
    for (const Seat& one : wanted.seats) {
        SeatState& seat = room.seats[one.leg];
        const Seat before = std::exchange(seat.seat, one);
        for (LinkState& link : seat.links)
            if (link.serial == 0) link.serial = next_id_++;
        if (!one.shows) renew(seat.at(Link::screen));
        if (one.device == 0 || before.device == one.device || before.leg.empty()) continue;
        // What was told to the connection before may be lost.
        for (const Link link : {Link::camera, Link::screen}) {
            const LinkState& own = seat.at(link);
            if (own.handle == 0 && !own.is_busy && !own.offer)
                tell(room, seat, link, Json{{"closed", true}});
        }
        if (const LinkState& watch = seat.at(Link::watch); watch.open != 0)
            tell(room, seat, Link::watch, watch.offered_body);
    }
    dirty_.insert(room.call);
    pump();
}

Result<std::int64_t> JanusCore::say(const Said& said, SteadyTime now, Output& output) {
    now_ = now;
    output_ = &output;
    const auto room = rooms_.find(said.call);
    if (room == rooms_.end() || room->second.state != RoomState::ready) return not_there();
    const auto seat = room->second.seats.find(said.leg);
    if (seat == room->second.seats.end())
        return Error{Code::not_found, "this connection is in no such call", "call"};
    if (said.made && *said.made != room->second.made)
        return Error{Code::conflict, "the media server has made this call anew", "made"};
    LinkState& link = seat->second.at(said.link);
    std::int64_t number = link.offered;
    if (said.link == Link::watch) {
        if (said.again) {
            renew(link);
        } else if (!said.description.empty()) {
            if (link.open == 0 || said.negotiation != link.open || link.answer)
                return Error{Code::conflict, "this answers no offer that stands", "data"};
            link.answer = without_candidates(said.description);
        }
        number = link.open;
    } else if (!said.description.empty()) {
        if (said.link == Link::screen && !seat->second.seat.shows)
            return Error{Code::forbidden, "you do not show your screen: ask screen:start", "link"};
        auto content = content_of(said.description);
        TRY_OK(check_content(content, said.link));
        // Another connection of the browser's is none that Janus' could go on with.
        if (!link.content.session.empty() && link.content.session != content.session) renew(link);
        link.offer = without_candidates(said.description);
        link.offered = number = next_number_++;
        link.content = std::move(content);
    }
    dirty_.insert(said.call);
    pump();
    return number;
}

Json JanusCore::terms(const std::string& call) const {
    const auto room = rooms_.find(call);
    const bool ready = room != rooms_.end() && room->second.state == RoomState::ready;
    return {{"kind", "server"}, {"made", ready ? Json(room->second.made) : Json(nullptr)}};
}

void JanusCore::on_answer(std::uint64_t id, const Result<Json>& answer, SteadyTime now,
                          Output& output) {
    now_ = now;
    output_ = &output;
    in_flight_.erase(id);
    const auto found = pending_.find(id);
    const bool is_known = found != pending_.end();
    if (is_known && !answer.ok()) {
        const bool is_late = found->second.deadline == never;
        pending_.erase(found);
        if (is_late) return pump();
        ++counts_.failed;
        lose(answer.error().message);
    } else if (is_known) {
        // What a plugin takes its time for comes as an event.
        if (janus::kind_of(*answer) == "ack") return pump();
        const Pending pending = std::move(found->second);
        pending_.erase(found);
        take(pending, *answer);
    }
    pump();
}

void JanusCore::tick(SteadyTime now, Output& output) {
    now_ = now;
    output_ = &output;
    dirty_.merge(later_);
    later_.clear();
    std::vector<Pending> late;
    for (auto entry = pending_.begin(); entry != pending_.end();) {
        Pending& pending = entry->second;
        if (pending.deadline > now) {
            ++entry;
            continue;
        }
        late.push_back(pending);
        pending.deadline = never;
        // The handle that an attach may still bring is nobody's, and has to go.
        entry = pending.step == Step::attach ? std::next(entry) : pending_.erase(entry);
    }
    for (const Pending& pending : late) {
        ++counts_.failed;
        const Found place = find(pending.place);
        if (place.link != nullptr)
            fail(*place.room, *place.seat, pending.place.link);
        else if (pending.step != Step::detach && pending.step != Step::attach)
            lose("it does not answer");
    }
    pump();
}

Counts JanusCore::counts() const {
    Counts counts = counts_;
    counts.up = state_ == SessionState::up;
    counts.rooms = rooms_.size();
    return counts;
}

// --- Deciding what is next

bool JanusCore::may_ask() const {
    return state_ == SessionState::up && in_flight_.size() < limits::requests_in_flight_max;
}

void JanusCore::pump() {
    if (state_ == SessionState::down && now_ >= not_before_) open_session();
    while (may_ask() && !(leftovers_.empty() && dirty_.empty())) {
        if (!leftovers_.empty()) {
            const std::uint64_t handle = leftovers_.back();
            leftovers_.pop_back();
            ask(Step::detach, {}, path_of(handle), Json{{"janus", "detach"}});
            continue;
        }
        const std::string call = std::move(dirty_.extract(dirty_.begin()).value());
        const auto room = rooms_.find(call);
        if (room != rooms_.end()) step_room(room->second);
    }
}

void JanusCore::open_session() {
    state_ = SessionState::opening;
    ask(Step::open, {}, "", Json{{"janus", "create"}});
}

void JanusCore::poll() {
    const std::uint64_t id = next_id_++;
    std::string path =
        "/" + std::to_string(session_) + "?maxev=" + std::to_string(limits::events_per_poll);
    if (!options_.api_secret.empty()) path += "&apisecret=" + janus::escaped(options_.api_secret);
    pending_[id] = {.step = Step::poll, .deadline = now_ + 2 * limits::poll_time};
    output_->requests.push_back({.id = id, .is_poll = true, .path = std::move(path)});
}

void JanusCore::step_room(RoomOf& room) {
    switch (room.state) {
        case RoomState::making:
        case RoomState::clearing:
        case RoomState::ending: return;  // its answer comes
        case RoomState::absent: {
            if (room.seats.empty()) {
                rooms_.erase(rooms_.find(room.call));
                return;
            }
            if (now_ < room.not_before) return look_at_later(room.call);
            room.state = RoomState::making;
            const janus::RoomLimits limits{.publishers = publishers_of(room.people_max),
                                           .bitrate = options_.bitrate};
            return ask_plugin(Step::make, {.call = room.call}, control_,
                              janus::create_room(room.keys, limits, options_.admin_key));
        }
        case RoomState::ready: break;
    }
    if (room.seats.empty()) {
        room.state = RoomState::ending;
        return ask_plugin(Step::clear, {.call = room.call}, control_,
                          janus::destroy_room(room.keys));
    }
    for (auto& [leg, seat] : room.seats)
        for (const Link link : links) step_link(room, seat, link);
}

void JanusCore::step_link(RoomOf& room, SeatState& seat, Link which) {
    if (seat.at(which).is_busy) return;
    if (!may_ask()) {
        dirty_.insert(room.call);  // in its turn
        return;
    }
    if (which == Link::watch)
        step_watcher(room, seat);
    else
        step_sender(room, seat, which);
}

// What a screen shows is anything; but its sound may be his voice.
bool JanusCore::is_to_be_stopped(const LinkState& link, const Section& section, const Seat& seat,
                                 Link which) {
    if (&section == &link.sound) return !seat.speaks;
    return which == Link::camera && !seat.is_seen;
}

JanusCore::Section* JanusCore::next_to_moderate(LinkState& link, const Seat& seat, Link which) {
    if (which == Link::watch || !link.joined) return nullptr;
    for (Section* const section : {&link.sound, &link.picture}) {
        if (!section->mid.empty() &&
            section->stopped != is_to_be_stopped(link, *section, seat, which))
            return section;
    }
    return nullptr;
}

void JanusCore::step_sender(RoomOf& room, SeatState& seat, Link which) {
    LinkState& link = seat.at(which);
    const Place place = place_of(room, seat, which);
    if (Section* const section = next_to_moderate(link, seat.seat, which)) {
        link.is_busy = true;
        link.asked_section = section;
        link.asked_stop = is_to_be_stopped(link, *section, seat.seat, which);
        return ask_plugin(Step::moderate, place, control_,
                          janus::moderate(room.keys, link.feed, section->mid, link.asked_stop));
    }
    release(room, seat, which);  // he may have been let speak before Janus was asked to stop him
    if (!link.offer) return;
    link.is_busy = true;
    if (link.handle == 0)
        return ask(Step::attach, place, "/" + std::to_string(session_),
                   Json{{"janus", "attach"}, {"plugin", "janus.plugin.videoroom"}});
    link.asked = link.offered;
    link.asked_content = link.content;
    if (!link.joined) link.feed = random_number();
    ask_plugin(Step::send, place, link.handle,
               link.joined ? janus::send_otherwise() : janus::join_and_send(room.keys, link.feed),
               Json{{"type", "offer"}, {"sdp", *std::exchange(link.offer, std::nullopt)}});
}

void JanusCore::step_watcher(RoomOf& room, SeatState& seat) {
    LinkState& link = seat.at(Link::watch);
    const Place place = place_of(room, seat, Link::watch);
    if (link.answer) {
        link.is_busy = true;
        return ask_plugin(Step::start, place, link.handle, janus::start_watching(),
                          Json{{"type", "answer"}, {"sdp", *link.answer}});
    }
    if (link.open != 0) return;  // the client's turn
    auto wanted = feeds_for(room, seat.seat);
    // Whoever sent something has gone before it was watched.
    if (link.handle != 0 && !link.joined && wanted.empty()) return renew(link);
    if (wanted == link.watched) return;
    if (now_ < link.not_before) return look_at_later(room.call);
    if (link.handle == 0) {
        if (wanted.empty()) return;
        link.is_busy = true;
        return ask(Step::attach, place, "/" + std::to_string(session_),
                   Json{{"janus", "attach"}, {"plugin", "janus.plugin.videoroom"}});
    }
    std::vector<std::uint64_t> more, no_more;
    for (const auto& [feed, generation] : wanted) {
        const auto now = link.watched.find(feed);
        if (now == link.watched.end()) {
            more.push_back(feed);
        } else if (now->second != generation) {
            no_more.push_back(feed);  // and again, with all that it is now
            more.push_back(feed);
        }
    }
    for (const auto& [feed, generation] : link.watched)
        if (!wanted.contains(feed)) no_more.push_back(feed);
    link.is_busy = true;
    link.asked_for = std::move(wanted);
    ask_plugin(Step::watch, place, link.handle,
               link.joined ? janus::watch_otherwise(more, no_more)
                           : janus::join_and_watch(room.keys, more));
}

std::map<std::uint64_t, std::uint64_t> JanusCore::feeds_for(const RoomOf& room,
                                                            const Seat& seat) const {
    std::map<std::uint64_t, std::uint64_t> feeds;
    for (const auto& [leg, other] : room.seats) {
        if (leg == seat.leg) continue;
        for (const Link link : {Link::camera, Link::screen}) {
            if (link == Link::screen && !seat.watches_screen) continue;
            const LinkState& sender = other.at(link);
            if (sender.flows && sender.joined) feeds[sender.feed] = sender.generation;
        }
    }
    return feeds;
}

// --- Asking

std::string JanusCore::path_of(std::uint64_t handle) const {
    return "/" + std::to_string(session_) + "/" + std::to_string(handle);
}

void JanusCore::ask(Step step, Place place, std::string path, Json body) {
    const std::uint64_t id = next_id_++;
    body["transaction"] = std::to_string(id);
    if (!options_.api_secret.empty()) body["apisecret"] = options_.api_secret;
    pending_[id] = {
        .step = step, .place = std::move(place), .deadline = now_ + limits::answer_time};
    in_flight_.insert(id);
    ++counts_.requests;
    output_->requests.push_back({.id = id, .path = std::move(path), .body = text_of(body)});
}

void JanusCore::ask_plugin(Step step, Place place, std::uint64_t handle, Json body, Json jsep) {
    Json message{{"janus", "message"}, {"body", std::move(body)}};
    if (!jsep.is_null()) message["jsep"] = std::move(jsep);
    ask(step, std::move(place), path_of(handle), std::move(message));
}

// --- What is answered, and what happens

void JanusCore::take(const Pending& pending, const Json& message) {
    const int error = janus::error_of(message);
    if (error != 0) ++counts_.failed;
    if (error == janus::error_codes::no_such_session && pending.step != Step::detach)
        return lose("the session is gone");
    switch (pending.step) {
        case Step::open:
            session_ = janus::number_at(janus::member(message, "data"), "id");
            if (session_ == 0) return lose(janus::error_text_of(message));
            return ask(Step::control, {}, "/" + std::to_string(session_),
                       Json{{"janus", "attach"}, {"plugin", "janus.plugin.videoroom"}});
        case Step::control:
            control_ = janus::number_at(janus::member(message, "data"), "id");
            if (control_ == 0) return lose(janus::error_text_of(message));
            state_ = SessionState::up;
            backoff_ = limits::retry_first;
            log::info("the media server is there");
            for (const auto& [call, room] : rooms_) dirty_.insert(call);
            return poll();
        case Step::poll:
            take_events(message);
            if (state_ == SessionState::up) poll();
            return;
        case Step::make:
        case Step::clear: return take_room(pending, message);
        case Step::attach:
        case Step::send:
        case Step::moderate:
        case Step::watch:
        case Step::start: return take_link(pending, message);
        case Step::detach: return;
    }
}

void JanusCore::take_room(const Pending& pending, const Json& message) {
    const auto found = rooms_.find(pending.place.call);
    if (found == rooms_.end()) return;
    RoomOf& room = found->second;
    dirty_.insert(room.call);
    const int error = janus::error_of(message);
    const bool is_gone = error == 0 || error == janus::error_codes::no_such_room;
    if (pending.step == Step::clear) {
        if (!is_gone) log::warn("a room cannot be destroyed: {}", janus::error_text_of(message));
        room.state = RoomState::absent;
        if (!is_gone) room.not_before = now_ + limits::room_retry;
        return;
    }
    if (error == 0) {
        room.state = RoomState::ready;
        room.made = next_number_++;
        return tell_terms(room);
    }
    if (error == janus::error_codes::room_exists) {
        // Of a process before this one: whoever is still in it goes with it.
        room.state = RoomState::clearing;
        return ask_plugin(Step::clear, {.call = room.call}, control_,
                          janus::destroy_room(room.keys));
    }
    log::warn("a room cannot be made: {}", janus::error_text_of(message));
    room.state = RoomState::absent;
    room.not_before = now_ + limits::room_retry;
}

void JanusCore::take_link(const Pending& pending, const Json& message) {
    const Found place = find(pending.place);
    if (pending.step == Step::attach) {
        const std::uint64_t handle = janus::number_at(janus::member(message, "data"), "id");
        if (place.link == nullptr) {
            if (handle != 0) leftovers_.push_back(handle);
            return;
        }
        if (handle == 0) return fail(*place.room, *place.seat, pending.place.link);
        place.link->handle = handle;
        handles_[handle] = pending.place;
        place.link->is_busy = false;
        dirty_.insert(place.room->call);
        return;
    }
    if (place.link == nullptr) return;
    dirty_.insert(place.room->call);
    if (const int error = janus::error_of(message); error != 0) {
        log::debug("the media server refuses: {} {}", error, janus::error_text_of(message));
        if (error == janus::error_codes::no_such_feed && pending.step == Step::watch) {
            // Somebody has gone of whom that is not known here yet.
            place.link->is_busy = false;
            place.link->not_before = now_ + retry_soon;
            return;
        }
        return fail(*place.room, *place.seat, pending.place.link);
    }
    switch (pending.step) {
        case Step::send: return sent(*place.room, *place.seat, pending.place.link, message);
        case Step::moderate: return moderated(*place.room, *place.seat, pending.place.link);
        case Step::watch: return watching(*place.room, *place.seat, message);
        default:
            place.link->is_busy = false;
            place.link->open = 0;
            place.link->offered_body = nullptr;
            place.link->answer.reset();
            return;
    }
}

// What was stopped before may be another by now.
void JanusCore::take_section(Section& section, const std::string& mid) {
    section.mid = mid;
    if (section.stopped == true) section.stopped.reset();
}

void JanusCore::sent(RoomOf& room, SeatState& seat, Link which, const Json& message) {
    LinkState& link = seat.at(which);
    const std::string sdp = janus::text_at(janus::member(message, "jsep"), "sdp");
    if (sdp.empty()) return fail(room, seat, which);
    link.is_busy = false;
    link.joined = true;
    if (link.sent.sounds != link.asked_content.sounds ||
        link.sent.pictures != link.asked_content.pictures)
        ++link.generation;
    link.sent = link.asked_content;
    // As Janus calls them, whatever the offer said.
    const Content content = content_of(sdp);
    take_section(link.sound, content.sound);
    take_section(link.picture, content.picture);
    link.held =
        Json{{"negotiation", link.asked}, {"description", {{"type", "answer"}, {"sdp", sdp}}}};
    release(room, seat, which);
}

// Janus' answer goes on to the client when what he may not send is stopped.
void JanusCore::release(RoomOf& room, SeatState& seat, Link which) {
    LinkState& link = seat.at(which);
    if (link.held.is_null() || next_to_moderate(link, seat.seat, which) != nullptr) return;
    tell(room, seat, which, std::exchange(link.held, Json()));
}

void JanusCore::moderated(RoomOf& room, SeatState& seat, Link which) {
    LinkState& link = seat.at(which);
    link.is_busy = false;
    link.asked_section->stopped = link.asked_stop;
    link.asked_section = nullptr;
    release(room, seat, which);
}

void JanusCore::watching(RoomOf& room, SeatState& seat, const Json& message) {
    LinkState& link = seat.at(Link::watch);
    link.is_busy = false;
    link.joined = true;
    link.watched = std::move(link.asked_for);
    link.asked_for.clear();
    const std::string sdp = janus::text_at(janus::member(message, "jsep"), "sdp");
    if (sdp.empty()) return;  // nothing has changed for the client
    link.open = next_number_++;
    link.offered_body = Json{{"negotiation", link.open},
                             {"description", {{"type", "offer"}, {"sdp", sdp}}},
                             {"streams", streams_of(room, janus::said_by_plugin(message))}};
    tell(room, seat, Link::watch, link.offered_body);
}

void JanusCore::take_events(const Json& events) {
    if (!events.is_array()) return take_event(events);
    for (const Json& event : events) take_event(event);
}

void JanusCore::take_event(const Json& event) {
    const auto kind = janus::kind_of(event);
    if (state_ != SessionState::up) return;
    if (kind == "timeout" || kind == "error") return lose("it has ended the session");
    if (kind == "event") {
        const auto one = pending_.find(janus::transaction_of(event));
        if (one == pending_.end()) return;
        const Pending pending = std::move(one->second);
        pending_.erase(one);
        return take(pending, event);
    }
    const auto handle = handles_.find(janus::number_at(event, "sender"));
    if (handle == handles_.end()) return;
    const Found place = find(handle->second);
    if (place.link == nullptr) return;
    const Link which = handle->second.link;
    if (kind == "webrtcup" && which != Link::watch) {
        place.link->flows = true;
        dirty_.insert(place.room->call);
    } else if (kind == "hangup" || kind == "detached") {
        fail(*place.room, *place.seat, which);
    }
}

// Everything of it is gone, or as good as that.
void JanusCore::lose(std::string_view why) {
    if (state_ == SessionState::up) {
        ++counts_.losses;
        log::warn("the media server is lost: {}", why);
    } else if (backoff_ == limits::retry_first) {
        log::warn("the media server is not there: {}", why);
    }
    state_ = SessionState::down;
    session_ = control_ = 0;
    not_before_ = now_ + backoff_;
    backoff_ = std::min<std::chrono::milliseconds>(2 * backoff_, limits::retry_max);
    pending_.clear();
    handles_.clear();
    leftovers_.clear();
    for (auto& [call, room] : rooms_) {
        const bool was_ready = room.state == RoomState::ready;
        room.state = RoomState::absent;
        room.not_before = {};
        for (auto& [leg, seat] : room.seats)
            for (const Link link : links) seat.at(link) = LinkState{.serial = next_id_++};
        if (was_ready) tell_terms(room);
    }
}

// --- Links

JanusCore::Found JanusCore::find(const Place& place) {
    const auto room = rooms_.find(place.call);
    if (room == rooms_.end()) return {};
    const auto seat = room->second.seats.find(place.leg);
    if (seat == room->second.seats.end()) return {};
    LinkState& link = seat->second.at(place.link);
    if (link.serial != place.serial) return {};
    return {&room->second, &seat->second, &link};
}

JanusCore::Place JanusCore::place_of(const RoomOf& room, const SeatState& seat, Link link) const {
    return {.call = room.call, .leg = seat.seat.leg, .link = link, .serial = seat.at(link).serial};
}

void JanusCore::renew(LinkState& link) {
    if (link.handle != 0) {
        leftovers_.push_back(link.handle);
        handles_.erase(link.handle);
    }
    link = LinkState{.serial = next_id_++};
}

void JanusCore::fail(RoomOf& room, SeatState& seat, Link which) {
    LinkState& link = seat.at(which);
    renew(link);
    link.not_before = now_ + retry_soon;
    dirty_.insert(room.call);
    tell(room, seat, which, Json{{"closed", true}});
}

// --- Telling

void JanusCore::tell(const RoomOf& room, const SeatState& seat, Link link, Json data) {
    if (seat.seat.device == 0) return;
    output_->told.push_back({.device = seat.seat.device,
                             .call = room.call,
                             .leg = seat.seat.leg,
                             .event = "call:signal",
                             .body = Json{{"call", room.call},
                                          {"link", to_string(link)},
                                          {"made", room.made},
                                          {"data", std::move(data)}}});
}

void JanusCore::tell_terms(const RoomOf& room) {
    for (const auto& [leg, seat] : room.seats) {
        if (seat.seat.device == 0) continue;
        output_->told.push_back({.device = seat.seat.device,
                                 .call = room.call,
                                 .leg = leg,
                                 .event = "call:media",
                                 .body = Json{{"call", room.call}, {"media", terms(room.call)}}});
    }
}

Json JanusCore::streams_of(const RoomOf& room, const Json& said) const {
    Json streams = Json::array();
    for (const Json& one : janus::member(said, "streams")) {
        const std::uint64_t feed = janus::number_at(one, "feed_id");
        if (feed == 0) continue;  // nothing comes there any more
        for (const auto& [leg, seat] : room.seats) {
            for (const Link link : {Link::camera, Link::screen}) {
                if (seat.at(link).feed != feed) continue;
                streams.push_back(Json{{"mid", janus::text_at(one, "mid")},
                                       {"leg", leg},
                                       {"link", to_string(link)},
                                       {"kind", janus::text_at(one, "type")}});
            }
        }
    }
    return streams;
}

}  // namespace homeroom::media
