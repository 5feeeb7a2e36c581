// Any sequence of saving, publishing alone and in bulk, and withdrawing, in any order of students:
// each gets exactly his own. Every score is another number, so that one of somebody else's is found
// wherever it is.
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <set>

#include "base/test_draw.h"
#include "features/grades/test_grades.h"

namespace homeroom::features::grades {
namespace {

using test::below;

const std::vector<std::string> items{"essay", "test", "talk"};

std::string student_name(std::size_t number) {
    return "s" + std::to_string(number);
}

campus::Directory::Records school_of(std::size_t students) {
    auto records = campus::small_school();
    for (std::size_t i = 0; i < students; ++i) {
        auto one = campus::user(student_name(i));
        // Every other one has a guardian.
        if (i % 2 == 0) {
            const std::string guardian = "g" + std::to_string(i);
            one.agents = {guardian};
            records.users.push_back(campus::user(guardian));
            records.affiliations.push_back(
                campus::affiliated(guardian, "north", campus::Role::guardian));
        }
        records.users.push_back(one);
        records.enrollments.push_back(campus::enrolled(one.id, "physics"));
    }
    return records;
}

struct Model {
    std::optional<int> published{};
    std::optional<int> draft{};
    bool withdrawn = false;
    std::string id{};
};

class Machine {
public:
    explicit Machine(std::size_t students)
        : students_(students),
          grades_(register_grades, {grades_migrations()}, school_of(students)) {
        grades_.directory.let_guardians_see({.grades = true});
    }

    void step() {
        const auto student = student_name(below(students_));
        const auto item = *rc::gen::elementOf(items);
        switch (below(5)) {
            case 0: return save(student, item);
            case 1: return publish(student, item);
            case 2: return publish_list(item);
            case 3: return publish_drafts(item);
            default: return withdraw(student, item);
        }
    }

    // What everybody was told, is replayed and reads.
    void must_agree() {
        for (std::size_t i = 0; i < students_; ++i) {
            const auto student = student_name(i);
            must_read(student, student, Json::object());
            if (i % 2 == 0) must_read("g" + std::to_string(i), student, Json{{"student", student}});
        }
        for (const char* outsider : {"sam", "sue", "pia", "tom", "ann"}) {
            RC_ASSERT(grades_.must(outsider, "grade:list", Json::object()).at("grades").empty());
            RC_ASSERT(grades_.replay(outsider).empty());
        }
    }

private:
    using Key = std::pair<std::string, std::string>;  // student, item

    Json entry(const std::string& student, const std::string& item, int score) {
        return {{"class", "physics"}, {"student", student}, {"item", item}, {"score", score}};
    }
    Model& model(const std::string& student, const std::string& item) {
        return models_[Key{student, item}];
    }
    void save(const std::string& student, const std::string& item) {
        auto& one = model(student, item);
        one.draft = ++scores_;
        one.withdrawn = false;
        one.id = grades_.must("tim", "grade:save", entry(student, item, *one.draft))
                     .at("grade")
                     .at("id");
    }
    void publish(const std::string& student, const std::string& item) {
        auto& one = model(student, item);
        one = Model{.published = ++scores_};
        one.id = grades_.must("tim", "grade:publish", entry(student, item, *one.published))
                     .at("grade")
                     .at("id");
    }
    void publish_list(const std::string& item) {
        // A permutation: the students in the order of numbers drawn for them.
        std::vector<std::pair<int, std::size_t>> order;
        for (std::size_t i = 0; i < students_; ++i)
            order.emplace_back(*rc::gen::arbitrary<int>(), i);
        std::ranges::sort(order);
        Json list = Json::array();
        for (const auto& [drawn, number] : order) {
            auto& one = model(student_name(number), item);
            one = Model{.published = ++scores_};
            list.push_back(Json{{"student", student_name(number)}, {"score", *one.published}});
        }
        const Json answer =
            grades_.must("tim", "grade:publishAll",
                         {{"class", "physics"}, {"item", item}, {"grades", std::move(list)}});
        for (const Json& made : answer.at("grades"))
            model(made.at("student").get<std::string>(), item).id = made.at("id");
    }
    void publish_drafts(const std::string& item) {
        grades_.must("tim", "grade:publishAll", {{"class", "physics"}, {"item", item}});
        for (auto& [key, one] : models_) {
            if (key.second != item || !one.draft || one.withdrawn) continue;
            one.published = one.draft;
            one.draft.reset();
        }
    }
    void withdraw(const std::string& student, const std::string& item) {
        auto& one = model(student, item);
        if (!one.published) return;
        if (!one.draft) one.draft = one.published;
        one.published.reset();
        one.withdrawn = true;
        grades_.must("tim", "grade:withdraw", {{"grade", one.id}});
    }

