// For tests: the small school with grades in it, and sam's guardian.
#pragma once

#include "campus/test_surface.h"
#include "features/grades/grades.h"

namespace homeroom::features::grades {

using campus::Json;

class GradesFixture : public testing::Test {
protected:
    GradesFixture() {
        campus::User sam = campus::user("sam");
        sam.agents = {"gina"};
        grades.directory.apply(
            campus::Edit{}
                .put(sam)
                .put(campus::user("gina"))
                .put(campus::affiliated("gina", "north", campus::Role::guardian)));
    }

    static Json grade_for(const std::string& student, Json score = 17,
                          const std::string& item = "test 1") {
        return {{"student", student}, {"class", "physics"}, {"item", item}, {"score", score}};
    }
    // As tim, who teaches physics. Gives the grade's id.
    std::string save(const Json& grade) { return ask("grade:save", grade); }
    std::string publish(const Json& grade) { return ask("grade:publish", grade); }
    void withdraw(const std::string& id) { grades.must("tim", "grade:withdraw", {{"grade", id}}); }
    Json list(const std::string& user, const Json& request = Json::object()) {
        return grades.must(user, "grade:list", request).at("grades");
    }
    // What a user reads of himself, or of a student: "test 1: 17".
    std::vector<std::string> seen_by(const std::string& user,
                                     const Json& request = Json::object()) {
        std::vector<std::string> lines;
        for (const Json& grade : list(user, request)) {
            lines.push_back(grade.at("item").get<std::string>() + ": " + grade.at("score").dump());
        }
        return lines;
    }

    campus::SurfaceUnderTest grades{register_grades, {grades_migrations()}};

private:
    std::string ask(const char* name, const Json& grade) {
        const Json answer = grades.must("tim", name, grade);
        return answer.empty() ? "" : answer.at("grade").at("id").get<std::string>();
    }
};

}  // namespace homeroom::features::grades
