// One device of a person: an unmodified client as the server sees it. It connects, is cut off,
// comes back with the id and offset that it has, or as a new page with its cursor, and asks for
// posts, and to come into study groups and leave them, each with the same key until it is answered.
// What it is sent is checked at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "draw.h"
#include "history.h"
#include "mutant.h"

namespace homeroom::simulation {

class Device {
public:
    Device(std::string user, Draw& draw, History& history, Mutant mutant)
        : user_(std::move(user)), draw_(draw), history_(history), mutant_(mutant) {}
    ~Device() { cut(); }
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    const std::string& user() const { return user_; }
    bool is_cut() const { return descriptor_ < 0; }
    bool is_in() const { return state_ == State::in; }
    bool is_idle() const { return !wish_; }
    std::string words() const;

    struct Token {
        std::string text{};
        WallTime issued_at{};
        bool holds = true;  // false: the user was signed out everywhere since
    };
    // `token`: of the user, for this connection.
    void connect(std::uint16_t port, Token token);
    WallTime token_issued_at() const { return token_.issued_at; }
    // What was sent to it and not read is lost.
    void cut();
    // Reads some of what has come; false: there was nothing.
    bool read();
    // Wants this posted, and asks for it as soon as it is in.
    void want(std::string mark, std::string room, std::string visibility_json);
    // Wants to come into the group, or to leave it. Only who is in `home` can come.
    enum class Move : std::uint8_t { join, leave };
    void want(std::string mark, Move move, const std::string& group, const std::string& home);
    void ask();
    // As one that never was here before.
    void forget();
    // Everything that it must have, it has; else the seed ends.
    void check_all() const;
    bool has_all() const;
    // A failed read of the server's disk excuses a gap.
    void excuse_gaps(bool excused) { gaps_are_excused_ = excused; }

private:
    enum class State : std::uint8_t { out, upgrading, opening, joining, in };
    struct Wish {
        std::string mark{};
        std::string key{};
        std::string room{};
        std::string visibility_json{};
        std::optional<Move> move{};  // of a group; else it is a post
        std::string group{};
        std::string home{};
        Seq since = 0;       // of this the journal's end was when it was wanted
        bool asked = false;  // on this connection
        Seq asked_at = 0;
        std::uint64_t ack = 0;
    };
    void take_head();
    bool take_frame();
    void take_message(std::string_view message);
    void take_event(std::string_view message);
    void take_session(std::string_view payload, const std::string& offset);
    void take_ack(std::string_view message);
    void take_success();
    void take_refusal(const std::string& field);
    void take_end(std::string_view words);
    void send(std::string_view message);
    std::optional<Seq> first_missing() const;

    std::string user_;
    Draw& draw_;
    History& history_;
    Mutant mutant_;

    // Of this connection:
    int descriptor_ = -1;
    State state_ = State::out;
    Token token_{};
    std::string bytes_{};
    Seq from_ = 0;
    enum class Return : std::uint8_t { as_new, by_id, by_cursor };
    Return return_ = Return::as_new;

    // Kept:
    std::string id_{};      // the private one
    std::string offset_{};  // of the last event; empty: none
    Seq seen_ = 0;          // the latest durable event
    Seq baseline_ = 0;      // what it is to have begins behind it
    std::set<Seq> received_{};
    bool is_known_ = false;  // has had a session
    bool gaps_are_excused_ = false;
    std::optional<Wish> wish_{};
    std::uint64_t acks_ = 0;
    std::uint64_t keys_ = 0;
};

}  // namespace homeroom::simulation
