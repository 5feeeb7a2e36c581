// A study session as it is stored, breakout rooms included. Plain values.
//
//   planned ──start──▶ live ──end──▶ ended
//      └───────────────end──────────▶ cancelled
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campus/audience.h"
#include "features/study/shared.h"

namespace homeroom::features::study {

enum class Stage : std::uint8_t { planned, live, ended, cancelled };
std::string_view to_string(Stage stage);

// Who may change what is shared, besides those who run the session.
enum class Control : std::uint8_t { everyone, leader };
std::string_view to_string(Control control);
std::optional<Control> control_from(std::string_view text);

// A part of the session for some of its people, with an agenda of its own and a thing to look at.
struct Breakout {
    std::string id{};
    std::string title{};
    std::vector<std::string> users{};
    Shared shared{};
};

struct Breakouts {
    std::optional<WallTime> ends_at{};  // nothing: when they are called back
    std::vector<Breakout> rooms{};

    Breakout* find(std::string_view id);
    Breakout* of(std::string_view user);
    const Breakout* of(std::string_view user) const;
};

struct Session {
    std::int64_t row = 0;
    std::string id{};
    std::string room{};
    std::string title{};
    std::string host{};  // who made it
    std::string host_name{};
    Control control = Control::everyone;
    Stage stage = Stage::planned;
    // The moment of the journal from which it is for whoever is in the room: of its making, then
    // of its start.
    store::Seq moment = 0;
    std::string starts_at{};  // empty: whenever it is started
    std::string created_at{};
    std::string started_at{};
    std::string ended_at{};
    std::string led_by{};       // who led it when it ended
    std::string plan = "null";  // JSON, as it was asked for
    Shared shared{};
    std::optional<Breakouts> breakouts{};

    bool open() const { return stage == Stage::planned || stage == Stage::live; }
    campus::Audience audience() const { return campus::Audience::members(room).at(moment); }
};

}  // namespace homeroom::features::study
