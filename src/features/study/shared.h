// What the people of a session share: agenda, timer, what they look at, who leads, whose hands are
// up. The server's order is the truth: each change makes a version, and everybody is told the whole
// state with its version, so whoever knows the highest version agrees with everybody else.
//
//   patch := { agenda?, timer?, current?: { document: id } | { board: id } | null }
//
// Concurrent edits of different things both hold. Of the same thing (an agenda item, the timer,
// what is current) the first holds; the second is told so (`conflict`), unless it did not say what
// its author had seen. Pure values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "campus/surface.h"
#include "features/study/agenda.h"
#include "features/study/timer.h"

namespace homeroom::features::study {

// A document or a board that all are to look at. Who may open it is the documents' to judge.
struct Current {
    bool is_board = false;
    std::string id{};
    bool operator==(const Current&) const = default;
};
// Of a request's member `current`; nothing: null.
Result<std::optional<Current>> requested_current(const campus::Json& value);

struct Hand {
    std::string user{};
    std::string at{};
};

class Shared {
public:
    Version version() const { return version_; }
    const Agenda& agenda() const { return agenda_; }
    const Timer& timer() const { return timer_; }
    const std::optional<Current>& current() const { return current_; }
    const std::string& leader() const { return leader_; }      // empty: nobody
    const std::vector<Hand>& hands() const { return hands_; }  // as they were raised

    // The state of a session that begins: { agenda?: [text…], timer?: {focus?, break?, rounds?},
    // current? }, or null.
    static Result<Shared> planned(const campus::Json& plan);

    // All of it or nothing. Whether anything is different; then it is a new version.
    Result<bool> apply(const campus::Json& patch, std::optional<Version> seen, WallTime now);
    bool advance(WallTime now);
    // Empty: nobody.
    Result<bool> lead(std::string_view user, std::optional<Version> seen = {});
    bool raise(std::string_view user, bool up, WallTime now);
    bool forget(std::string_view user);  // his hand, and that he leads
    // Of its agenda (Agenda::remember_deleted).
    void remember_deleted(std::size_t most) { agenda_.remember_deleted(most); }
    bool touch() { return changed(true); }  // what is shown beside it is different
    void close();                           // nothing of it goes on

    // As its members are shown it, but for people's names, which the caller knows.
    campus::Json view() const;
    campus::Json to_json() const;
    static Shared from_json(const campus::Json& json);

private:
    Result<bool> apply_parts(const campus::Json& patch, const Edit& edit, WallTime now);
    bool changed(bool different);

    Version version_ = 0;
    Agenda agenda_{};
    Timer timer_{};
    Version timer_changed_ = 0;
    std::optional<Current> current_{};
    Version current_changed_ = 0;
    std::string leader_{};
    Version leader_changed_ = 0;
    std::vector<Hand> hands_{};
};

}  // namespace homeroom::features::study
