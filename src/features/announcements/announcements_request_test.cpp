// What the requests about announcements accept: fields, times, pages and keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/announcements/test_announcements.h"

namespace homeroom::features::announcements {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class AnnouncementsRequest : public AnnouncementsFixture {
protected:
    std::string create_with(const char* field, Json value) {
        Json request = draft();
        request[field] = std::move(value);
        return school.outcome("tim", "announcement:create", request);
    }
};

TEST_F(AnnouncementsRequest, NamesTheFieldThatIsWrong) {
    for (const Json& wrong : {Json(nullptr), Json(5), Json(true), Json::array(), Json::object()}) {
        for (const char* field : {"to", "title", "text"})
            EXPECT_EQ(create_with(field, wrong), std::string{"invalid "} + field);
        for (const char* name : {"announcement:update", "announcement:withdraw", "announcement:ack",
                                 "announcement:acks"}) {
            EXPECT_EQ(school.outcome("tim", name, {{"announcement", wrong}}),
                      "invalid announcement");
        }
    }
    for (const char* field : {"title", "text"})
        EXPECT_EQ(create_with(field, " \n"), std::string{"invalid "} + field);
    EXPECT_EQ(create_with("title", std::string(limits::announcement_title_bytes_max + 1, 'x')),
              "too_large title");
    EXPECT_EQ(create_with("text", std::string(limits::announcement_text_bytes_max + 1, 'x')),
              "too_large text");
    for (const Json& wrong : {Json("true"), Json(1), Json::array()})
        EXPECT_EQ(create_with("requireAck", wrong), "invalid requireAck");
    EXPECT_THAT(school.events(), IsEmpty());
    EXPECT_EQ(create_with("text", std::string(limits::announcement_text_bytes_max, 'x')), "ok");
}

TEST_F(AnnouncementsRequest, TakesATimeWithinAYear) {
    for (const Json& wrong :
         {Json(5), Json("tomorrow"), Json("2026-11-23"), Json("2026-11-23T08:15:30"),
          Json::object(), draft_in(24h * 367).at("publishAt"), Json("9999-01-01T00:00:00Z")}) {
        EXPECT_EQ(create_with("publishAt", wrong), "invalid publishAt") << wrong.dump();
    }
    EXPECT_EQ(create_with("publishAt", nullptr), "ok");
    EXPECT_EQ(create_with("publishAt", draft_in(24h * 365).at("publishAt")), "ok");
}

TEST_F(AnnouncementsRequest, LimitsHowManyWait) {
    for (std::int64_t i = 0; i < limits::announcements_scheduled_max; ++i) announce(draft_in(1h));
    EXPECT_EQ(school.outcome("tim", "announcement:create", draft_in(1h)), "too_large publishAt");
    EXPECT_EQ(school.outcome("tim", "announcement:create", draft()), "ok");
    EXPECT_EQ(school.outcome("tim", "announcement:create", draft_in(1h, "class-physics/staff")),
              "ok");
    pass(1h);
    EXPECT_EQ(school.outcome("tim", "announcement:create", draft_in(2h)), "ok");
}

TEST_F(AnnouncementsRequest, AnswersAKeyAsTheFirstTime) {
    Json request = draft();
    request["key"] = "k";
    const Json first = school.must("tim", "announcement:create", request);
    EXPECT_EQ(school.must("tim", "announcement:create", request), first);
    EXPECT_EQ(school.events().size(), 1U);
    outcome("tim", "announcement:withdraw", first.at("announcement").at("id"));
    EXPECT_EQ(school.outcome("tim", "announcement:create", request), "not_found key");
}

TEST_F(AnnouncementsRequest, GivesPages) {
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(announce(draft()));
    const Json first = school.must("sam", "announcement:list", {{"limit", 3}});
    EXPECT_EQ(first.at("announcements").size(), 3U);
    EXPECT_THAT(list_of("sam", {{"limit", 3}, {"before", first.at("next")}}),
                ElementsAre(ids[1], ids[0]));
    for (const Json& wrong : {Json(0), Json(101), Json("5")})
        EXPECT_EQ(school.outcome("sam", "announcement:list", {{"limit", wrong}}), "invalid limit");
    EXPECT_EQ(school.outcome("sam", "announcement:list", {{"before", "x"}}), "invalid before");
    EXPECT_EQ(school.outcome("sam", "announcement:list", {{"room", 5}}), "invalid room");
    for (const Json& wrong : {Json("yes"), Json(1)}) {
        EXPECT_EQ(outcome("tim", "announcement:acks", ids[0], {{"acknowledged", wrong}}),
                  "invalid acknowledged");
    }
}

}  // namespace
}  // namespace homeroom::features::announcements
