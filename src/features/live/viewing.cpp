#include "features/live/viewing.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "campus/personal_data.h"
#include "campus/roster/room_name.h"
#include "features/live/rules.h"
#include "features/live/settling.h"
#include "features/live/view.h"

namespace homeroom::features::live {
namespace {

using campus::Json;

// As many as end while one answer is on its way, and many more.
constexpr std::size_t ended_remembered_max = 1'000;
constexpr std::string_view facet_mark = "~live-";

std::string facet(std::string_view room, std::string_view live) {
    return campus::facet_of(room, "live-" + std::string{live});
}

// Of a facet of those who watch; empty: it is none.
std::string live_of(std::string_view room) {
    const auto at = room.find(facet_mark);
    return at == std::string_view::npos ? std::string{}
                                        : std::string{room.substr(at + facet_mark.size())};
}

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> requested_live(const Json& request) {
    return campus::required_text(request, "live", limits::identifier_bytes_max);
}

Json text_or_null(const std::string& pattern, const std::string& stream) {
    return pattern.empty() ? Json(nullptr) : Json(stream_url(pattern, stream));
}

Error no_ticket() {
    return {Code::unauthenticated, "there is no ticket for that"};
}

bool opens(const campus::Directory& directory, const Ticket& ticket, const LiveClass& live) {
    if (live.over() || !live.url.empty()) return false;
    if (ticket.use == Use::publish)
        return may_publish(directory, ticket.user, live.room, live.presenter);
    return live.on_air() && is_presented(directory, live.room, live.presenter) &&
           live.audience().admits(ticket.user, directory);
}

// As it is told to one who may have it exactly, or not.
std::string viewers_text(const std::string& live, std::int64_t count, bool exactly) {
    const std::int64_t number = exactly ? count : rounded(count);
    return text_of(Json{{"live", live}, {"count", number}, {"rounded", number != count}});
}

std::string staff_of(const std::string& room) {
    return room + "/staff";
}

// As the roster has him now: who is not on it may have been erased since that was told.
Json host_json(const campus::Directory& directory, const std::string& host) {
    const auto person = directory.person(host);
    if (!person) return Json{{"id", campus::erased_id}, {"name", campus::erased_name}};
    return Json{{"id", host}, {"name", person->name}};
}

bool is_on_air(const Json& view) {
    const auto stage = stage_from(view.value("status", std::string{}));
    return stage == Stage::live || stage == Stage::interrupted;
}

}  // namespace

Viewing::Viewing(const campus::Directory& directory, store::Store& store, campus::Surface& surface,
                 MediaOptions options)
    : directory_(directory),
      store_(store),
      surface_(surface),
      options_(std::move(options)),
      timer_([](void* self) { static_cast<Viewing*>(self)->look(); }, this) {}

Status Viewing::load() {
    return store_.run_now([this](store::Transaction& transaction) -> Status {
        auto& db = transaction.db();
        TRY_OK(save_settings(db, options_.settings));
        TRY(auto open, load_open(db));
        const WallTime now = wall_now();
        for (LiveClass& live : open) {
            live.wait_anew(options_.settings.times, now);
            TRY_OK(settle(transaction, directory_, live, News::none));
            const std::lock_guard lock(mutex_);
            note(live_view(directory_, live), live.moment);
        }
        return Ok{};
    });
}

void Viewing::add_to(campus::Gateway& gateway, hub::Server& server) {
    server_ = &server;
    gateway.observe(*this);
    gateway.live("live:watch",
                 [this](hub::Socket& socket, const std::string& user, const Json& request,
                        const Answer& answer) { ask_to_watch(socket, user, request, answer); });
    gateway.live("live:unwatch",
                 [this](hub::Socket& socket, const std::string&, const Json& request,
                        const Answer& answer) { ask_to_leave(socket, request, answer); });
    gateway.live("live:publish", [this](hub::Socket&, const std::string& user, const Json& request,
                                        const Answer& answer) { publish(user, request, answer); });
}

// --- Tickets -------------------------------------------------------------------------------------

Json Viewing::ticket(const std::string& user, const std::string& live, Use use,
                     std::chrono::seconds time) {
    if (options_.secrets.empty()) return Json{{"token", nullptr}, {"expiresAt", nullptr}};
    ++tickets_;
    const WallTime now = wall_now();
    const Ticket made{.user = user, .stream = live, .use = use, .expires_at = now + time};
    return Json{{"token", sign_ticket(options_.secrets.front(), made, now)},
                {"expiresAt", to_rfc3339(std::chrono::floor<std::chrono::seconds>(now) + time)}};
}

// Where it is, and what opens it there. A stream elsewhere needs no ticket of ours.
Json Viewing::playback(const std::string& user, const std::string& live, const Json& link,
                       std::chrono::milliseconds wait) {
    if (link.is_string()) {
        return Json{{"whep", nullptr},
                    {"hls", nullptr},
                    {"link", link},
                    {"token", nullptr},
                    {"expiresAt", nullptr}};
    }
    Json made{{"whep", text_or_null(options_.playback_url, live)},
              {"hls", text_or_null(options_.hls_url, live)},
              {"link", nullptr}};
    const auto time = options_.ticket_time + std::chrono::ceil<std::chrono::seconds>(wait);
    made.update(ticket(user, live, Use::read, std::min(time, ticket_time_max)));
    return made;
}

Json Viewing::ingest(const std::string& user, const std::string& live) {
    Json made{{"url", stream_url(options_.ingest_url, live)}};
    made.update(ticket(user, live, Use::publish, options_.publish_time));
    return made;
}

void Viewing::publish(const std::string& user, Json body, Answer answer) {
    if (options_.ingest_url.empty() || options_.secrets.empty())
        return answer(Error{Code::unavailable, "there is no media server to send to"});
    // It is no request that makes anything: its answer has a ticket, and is not kept.
    body.erase("key");
    surface_.device_request(user, 0, "live:publish", std::move(body),
                            [this, user, answer = std::move(answer)](Result<Json> result) {
                                if (!result.ok()) return answer(std::move(result));
                                const std::string id = (*result)["live"]["id"];
                                (*result)["ingest"] = ingest(user, id);
                                answer(std::move(result));
                            });
}

void Viewing::watch(const std::string& user, const std::string& live, Answer answer) {
    surface_.request(user, "live:watch", Json{{"live", live}},
                     [this, user, live, answer = std::move(answer)](Result<Json> result) {
                         if (!result.ok()) return answer(std::move(result));
                         answer(Json{{"live", (*result)["live"]},
                                     {"playback", playback(user, live, (*result)["link"], 0ms)},
                                     {"startAfter", 0}});
                     });
}

// --- What the media server asks and tells --------------------------------------------------------

void Viewing::authorize(const Question& question, Verdict answer) {
    const auto ticket = read_ticket(options_.secrets, question.token, wall_now());
    const bool to_publish = question.action == "publish";
    const bool to_read = question.action == "read" || question.action == "playback";
    if (!ticket || ticket->stream != question.path || !(to_publish || to_read) ||
        (ticket->use == Use::publish) != to_publish)
        return answer(no_ticket());
    if (auto allowed = surface_.allow_only(ticket->user, "live:authorize"); !allowed.ok())
        return answer(std::move(allowed));
    judge(*ticket, std::move(answer));
}

// Who has left the class since the ticket was given does not get in by it.
void Viewing::judge(const Ticket& ticket, Verdict answer) {
    const auto read = [this, ticket, answer](const Result<store::Database*>& db) {
        if (!db.ok()) return answer(db.error());
        const auto live = load_live(**db, ticket.stream);
        if (!live.ok()) return answer(live.error());
        answer(*live && opens(directory_, ticket, **live) ? Status{Ok{}} : Status{no_ticket()});
    };
    if (!store_.submit_read(read, store::owner_of(ticket.user))) answer(campus::too_much_to_do());
}

void Viewing::hear(const HookHeaders& headers, const std::string& body, const Answer& answer) {
    const WallTime now = wall_now();
    const auto refuse = [&](const Error& error) {
        ++hooks_refused_;
        answer(error);
    };
    if (const auto checked = check_hook(headers, body, options_.hook_keys, now); !checked.ok())
        return refuse(checked.error());
    Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return refuse(Error{Code::invalid, "the body must be one JSON object"});
    const auto hook = hook_of(json, now);
    if (!hook.ok()) return refuse(hook.error());
    if (hook->viewers) {
        ++hooks_taken_;
        hear_viewers(*hook);
        return answer(Json::object());
    }
    // The same webhook, sent again, is answered as the first time and changes nothing.
    json["key"] = headers.id;
    surface_.service_request(media_service, "live:hook", std::move(json),
                             [this, answer](Result<Json> result) {
                                 ++(result.ok() ? hooks_taken_ : hooks_refused_);
                                 answer(std::move(result));
                             });
}

void Viewing::hear_viewers(const Hook& hook) {
    {
        const std::lock_guard lock(mutex_);
        if (!on_air_.contains(hook.stream)) return;
        watchers_.hear(hook.stream, *hook.viewers, hook.signal.at,
                       std::chrono::steady_clock::now());
    }
    look_soon();
}

// --- Coming and going ----------------------------------------------------------------------------

void Viewing::ask_to_watch(hub::Socket& socket, const std::string& user, const Json& request,
                           const Answer& answer) {
    surface_.device_request(user, campus::device_of(socket), "live:watch", request,
                            [this, user, ref = socket.ref(), answer](Result<Json> result) {
                                if (!result.ok()) return answer(std::move(result));
                                const auto seen = std::make_shared<Json>(std::move(*result));
                                server_->post(ref.loop,
                                              [this, ref, user, seen, answer](hub::Hub& hub) {
                                                  come_in(hub, ref, user, std::move(*seen), answer);
                                              });
                            });
}

// Whoever was taken out of the room since it was read does not come in, nor who has gone.
void Viewing::come_in(hub::Hub& hub, hub::SocketRef ref, const std::string& user, Json seen,
                      const Answer& answer) {
    const std::string live = seen["live"]["id"];
    const std::string room = seen["live"]["room"];
    hub::Socket* const socket = hub.find(ref);
    if (socket == nullptr || !socket->connected() || !socket->is_in(room))
        return answer(Error{Code::not_found, "there is no such live class", "live"});
    std::chrono::milliseconds wait{0};
    if (is_on_air(seen["live"])) {
        const auto taken = take_seat(live, user, campus::device_of(*socket));
        if (!taken.ok()) return answer(taken.error());
        // In a group that tells no numbers the row would tell one: how many are before him. It has
        // group_members_max people.
        if (tells_numbers(directory_, room)) wait = *taken;
        // Without the lock: it may end sockets.
        socket->join(facet(room, live));
    }
    Json where = playback(user, live, seen["link"], wait);
    answer(Json{{"live", std::move(seen["live"])},
                {"playback", std::move(where)},
                {"startAfter", wait.count()}});
    if (hub::Socket* const still = hub.find(ref)) tell_viewers(*still, live, room);
    look_soon();
}

Result<std::chrono::milliseconds> Viewing::take_seat(const std::string& live,
                                                     const std::string& user,
                                                     Watchers::Device device) {
    const std::lock_guard lock(mutex_);
    // That it has begun may have been answered and not been told yet; that it is over has been.
    if (std::ranges::find(ended_, live) != ended_.end())
        return Error{Code::conflict, "the live class is over", "live"};
    switch (watchers_.come(live, user, device)) {
        case Watchers::Came::refused: break;
        case Watchers::Came::again: return std::chrono::milliseconds{0};
        case Watchers::Came::anew:
            return watchers_.place(live, options_.settings.joins_per_second,
                                   std::chrono::steady_clock::now());
    }
    return Error{Code::too_large, "this connection watches too many live classes", "live"};
}

void Viewing::ask_to_leave(hub::Socket& socket, const Json& request, const Answer& answer) {
    const auto live = requested_live(request);
    if (!live.ok()) return answer(live.error());
    {
        const std::lock_guard lock(mutex_);
        if (!watchers_.go(*live, campus::device_of(socket)))
            return answer(Error{Code::not_found, "you watch no such live class", "live"});
    }
    for (const std::string& room : socket.rooms()) {
        if (live_of(room) == *live) socket.leave(room);
    }
    answer(Json::object());
    look_soon();
}

void Viewing::on_departure(hub::Socket& socket, const std::string&) {
    {
        const std::lock_guard lock(mutex_);
        watchers_.go_everywhere(campus::device_of(socket));
    }
    look_soon();
}

// No ticket follows the one that it has; that it may not go on it is told, whatever its player
// does. By mail: what is sent while it is being taken out is thrown away with all else that waits
// for it.
void Viewing::on_left_room(hub::Socket& socket, const std::string& room) {
    const std::string live = live_of(room);
    if (live.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        if (!watchers_.go(live, campus::device_of(socket))) return;
    }
    look_soon();
    server_->post(socket.ref().loop, [ref = socket.ref(), live](hub::Hub& hub) {
        hub::Socket* const there = hub.find(ref);
        if (there == nullptr || !there->connected()) return;
        const std::string object = text_of(Json{{"live", live}});
        const std::string_view argument = object;
        there->emit("live:removed", {&argument, 1});
    });
}

// --- What goes on --------------------------------------------------------------------------------

Json Viewing::going_on(const std::string& user) {
    Json list = Json::array();
    const std::lock_guard lock(mutex_);
    for (const auto& [id, one] : on_air_) {
        if (!campus::Audience::members(one.room).at(one.moment).admits(user, directory_)) continue;
        list.push_back(one.view);
        list.back()["host"] = host_json(directory_, one.host);
    }
    return list;
}

void Viewing::on_arrival(hub::Socket& socket, const std::string& user) {
    Json lives = going_on(user);
    if (lives.empty() || !socket.connected()) return;
    const std::string object = text_of(Json{{"lives", std::move(lives)}});
    const std::string_view argument = object;
    socket.emit("live:current", {&argument, 1});
}

// Whoever comes into a class sees what goes on there. He is told all of it: what he knew already is
// the same.
void Viewing::on_rerouted(const std::string& user) {
    hub::Hub* const hub = server_->own_hub();
    const std::string personal = campus::room_name(campus::RoomKind::user, user);
    // Of the users that a change of the roster touches, few have a connection on this loop.
    if (hub == nullptr || hub->sockets_in("/", personal).empty()) return;
    Json lives = going_on(user);
    if (lives.empty()) return;
    const std::string object = text_of(Json{{"lives", std::move(lives)}});
    const std::string_view arguments[] = {object};
    hub->deliver(hub::Broadcast{.to = {.rooms = {personal}},
                                .message = hub->encoder().event("/", "live:current", arguments)});
}

void Viewing::note(const Json& view, store::Seq moment) {
    const std::string id = view.at("id");
    if (!is_on_air(view)) {
        on_air_.erase(id);
        return;
    }
    OnAir& one = on_air_[id];
    one = {
        .room = view.at("room"), .moment = moment, .host = view.at("host").at("id"), .view = view};
    one.view.erase("host");
}

// Writer thread, behind the answer to whoever did it.
void Viewing::on_event(const store::JournalEvent& event) {
    if (!event.type.starts_with("live:")) return;
    const Json body = Json::parse(event.payload, nullptr, false);
    if (!body.is_object() || !body.contains("live") || !body["live"].is_object()) return;
    const Json& view = body["live"];
    const std::string id = view.value("id", std::string{});
    {
        const std::lock_guard lock(mutex_);
        note(view, event.audience.moment);
        if (event.type == "live:ended") {
            watchers_.end(id);
            ended_.push_back(id);
            if (ended_.size() > ended_remembered_max) ended_.pop_front();
        }
    }
    if (event.type != "live:ended") return;
    server_->post_all([name = facet(event.audience.room, id)](hub::Hub& hub) {
        hub.for_each_in("/", name, [&](hub::Socket& socket) { socket.leave(name); });
    });
}

Viewing::Counts Viewing::counts() {
    Counts counts{.tickets = tickets_.load(),
                  .hooks_taken = hooks_taken_.load(),
                  .hooks_refused = hooks_refused_.load()};
    const std::lock_guard lock(mutex_);
    counts.on_air = on_air_.size();
    counts.viewers = watchers_.people();
    return counts;
}

// --- How many ------------------------------------------------------------------------------------

void Viewing::look_soon() {
    if (!options_.count_viewers) return;
    {
        const std::lock_guard lock(mutex_);
        if (is_looking_ || !(watchers_.has_changed() || watchers_.hears())) return;
        is_looking_ = true;
    }
    server_->post(0, [this](hub::Hub& hub) { hub.loop().start(timer_, viewers_interval); });
}

void Viewing::look() {
    struct Told {
        std::string live{};
        std::string room{};
        Watchers::News news{};
    };
    std::vector<Told> all;
    {
        const std::lock_guard lock(mutex_);
        is_looking_ = false;
        const auto now = std::chrono::steady_clock::now();
        watchers_.fade(now);
        for (const std::string& live : watchers_.take_changed()) {
            const auto found = on_air_.find(live);
            if (found != on_air_.end())
                all.push_back({live, found->second.room, watchers_.tell(live, now)});
        }
    }
    for (const Told& one : all) tell_viewers(one.live, one.room, one.news);
    look_soon();
}

// Those who watch, and of them the staff exactly; each only what is another number to him.
void Viewing::tell_viewers(const std::string& live, const std::string& room,
                           const Watchers::News& news) {
    const std::string watching = facet(room, live);
    const auto send = [&](bool exactly, hub::Selection to) {
        const std::string object = viewers_text(live, news.count, exactly);
        const std::string_view arguments[] = {object};
        const auto broadcast = std::make_shared<const hub::Broadcast>(
            hub::Broadcast{.to = std::move(to),
                           .message = server_->encoder().event("/", "live:viewers", arguments)});
        server_->post_all([broadcast](hub::Hub& hub) { hub.deliver(broadcast); });
    };
    const std::string staff = staff_of(room);
    if (news.rounded_differs && tells_numbers(directory_, room))
        send(false, {.rooms = {watching}, .except = {staff}, .within = room});
    if (news.differs) send(true, {.rooms = {watching}, .within = staff});
}

void Viewing::tell_viewers(hub::Socket& socket, const std::string& live, const std::string& room) {
    if (!options_.count_viewers || !socket.connected() || !socket.is_in(facet(room, live))) return;
    const bool is_staff = socket.is_in(staff_of(room));
    if (!is_staff && !tells_numbers(directory_, room)) return;
    std::optional<std::int64_t> told;
    {
        const std::lock_guard lock(mutex_);
        told = watchers_.told(live);
    }
    if (!told) return;
    const std::string object = viewers_text(live, *told, is_staff);
    const std::string_view argument = object;
    socket.emit("live:viewers", {&argument, 1});
}

}  // namespace homeroom::features::live
