#include "features/calls/calls.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "features/calls/call_json.h"
#include "features/calls/floor.h"
#include "features/calls/happening.h"
#include "features/calls/limits.h"
#include "features/calls/lobby.h"
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"
#include "features/calls/settling.h"

namespace homeroom::features::calls {
namespace {

constexpr store::Migration migrations[] = {
    {"calls/1", R"sql(
        CREATE TABLE calls (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            live INTEGER NOT NULL,  -- 1: it rings or goes on
            room TEXT,              -- NULL: between people
            created_at TEXT NOT NULL,
            state TEXT NOT NULL     -- JSON: call_json.h
        );
        CREATE INDEX calls_live ON calls (live) WHERE live = 1;
        CREATE UNIQUE INDEX calls_live_in ON calls (room) WHERE live = 1 AND room IS NOT NULL;
        CREATE TABLE call_people (
            user TEXT NOT NULL,
            row INTEGER NOT NULL,     -- of calls
            hidden INTEGER NOT NULL,  -- 1: he is not to know of it
            open INTEGER NOT NULL,    -- 1: he is in it, or it rings at his
            PRIMARY KEY (user, row)
        ) WITHOUT ROWID;
        CREATE INDEX call_people_of ON call_people (row);
        CREATE INDEX call_people_open ON call_people (user, row) WHERE open = 1;
    )sql"},
    {"calls/2", R"sql(
        CREATE TABLE call_attendance (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            call INTEGER NOT NULL,    -- row of calls
            user TEXT NOT NULL,
            name TEXT NOT NULL,       -- of then
            joined_at TEXT NOT NULL,
            left_at TEXT,             -- NULL: he is in it
            how TEXT
        );
        CREATE INDEX call_attendance_of ON call_attendance (call, user);
        CREATE INDEX call_attendance_by ON call_attendance (user, row);
    )sql"},
};

// What is told as it happens, and not again to who comes back later: he is told what goes on.
constexpr std::array momentary{
    "call:started",  "call:ringing",   "call:accepted", "call:declined",    "call:member",
    "call:changed",  "call:admitted",  "call:denied",   "screen:requested", "screen:granted",
    "screen:denied", "screen:started", "screen:stopped"};

Status expire_due(campus::DueCall& call) {
    TRY(auto record, load_call(call.transaction.db(), call.subject));
    if (!record || !record->call.is_live()) return Ok{};
    const auto news = expire(record->call, call.now);
    return settle(call.transaction, call.directory, *record, news, "null");
}

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::span<const store::Migration> calls_migrations() {
    return migrations;
}

void register_calls(campus::Surface& surface) {
    surface.write("call:start", start_call);
    surface.write("call:invite", invite_to_call);
    surface.write("call:accept", accept_call);
    surface.write("call:decline", decline_call);
    surface.write("call:join", join_call);
    surface.write("call:leave", leave_call);
    surface.write("call:end", end_call);
    surface.read("call:get", get_call);
    surface.read("call:list", list_calls);
    surface.read("call:supervised", list_supervised);
    surface.read("call:attendance", list_call_attendance);
    surface.write("call:mute", mute_in_call);
    surface.write("call:devices", say_devices);
    surface.write("call:hand", raise_hand_in_call);
    surface.write("call:captioner", name_captioner);
    surface.write("call:settings", set_call);
    surface.write("call:admit", admit_to_call);
    surface.write("call:deny", deny_call);
    surface.write("call:poll", ask_in_call);
    surface.write("call:vote", vote_in_call);
    surface.write("call:closePoll", close_poll_in_call);
    surface.write("call:consent", consent_to_recording);
    surface.write("screen:request", request_screen);
    surface.write("screen:grant", grant_screen);
    surface.write("screen:deny", deny_screen);
    surface.write("screen:start", start_screen);
    surface.write("screen:stop", stop_screen);
    surface.write("screen:annotate", annotate_screen);
    surface.limit_bytes("call:signal", limits::signal_request_bytes_max);
}

void register_recording(campus::Surface& surface, bool allowed) {
    surface.write("call:record", allowed ? record_call : refuse_recording);
}

void register_calls(campus::Schedule& schedule) {
    schedule.on(deadline_kind, expire_due);
}

Calls::Calls(const campus::Directory& directory, store::Store& store, campus::Surface& surface,
             const campus::SchoolPolicy& policy, IceOptions ice, media::Backend& media)
    : directory_(directory),
      store_(store),
      surface_(surface),
      policy_(policy),
      ice_(std::move(ice)),
      media_(media),
      said_({limits::signal_pieces_per_second, limits::signal_pieces_burst}),
      heard_({limits::heard_pieces_per_second, limits::heard_pieces_burst}),
      board_(wall_now().time_since_epoch().count()) {
    media_.tell(*this);
}

Status Calls::load() {
    return store_.run_now([this](store::Transaction& transaction) -> Status {
        TRY(auto calls, take_over(transaction, directory_, wall_now(), policy_.calls.grace));
        for (Call& call : calls) {
            const std::string id = call.id;
            board_.put(std::move(call));
            follow(id);
        }
        return Ok{};
    });
}

void Calls::add_to(campus::Gateway& gateway, hub::Server& server) {
    server_ = &server;
    gateway.observe(*this);
    for (const char* type : momentary) gateway.never_again(type);
    for (const char* name : {"call:start", "call:accept", "call:join", "screen:start"}) {
        gateway.live(name, [this, name](hub::Socket& socket, const std::string& user,
                                        const Json& request, const Answer& answer) {
            come(socket, user, name, request, answer);
        });
    }
    gateway.live("call:signal", [this](hub::Socket& socket, const std::string& user,
                                       const Json& request, const Answer& answer) {
        auto passed = signal(socket, user, request);
        ++(passed.ok() ? passed_ : refused_);
        answer(std::move(passed));
    });
    gateway.live("call:react",
                 [this](hub::Socket& socket, const std::string& user, const Json& request,
                        const Answer& answer) { answer(react(socket, user, request)); });
    gateway.live("call:caption",
                 [this](hub::Socket& socket, const std::string& user, const Json& request,
                        const Answer& answer) { answer(caption(socket, user, request)); });
    gateway.live("call:ice",
                 [this](hub::Socket& socket, const std::string& user, const Json& request,
                        const Answer& answer) { answer(ice(socket, user, request)); });
}

void Calls::keep_house() {
    for (auto* const allowance : {&said_, &heard_})
        allowance->forget_idle(std::chrono::steady_clock::now());
    std::vector<Change> again;
    {
        const std::lock_guard lock(mutex_);
        again = std::exchange(put_off_, {});
    }
    for (Change& one : again) change(std::move(one));
}

std::size_t Calls::live_calls() {
    const std::lock_guard lock(mutex_);
    return board_.size();
}

// --- Coming into a call, and showing a screen in it

// The answer waits until the switchboard and the media server know: with the first signal it must
// be let through.
void Calls::come(hub::Socket& socket, const std::string& user, std::string_view name,
                 const Json& request, const Answer& answer) {
    if (request.contains("viewers") && !request["viewers"].is_null() && !media_.can_show_to_some())
        return answer(Error{Code::conflict,
                            "this school's media server shows a screen to all who are in the call",
                            "viewers"});
    const std::uint64_t device = campus::device_of(socket);
    surface_.device_request(user, device, name, request,
                            [this, user, device, answer](Result<Json> result) {
                                if (!result.ok()) return answer(std::move(result));
                                const std::lock_guard lock(mutex_);
                                waiting_.push_back({user, device, std::move(*result), answer});
                            });
}

void Calls::on_event(const store::JournalEvent& event) {
    if (event.notes.empty() ||
        (!event.type.starts_with("call:") && !event.type.starts_with("screen:")))
        return;
    const Json notes = Json::parse(event.notes, nullptr, false);
    if (!notes.is_object()) return;
    Call call = from_stored(notes);
    const std::string id = call.id;
    // One who went may have been the one without whom the others may not talk to each other.
    const bool has_intruders =
        call.is_live() && call.room.empty() && !intruders(policy_, directory_, call).empty();
    std::vector<std::uint64_t> fresh;
    {
        const std::lock_guard lock(mutex_);
        changed_.push_back(call.id);
        fresh = board_.put(std::move(call));
    }
    if (has_intruders) judge(id);
    // It may have gone before it was in the call; then nobody has noticed.
    for (const std::uint64_t device : fresh) look_whether_there(device);
}

// The media server hears of whoever has come before he can say anything to it. What it has to tell
// him is behind his answer all the same: on_told() waits for the lock.
void Calls::on_batch_end(store::Seq) {
    const std::lock_guard lock(mutex_);
    for (const std::string& id : std::exchange(changed_, {})) follow(id);
    for (Waiting& one : std::exchange(waiting_, {})) {
        if (one.result.contains("leg")) say_where_he_is(one);  // else of a screen
        one.answer(std::move(one.result));
    }
}

// As it is now, whatever the answer says: it may be one that is remembered for its key, and he gone
// since, taken out, or here over another connection.
void Calls::say_where_he_is(Waiting& one) const {
    const std::string id = one.result.at("call").at("id");
    const Leg* const leg = leg_over(id, one.user, one.device);
    one.result["leg"] = leg == nullptr ? Json(nullptr) : Json(leg->leg);
    one.result["ice"] = leg == nullptr ? Json(nullptr) : ice_for(one.user, leg->leg);
    one.result["media"] = leg == nullptr ? Json(nullptr) : media_.terms(id, leg->leg);
    const Call* const call = board_.find(id);
    one.result["waiting"] = call != nullptr && is_waiting(*call, one.user);
}

const Leg* Calls::leg_over(std::string_view id, std::string_view user, std::uint64_t device) const {
    const Call* const call = board_.find(id);
    const Leg* const leg = call == nullptr ? nullptr : call->leg_of(user);
    const bool is_in =
        leg != nullptr && leg->device == device && may_be_in(policy_, directory_, *call, user);
    return is_in ? leg : nullptr;
}

Json Calls::ice_for(std::string_view user, std::string_view leg) const {
    // A media server is between them: nobody else sees where somebody is.
    const bool relayed = !media_.is_between() && is_relayed(policy_, directory_, user);
    return ice_of(ice_, leg, relayed, wall_now());
}

Result<Json> Calls::ice(hub::Socket& socket, const std::string& user, const Json& request) {
    TRY(const auto id, requested_call(request));
    const std::lock_guard lock(mutex_);
    const Leg* const leg = leg_over(id, user, campus::device_of(socket));
    if (leg == nullptr) return Error{Code::not_found, "this connection is in no such call", "call"};
    return Json{{"ice", ice_for(user, leg->leg)}, {"media", media_.terms(id, leg->leg)}};
}

// --- Signals

Status Calls::allow(campus::RequestAllowance& allowance, const std::string& user,
                    std::size_t pieces) {
    const auto wait = allowance.wait_for_all(user, pieces, std::chrono::steady_clock::now());
    if (wait) return Error{Code::rate_limited, "too many signals; slow down", "", *wait};
    return Ok{};
}

Result<Json> Calls::signal(hub::Socket& socket, const std::string& user, const Json& request) {
    const std::size_t pieces = 1 + text_of(request).size() / limits::signal_piece_bytes;
    TRY_OK(allow(said_, user, pieces));
    TRY(auto signal, read_signal(request));
    if (signal.link) return say(user, campus::device_of(socket), signal);
    if (media_.is_between())
        return Error{Code::conflict, "media goes through a media server: a signal has a link",
                     "to"};
    if (is_relayed(policy_, directory_, user)) hide_addresses(signal);
    const std::lock_guard lock(mutex_);
    // Before anything is said of the call: whoever has been taken out of the class is out of it.
    if (leg_over(signal.call, user, campus::device_of(socket)) == nullptr)
        return Error{Code::not_found, "this connection is in no such call", "call"};
    const Leg* const other = board_.find(signal.call)->leg_of(signal.to);
    if (other != nullptr && other->is_here()) TRY_OK(allow(heard_, signal.to, pieces));
    TRY(const auto passage, board_.pass(user, campus::device_of(socket), signal));
    // Within the lock, so that two of one pair are on their way in the order in which they came.
    Json answer{{"negotiation", passage.negotiation}};
    deliver(passage, user, std::move(signal));
    return answer;
}

// Judged again where it is delivered.
void Calls::deliver(const Switchboard::Passage& passage, const std::string& from, Signal signal) {
    Json data{{"negotiation", passage.negotiation}};
    data.update(signal.data);
    std::string object = text_of(Json{
        {"call", signal.call}, {"from", from}, {"leg", passage.leg}, {"data", std::move(data)}});
    hand_over(passage.device, std::move(signal.call), "", "call:signal", std::move(object));
}

void Calls::hand_over(std::uint64_t device, std::string id, std::string leg, std::string event,
                      std::string object) {
    const hub::SocketRef ref = campus::ref_of(device);
    server_->post(ref.loop, [this, ref, device, id = std::move(id), as = std::move(leg),
                             event = std::move(event), object = std::move(object)](hub::Hub& hub) {
        hub::Socket* const socket = hub.find(ref);
        if (socket == nullptr || !socket->connected()) return;
        {
            const std::lock_guard lock(mutex_);
            const Call* const call = board_.find(id);
            if (call == nullptr) return;
            const auto own = std::ranges::find(call->legs, device, &Leg::device);
            if (own == call->legs.end() || (!as.empty() && own->leg != as) ||
                !may_be_in(policy_, directory_, *call, own->user))
                return;
        }
        const std::string_view argument = object;
        socket->emit(event, {&argument, 1});
    });
}

// --- The media server

Result<Json> Calls::say(const std::string& user, std::uint64_t device, const Signal& signal) {
    media::Said said{.call = signal.call,
                     .link = *signal.link,
                     .made = signal.made,
                     .negotiation = signal.negotiation,
                     .again = signal.again};
    {
        const std::lock_guard lock(mutex_);
        const Call* const call = board_.find(signal.call);
        if (call != nullptr && !may_be_in(policy_, directory_, *call, user))
            return Error{Code::not_found, "this connection is in no such call", "call"};
        TRY(const Leg* const leg, board_.present_leg(signal.call, user, device));
        said.leg = leg->leg;
    }
    if (const auto description = signal.data.find("description"); description != signal.data.end())
        said.description = description->at("sdp").get<std::string>();
    TRY(const auto negotiation, media_.say(said));
    return Json{{"negotiation", negotiation}};
}

// Through the loop's mail twice: once the lock has been free, the answers of the commit that let
// somebody in are in it, and this comes behind them.
void Calls::on_told(media::Told told) {
    const auto loop = campus::ref_of(told.device).loop;
    server_->post(loop, [this, told = std::move(told)](hub::Hub&) {
        { const std::lock_guard lock(mutex_); }
        hand_over(told.device, told.call, told.leg, told.event, text_of(told.body));
    });
}

void Calls::follow(const std::string& id) {
    media::Room room{.call = id, .people_max = policy_.calls.members};
    if (const Call* const call = board_.find(id)) {
        for (const Leg& leg : call->legs) {
            if (!leg.is_here() || !may_be_in(policy_, directory_, *call, leg.user)) continue;
            const Sending may = sending_of(*call, leg);
            room.seats.push_back({.leg = leg.leg,
                                  .device = leg.device,
                                  .shows = may.screen,
                                  .speaks = may.mic,
                                  .is_seen = may.camera,
                                  .watches_screen = call->screen.is_shown_to(leg.user)});
        }
    }
    media_.follow(room);
}

// --- What goes on, for a device that comes

void Calls::on_arrival(hub::Socket& socket, const std::string& user) {
    Json calls;
    {
        const std::lock_guard lock(mutex_);
        calls = going_on(board_, directory_, user, wall_now());
    }
    if (calls.empty() || !socket.connected()) return;
    const std::string object = text_of(Json{{"calls", std::move(calls)}});
    const std::string_view argument = object;
    socket.emit("call:current", {&argument, 1});
}

// --- What happens without anybody's asking

void Calls::on_departure(hub::Socket& socket, const std::string& user) {
    const std::uint64_t device = campus::device_of(socket);
    std::vector<std::string> ids;
    {
        const std::lock_guard lock(mutex_);
        ids = board_.waits_of(device);
        if (auto id = board_.call_of(device)) ids.push_back(std::move(*id));
    }
    for (const std::string& id : ids) lose(id, user, device);
}

void Calls::on_rerouted(const std::string& user) {
    std::vector<std::string> ids;
    {
        const std::lock_guard lock(mutex_);
        ids = board_.calls_of(user);
        // At once, before it is written down.
        for (const std::string& id : ids) follow(id);
    }
    for (const std::string& id : ids) judge(id);
}

void Calls::look_whether_there(std::uint64_t device) {
    const hub::SocketRef ref = campus::ref_of(device);
    server_->post(ref.loop, [this, ref, device](hub::Hub& hub) {
        hub::Socket* const socket = hub.find(ref);
        if (socket != nullptr && socket->connected()) return;
        std::vector<std::pair<std::string, std::string>> places;  // call, user
        {
            const std::lock_guard lock(mutex_);
            if (const Call* const call = board_.find(board_.call_of(device).value_or(""))) {
                for (const Leg& leg : call->legs)
                    if (leg.device == device) places.emplace_back(call->id, leg.user);
            }
            for (const std::string& id : board_.waits_of(device)) {
                for (const Guest& guest : board_.find(id)->lesson.guests)
                    if (guest.device == device) places.emplace_back(id, guest.user);
            }
        }
        for (const auto& [id, user] : places) lose(id, user, device);
    });
}

void Calls::lose(const std::string& id, const std::string& user, std::uint64_t device) {
    change({id, [user, device, grace = policy_.calls.grace](Call& call, WallTime now) {
                return features::calls::lose(call, user, device, now, grace);
            }});
}

void Calls::judge(const std::string& id) {
    change({id, [this](Call& call, WallTime now) {
                return clear_out(policy_, directory_, call, now);
            }});
}

void Calls::change(Change wanted) {
    auto shared = std::make_shared<const Change>(std::move(wanted));
    const bool taken =
        store_.submit({.work =
                           [this, shared](store::Transaction& transaction) {
                               return let_happen(transaction, directory_, shared->id,
                                                 shared->happening, wall_now());
                           },
                       .done =
                           [this, shared](const Status& status) {
                               if (status.ok()) return;
                               log::warn("a call could not be changed: {}", status.error().message);
                               const std::lock_guard lock(mutex_);
                               put_off_.push_back(*shared);
                           }});
    if (taken) return;
    const std::lock_guard lock(mutex_);
    put_off_.push_back(*shared);
}

}  // namespace homeroom::features::calls
