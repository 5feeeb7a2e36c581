// The agenda: an ordered list of items that several people edit at once. Each item is a unit of
// its own: it knows the version of the state at which it was last changed, and what was deleted is
// remembered for a while. Pure values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "campus/surface.h"

namespace homeroom::features::study {

using Version = std::int64_t;

// What is behind an edit: the version that it makes, and the one that its author had seen
// (nothing: it is to win over whatever he has not).
struct Edit {
    Version making = 0;
    std::optional<Version> seen{};

    bool may_change(Version changed) const { return !seen || changed <= *seen; }
};
// What an edit is told whose author had not seen the last change of the same thing.
Error changed_meanwhile(std::string_view what);

class Agenda {
public:
    struct Item {
        std::string id{};
        std::string text{};
        bool done = false;
        Version changed = 0;
    };

    const std::vector<Item>& items() const { return items_; }

    // patch := { item id: { text?, done?, after?: item id | null } | null, … }
    // An id that is not there is a new item, which has a text, and comes last unless `after` says
    // otherwise; null deletes. All of it or nothing. Whether anything is different.
    Result<bool> apply(const campus::Json& patch, const Edit& edit);
    // What is kept of it: texts, and ids of what is there and of what is remembered as deleted.
    std::size_t bytes() const;
    void remember_deleted(std::size_t most);
    // The texts of a plan.
    void append(std::string text, Version version);

    campus::Json view() const;
    campus::Json to_json() const;
    static Agenda from_json(const campus::Json& json);

private:
    Result<bool> apply_one(const std::string& id, const campus::Json& change, const Edit& edit);
    Result<bool> erase(const std::string& id, const Edit& edit);
    Result<bool> move(const std::string& id, const campus::Json& after);
    std::vector<Item>::iterator find(std::string_view id);
    std::optional<Version> deleted_at(std::string_view id) const;

    std::vector<Item> items_{};
    std::vector<std::pair<std::string, Version>> deleted_{};  // the oldest first
};

}  // namespace homeroom::features::study
