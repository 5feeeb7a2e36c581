#include "features/study/live.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "campus/roster/room_name.h"
#include "features/study/limits.h"
#include "features/study/records.h"
#include "features/study/rules.h"
#include "features/study/view.h"

namespace homeroom::features::study {
namespace {

using campus::Json;

std::string facet(const std::string& room, std::string_view session) {
    return campus::facet_of(room, std::string{room_prefix} + std::string{session});
}

// Of a facet of a session; empty: it is none.
std::string session_of(std::string_view room) {
    const std::string mark = "~" + std::string{room_prefix};
    const auto at = room.find(mark);
    return at == std::string_view::npos ? std::string{}
                                        : std::string{room.substr(at + mark.size())};
}

Result<std::string> requested_session(const Json& request) {
    return campus::required_text(request, "session", limits::identifier_bytes_max);
}

Error not_in_it() {
    return {Code::not_found, "you are in no such session", "session"};
}

std::optional<WallTime> earliest(const Happening& happening) {
    const Session& session = happening.session;
    std::optional<WallTime> first = session.shared.timer().ends_at;
    for (const auto& other :
         {session.breakouts ? session.breakouts->ends_at : std::nullopt, happening.away_until}) {
        if (other && (!first || *other < *first)) first = other;
    }
    return first;
}

}  // namespace

Live::Live(const campus::Directory& directory, store::Store& store, std::chrono::milliseconds grace,
           Clock clock)
    : directory_(directory),
      store_(store),
      grace_(grace),
      clock_(std::move(clock)),
      timer_([](void* self) { static_cast<Live*>(self)->look(); }, this) {}

Status Live::load() {
    return store_.run_now([this](store::Transaction& transaction) -> Status {
        auto& db = transaction.db();
        const WallTime now = clock_();
        TRY(auto alive, alive_until(db));
        if (alive.empty()) alive = to_rfc3339(now);
        TRY(const auto ids, live_sessions(db));
        for (const std::string& id : ids) {
            TRY_OK(await_all(db, id, alive, now + grace_));
            TRY(const auto session, load_session(db, id));
            TRY(const auto members, present_in(db, id));
            Happening happening{.session = *session};
            if (!members.empty()) happening.away_until = now + grace_;
            const std::lock_guard lock(mutex_);
            note_due(happening);
        }
        return save_alive(db, to_rfc3339(now));
    });
}

void Live::add_to(campus::Gateway& gateway, hub::Server& server) {
    server_ = &server;
    gateway.observe(*this);
    gateway.live("study:join",
                 [this](hub::Socket& socket, const std::string& user, const Json& request,
                        const Answer& answer) { ask_to_join(socket, user, request, answer); });
    gateway.live("study:leave",
                 [this](hub::Socket& socket, const std::string& user, const Json& request,
                        const Answer& answer) { ask_to_leave(socket, user, request, answer); });
    add_command(gateway, "study:state", patch_state);
    add_command(gateway, "study:hand", raise_hand);
    add_command(gateway, "study:divide", divide);
    add_command(gateway, "study:gather", gather);
    add_command(gateway, "study:move", move);
    look_soon();  // at what was due while the server was not there
}

void Live::remember() {
    store_.submit(
        {.work = [at = to_rfc3339(clock_())](
                     store::Transaction& transaction) { return save_alive(transaction.db(), at); },
         .done = [](const Status&) {}});
}

// --- Requests ------------------------------------------------------------------------------------

bool Live::submit(Work work, Done done, store::Owner owner) {
    auto happening = std::make_shared<Happening>();
    auto happened = std::make_shared<bool>(false);
    return store_.submit({
        .work = [this, work = std::move(work), happening,
                 happened](store::Transaction& transaction) -> Status {
            RoomCall call{transaction, directory_, clock_(), grace_};
            TRY(auto made, work(call));
            *happened = made.has_value();
            if (made) *happening = std::move(*made);
            return Ok{};
        },
        .done =
            [this, done = std::move(done), happening, happened](const Status& status) {
                const bool is_told = status.ok() && *happened;
                if (is_told) told(*happening);
                done(status, is_told ? happening : nullptr);
            },
        .owner = owner,
    });
}

void Live::add_command(campus::Gateway& gateway, const char* name, Command command) {
    gateway.live(name, [this, command](hub::Socket& socket, const std::string& user,
                                       const Json& request, const Answer& answer) {
        const auto device = campus::device_of(socket);
        const auto id = meant_session(request, device);
        if (!id.ok()) return answer(id.error());
        std::string room;
        {
            const std::lock_guard lock(mutex_);
            room = devices_.room_of(*id, device);
        }
        if (room.empty() || !socket.is_in(facet(room, *id))) return answer(not_in_it());
        const auto asker =
            std::make_shared<const Asker>(Asker{*id, user, socket.ref(), device, answer});
        const bool taken = submit(
            [asker, command, request](RoomCall& call) -> Result<std::optional<Happening>> {
                TRY(auto made, command(call, asker->user, asker->session, request));
                return std::optional{std::move(made)};
            },
            [this, asker](const Status& status, const auto& happening) {
                if (!status.ok()) return asker->answer(status.error());
                answer_there(asker, happening);
            },
            store::owner_of(user));
        if (!taken) answer(campus::too_much_to_do());
    });
}

Result<std::string> Live::meant_session(const Json& request, Devices::Device device) {
    TRY(auto named, campus::optional_text(request, "session", limits::identifier_bytes_max));
    if (named) return std::move(*named);
    const std::lock_guard lock(mutex_);
    auto only = devices_.only_session_of(device);
    if (only.empty()) return not_in_it();
    return only;
}

// On its loop, where it is known whether it is still in the session.
void Live::answer_there(const AskerPtr& asker, const std::shared_ptr<const Happening>& happening) {
    server_->post(asker->ref.loop, [asker, happening](hub::Hub& hub) {
        const hub::Socket* const socket = hub.find(asker->ref);
        const Session& session = happening->session;
        if (socket == nullptr || !socket->is_in(facet(session.room, session.id)))
            return asker->answer(not_in_it());
        asker->answer(happening->answer);
    });
}

void Live::ask_to_join(hub::Socket& socket, const std::string& user, const Json& request,
                       const Answer& answer) {
    const auto id = requested_session(request);
    if (!id.ok()) return answer(id.error());
    const auto device = campus::device_of(socket);
    {
        const std::lock_guard lock(mutex_);
        if (!devices_.add(*id, user, device))
            return answer(
                Error{Code::too_large, "this connection is in too many sessions", "session"});
    }
    const auto asker =
        std::make_shared<const Asker>(Asker{*id, user, socket.ref(), device, answer});
    const bool taken = submit(
        [asker](RoomCall& call) -> Result<std::optional<Happening>> {
            TRY(auto made, join(call, asker->user, asker->session));
            return std::optional{std::move(made)};
        },
        [this, asker](const Status& status, const std::shared_ptr<const Happening>& happening) {
            if (!status.ok()) return turn_away(*asker, status.error());
            server_->post(asker->ref.loop, [this, asker, happening](hub::Hub& hub) {
                come_in(hub, *asker, *happening);
            });
        },
        store::owner_of(user));
    if (!taken) turn_away(*asker, campus::too_much_to_do());
}

// Whoever was taken out of the room since the commit does not come in, nor who has gone.
void Live::come_in(hub::Hub& hub, const Asker& asker, const Happening& happening) {
    hub::Socket* const socket = hub.find(asker.ref);
    const Session& session = happening.session;
    bool admitted = socket != nullptr && socket->connected() && socket->is_in(session.room) &&
                    session.audience().admits(asker.user, directory_);
    if (admitted) {
        const std::lock_guard lock(mutex_);
        admitted = devices_.admit(asker.session, asker.device, session.room);  // not over since
    }
    if (!admitted) {
        turn_away(asker, not_in_it());
        // In the rows he is there. That he has gone may have come before that he came.
        return lost({asker.session, asker.user});
    }
    socket->join(facet(session.room, session.id));
    asker.answer(happening.answer);
    look_soon();
}

void Live::turn_away(const Asker& asker, const Error& error) {
    bool last = false;
    {
        const std::lock_guard lock(mutex_);
        last = devices_.remove(asker.session, asker.device);
    }
    if (last) lost({asker.session, asker.user});
    asker.answer(error);
}

void Live::ask_to_leave(hub::Socket& socket, const std::string& user, const Json& request,
                        const Answer& answer) {
    const auto device = campus::device_of(socket);
    const auto id = meant_session(request, device);
    if (!id.ok()) return answer(id.error());
    std::string room;
    bool last = false;
    {
        const std::lock_guard lock(mutex_);
        room = devices_.room_of(*id, device);
        if (room.empty()) return answer(not_in_it());
        last = devices_.remove(*id, device);
    }
    socket.leave(facet(room, *id));
    if (!last) return answer(Json::object());
    const bool taken = submit(
        [this, user, id = *id](RoomCall& call) -> Result<std::optional<Happening>> {
            {
                const std::lock_guard lock(mutex_);
                if (devices_.is_in(id, user)) return std::optional<Happening>{};
            }
            TRY(auto made, leave(call, user, id));
            return std::optional{std::move(made)};
        },
        [answer](const Status& status, const auto&) {
            if (!status.ok() && status.error().code != Code::conflict &&
                status.error().code != Code::not_found)
                return answer(status.error());
            answer(Json::object());  // it is over, or not his any more: he has left
        },
        store::owner_of(user));
    if (taken) return;
    lost({*id, user});
    answer(campus::too_much_to_do());
}

// --- Going ---------------------------------------------------------------------------------------

void Live::on_departure(hub::Socket& socket, const std::string&) {
    std::vector<Devices::Gone> gone;
    {
        const std::lock_guard lock(mutex_);
        gone = devices_.remove_everywhere(campus::device_of(socket));
    }
    for (Devices::Gone& one : gone) lost(std::move(one));
}

void Live::on_left_room(hub::Socket& socket, const std::string& room) {
    const std::string session = session_of(room);
    if (session.empty()) return;
    std::vector<Devices::Gone> gone;
    {
        const std::lock_guard lock(mutex_);
        const auto device = campus::device_of(socket);
        std::string user = devices_.user_of(session, device);
        if (devices_.remove(session, device)) gone.push_back({session, std::move(user)});
    }
    for (Devices::Gone& one : gone) lost(std::move(one));
}

void Live::lost(Devices::Gone gone) {
    if (submit_loss(gone)) return;
    {
        const std::lock_guard lock(mutex_);
        losses_.push_back(std::move(gone));
    }
    look_soon();
}

bool Live::submit_loss(const Devices::Gone& gone) {
    return submit(
        [this, gone](RoomCall& call) -> Result<std::optional<Happening>> {
            {
                const std::lock_guard lock(mutex_);
                if (devices_.is_in(gone.session, gone.user)) return std::optional<Happening>{};
            }
            auto made = lose(call, gone.user, gone.session);
            // Over meanwhile, or he was never in it.
            if (!made.ok() && made.error().code == Code::not_found)
                return std::optional<Happening>{};
            if (!made.ok()) return made.error();
            return std::optional{std::move(*made)};
        },
        [this, gone](const Status& status, const auto&) {
            if (status.ok()) return;
            log::warn("that somebody left a study session was not stored: {}",
                      status.error().message);
            {
                const std::lock_guard lock(mutex_);
                losses_.push_back(gone);
            }
            look_soon();
        },
        store::owner_of(gone.user));
}

// Writer thread, behind the answer to whoever ended it.
void Live::on_event(const store::JournalEvent& event) {
    if (event.type != "study:ended") return;
    const Json body = Json::parse(event.payload, nullptr, false);
    if (!body.is_object() || !body.contains("session")) return;
    const auto id = body["session"].value("id", std::string{});
    {
        const std::lock_guard lock(mutex_);
        devices_.end(id);
        dues_.erase(id);
        untold_.erase(id);
    }
    server_->post_all([name = facet(event.audience.room, id)](hub::Hub& hub) {
        hub.for_each_in("/", name, [&](hub::Socket& socket) { socket.leave(name); });
    });
}

// --- Telling -------------------------------------------------------------------------------------

void Live::told(const Happening& happening) {
    {
        const std::lock_guard lock(mutex_);
        note_due(happening);
        const bool different = happening.state || !happening.breakouts.empty();
        const auto waiting = untold_.find(happening.session.id);
        if (different || waiting != untold_.end()) {
            Untold& untold = untold_[happening.session.id];
            untold.session = std::make_shared<const Session>(happening.session);
            untold.state = untold.state || happening.state;
            untold.breakouts.insert(happening.breakouts.begin(), happening.breakouts.end());
            untold.present = happening.present;
        }
    }
    tell_members(happening);
    tell_places(happening);
    look_soon();
}

void Live::note_due(const Happening& happening) {
    const auto at = earliest(happening);
    if (!at) {
        dues_.erase(happening.session.id);
    } else {
        dues_[happening.session.id].at = at;
    }
}

// Always by mail, like those who come in: in the order in which it happened.
std::size_t Live::send(const char* event, const Json& body, hub::Selection to) {
    const std::string object = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    const std::string_view arguments[] = {object};
    const auto broadcast = std::make_shared<const hub::Broadcast>(hub::Broadcast{
        .to = std::move(to), .message = server_->encoder().event("/", event, arguments)});
    server_->post_all([broadcast](hub::Hub& hub) { hub.deliver(broadcast); });
    return object.size();
}

void Live::tell_members(const Happening& happening) {
    const Session& session = happening.session;
    for (const Happening::News& news : happening.members) {
        Json body{{"session", session.id}};
        body.update(news.member);
        body["change"] = news.change;
        const bool to_all = is_shown_to_all(directory_, session.room, news.user);
        send("study:member", body,
             {.rooms = {facet(session.room, session.id)},
              .within = to_all ? session.room : session.room + "/staff"});
    }
}

void Live::tell_places(const Happening& happening) {
    const Session& session = happening.session;
    const std::string all = facet(session.room, session.id);
    if (happening.gathered) {
        send("study:breakout", {{"session", session.id}, {"breakout", nullptr}},
             {.rooms = {all}, .within = session.room});
    }
    for (const std::string& user : happening.placed) {
        const Breakout* const breakout = session.breakouts ? session.breakouts->of(user) : nullptr;
        send("study:breakout",
             {{"session", session.id}, {"breakout", placement_view(directory_, session, breakout)}},
             {.rooms = {campus::room_name(campus::RoomKind::user, user)}, .within = all});
    }
}

std::size_t Live::tell_state(const Untold& untold) {
    const Session& session = *untold.session;
    const std::string all = facet(session.room, session.id);
    std::size_t bytes = 0;
    if (untold.state) {
        bytes = send("study:state",
                     {{"session", session.id},
                      {"state", state_view(directory_, session)},
                      {"version", session.shared.version()}},
                     {.rooms = {all}, .within = session.room});
    }
    if (!session.breakouts) return bytes;
    for (const Breakout& breakout : session.breakouts->rooms) {
        if (!untold.breakouts.contains(breakout.id)) continue;
        hub::Selection to{.within = all};
        for (const std::string& user : breakout.users)
            to.rooms.push_back(campus::room_name(campus::RoomKind::user, user));
        send("study:state",
             {{"session", session.id},
              {"breakout", breakout.id},
              {"state", breakout_state_view(breakout)},
              {"version", breakout.shared.version()}},
             std::move(to));
    }
    return bytes;
}

// --- By the clock --------------------------------------------------------------------------------

bool Live::is_idle() const {
    return dues_.empty() && untold_.empty() && losses_.empty() && devices_.empty();
}

void Live::look_soon() {
    {
        const std::lock_guard lock(mutex_);
        if (is_looking_ || is_idle()) return;
        is_looking_ = true;
    }
    server_->post(0, [this](hub::Hub& hub) { hub.loop().start(timer_, look_interval); });
}

void Live::look() {
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(mutex_);
        is_looking_ = false;
    }
    retry_losses(now);
    look_at_dues(now);
    tell_states(now);
    stay_alive(now);
    look_soon();
}

