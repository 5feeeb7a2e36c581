// What the requests about grades accept: fields, numbers, lists, pages and keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "base/limits.h"
#include "features/grades/test_grades.h"

namespace homeroom::features::grades {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class GradesRequest : public GradesFixture {
protected:
    std::string outcome(const char* name, const Json& valid, const char* field, Json value) {
        Json request = valid;
        request[field] = std::move(value);
        return grades.outcome("tim", name, request);
    }
    static Json list_of(std::size_t count) {
        Json list = Json::array();
        for (std::size_t i = 0; i < count; ++i)
            list.push_back(Json{{"student", i % 2 == 0 ? "sam" : "sue"},
                                {"class", "physics"},
                                {"item", "item " + std::to_string(i / 2)},
                                {"score", i}});
        return list;
    }
};

TEST_F(GradesRequest, NamesTheFieldThatIsWrong) {
    const Json whole = grade_for("sam");
    const std::vector<Json> no_text{
        Json(5), Json(true), Json::array(), Json(nullptr), Json(std::string(1, '\0')), Json(1.5)};
    for (const char* name : {"grade:save", "grade:publish"}) {
        for (const char* field : {"class", "student", "item"}) {
            for (const Json& wrong : no_text)
                EXPECT_EQ(outcome(name, whole, field, wrong), std::string{"invalid "} + field);
        }
        EXPECT_EQ(outcome(name, whole, "item", " \t"), "invalid item");
        EXPECT_EQ(outcome(name, whole, "item", std::string(limits::grade_item_bytes_max + 1, 'x')),
                  "too_large item");
        EXPECT_EQ(outcome(name, whole, "comment", 5), "invalid comment");
        EXPECT_EQ(
            outcome(name, whole, "comment", std::string(limits::grade_comment_bytes_max + 1, 'x')),
            "too_large comment");
        EXPECT_EQ(
            outcome(name, whole, "comment", std::string(limits::grade_comment_bytes_max, 'x')),
            "ok");
        EXPECT_EQ(outcome(name, whole, "key", std::string(65, 'k')), "invalid key");
    }
    EXPECT_EQ(grades.outcome("tim", "grade:withdraw", Json::object()), "invalid grade");
    EXPECT_EQ(grades.outcome("tim", "grade:publishAll", {{"class", "physics"}}), "invalid item");
}

TEST_F(GradesRequest, TakesFiniteNumbersOnly) {
    const Json whole = grade_for("sam");
    for (const Json& wrong : {Json(nullptr), Json("17"), Json(true), Json::array(), Json(1e300),
                              Json(-1e300), Json(std::numeric_limits<double>::infinity()),
                              Json(std::numeric_limits<double>::quiet_NaN()), Json(INT64_MAX)}) {
        EXPECT_EQ(outcome("grade:publish", whole, "score", wrong), "invalid score") << wrong.dump();
    }
    for (const Json& wrong : {Json(0), Json(-1), Json("20"), Json(1e300)})
        EXPECT_EQ(outcome("grade:publish", whole, "maxScore", wrong), "invalid maxScore");
    EXPECT_THAT(grades.events(), IsEmpty());
    for (const Json& score : {Json(0), Json(-3), Json(17), Json(17.25), Json(1e9), Json(0.1)}) {
        publish(grade_for("sam", score));
        EXPECT_EQ(list("sam").at(0).at("score"), score) << "as it was written";
    }
    EXPECT_EQ(outcome("grade:publish", whole, "maxScore", 20), "ok");
    EXPECT_EQ(list("sam").at(0).at("maxScore"), 20);
}

// Case 61: no grade in an error's words, which clients, logs and support get to see.
TEST_F(GradesRequest, QuotesNoValueInAnError) {
    Json secret = grade_for("nobody", 4711.25);
    secret["comment"] = "a secret remark";
    const auto refused = grades.call("tim", "grade:publish", secret);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().message, Not(HasSubstr("4711")));
    EXPECT_THAT(refused.error().message, Not(HasSubstr("secret")));
    secret["score"] = "4711.25";
    const auto worse = grades.call("tim", "grade:publish", secret);
    ASSERT_FALSE(worse.ok());
    EXPECT_THAT(worse.error().message, Not(HasSubstr("4711")));
}

