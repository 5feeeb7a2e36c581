// The records of a package with what the checks across files still need of each: its row, and
// whether it stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "campus/oneroster/columns.h"
#include "campus/oneroster/package.h"

namespace homeroom::campus::oneroster {

template <typename Record>
struct Loaded {
    struct Item {
        Record record{};
        std::uint32_t row = 0;
        bool removed = false;  // tobedeleted: only the id counts
        bool dropped = false;  // a diagnostic says why
        std::int64_t modified = 0;
    };

    std::string_view file{};
    Mode mode = Mode::absent;
    bool complete = true;  // false: an error was told, and what is missing here may not be missing
                           // in the school
    std::vector<Item> items{};

    // Whether what is not here is nowhere.
    bool is_whole_truth() const { return mode == Mode::bulk && complete; }

    Part<Record> take() {
        Part<Record> part{.mode = mode};
        for (Item& item : items) {
            if (item.dropped) continue;
            if (!item.removed) {
                part.records.push_back(std::move(item.record));
            } else if (mode == Mode::delta) {
                part.removed.push_back(std::move(item.record.id));
            }
        }
        return part;
    }
};

struct LoadedPackage {
    Version version = Version::v1_2;
    Loaded<Org> orgs{};
    Loaded<AcademicSession> sessions{};
    Loaded<Course> courses{};
    Loaded<Class> classes{};
    Loaded<User> users{};
    bool tells_opt_out = false;  // who of the users is hidden
    Loaded<Affiliation> affiliations{};
    Loaded<Enrollment> enrollments{};
};

// The items that stay, by id. Valid while no item moves.
template <typename Record>
std::unordered_map<std::string_view, const typename Loaded<Record>::Item*> staying_by_id(
    const Loaded<Record>& loaded) {
    std::unordered_map<std::string_view, const typename Loaded<Record>::Item*> map;
    map.reserve(loaded.items.size());
    for (const auto& item : loaded.items) {
        if (!item.dropped && !item.removed) map.emplace(item.record.id, &item);
    }
    return map;
}

}  // namespace homeroom::campus::oneroster
