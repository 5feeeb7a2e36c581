#include "socketio/recovery_log.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ids.h"
#include "base/limits.h"

namespace homeroom::socketio {
namespace {

constexpr std::size_t epoch_characters = 8;

Json bytes_of(std::string_view text) {
    return Json::binary(Json::binary_t::container_type(text.begin(), text.end()));
}

std::string text_of(const Json& json) {
    const Json::binary_t& bytes = json.get_binary();
    return {bytes.begin(), bytes.end()};
}

std::int64_t milliseconds_of(WallTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

WallTime time_of(const Json& milliseconds) {
    return WallTime{std::chrono::duration_cast<WallTime::duration>(
        std::chrono::milliseconds{milliseconds.get<std::int64_t>()})};
}

Json saved_message(const hub::Message& message) {
    Json frames = Json::array({bytes_of(message.head.payload())});
    for (const hub::Frame& frame : message.attachments) frames.push_back(bytes_of(frame.payload()));
    return Json{{"binary", message.head.is_binary()}, {"frames", std::move(frames)}};
}

hub::Message loaded_message(const Json& saved, const engineio::Framing& framing) {
    const Json& frames = saved.at("frames");
    const std::string head = text_of(frames.at(0));
    hub::Message message;
    // A text's payload begins with its packet type.
    message.head =
        saved.at("binary").get<bool>()
            ? hub::Frame::binary(head, framing)
            : hub::Frame::text(head.substr(std::min<std::size_t>(1, head.size())), framing);
    for (std::size_t i = 1; i < frames.size(); ++i)
        message.attachments.push_back(hub::Frame::binary(text_of(frames.at(i)), framing));
    return message;
}

Json saved_end(const RecoveryLog::End& end) {
    Json rooms = Json::array();
    for (const auto& [room, since, until] : end.rooms)
        rooms.push_back({{"room", room}, {"since", since}, {"until", until}});
    return Json{{"rooms", std::move(rooms)},
                {"data", end.data},
                {"last_sent", end.last_sent},
                {"at", end.at}};
}

RecoveryLog::End loaded_end(const Json& saved) {
    std::vector<RecoveryLog::Membership> rooms;
    for (const Json& one : saved.at("rooms"))
        rooms.push_back({.room = one.at("room").get<std::string>(),
                         .since = one.at("since").get<std::uint64_t>(),
                         .until = one.at("until").get<std::uint64_t>()});
    return {.rooms = std::move(rooms),
            .data = saved.at("data"),
            .last_sent = saved.at("last_sent").get<std::uint64_t>(),
            .at = saved.at("at").get<std::uint64_t>()};
}

}  // namespace

RecoveryLog::RecoveryLog(const Recovery& options, std::size_t loops,
                         std::chrono::milliseconds silence, engineio::Framing framing)
    : options_(options),
      silence_(silence),
      framing_(framing),
      epoch_(random_id20().substr(0, epoch_characters)),
      queues_(loops) {}

// --- Events --------------------------------------------------------------------------------------

std::string RecoveryLog::offset_text(std::uint64_t seq) const {
    return epoch_ + "." + std::to_string(seq);
}

std::vector<std::size_t> RecoveryLog::append(hub::Selection to, hub::Delivery delivery,
                                             bool ends_in_text, const Encode& encode) {
    const bool is_stored = delivery == hub::Delivery::must_arrive;
    const std::lock_guard lock(mutex_);
    auto broadcast = std::make_shared<hub::Broadcast>();
    broadcast->to = std::move(to);
    broadcast->delivery = delivery;
    if (is_stored) broadcast->seq = ++head_;
    const bool has_offset = is_stored || ends_in_text;
    broadcast->message = encode(has_offset ? offset_text(head_) : std::string{});
    auto to_wake = enqueue(broadcast);
    if (is_stored) store(std::move(broadcast), wall_now());
    return to_wake;
}

std::vector<std::size_t> RecoveryLog::append(const Task& task) {
    const std::lock_guard lock(mutex_);
    return enqueue(task);
}

std::vector<std::size_t> RecoveryLog::enqueue(const Step& step) {
    std::vector<std::size_t> to_wake;
    for (std::size_t loop = 0; loop < queues_.size(); ++loop) {
        if (queues_[loop].empty()) to_wake.push_back(loop);
        queues_[loop].push_back(step);
    }
    return to_wake;
}

void RecoveryLog::store(std::shared_ptr<const hub::Broadcast> broadcast, WallTime now) {
    stored_bytes_ += broadcast->message.size();
    stored_.push_back({std::move(broadcast), now});
    prune(now);
}

void RecoveryLog::prune(WallTime now) {
    const WallTime oldest = now - options_.window - silence_;
    while (!stored_.empty() &&
           (stored_.size() > options_.events_max || stored_bytes_ > options_.bytes_max ||
            stored_.front().time < oldest)) {
        pruned_ = stored_.front().broadcast->seq;
        stored_bytes_ -= stored_.front().broadcast->message.size();
        stored_.pop_front();
    }
    while (!expiries_.empty() &&
           (expiries_.front().first <= now || expiries_.size() > options_.sessions_max)) {
        const auto& [time, private_id] = expiries_.front();
        const auto found = sessions_.find(private_id);
        // One that went on has another time, or none.
        if (found != sessions_.end() && !found->second.owner && found->second.expires_at == time)
            sessions_.erase(found);
        expiries_.pop_front();
    }
}

std::vector<RecoveryLog::Step> RecoveryLog::take(std::size_t loop) {
    const std::lock_guard lock(mutex_);
    return std::exchange(queues_[loop], {});
}

std::uint64_t RecoveryLog::head() const {
    const std::lock_guard lock(mutex_);
    return head_;
}

std::optional<std::vector<RecoveryLog::BroadcastPtr>> RecoveryLog::between(
    std::uint64_t after, std::uint64_t until, const std::vector<Membership>& rooms) {
    std::unordered_multimap<std::string_view, const Membership*> memberships;
    for (const Membership& one : rooms) memberships.emplace(one.room, &one);
    const std::lock_guard lock(mutex_);
    if (after < pruned_) return std::nullopt;
    std::vector<BroadcastPtr> found;
    const auto first = std::ranges::upper_bound(
        stored_, after, {}, [](const Stored& stored) { return stored.broadcast->seq; });
    for (auto it = first; it != stored_.end() && it->broadcast->seq <= until; ++it) {
        const auto was_here = [&](const std::string& room) {
            const auto [first_stay, end] = memberships.equal_range(room);
            return std::any_of(first_stay, end, [seq = it->broadcast->seq](const auto& stay) {
                return stay.second->since < seq && seq <= stay.second->until;
            });
        };
        if (hub::is_meant(it->broadcast->to, was_here)) found.push_back(it->broadcast);
    }
    return found;
}

// --- Sessions ------------------------------------------------------------------------------------

std::string RecoveryLog::begin(std::string private_id, std::string socket_id, hub::SocketRef owner,
                               std::uint64_t position) {
    if (private_id.empty()) private_id = random_id20();
    const std::lock_guard lock(mutex_);
    prune(wall_now());
    Session& session = sessions_[private_id];
    session = {};
    session.socket_id = std::move(socket_id);
    session.owner = owner;
    session.start = position;
    return private_id;
}

void RecoveryLog::end(const std::string& private_id, End end) {
    Done claimant;
    std::optional<Resumed> resumed;
    {
        const std::lock_guard lock(mutex_);
        const auto found = sessions_.find(private_id);
        if (found == sessions_.end()) return;
        Session& session = found->second;
        session.owner.reset();
        session.end = std::move(end);
        if (session.claimant) {
            claimant = std::exchange(session.claimant, {});
            resumed = resume(private_id, std::move(session), *session.wanted_position);
            sessions_.erase(found);
        } else {
            expire_later(private_id, session);
        }
    }
    if (claimant) claimant(std::move(resumed));
}

void RecoveryLog::expire_later(const std::string& private_id, Session& session) {
    const WallTime now = wall_now();
    session.expires_at = now + options_.window;
    expiries_.emplace_back(session.expires_at, private_id);
    prune(now);
}

void RecoveryLog::forget(const std::string& private_id) {
    Done claimant;
    {
        const std::lock_guard lock(mutex_);
        const auto found = sessions_.find(private_id);
        if (found == sessions_.end()) return;
        claimant = std::move(found->second.claimant);
        sessions_.erase(found);
    }
    if (claimant) claimant(std::nullopt);
}

std::optional<std::uint64_t> RecoveryLog::position_of(std::string_view offset,
                                                      const Session& session) const {
    if (offset.empty()) return session.start;
    if (!offset.starts_with(epoch_) || offset.substr(epoch_.size()).substr(0, 1) != ".")
        return std::nullopt;
    const std::string_view digits = offset.substr(epoch_.size() + 1);
    std::uint64_t seq = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
    if (error != std::errc{} || end != digits.data() + digits.size() || seq > head_)
        return std::nullopt;
    // What was sent before it came is not for it, whatever it says.
    return std::max(seq, session.start);
}

std::optional<RecoveryLog::Resumed> RecoveryLog::resume(const std::string& private_id,
                                                        Session session,
                                                        std::uint64_t position) const {
    // A client that saw the last event sent to it has missed nothing before its end, however much
    // was sent to others and is forgotten by now.
    const std::uint64_t after =
        position >= session.end.last_sent ? std::max(position, session.end.at) : position;
    if (after < pruned_) return std::nullopt;
    return Resumed{.private_id = private_id,
                   .socket_id = std::move(session.socket_id),
                   .rooms = std::move(session.end.rooms),
                   .data = std::move(session.end.data),
                   .position = position,
                   .after = after};
}

void RecoveryLog::claim(const std::string& private_id, std::string_view offset, Done done,
                        const std::function<void(hub::SocketRef)>& drop) {
    std::optional<Resumed> resumed;
    std::optional<hub::SocketRef> owner;
    {
        const std::lock_guard lock(mutex_);
        const auto found = sessions_.find(private_id);
        const auto position =
            found == sessions_.end() ? std::nullopt : position_of(offset, found->second);
        if (position && found->second.owner) {
            Session& session = found->second;
            owner = session.owner;
            session.wanted_position = position;
            std::swap(session.claimant, done);  // `done`: who waited before, if anyone
        } else if (position && found->second.expires_at > wall_now()) {
            resumed = resume(private_id, std::move(found->second), *position);
            sessions_.erase(found);
        }
    }
    if (done) done(std::move(resumed));
    if (owner) drop(*owner);
}

void RecoveryLog::give_back(Resumed resumed) {
    const std::lock_guard lock(mutex_);
    Session& session = sessions_[resumed.private_id];
    session = {};
    session.socket_id = std::move(resumed.socket_id);
    session.start = resumed.position;
    session.end = {.rooms = std::move(resumed.rooms),
                   .data = std::move(resumed.data),
                   .last_sent = resumed.position,
                   .at = resumed.after};
    expire_later(resumed.private_id, session);
}

// --- Across a restart ----------------------------------------------------------------------------

Json RecoveryLog::save() const {
    const std::lock_guard lock(mutex_);
    Json events = Json::array();
    for (const Stored& stored : stored_) {
        const hub::Broadcast& broadcast = *stored.broadcast;
        events.push_back(Json{{"seq", broadcast.seq},
                              {"time", milliseconds_of(stored.time)},
                              {"everyone", broadcast.to.everyone},
                              {"rooms", broadcast.to.rooms},
                              {"except", broadcast.to.except},
                              {"message", saved_message(broadcast.message)}});
    }
    Json sessions = Json::array();
    for (const auto& [private_id, session] : sessions_) {
        if (session.owner) continue;
        sessions.push_back(Json{{"private_id", private_id},
                                {"socket_id", session.socket_id},
                                {"start", session.start},
                                {"expires_at", milliseconds_of(session.expires_at)},
                                {"end", saved_end(session.end)}});
    }
    return Json{{"epoch", epoch_},
                {"head", head_},
                {"pruned", pruned_},
                {"events", std::move(events)},
                {"sessions", std::move(sessions)}};
}

bool RecoveryLog::load(const Json& saved) {
    std::deque<Stored> stored;
    std::size_t bytes = 0;
    std::vector<std::pair<std::string, Session>> sessions;
    std::string epoch;
    std::uint64_t head = 0;
    std::uint64_t pruned = 0;
    try {
        epoch = saved.at("epoch").get<std::string>();
        head = saved.at("head").get<std::uint64_t>();
        pruned = saved.at("pruned").get<std::uint64_t>();
        for (const Json& event : saved.at("events")) {
            auto broadcast = std::make_shared<hub::Broadcast>();
            broadcast->seq = event.at("seq").get<std::uint64_t>();
            broadcast->to.everyone = event.at("everyone").get<bool>();
            broadcast->to.rooms = event.at("rooms").get<std::vector<std::string>>();
            broadcast->to.except = event.at("except").get<std::vector<std::string>>();
            broadcast->message = loaded_message(event.at("message"), framing_);
            bytes += broadcast->message.size();
            stored.push_back({std::move(broadcast), time_of(event.at("time"))});
        }
        for (const Json& one : saved.at("sessions")) {
            Session session;
            session.socket_id = one.at("socket_id").get<std::string>();
            session.start = one.at("start").get<std::uint64_t>();
            session.expires_at = time_of(one.at("expires_at"));
            session.end = loaded_end(one.at("end"));
            sessions.emplace_back(one.at("private_id").get<std::string>(), std::move(session));
        }
    } catch (const Json::exception&) {
        return false;
    }
    std::ranges::sort(sessions, {}, [](const auto& one) { return one.second.expires_at; });

    const std::lock_guard lock(mutex_);
    epoch_ = std::move(epoch);
    head_ = head;
    pruned_ = pruned;
    stored_ = std::move(stored);
    stored_bytes_ = bytes;
    for (auto& [private_id, session] : sessions) {
        expiries_.emplace_back(session.expires_at, private_id);
        sessions_.emplace(std::move(private_id), std::move(session));
    }
    prune(wall_now());
    return true;
}

bool RecoveryLog::is_of_use(const Json& saved) {
    try {
        return std::ranges::any_of(saved.at("sessions"), [now = wall_now()](const Json& session) {
            return time_of(session.at("expires_at")) > now;
        });
    } catch (const Json::exception&) {
        return false;
    }
}

}  // namespace homeroom::socketio
