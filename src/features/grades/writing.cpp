#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "features/grades/entry.h"
#include "features/grades/requests.h"
#include "features/grades/rules.h"
#include "features/grades/view.h"

namespace homeroom::features::grades {
namespace {

NamedPerson grader_of(const WriteCall& call) {
    return call.who.service ? NamedPerson{} : NamedPerson{call.who.user, call.who.name};
}

// The grade at this place: what is stored, or a new one, which is for students of the class only. A
// grade that is there can be corrected after its student has left.
Result<Grade> grade_at(WriteCall& call, const Place& place) {
    TRY(auto found, find_grade(call.transaction.db(), place));
    if (found) return std::move(*found);
    TRY_OK(require_student(call.directory, place.student, place.class_id));
    const auto person = call.directory.person(place.student);
    return Grade{.id = make_ulid(wall_now()),
                 .class_id = place.class_id,
                 .item = place.item,
                 .student = {place.student, person ? person->name : place.student}};
}

Status store_change(WriteCall& call, Grade& grade) {
    grade.grader = grader_of(call);
    grade.updated_at = call.transaction.at();
    return store_grade(call.transaction.db(), grade);
}

Status publish_mark(WriteCall& call, Grade& grade, Mark mark) {
    // The same again is no news.
    if (grade.published == mark && !grade.draft) return Ok{};
    const bool seen_already = grade.published == mark;
    grade.published = std::move(mark);
    if (!seen_already) grade.published_at = call.transaction.at();
    grade.draft.reset();
    grade.withdrawn = false;
    TRY_OK(store_change(call, grade));
    if (!seen_already) TRY_OK(tell_student(call, grade));
    return tell_staff(call, grade);
}

Result<Grade> publish_entry(WriteCall& call, Entry entry) {
    TRY(auto grade, grade_at(call, entry.place));
    TRY_OK(publish_mark(call, grade, std::move(entry.mark)));
    return grade;
}

Result<Entry> checked_entry(const WriteCall& call, const Json& request) {
    TRY(const auto class_id, required_class(request));
    TRY_OK(require_grader(call.directory, call.who, class_id));
    return read_entry(request);
}

// What a request about many is answered with: which, and no value. It is remembered for its key,
// and could not be forgotten with each of them.
Json many_answer(const std::vector<Grade>& grades) {
    Json list = Json::array();
    for (const Grade& grade : grades) {
        list.push_back(Json{{"id", grade.id},
                            {"class", grade.class_id},
                            {"student", grade.student.id},
                            {"item", grade.item}});
    }
    return Json{{"grades", std::move(list)}};
}

Result<std::vector<Grade>> publish_entries(WriteCall& call, std::vector<Entry> entries) {
    std::vector<Grade> grades;
    grades.reserve(entries.size());
    for (Entry& entry : entries) {
        auto grade = publish_entry(call, std::move(entry));
        if (!grade.ok()) {
            Error error = std::move(grade).error();
            error.message = "grades[" + std::to_string(grades.size()) + "]: " + error.message;
            error.field = "grades";
            return error;
        }
        grades.push_back(std::move(grade).value());
    }
    return grades;
}

// Those that were saved before, as many as one command may publish.
Result<Json> publish_drafts(WriteCall& call, const std::string& class_id, const std::string& item) {
    TRY(auto grades,
        load_drafts(call.transaction.db(), class_id, item, limits::grades_per_request_max + 1));
    const bool more = grades.size() > limits::grades_per_request_max;
    if (more) grades.resize(limits::grades_per_request_max);
    for (Grade& grade : grades) {
        Mark mark = *grade.draft;
        TRY_OK(publish_mark(call, grade, std::move(mark)));
    }
    Json answer = many_answer(grades);
    answer["more"] = more;
    return answer;
}

// To those who are not staff of its class it is none, were it their own.
Result<Grade> requested_grade(const WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "grade", limits::identifier_bytes_max));
    TRY(auto grade, load_grade(call.transaction.db(), id));
    if (!grade || !call.directory.is_staff(call.who.user, class_room_of(grade->class_id)))
        return Error{Code::not_found, "there is no such grade", "grade"};
    return std::move(*grade);
}

}  // namespace

Result<Json> save_grade(WriteCall& call, const Json& request) {
    TRY(auto entry, checked_entry(call, request));
    TRY(auto grade, grade_at(call, entry.place));
    call.about = grade.id;
    if (grade.draft != entry.mark || grade.withdrawn) {
        grade.draft = std::move(entry.mark);
        grade.withdrawn = false;
        TRY_OK(store_change(call, grade));
        TRY_OK(tell_staff(call, grade));
    }
    return Json{{"grade", staff_view(call.directory, grade)}};
}

Result<Json> publish_grade(WriteCall& call, const Json& request) {
    TRY(auto entry, checked_entry(call, request));
    TRY(const auto grade, publish_entry(call, std::move(entry)));
    call.about = grade.id;
    return Json{{"grade", staff_view(call.directory, grade)}};
}

Result<Json> publish_grades(WriteCall& call, const Json& request) {
    TRY(const auto class_id, required_class(request));
    TRY_OK(require_grader(call.directory, call.who, class_id));
    TRY(const auto item, required_item(request));
    if (const auto list = request.find("grades"); list == request.end() || list->is_null())
        return publish_drafts(call, class_id, item);
    TRY(auto entries, read_entries(request, {.class_id = class_id, .item = item}));
    TRY(const auto grades, publish_entries(call, std::move(entries)));
    Json answer = many_answer(grades);
    answer["more"] = false;
    return answer;
}

Result<Json> publish_platform_grades(WriteCall& call, const Json& request) {
    std::vector<Entry> entries;
    if (request.contains("grades")) {
        TRY(entries, read_entries(request, {}));
    } else {
        TRY(auto entry, read_entry(request));
        entries.push_back(std::move(entry));
    }
    for (const Entry& entry : entries)
        TRY_OK(require_grader(call.directory, call.who, entry.place.class_id));
    if (!request.contains("grades")) {
        TRY(const auto grade, publish_entry(call, std::move(entries.front())));
        return many_answer({grade});
    }
    TRY(const auto grades, publish_entries(call, std::move(entries)));
    return many_answer(grades);
}

Result<Json> withdraw_grade(WriteCall& call, const Json& request) {
    TRY(auto grade, requested_grade(call, request));
    if (!grade.published && !grade.withdrawn)
        return Error{Code::conflict, "this grade is not published", "grade"};
    if (grade.published) {
        // The staff keep the mark; in the journal, and in what is remembered for keys, it is gone.
        if (!grade.draft) grade.draft = grade.published;
        grade.published.reset();
        grade.published_at.clear();
        grade.withdrawn = true;
        TRY_OK(store_change(call, grade));
        TRY_OK(campus::forget(call.transaction, grade.id));
        TRY_OK(retract(call, grade));
        TRY_OK(tell_staff(call, grade));
    }
    return Json{{"grade", staff_view(call.directory, grade)}};
}

}  // namespace homeroom::features::grades
