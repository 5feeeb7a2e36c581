#include "device.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "codec/test_websocket_frames.h"
#include "libc.h"
#include "trace.h"

namespace homeroom::simulation {
namespace {

using Json = nlohmann::json;

constexpr std::string_view upgrade =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr std::size_t read_bytes_max = 4'096;

void write_all(int descriptor, std::string_view bytes) {
    // A device says little: it always fits. Whether the server is still there shows when it reads.
    static_cast<void>(::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

// event := 42["type",{…},"offset"]
struct DurableEvent {
    std::string_view type{};
    std::string_view payload{};
    std::string_view offset{};  // empty: it has none
};

DurableEvent event_of(std::string_view message) {
    DurableEvent event;
    const auto type_end = message.find('"', 4);
    event.type = message.substr(4, type_end - 4);
    std::string_view rest = message.substr(type_end + 2);  // behind the comma
    if (rest.empty()) return event;
    rest.remove_suffix(1);                        // the list's end
    constexpr std::size_t offset_bytes = 16 + 3;  // ,"…"
    if (rest.size() > offset_bytes && rest.ends_with('"')) {
        const std::string_view tail = rest.substr(rest.size() - offset_bytes);
        if (tail.starts_with(",\"")) {
            event.offset = tail.substr(2, 16);
            rest.remove_suffix(offset_bytes);
        }
    }
    event.payload = rest;
    return event;
}

}  // namespace

std::string Device::words() const {
    constexpr std::array<std::string_view, 5> states{"out", "upgrading", "opening", "joining",
                                                     "in"};
    return fmt::format("{} is {} at {}{}{}", user_, states[static_cast<std::size_t>(state_)], seen_,
                       wish_ ? ", wants " : "", wish_ ? wish_->mark : "");
}

void Device::connect(std::uint16_t port, Token token) {
    cut();
    descriptor_ = connect_to(port);
    if (descriptor_ < 0) return;
    state_ = State::upgrading;
    token_ = std::move(token);
    from_ = history_.last();
    return_ = Return::as_new;
    if (is_known_) return_ = !id_.empty() && draw_.one_in(2) ? Return::by_id : Return::by_cursor;
    write_all(descriptor_, upgrade);
}

void Device::cut() {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
    state_ = State::out;
    bytes_.clear();
    if (wish_) wish_->asked = false;
}

void Device::forget() {
    cut();
    id_.clear();
    offset_.clear();
    is_known_ = false;
    seen_ = 0;
    baseline_ = 0;
    received_.clear();
}

void Device::want(std::string mark, std::string room, std::string visibility_json) {
    wish_ = Wish{.mark = mark,
                 .key = std::move(mark),
                 .room = std::move(room),
                 .visibility_json = std::move(visibility_json),
                 .since = history_.last()};
    ask();
}

void Device::want(std::string mark, Move move, const std::string& group, const std::string& home) {
    wish_ = Wish{.mark = mark,
                 .key = std::move(mark),
                 .room = "group-" + group,
                 .move = move,
                 .group = group,
                 .home = home,
                 .since = history_.last()};
    ask();
}

void Device::ask() {
    if (!wish_ || state_ != State::in || wish_->asked) return;
    if (mutant_ == Mutant::another_key) wish_->key = fmt::format("{}-{}", wish_->mark, ++keys_);
    wish_->asked = true;
    wish_->asked_at = history_.last();
    wish_->ack = ++acks_;
    if (wish_->move) {
        return send(fmt::format("42{}[\"group:{}\",{}]", wish_->ack,
                                *wish_->move == Move::join ? "join" : "leave",
                                Json{{"group", wish_->group}, {"key", wish_->key}}.dump()));
    }
    Json body{{"to", wish_->room}, {"text", "a post, " + wish_->mark}, {"key", wish_->key}};
    if (draw_.one_in(12)) body["text"] = "a post that is poison! " + wish_->mark;
    if (!wish_->visibility_json.empty()) body["visibility"] = Json::parse(wish_->visibility_json);
    send(fmt::format("42{}[\"post:create\",{}]", wish_->ack, body.dump()));
}

void Device::send(std::string_view message) {
    write_all(descriptor_, codec::websocket::test::client_frame(
                               {.opcode = codec::websocket::Opcode::text}, message));
}

bool Device::read() {
    if (descriptor_ < 0) return false;
    std::array<char, read_bytes_max> room{};
    const auto got = ::recv(descriptor_, room.data(), 1 + draw_.below(room.size()), 0);
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) {
        note(user_ + " was left");
        cut();
        return true;
    }
    bytes_.append(room.data(), static_cast<std::size_t>(got));
    if (state_ == State::upgrading) take_head();
    if (state_ == State::upgrading) return true;
    while (descriptor_ >= 0 && take_frame()) {
    }
    return true;
}

void Device::take_head() {
    const auto end = bytes_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    if (!bytes_.starts_with("HTTP/1.1 101 ")) {
        note(user_ + " is not let in: " + bytes_.substr(0, bytes_.find('\r')));
        return cut();
    }
    bytes_.erase(0, end + 4);
    state_ = State::opening;
}

// False: there is no whole one yet.
bool Device::take_frame() {
    if (bytes_.size() < 2) return false;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes_[at]); };
    std::size_t size = byte(1);
    std::size_t head = 2;
    if (size >= 126) {
        head += size == 126 ? 2 : 8;
        if (bytes_.size() < head) return false;
        size = 0;
        for (std::size_t i = 2; i < head; ++i) size = size << 8U | byte(i);
    }
    if (bytes_.size() < head + size) return false;
    const bool text = (byte(0) & 0x0FU) == 1;
    const std::string payload = bytes_.substr(head, size);
    bytes_.erase(0, head + size);
    if (text) {
        take_message(payload);
    } else {
        note(user_ + " is sent away");
        cut();
    }
    return true;
}

