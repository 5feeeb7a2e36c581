#include "features/study/agenda.h"

#include <algorithm>

#include "features/study/limits.h"

namespace homeroom::features::study {
namespace {

using campus::Json;

bool is_item_id(std::string_view id) {
    return !id.empty() && id.size() <= item_id_bytes_max && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

}  // namespace

Error changed_meanwhile(std::string_view what) {
    return {Code::conflict, std::string{what} + " was changed since that version; look again",
            "version"};
}

std::vector<Agenda::Item>::iterator Agenda::find(std::string_view id) {
    return std::ranges::find(items_, id, &Item::id);
}

std::optional<Version> Agenda::deleted_at(std::string_view id) const {
    const auto found =
        std::ranges::find_if(deleted_, [&](const auto& one) { return one.first == id; });
    return found == deleted_.end() ? std::nullopt : std::optional{found->second};
}

Result<bool> Agenda::apply(const Json& patch, const Edit& edit) {
    if (!patch.is_object() || patch.size() > agenda_items_max)
        return Error{Code::invalid, "agenda is an object of at most 50 items by their ids",
                     "agenda"};
    bool changed = false;
    Agenda edited = *this;
    for (const auto& [id, change] : patch.items()) {
        TRY(const bool different, edited.apply_one(id, change, edit));
        changed = changed || different;
    }
    if (edited.items_.size() > agenda_items_max)
        return Error{Code::too_large, "an agenda has at most 50 items", "agenda"};
    *this = std::move(edited);
    return changed;
}

Result<bool> Agenda::apply_one(const std::string& id, const Json& change, const Edit& edit) {
    if (!is_item_id(id))
        return Error{Code::invalid, "an item's id has 1 to 64 letters, digits, - and _", "agenda"};
    if (change.is_null()) return erase(id, edit);
    if (!change.is_object())
        return Error{Code::invalid, "an item is an object, or null to delete it", "agenda"};
    for (const auto& [name, value] : change.items()) {
        if (name != "text" && name != "done" && name != "after")
            return Error{Code::invalid, "an item has text, done and after", "agenda"};
    }
    auto item = find(id);
    const bool is_new = item == items_.end();
    if (is_new) {
        // Whoever edits what somebody else has deleted does not bring it back by that.
        if (const auto deleted = deleted_at(id); deleted && !edit.may_change(*deleted))
            return changed_meanwhile("an item");
        TRY(auto text, campus::required_words(change, "text", agenda_text_bytes_max));
        item = items_.insert(items_.end(), Item{.id = id, .text = std::move(text)});
        std::erase_if(deleted_, [&](const auto& one) { return one.first == id; });
    } else if (!edit.may_change(item->changed)) {
        return changed_meanwhile("an item");
    }
    const Item before = *item;
    if (!is_new && change.contains("text")) {
        TRY(item->text, campus::required_words(change, "text", agenda_text_bytes_max));
    }
    TRY(const auto done, campus::optional_bool(change, "done"));
    item->done = done.value_or(item->done);
    bool changed = is_new || item->text != before.text || item->done != before.done;
    if (change.contains("after")) {
        TRY(const bool moved, move(id, change.at("after")));
        changed = changed || moved;
    }
    if (changed) find(id)->changed = edit.making;
    return changed;
}

Result<bool> Agenda::erase(const std::string& id, const Edit& edit) {
    const auto item = find(id);
    if (item == items_.end()) return false;
    if (!edit.may_change(item->changed)) return changed_meanwhile("an item");
    items_.erase(item);
    deleted_.emplace_back(id, edit.making);
    remember_deleted(deleted_items_max);
    return true;
}

void Agenda::remember_deleted(std::size_t most) {
    if (deleted_.size() > most)
        deleted_.erase(deleted_.begin(), deleted_.end() - static_cast<std::ptrdiff_t>(most));
}

std::size_t Agenda::bytes() const {
    std::size_t bytes = 0;
    for (const Item& item : items_) bytes += item.id.size() + item.text.size();
    for (const auto& [id, version] : deleted_) bytes += id.size();
    return bytes;
}

// Behind an item that is not there any more: last.
Result<bool> Agenda::move(const std::string& id, const Json& after) {
    if (!after.is_null() && !after.is_string())
        return Error{Code::invalid, "after is the id of an item, or null for the first place",
                     "agenda"};
    const auto from = find(id);
    const auto was_at = from - items_.begin();
    Item item = std::move(*from);
    items_.erase(from);
    auto to = items_.begin();
    if (after.is_string()) {
        to = find(after.get<std::string>());
        if (to != items_.end()) ++to;
    }
    const auto now_at = items_.insert(to, std::move(item));
    return now_at - items_.begin() != was_at;
}

void Agenda::append(std::string text, Version version) {
    items_.push_back(
        {.id = std::to_string(items_.size() + 1), .text = std::move(text), .changed = version});
}

Json Agenda::view() const {
    Json list = Json::array();
    for (const Item& item : items_)
        list.push_back(Json{{"id", item.id}, {"text", item.text}, {"done", item.done}});
    return list;
}

Json Agenda::to_json() const {
    Json items = Json::array();
    for (const Item& item : items_)
        items.push_back(Json::array({item.id, item.text, item.done, item.changed}));
    Json deleted = Json::array();
    for (const auto& [id, version] : deleted_) deleted.push_back(Json::array({id, version}));
    return Json{{"items", std::move(items)}, {"deleted", std::move(deleted)}};
}

Agenda Agenda::from_json(const Json& json) {
    Agenda agenda;
    for (const Json& one : json.at("items"))
        agenda.items_.push_back({one.at(0).get<std::string>(), one.at(1).get<std::string>(),
                                 one.at(2).get<bool>(), one.at(3).get<Version>()});
    for (const Json& one : json.at("deleted"))
        agenda.deleted_.emplace_back(one.at(0).get<std::string>(), one.at(1).get<Version>());
    return agenda;
}

}  // namespace homeroom::features::study
