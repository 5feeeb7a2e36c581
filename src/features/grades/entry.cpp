#include "features/grades/entry.h"

#include <cmath>
#include <set>
#include <tuple>

#include "base/limits.h"

namespace homeroom::features::grades {
namespace {

using campus::Json;

// JSON knows neither infinity nor NaN, but a number too large for a double becomes one.
Result<std::string> read_number(const Json& object, const char* field) {
    const auto found = object.find(field);
    if (found == object.end() || found->is_null()) return std::string{};
    if (!found->is_number())
        return Error{Code::invalid, std::string{field} + " must be a number", field};
    const double value = found->get<double>();
    if (!std::isfinite(value) || std::abs(value) > limits::grade_score_max) {
        return Error{Code::invalid, std::string{field} + " is too far from zero", field};
    }
    return found->dump();
}

Result<Mark> read_mark(const Json& object) {
    Mark mark;
    TRY(mark.score, read_number(object, "score"));
    if (mark.score.empty()) return Error{Code::invalid, "score is missing", "score"};
    TRY(mark.max_score, read_number(object, "maxScore"));
    if (!mark.max_score.empty() && object["maxScore"].get<double>() <= 0) {
        return Error{Code::invalid, "maxScore must be more than 0", "maxScore"};
    }
    TRY(auto comment, campus::optional_text(object, "comment", limits::grade_comment_bytes_max));
    mark.comment = std::move(comment).value_or("");
    return mark;
}

Error in_list(Error error, std::size_t index) {
    error.message = "grades[" + std::to_string(index) + "]: " + error.message;
    error.field = "grades";
    return error;
}

}  // namespace

Result<std::string> required_class(const Json& object) {
    return campus::required_text(object, "class", limits::identifier_bytes_max);
}

Result<std::string> required_item(const Json& object) {
    return campus::required_words(object, "item", limits::grade_item_bytes_max);
}

Result<Entry> read_entry(const Json& object) {
    Entry entry;
    TRY(entry.place.class_id, required_class(object));
    TRY(entry.place.student,
        campus::required_text(object, "student", limits::identifier_bytes_max));
    TRY(entry.place.item, required_item(object));
    TRY(entry.mark, read_mark(object));
    return entry;
}

Result<std::vector<Entry>> read_entries(const Json& request, const GivenForAll& given) {
    const auto found = request.find("grades");
    if (found == request.end() || !found->is_array() || found->empty()) {
        return Error{Code::invalid, "grades must be a list with at least one grade", "grades"};
    }
    if (found->size() > limits::grades_per_request_max) {
        return Error{
            Code::too_large,
            "a request has at most " + std::to_string(limits::grades_per_request_max) + " grades",
            "grades"};
    }
    std::vector<Entry> entries;
    entries.reserve(found->size());
    std::set<std::tuple<std::string, std::string, std::string>> named;
    for (const Json& one : *found) {
        const std::size_t index = entries.size();
        if (!one.is_object()) return in_list(Error{Code::invalid, "it must be an object"}, index);
        Json whole = one;
        if (!given.class_id.empty()) whole["class"] = given.class_id;
        if (!given.item.empty()) whole["item"] = given.item;
        auto entry = read_entry(whole);
        if (!entry.ok()) return in_list(std::move(entry).error(), index);
        const Place& place = entry->place;
        if (!named.emplace(place.class_id, place.item, place.student).second) {
            return in_list(
                Error{Code::invalid, "this student's grade of this item is in the list twice"},
                index);
        }
        entries.push_back(std::move(entry).value());
    }
    return entries;
}

}  // namespace homeroom::features::grades