TEST_F(GradesRequest, TakesAListWholeOrNotAtAll) {
    const auto all = [&](Json list) {
        return grades.call("tim", "grade:publishAll",
                           {{"class", "physics"}, {"item", "test 1"}, {"grades", std::move(list)}});
    };
    const Json sam{{"student", "sam"}, {"score", 1}};
    const Json sue{{"student", "sue"}, {"score", 2}};
    for (const Json& wrong : {Json::array(), Json(5), Json::object(), Json("x")})
        EXPECT_EQ(grades.words_of(all(wrong)), "invalid grades");
    EXPECT_EQ(grades.words_of(all(Json::array({sam, 5}))), "invalid grades");
    EXPECT_EQ(grades.words_of(all(Json::array({sam, sam}))), "invalid grades");
    EXPECT_EQ(grades.words_of(all(Json::array({sam, {{"student", "pat"}, {"score", 1}}}))),
              "not_found grades");
    const auto refused = all(Json::array({sam, {{"student", "sue"}, {"score", "x"}}}));
    EXPECT_THAT(refused.error().message, HasSubstr("grades[1]"));
    EXPECT_THAT(grades.events(), IsEmpty());
    EXPECT_EQ(grades.count("SELECT count(*) FROM grades"), 0);

    const auto done = all(Json::array({sue, sam}));
    ASSERT_TRUE(done.ok()) << done.error().message;
    EXPECT_EQ(done->at("grades").size(), 2U);
    EXPECT_EQ(done->at("grades").at(0).at("student"), "sue");
    EXPECT_EQ(done->at("more"), false);
    EXPECT_FALSE(done->at("grades").at(0).contains("score")) << "what a key remembers has no value";
}

TEST_F(GradesRequest, LimitsAList) {
    const auto too_many = grades.call_as_platform(
        "grade:publish", {{"grades", list_of(limits::grades_per_request_max + 1)}});
    EXPECT_EQ(grades.words_of(too_many), "too_large grades");
    EXPECT_TRUE(grades
                    .call_as_platform("grade:publish",
                                      {{"grades", list_of(limits::grades_per_request_max)}})
                    .ok());
}

TEST_F(GradesRequest, GivesPages) {
    for (int i = 0; i < 5; ++i) publish(grade_for("sam", i, "item " + std::to_string(i)));
    const Json first = grades.must("sam", "grade:list", {{"limit", 3}});
    EXPECT_EQ(first.at("grades").size(), 3U);
    EXPECT_EQ(first.at("grades").at(0).at("score"), 4) << "the newest first";
    const Json second =
        grades.must("sam", "grade:list", {{"limit", 3}, {"before", first.at("next")}});
    EXPECT_EQ(second.at("grades").size(), 2U);
    EXPECT_EQ(second.at("next"), nullptr);
    EXPECT_THAT(seen_by("sam", {{"item", "item 2"}}), ElementsAre("item 2: 2"));
    for (const Json& wrong : {Json(0), Json(501), Json("5"), Json(1.5)})
        EXPECT_EQ(grades.outcome("sam", "grade:list", {{"limit", wrong}}), "invalid limit");
    EXPECT_EQ(grades.outcome("sam", "grade:list", {{"before", "x"}}), "invalid before");
}

TEST_F(GradesRequest, AnswersAKeyAsTheFirstTimeUntilItIsWithdrawn) {
    Json request = grade_for("sam");
    request["key"] = "k";
    const Json first = grades.must("tim", "grade:publish", request);
    EXPECT_EQ(grades.must("tim", "grade:publish", request), first);
    EXPECT_EQ(grades.events().size(), 2U);
    withdraw(first.at("grade").at("id"));
    EXPECT_EQ(grades.outcome("tim", "grade:publish", request), "not_found key");
}

TEST_F(GradesRequest, OfThePlatformIsNoUsersRequest) {
    EXPECT_TRUE(grades.call_as_platform("grade:publish", grade_for("sam")).ok());
    EXPECT_EQ(grades.words_of(grades.call_as_platform("grade:list", Json::object())), "invalid");
    // The same name is judged as the user's; and nobody becomes the platform by his name.
    EXPECT_EQ(grades.outcome("sam", "grade:publish", grade_for("sam")), "forbidden class");
    EXPECT_EQ(grades.outcome("service:platform", "grade:publish", grade_for("sam")),
              "not_found class");
    Json pretended = grade_for("sam");
    pretended["service"] = true;
    pretended["user"] = "tim";
    EXPECT_EQ(grades.outcome("sam", "grade:publish", pretended), "forbidden class");
}

TEST_F(GradesRequest, OfThePlatformNeedsAClassThatThereIs) {
    Json elsewhere = grade_for("sam");
    elsewhere["class"] = "nowhere";
    EXPECT_EQ(grades.words_of(grades.call_as_platform("grade:publish", elsewhere)),
              "not_found class");
    EXPECT_EQ(grades.words_of(grades.call_as_platform("grade:publish", grade_for("pat"))),
              "not_found student");
    const auto answer = grades.call_as_platform("grade:publish", grade_for("sam", 3));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->at("grades").at(0).at("student"), "sam");
    const auto events = grades.events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(Json::parse(events[0].payload).at("by"), nullptr);
    EXPECT_EQ(list("tim", {{"class", "physics"}}).at(0).at("grader"), nullptr);
}

}  // namespace
}  // namespace homeroom::features::grades
