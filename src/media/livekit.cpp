#include "media/livekit.h"

#include <set>
#include <utility>

#include "base/log.h"
#include "media/limits.h"

namespace homeroom::media {

LiveKit::LiveKit(LiveKitOptions options, Send send, Clock clock)
    : options_(std::move(options)), send_(std::move(send)), clock_(std::move(clock)) {}

void LiveKit::follow(const Room& room) {
    std::vector<Command> commands;
    {
        const std::lock_guard lock(mutex_);
        std::set<std::string> there;
        for (const Seat& seat : room.seats) {
            there.insert(seat.leg);
            LegState& leg = legs_[{room.call, seat.leg}];
            leg.is_in = true;
            leg.wanted = {.camera = seat.is_seen, .microphone = seat.speaks, .screen = seat.shows};
        }
        const auto first = legs_.lower_bound({room.call, ""});
        for (auto one = first; one != legs_.end() && one->first.call == room.call; ++one)
            if (!there.contains(one->first.leg)) one->second.is_in = false;
        collect(commands);
    }
    send(std::move(commands));
}

Result<std::int64_t> LiveKit::say(const Said&) {
    return Error{Code::conflict, "clients speak to this media server themselves", "link"};
}

Json LiveKit::terms(const std::string& call, const std::string& leg) {
    const std::lock_guard lock(mutex_);
    const auto found = legs_.find({call, leg});
    // Who is not in it gets none.
    if (found == legs_.end() || !found->second.is_in) return nullptr;
    const WallTime now = clock_();
    LegState& state = found->second;
    const livekit::Sending& may = state.wanted;
    // What LiveKit has been told not to let him do, it may let who comes anew.
    state.told = {.camera = state.told.camera || may.camera,
                  .microphone = state.told.microphone || may.microphone,
                  .screen = state.told.screen || may.screen};
    if (state.ticket_until == WallTime{}) state.told = may;
    state.ticket_until = now + options_.ticket_time;
    if (may.camera) state.camera_until = state.ticket_until;
    if (may.microphone) state.microphone_until = state.ticket_until;
    if (may.screen) state.screen_until = state.ticket_until;
    return {{"kind", "livekit"},
            {"url", options_.url},
            {"token", livekit::ticket(options_.keys, call, leg, may, options_.ticket_time, now)},
            {"ttl", options_.ticket_time.count()}};
}

void LiveKit::tick() {
    std::vector<Command> commands;
    {
        const std::lock_guard lock(mutex_);
        collect(commands);
    }
    send(std::move(commands));
}

void LiveKit::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
}

Counts LiveKit::counts() {
    const std::lock_guard lock(mutex_);
    Counts counts = counts_;
    std::set<std::string_view> calls;
    for (const auto& [key, leg] : legs_) calls.insert(key.call);
    counts.rooms = calls.size();
    return counts;
}

// Within the lock, as all below but send().
void LiveKit::collect(std::vector<Command>& commands) {
    const WallTime now = clock_();
    for (auto one = legs_.begin(); one != legs_.end();) {
        // With its last ticket he is gone for good.
        LegState& leg = one->second;
        if (!leg.is_in && !leg.is_busy && leg.ticket_until <= now) {
            one = legs_.erase(one);
            continue;
        }
        if (!stopped_ && in_flight_ < limits::requests_in_flight_max) {
            if (auto command = next(one->first, leg, now)) {
                leg.is_busy = true;
                ++in_flight_;
                ++counts_.requests;
                commands.push_back(std::move(*command));
            }
        }
        ++one;
    }
}

std::optional<LiveKit::Command> LiveKit::next(const Key& key, const LegState& leg, WallTime now) {
    if (leg.is_busy || leg.not_before > now || leg.ticket_until == WallTime{}) return std::nullopt;
    const Json whom{{"room", key.call}, {"identity", key.leg}};
    if (!leg.is_in) return Command{.key = key, .method = "RemoveParticipant", .body = whom};
    if (leg.is_as_wanted(now)) return std::nullopt;
    Json body = whom;
    body["permission"] = livekit::permission(leg.wanted);
    return Command{
        .key = key, .method = "UpdateParticipant", .body = std::move(body), .sending = leg.wanted};
}

bool LiveKit::LegState::is_as_wanted(WallTime now) const {
    return told == wanted && (wanted.camera || camera_until <= now) &&
           (wanted.microphone || microphone_until <= now) && (wanted.screen || screen_until <= now);
}

void LiveKit::send(std::vector<Command> commands) {
    for (Command& command : commands) {
        const auto token =
            livekit::command_token(options_.keys, command.key.call, livekit::Power::administer,
                                   limits::command_time, clock_());
        outgoing::HttpRequest request{
            .url = options_.api_url + "/twirp/livekit.RoomService/" + command.method,
            .headers = {"Content-Type: application/json", "Authorization: Bearer " + token},
            .body = command.body.dump(),
            .timeout = limits::request_time};
        send_(std::move(request),
              [this, command](const outgoing::HttpAnswer& answer) { on_answer(command, answer); });
    }
}

void LiveKit::on_answer(const Command& command, const outgoing::HttpAnswer& answer) {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    const bool taken = answer.accepted();
    const bool is_absent = answer.status == 404;  // he is not there, or not yet
    const WallTime now = clock_();
    if (!taken && !is_absent) {
        ++counts_.failed;
        if (counts_.up)
            log::warn("LiveKit does not take a command: {} {}", answer.status, answer.fault);
    }
    counts_.up = taken || is_absent;
    const auto found = legs_.find(command.key);
    if (found == legs_.end()) return;
    LegState& leg = found->second;
    leg.is_busy = false;
    // Also what has been taken: whoever comes again with an old ticket has what it says.
    leg.not_before = now + limits::command_again;
    if (taken && leg.is_in) {
        leg.told = command.sending;
        if (leg.wanted != command.sending) leg.not_before = {};
    }
}

}  // namespace homeroom::media
