#include "features/study/shared.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/study/limits.h"

namespace homeroom::features::study {
namespace {

using campus::Json;
using testing::ElementsAre;

const WallTime noon = *parse_rfc3339("2026-11-23T12:00:00Z");

// "ok", "nothing" where nothing is different, or the error's code and field.
std::string outcome(const Result<bool>& result) {
    if (result.ok()) return *result ? "ok" : "nothing";
    return std::string{to_string(result.error().code)} + " " + result.error().field;
}

class SharedTest : public testing::Test {
protected:
    std::string apply(const Json& patch, std::optional<Version> seen = {}) {
        return outcome(shared.apply(patch, seen, noon));
    }
    std::vector<std::string> agenda() const {
        std::vector<std::string> lines;
        for (const auto& item : shared.agenda().items())
            lines.push_back(item.id + ":" + item.text + (item.done ? " x" : ""));
        return lines;
    }
    static Json item(const char* id, const Json& change) { return {{"agenda", {{id, change}}}}; }
    Shared shared{};
};

TEST_F(SharedTest, EveryChangeIsAVersionAndNoChangeIsNone) {
    EXPECT_EQ(apply(item("a", {{"text", "Fractions"}})), "ok");
    EXPECT_EQ(shared.version(), 1);
    EXPECT_EQ(apply(item("a", {{"text", "Fractions"}})), "nothing");
    EXPECT_EQ(apply(Json::object()), "nothing");
    EXPECT_EQ(apply({{"current", nullptr}, {"timer", Json::object()}}), "nothing");
    EXPECT_EQ(shared.version(), 1);
    EXPECT_EQ(apply({{"agenda", {{"a", {{"done", true}}}, {"b", {{"text", "Roots"}}}}},
                     {"current", {{"document", "d1"}}}}),
              "ok");
    EXPECT_EQ(shared.version(), 2);
    EXPECT_THAT(agenda(), ElementsAre("a:Fractions x", "b:Roots"));
}

TEST_F(SharedTest, OfTheSameThingTheFirstHoldsAndOfDifferentThingsBoth) {
    apply({{"agenda", {{"a", {{"text", "one"}}}, {"b", {{"text", "two"}}}}}});
    EXPECT_EQ(apply(item("a", {{"text", "uno"}}), 1), "ok");
    EXPECT_EQ(apply(item("b", {{"text", "due"}}), 1), "ok");    // another item
    EXPECT_EQ(apply({{"timer", {{"do", "start"}}}}, 1), "ok");  // another thing
    EXPECT_EQ(apply({{"current", {{"board", "w1"}}}}, 1), "ok");
    EXPECT_EQ(apply(item("a", {{"text", "eins"}}), 1), "conflict version");
    EXPECT_EQ(apply({{"timer", {{"do", "stop"}}}}, 1), "conflict version");
    EXPECT_EQ(apply({{"current", nullptr}}, 1), "conflict version");
    EXPECT_EQ(apply(item("a", {{"text", "eins"}}), shared.version()), "ok");
    EXPECT_EQ(apply(item("b", {{"text", "zwei"}})), "ok");  // wins over whatever there is
    EXPECT_THAT(agenda(), ElementsAre("a:eins", "b:zwei"));
    EXPECT_EQ(apply(item("a", {{"text", "x"}}), 99), "invalid version");
}

TEST_F(SharedTest, APatchIsTakenAsAWhole) {
    apply({{"agenda", {{"a", {{"text", "one"}}}}}});
    apply(item("a", {{"text", "uno"}}));
    const Json both{{"current", {{"board", "w1"}}}, {"agenda", {{"a", {{"text", "eins"}}}}}};
    EXPECT_EQ(apply(both, 1), "conflict version");
    EXPECT_FALSE(shared.current());
    EXPECT_EQ(shared.version(), 2);
    EXPECT_EQ(apply({{"agenda", {{"n", {{"text", "new"}}}, {"m", {{"done", true}}}}}}),
              "invalid text");
    EXPECT_THAT(agenda(), ElementsAre("a:uno"));
}

TEST_F(SharedTest, WhoEditsWhatIsDeletedDoesNotBringItBack) {
    apply(item("a", {{"text", "one"}}));
    EXPECT_EQ(apply(item("a", nullptr), 1), "ok");
    EXPECT_EQ(apply(item("a", nullptr), 1), "nothing");
    EXPECT_EQ(apply(item("a", {{"text", "again"}}), 1), "conflict version");
    EXPECT_EQ(apply(item("a", {{"text", "again"}}), 2), "ok");    // he knows that it was deleted
    EXPECT_EQ(apply(item("a", nullptr), 1), "conflict version");  // and that it was changed
}

TEST_F(SharedTest, ItemsHaveAnOrder) {
    for (const char* id : {"a", "b", "c"}) apply(item(id, {{"text", id}}));
    EXPECT_EQ(apply(item("c", {{"after", nullptr}})), "ok");
    EXPECT_THAT(agenda(), ElementsAre("c:c", "a:a", "b:b"));
    EXPECT_EQ(apply(item("c", {{"after", "a"}})), "ok");
    EXPECT_THAT(agenda(), ElementsAre("a:a", "c:c", "b:b"));
    EXPECT_EQ(apply(item("c", {{"after", "a"}})), "nothing");
    EXPECT_EQ(apply(item("d", {{"text", "d"}, {"after", nullptr}})), "ok");
    EXPECT_EQ(apply(item("a", {{"after", "gone"}})), "ok");
    EXPECT_THAT(agenda(), ElementsAre("d:d", "c:c", "b:b", "a:a"));
    EXPECT_EQ(apply(item("a", {{"after", "a"}})), "nothing");  // behind itself is where it is: last
}

TEST_F(SharedTest, LimitsAndNonsense) {
    for (const Json& wrong :
         {Json{{"agenda", Json::array()}}, Json{{"agenda", {{"", {{"text", "x"}}}}}},
          Json{{"agenda", {{"a b", {{"text", "x"}}}}}}, Json{{"agenda", {{"a", "x"}}}},
          Json{{"agenda", {{"a", {{"text", "x"}, {"by", "sam"}}}}}},
          Json{{"agenda", {{"a", {{"text", "x"}, {"after", 1}}}}}},
          Json{{"agenda", {{"a", {{"text", "x"}, {"done", "yes"}}}}}}, Json{{"current", "d1"}},
          Json{{"current", Json::object()}}, Json{{"current", {{"document", "d"}, {"board", "w"}}}},
          Json{{"current", {{"url", "x"}}}}, Json{{"hands", Json::array()}},
          Json{{"__proto__", 1}}}) {
        EXPECT_EQ(apply(wrong).substr(0, 7), "invalid") << wrong;
    }
    EXPECT_EQ(apply(item("a", {{"text", std::string(agenda_text_bytes_max + 1, 'x')}})),
              "too_large text");
    for (std::size_t i = 0; i < agenda_items_max; ++i)
        EXPECT_EQ(apply(item(("i" + std::to_string(i)).c_str(), {{"text", "x"}})), "ok");
    EXPECT_EQ(apply(item("more", {{"text", "x"}})), "too_large agenda");
    EXPECT_EQ(shared.version(), static_cast<Version>(agenda_items_max));
    // However many come and go, not all are remembered.
    for (int i = 0; i < 300; ++i) {
        apply(item("i0", nullptr));
        apply(item("i0", {{"text", "x"}}));
    }
    EXPECT_LT(shared.to_json().dump().size(), 10'000U);
}

TEST_F(SharedTest, HandsAreInTheOrderInWhichTheyWereRaised) {
    EXPECT_TRUE(shared.raise("sue", true, noon));
    EXPECT_TRUE(shared.raise("sam", true, noon - 1s));  // whatever a clock says
    EXPECT_FALSE(shared.raise("sue", true, noon));
    EXPECT_EQ(shared.hands()[0].user, "sue");
    EXPECT_EQ(shared.hands()[1].user, "sam");
    EXPECT_TRUE(shared.raise("sue", false, noon));
    EXPECT_FALSE(shared.raise("sue", false, noon));
    EXPECT_EQ(shared.version(), 3);
    EXPECT_TRUE(shared.forget("sam"));
    EXPECT_FALSE(shared.forget("sam"));
    EXPECT_TRUE(shared.hands().empty());
}

TEST_F(SharedTest, WhoLeadsIsAThingOfItsOwn) {
    EXPECT_EQ(outcome(shared.lead("tim")), "ok");
    EXPECT_EQ(outcome(shared.lead("sue", 1)), "ok");
    EXPECT_EQ(outcome(shared.lead("sam", 1)), "conflict version");
    EXPECT_EQ(outcome(shared.lead("sue", 1)), "nothing");
    apply({{"current", {{"board", "w1"}}}});
    EXPECT_EQ(outcome(shared.lead("sam", 2)), "ok");
}

TEST_F(SharedTest, BeginsAsItWasPlanned) {
    const Json plan{{"agenda", {"Fractions", "Roots"}},
                    {"timer", {{"focus", 60}, {"rounds", 2}}},
                    {"current", {{"document", "d1"}}}};
    const auto planned = Shared::planned(plan);
    ASSERT_TRUE(planned.ok());
    shared = *planned;
    EXPECT_THAT(agenda(), ElementsAre("1:Fractions", "2:Roots"));
    EXPECT_EQ(shared.timer().focus, 60s);
    EXPECT_EQ(shared.version(), 0);
    for (const Json& wrong :
         {Json(1), Json{{"agenda", "x"}}, Json{{"agenda", {1}}}, Json{{"agenda", {" "}}},
          Json{{"timer", {{"do", "start"}}}}, Json{{"leader", "sam"}}, Json{{"timer", 1}}})
        EXPECT_FALSE(Shared::planned(wrong).ok()) << wrong;
}

}  // namespace
}  // namespace homeroom::features::study
