#include "features/study/shared.h"

#include <algorithm>

#include "base/limits.h"
#include "features/study/limits.h"

namespace homeroom::features::study {
namespace {

using campus::Json;

Json current_json(const std::optional<Current>& current) {
    if (!current) return nullptr;
    return Json{{current->is_board ? "board" : "document", current->id}};
}

Status take_planned_agenda(const Json& list, Agenda& agenda) {
    const Error wrong{Code::invalid, "a plan's agenda is a list of at most 50 texts", "plan"};
    if (!list.is_array() || list.size() > agenda_items_max) return wrong;
    for (const Json& one : list) {
        if (!one.is_string()) return wrong;
        const Json item{{"text", one}};
        TRY(auto text, campus::required_words(item, "text", agenda_text_bytes_max));
        agenda.append(std::move(text), 0);
    }
    return Ok{};
}

}  // namespace

Result<std::optional<Current>> requested_current(const Json& value) {
    if (value.is_null()) return std::optional<Current>{};
    const Error wrong{Code::invalid, "current is {document: id}, {board: id} or null", "current"};
    if (!value.is_object() || value.size() != 1) return wrong;
    const auto& name = value.begin().key();
    if (name != "document" && name != "board") return wrong;
    TRY(auto id, campus::required_words(value, name.c_str(), limits::identifier_bytes_max));
    return std::optional{Current{.is_board = name == "board", .id = std::move(id)}};
}

Result<Shared> Shared::planned(const Json& plan) {
    Shared shared;
    if (plan.is_null()) return shared;
    if (!plan.is_object()) return Error{Code::invalid, "plan is an object", "plan"};
    for (const auto& [name, value] : plan.items()) {
        if (name == "agenda") {
            TRY_OK(take_planned_agenda(value, shared.agenda_));
        } else if (name == "timer") {
            if (value.is_object() && value.contains("do"))
                return Error{Code::invalid, "a plan does not start the timer", "plan"};
            TRY_OK(apply_timer_patch(shared.timer_, value, WallTime{}));
        } else if (name == "current") {
            TRY(shared.current_, requested_current(value));
        } else {
            return Error{Code::invalid, "a plan has agenda, timer and current", "plan"};
        }
    }
    return shared;
}

bool Shared::changed(bool different) {
    if (different) ++version_;
    return different;
}

Result<bool> Shared::apply(const Json& patch, std::optional<Version> seen, WallTime now) {
    if (!patch.is_object()) return Error{Code::invalid, "patch is an object", "patch"};
    // A version that was never given has seen what none has.
    if (seen && *seen > version_)
        return Error{Code::invalid, "there is no such version yet", "version"};
    Shared edited = *this;
    TRY(const bool different, edited.apply_parts(patch, {version_ + 1, seen}, now));
    if (!different) return false;
    edited.version_ = version_ + 1;
    *this = std::move(edited);
    return true;
}

Result<bool> Shared::apply_parts(const Json& patch, const Edit& edit, WallTime now) {
    bool different = false;
    for (const auto& [name, value] : patch.items()) {
        if (name == "agenda") {
            TRY(const bool edited, agenda_.apply(value, edit));
            different = different || edited;
        } else if (name == "timer") {
            if (!edit.may_change(timer_changed_)) return changed_meanwhile("the timer");
            const Timer before = timer_;
            TRY_OK(apply_timer_patch(timer_, value, now));
            if (timer_ == before) continue;
            timer_changed_ = edit.making;
            different = true;
        } else if (name == "current") {
            if (!edit.may_change(current_changed_)) return changed_meanwhile("what is current");
            TRY(auto current, requested_current(value));
            if (current == current_) continue;
            current_ = std::move(current);
            current_changed_ = edit.making;
            different = true;
        } else {
            return Error{Code::invalid, "a patch has agenda, timer, current and leader", "patch"};
        }
    }
    return different;
}

bool Shared::advance(WallTime now) {
    if (!changed(timer_.advance(now))) return false;
    timer_changed_ = version_;
    return true;
}

Result<bool> Shared::lead(std::string_view user, std::optional<Version> seen) {
    if (leader_ == user) return false;
    if (!Edit{.seen = seen}.may_change(leader_changed_)) return changed_meanwhile("who leads");
    leader_ = user;
    changed(true);
    leader_changed_ = version_;
    return true;
}

bool Shared::raise(std::string_view user, bool up, WallTime now) {
    const auto found = std::ranges::find(hands_, user, &Hand::user);
    if (up == (found != hands_.end())) return false;
    if (up) {
        hands_.push_back({std::string{user}, to_rfc3339(now)});
    } else {
        hands_.erase(found);
    }
    return changed(true);
}

bool Shared::forget(std::string_view user) {
    const bool led = leader_ == user;
    const bool raised =
        std::erase_if(hands_, [&](const Hand& hand) { return hand.user == user; }) > 0;
    if (!changed(led || raised)) return false;
    if (led) {
        leader_.clear();
        leader_changed_ = version_;
    }
    return true;
}

void Shared::close() {
    timer_.stop();
    leader_.clear();
    hands_.clear();
    changed(true);
    timer_changed_ = leader_changed_ = version_;
}

Json Shared::view() const {
    return Json{{"agenda", agenda_.view()},
                {"timer", timer_view(timer_)},
                {"current", current_json(current_)}};
}

Json Shared::to_json() const {
    Json hands = Json::array();
    for (const Hand& hand : hands_) hands.push_back(Json::array({hand.user, hand.at}));
    return Json{{"version", version_},
                {"agenda", agenda_.to_json()},
                {"timer", study::to_json(timer_)},
                {"timerChanged", timer_changed_},
                {"current", current_json(current_)},
                {"currentChanged", current_changed_},
                {"leader", leader_},
                {"leaderChanged", leader_changed_},
                {"hands", std::move(hands)}};
}

Shared Shared::from_json(const Json& json) {
    Shared shared;
    shared.version_ = json.at("version").get<Version>();
    shared.agenda_ = Agenda::from_json(json.at("agenda"));
    shared.timer_ = timer_from_json(json.at("timer"));
    shared.timer_changed_ = json.at("timerChanged").get<Version>();
    if (const auto current = requested_current(json.at("current")); current.ok())
        shared.current_ = *current;
    shared.current_changed_ = json.at("currentChanged").get<Version>();
    shared.leader_ = json.at("leader").get<std::string>();
    shared.leader_changed_ = json.at("leaderChanged").get<Version>();
    for (const Json& one : json.at("hands"))
        shared.hands_.push_back({one.at(0).get<std::string>(), one.at(1).get<std::string>()});
    return shared;
}

}  // namespace homeroom::features::study