    void must_read(const std::string& reader, const std::string& student, const Json& request) {
        std::map<std::string, int> expected;
        for (const auto& [key, one] : models_) {
            if (key.first == student && one.published) expected[key.second] = *one.published;
        }
        std::map<std::string, int> read;
        const Json answer = grades_.must(reader, "grade:list", request);
        for (const Json& grade : answer.at("grades")) {
            RC_ASSERT(grade.at("student").at("id") == student);
            read[grade.at("item").get<std::string>()] = grade.at("score");
        }
        RC_ASSERT(read == expected);
        // And what he is sent who was away all the time, the last of each item.
        std::map<std::string, int> replayed;
        for (const auto& event : grades_.replay(reader)) {
            const Json body = Json::parse(event.payload);
            if (event.type == "grade:withdrawn") {
                replayed.erase(body.at("item").get<std::string>());
                continue;
            }
            RC_ASSERT(event.type == "grade:updated");
            const Json& grade = body.at("grade");
            RC_ASSERT(grade.at("student").at("id") == student);
            replayed[grade.at("item").get<std::string>()] = grade.at("score");
        }
        RC_ASSERT(replayed == expected);
    }

    std::size_t students_;
    campus::SurfaceUnderTest grades_;
    std::map<Key, Model> models_{};
    int scores_ = 1'000'000;
};

// Case 40, in small and in any order.
TEST(GradesModel, GivesEachExactlyHisOwn) {
    EXPECT_TRUE(rc::check("each reads and is told exactly his own", [] {
        Machine machine(*rc::gen::inRange<std::size_t>(1, 8));
        const int steps = *rc::gen::inRange(1, 25);
        for (int i = 0; i < steps; ++i) machine.step();
        machine.must_agree();
    }));
}

// Case 40: 2,000 rows at once.
TEST(GradesModel, GivesTwoThousandExactlyTheirOwn) {
    constexpr std::size_t students = limits::grades_per_request_max;
    campus::SurfaceUnderTest grades(register_grades, {grades_migrations()}, school_of(students));
    Json list = Json::array();
    // A fixed permutation: 1,003 shares no factor with 2,000.
    static_assert(students == 2'000);
    for (std::size_t i = 0; i < students; ++i) {
        const std::size_t number = i * 1'003 % students;
        list.push_back(Json{{"student", student_name(number)}, {"score", number}});
    }
    grades.must("tim", "grade:publishAll",
                {{"class", "physics"}, {"item", "exam"}, {"grades", std::move(list)}});
    std::set<std::string> reached;
    for (const auto& event : grades.events()) {
        const auto route = campus::Audience::from_stored(event.audience).route(grades.directory);
        ASSERT_EQ(route.rooms.size(), 1U);
        if (event.type == "grade:recorded") {
            EXPECT_EQ(route.rooms.front(), "class-physics/staff");
            continue;
        }
        const Json grade = Json::parse(event.payload).at("grade");
        const std::string student = student_name(grade.at("score").get<std::size_t>());
        EXPECT_EQ(grade.at("student").at("id"), student);
        EXPECT_EQ(route.rooms.front(), "user-" + student);
        EXPECT_TRUE(reached.insert(student).second) << student << " was told twice";
    }
    EXPECT_EQ(reached.size(), students);
    EXPECT_EQ(grades.must("s1234", "grade:list", Json::object()).at("grades").at(0).at("score"),
              1234);
}

}  // namespace
}  // namespace homeroom::features::grades
