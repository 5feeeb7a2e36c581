#include "base/limits.h"
#include "campus/page.h"
#include "features/grades/entry.h"
#include "features/grades/records.h"
#include "features/grades/requests.h"
#include "features/grades/rules.h"
#include "features/grades/view.h"

namespace homeroom::features::grades {
namespace {

// Texts that are empty: any.
struct Wanted {
    std::string class_id{};
    std::string student{};
    std::string item{};
    std::int64_t before = INT64_MAX;
    std::size_t limit = 0;

    ClassQuery query() const {
        return {.class_id = class_id,
                .student = student,
                .item = item,
                .before = before,
                .limit = limit + 1};
    }
};

Result<Wanted> wanted_of(const Json& request) {
    Wanted wanted;
    TRY(auto class_id, campus::optional_text(request, "class", limits::identifier_bytes_max));
    TRY(auto student, campus::optional_text(request, "student", limits::identifier_bytes_max));
    TRY(auto item, campus::optional_text(request, "item", limits::grade_item_bytes_max));
    wanted.class_id = std::move(class_id).value_or("");
    wanted.student = std::move(student).value_or("");
    wanted.item = std::move(item).value_or("");
    TRY(wanted.before, campus::requested_page(request));
    TRY(wanted.limit,
        campus::requested_limit(request, limits::grades_page_default, limits::grades_page_max));
    return wanted;
}

using View = Json (*)(const campus::Directory& directory, const Grade& grade);

Result<Json> answer_of(const ReadCall& call, std::vector<Grade> grades, std::size_t limit,
                       View view) {
    TRY(auto page, campus::make_page(grades, limit, [&](const Grade& grade) -> Result<Json> {
            return view(call.directory, grade);
        }));
    return Json{{"grades", std::move(page.views)}, {"next", std::move(page.next)}};
}

Status require_own_or_ward(const ReadCall& call, const std::string& student) {
    if (student == call.who.user || call.directory.is_guardian_of(call.who.user, student))
        return Ok{};
    return Error{Code::not_found, "there is no such student", "student"};
}

}  // namespace

// Staff of the class that is asked for see all of it. Everybody else sees what is published of
// himself or of a student whom he is guardian of; a class, known or not, only narrows that.
Result<Json> list_grades(ReadCall& call, const Json& request) {
    TRY(auto wanted, wanted_of(request));
    const std::string room = class_room_of(wanted.class_id);
    const auto is_staff = [&] {
        return !room.empty() && call.directory.is_staff(call.who.user, room);
    };
    if (is_staff()) {
        TRY(auto grades, load_class_grades(call.db, wanted.query()));
        // Behind everything that was read: he may be staff no longer.
        if (!is_staff()) return Error{Code::not_found, "there is no such class", "class"};
        return answer_of(call, std::move(grades), wanted.limit, staff_view);
    }
    if (wanted.student.empty()) wanted.student = call.who.user;
    TRY_OK(require_own_or_ward(call, wanted.student));
    TRY(auto grades, load_published_grades(call.db, wanted.query()));
    TRY_OK(require_own_or_ward(call, wanted.student));
    return answer_of(call, std::move(grades), wanted.limit, student_view);
}

}  // namespace homeroom::features::grades