void Live::retry_losses(SteadyTime now) {
    if (now < losses_retried_ + retry_interval) return;
    std::vector<Devices::Gone> losses;
    {
        const std::lock_guard lock(mutex_);
        losses.swap(losses_);
    }
    if (losses.empty()) return;
    losses_retried_ = now;
    for (Devices::Gone& one : losses) {
        if (submit_loss(one)) continue;
        const std::lock_guard lock(mutex_);
        losses_.push_back(std::move(one));
    }
}

void Live::look_at_dues(SteadyTime now) {
    const WallTime time = clock_();
    std::vector<std::string> due;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [id, one] : dues_) {
            if (one.under_way || now < one.not_before || !one.at || *one.at > time) continue;
            one.under_way = true;
            due.push_back(id);
        }
    }
    for (const std::string& id : due) keep_time(id);
}

void Live::keep_time(const std::string& session) {
    const auto ended = [this, session](const Status& status, bool is_live) {
        const std::lock_guard lock(mutex_);
        const auto found = dues_.find(session);
        if (found == dues_.end()) return;
        found->second.under_way = false;
        if (!status.ok()) {
            found->second.not_before = std::chrono::steady_clock::now() + retry_interval;
        } else if (!is_live) {
            dues_.erase(found);
        }
    };
    const bool taken = submit([session](RoomCall& call) { return study::keep_time(call, session); },
                              [ended](const Status& status, const auto& happening) {
                                  ended(status, happening != nullptr);
                              });
    if (!taken) ended(campus::too_much_to_do(), true);
}

void Live::tell_states(SteadyTime now) {
    std::vector<Untold> all;
    {
        const std::lock_guard lock(mutex_);
        for (auto one = untold_.begin(); one != untold_.end();) {
            const auto next = next_told_.find(one->first);
            if (next != next_told_.end() && now < next->second) {
                ++one;
                continue;
            }
            all.push_back(std::move(one->second));
            one = untold_.erase(one);
        }
    }
    std::erase_if(next_told_, [&](const auto& one) { return one.second <= now; });
    for (const Untold& untold : all) {
        const auto bytes = static_cast<std::int64_t>(tell_state(untold) * untold.present);
        const std::chrono::milliseconds pause{1'000 * bytes / told_bytes_per_second};
        if (pause > look_interval)
            next_told_[untold.session->id] = now + std::min(pause, tell_interval_max);
    }
}

void Live::stay_alive(SteadyTime now) {
    if (now < next_alive_) return;
    {
        const std::lock_guard lock(mutex_);
        if (devices_.empty()) return;
    }
    next_alive_ = now + alive_interval;
    remember();
}

}  // namespace homeroom::features::study
