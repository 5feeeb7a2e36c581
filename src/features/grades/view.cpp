#include "features/grades/view.h"

#include <cassert>

#include "campus/audience.h"
#include "campus/contract_json.h"
#include "features/grades/rules.h"
#include "store/derived.h"

namespace homeroom::features::grades {
namespace {

using campus::Json;

Json person_json(const campus::Directory& directory, const NamedPerson& one) {
    return campus::person_json(directory, one.id, one.name);
}

Json number_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json::parse(text);
}

void add_mark(Json& to, const Mark& mark) {
    to["score"] = number_or_null(mark.score);
    to["maxScore"] = number_or_null(mark.max_score);
    to["comment"] = campus::text_or_null(mark.comment);
}

std::string_view status_of(const Grade& grade) {
    if (grade.published) return "published";
    return grade.withdrawn ? "withdrawn" : "draft";
}

Json head_of(const campus::Directory& directory, const Grade& grade) {
    return Json{{"id", grade.id},
                {"class", grade.class_id},
                {"student", person_json(directory, grade.student)},
                {"item", grade.item}};
}

Status publish(campus::WriteCall& call, const char* type, const campus::Audience& audience,
               const std::string& subject, const Json& body) {
    TRY_OK(store::supersede(call.transaction.db(), subject));
    return call.transaction.publish({.type = type,
                                     .audience = audience.stored(),
                                     .by_json = campus::by_json(call.who),
                                     .body = body.dump(),
                                     .subject = subject});
}

campus::Audience student_of(const campus::WriteCall& call, const Grade& grade) {
    return campus::Audience::person(grade.student.id,
                                    call.directory.guardians_of(grade.student.id));
}

}  // namespace

Json student_view(const campus::Directory& directory, const Grade& grade) {
    assert(grade.published && "the student sees what is published");
    Json view = head_of(directory, grade);
    add_mark(view, *grade.published);
    view["publishedAt"] = grade.published_at;
    return view;
}

Json staff_view(const campus::Directory& directory, const Grade& grade) {
    Json view = head_of(directory, grade);
    view["status"] = status_of(grade);
    add_mark(view, grade.published.value_or(Mark{}));
    view["publishedAt"] = campus::text_or_null(grade.published_at);
    view["draft"] = nullptr;
    if (grade.draft) {
        Json draft = Json::object();
        add_mark(draft, *grade.draft);
        view["draft"] = std::move(draft);
    }
    view["grader"] = grade.grader.id.empty() ? Json(nullptr) : person_json(directory, grade.grader);
    view["updatedAt"] = grade.updated_at;
    return view;
}

Status tell_student(campus::WriteCall& call, const Grade& grade) {
    return publish(call, "grade:updated", student_of(call, grade), grade.id,
                   Json{{"grade", student_view(call.directory, grade)}});
}

Status retract(campus::WriteCall& call, const Grade& grade) {
    return publish(call, "grade:withdrawn", student_of(call, grade), grade.id,
                   Json{{"gradeId", grade.id}, {"class", grade.class_id}, {"item", grade.item}});
}

Status tell_staff(campus::WriteCall& call, const Grade& grade) {
    // The room has nobody in it but the staff, whoever they are when it is delivered.
    return publish(call, "grade:recorded",
                   campus::Audience::members(class_room_of(grade.class_id) + "/staff"),
                   grade.id + "/staff", Json{{"grade", staff_view(call.directory, grade)}});
}

}  // namespace homeroom::features::grades
