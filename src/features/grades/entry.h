// One graded piece of work, as a request brings it.
#pragma once

#include <string>

#include "campus/surface.h"
#include "features/grades/records.h"

namespace homeroom::features::grades {

struct Entry {
    Place place{};
    Mark mark{};
};

// `student`, `item`, `score`, `maxScore`, `comment` of `object`, and `class`. Whatever is wrong, no
// word of an error quotes a value.
Result<Entry> read_entry(const campus::Json& object);

// The list `grades` of a request. Its objects lack what is `given` for all of them: class, item or
// neither. A student has one grade of an item.
struct GivenForAll {
    std::string class_id{};  // empty: each has its own
    std::string item{};
};
Result<std::vector<Entry>> read_entries(const campus::Json& request, const GivenForAll& given);

// `class` and `item` as requests have them, checked for form only.
Result<std::string> required_class(const campus::Json& object);
Result<std::string> required_item(const campus::Json& object);

}  // namespace homeroom::features::grades