void Device::take_message(std::string_view message) {
    if (message == "2") return send("3");
    if (message.starts_with('0')) {
        Json auth{{"token", token_.text}};
        if (return_ == Return::by_id) {
            auth["pid"] = id_;
            if (!offset_.empty()) auth["offset"] = offset_;
        } else if (return_ == Return::by_cursor) {
            auth["cursor"] = offset_;
        }
        state_ = State::joining;
        return send("40" + auth.dump());
    }
    if (message.starts_with("40")) {
        const auto reply = Json::parse(message.substr(2));
        if (reply.contains("pid")) id_ = reply.at("pid").get<std::string>();
        state_ = State::in;
        note(fmt::format("{} is in, from {}", user_, offset_));
        if (!token_.holds) fail(user_ + " is in, and was signed out before");
        return ask();
    }
    if (message.starts_with("42")) return take_event(message);
    if (message.starts_with("43")) return take_ack(message);
    note(user_ + " is told " + std::string{message.substr(0, 120)});
    if (message.starts_with("44")) take_end(message);
    cut();
}

void Device::take_event(std::string_view message) {
    const auto event = event_of(message);
    if (event.type == "session") return take_session(event.payload, std::string{event.offset});
    if (event.type == "auth:ended") return take_end(message);
    if (event.offset.empty()) return;
    const Seq seq = store::seq_from_text(event.offset).value_or(0);
    if (seq <= seen_) fail(fmt::format("{} was sent {} behind {}", user_, seq, seen_));
    note(fmt::format("{} has {}", user_, seq));
    history_.deliver(user_, seq, event.payload, from_);
    received_.insert(seq);
    seen_ = seq;
    if (mutant_ != Mutant::cursor_too_late) offset_ = event.offset;
}

void Device::take_session(std::string_view payload, const std::string& offset) {
    const auto session = Json::parse(payload);
    const Seq cursor = store::seq_from_text(session.at("cursor").get<std::string>()).value_or(0);
    const bool gap = session.value("gap", false);
    const bool recovered = session.value("recovered", false);
    note(fmt::format("{} has a session at {}{}{}", user_, cursor, recovered ? ", recovered" : "",
                     gap ? ", with a gap" : ""));
    if (gap && !gaps_are_excused_) fail(user_ + " has a gap for no reason");
    history_.tell_cursor(cursor);
    if (!recovered) {
        if (return_ != Return::as_new && !gap) fail(user_ + " came back, and was taken for new");
        baseline_ = cursor;
        seen_ = cursor;
        received_.clear();
    } else if (cursor < seen_ && return_ == Return::by_id) {
        fail(fmt::format("{} has {}, and a cursor at {}", user_, seen_, cursor));
    }
    is_known_ = true;
    offset_ = offset;
    if (mutant_ == Mutant::cursor_too_soon) offset_ = store::to_text(history_.last());
}

// What a client does not come back from by itself.
void Device::take_end(std::string_view words) {
    if (words.find("user_disabled") == std::string_view::npos) return;
    history_.was_told_disabled(user_, std::max(from_, seen_));
}

void Device::take_ack(std::string_view message) {
    const auto list = message.find('[');
    const auto number = std::stoull(std::string{message.substr(2, list - 2)});
    if (!wish_ || !wish_->asked || wish_->ack != number) return;
    const auto answer = Json::parse(message.substr(list)).at(0);
    if (answer.at("ok").get<bool>()) return take_success();
    const auto code = answer.at("error").at("code").get<std::string>();
    note(fmt::format("{} was answered {}: {}", user_, wish_->mark, answer.at("error").dump()));
    wish_->asked = false;
    if (code == "unavailable" || code == "internal" || code == "rate_limited") return;
    take_refusal(answer.at("error").value("field", ""));
}

void Device::take_success() {
    const Wish wish = *std::exchange(wish_, std::nullopt);
    note(user_ + " was acknowledged " + wish.mark);
    if (!wish.move) return history_.acknowledge(wish.mark);
    if (*wish.move == Move::join) return history_.was_told_in(user_, wish.room, wish.since);
    history_.was_told_out(user_, wish.room, wish.since);
}

void Device::take_refusal(const std::string& field) {
    const Wish wish = *std::exchange(wish_, std::nullopt);
    history_.refuse(wish.mark);
    if (wish.move) {
        const bool joins = *wish.move == Move::join;
        return history_.was_told_out(user_, joins ? wish.home : wish.room, wish.asked_at);
    }
    if (field == "to") history_.was_told_out(user_, wish.room, wish.asked_at);
}

std::optional<Seq> Device::first_missing() const {
    for (Seq seq = baseline_ + 1; is_known_ && seq <= history_.last(); ++seq) {
        if (!received_.contains(seq) && history_.must_have(user_, seq)) return seq;
    }
    return std::nullopt;
}

bool Device::has_all() const {
    return !first_missing();
}

void Device::check_all() const {
    if (const auto seq = first_missing())
        fail(fmt::format("{} never got {} of {}, and is at {}", user_, *seq,
                         history_.find(*seq)->audience.room, seen_));
}

}  // namespace homeroom::simulation
