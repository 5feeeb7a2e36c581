#include "api/roster_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/roster_json.h"
#include "base/limits.h"

namespace homeroom::api {
namespace {

using campus::Role;
using testing::ElementsAre;
using testing::IsEmpty;

Json parsed(const char* text) {
    return Json::parse(text);
}

// "" when it is taken, else the field that the error names.
template <typename Record>
std::string refusal(const Result<Record>& result) {
    if (result.ok()) return "";
    EXPECT_TRUE(result.error().code == Code::invalid || result.error().code == Code::too_large)
        << to_string(result.error().code);
    EXPECT_NE(result.error().field, "") << result.error().message;
    return result.error().field;
}

TEST(RosterRecords, ReadAnOrg) {
    const auto org = read_org(
        "o", parsed(R"({"name":"North","type":"school","parent":{"sourcedId":"d","type":"org"},
                                              "identifier":"x","metadata":{"a":1}})"));
    ASSERT_TRUE(org.ok());
    EXPECT_EQ(*org, (campus::Org{.id = "o", .name = "North", .type = "school", .parent = "d"}));
    EXPECT_EQ(read_org("o", parsed(R"({"name":"N","parentSourcedId":"d"})"))->parent, "d");
    EXPECT_EQ(read_org("o", parsed(R"({"name":"N","parent":"d"})"))->parent, "d");
    EXPECT_EQ(read_org("o", parsed(R"({"name":"N","parent":null})"))->parent, "");
}

TEST(RosterRecords, ReadACourse) {
    const auto course =
        read_course("k", parsed(R"({"title":"Science","courseCode":"S1","orgSourcedId":"o"})"));
    ASSERT_TRUE(course.ok());
    EXPECT_EQ(*course, (campus::Course{.id = "k", .title = "Science", .code = "S1", .org = "o"}));
    EXPECT_EQ(read_course("k", parsed(R"({"title":"S","org":{"sourcedId":"o"}})"))->org, "o");
}

TEST(RosterRecords, ReadAClass) {
    const campus::Class expected{.id = "c",
                                 .title = "7b",
                                 .code = "7-b",
                                 .course = "k",
                                 .school = "o",
                                 .terms = {"t1", "t2"}};
    const auto flat =
        read_class("c", parsed(R"({"title":"7b","classCode":"7-b","courseSourcedId":"k",
                                                 "schoolSourcedId":"o","termSourcedIds":["t1","t2"]})"));
    ASSERT_TRUE(flat.ok());
    EXPECT_EQ(*flat, expected);
    const auto nested =
        read_class("c", parsed(R"({"title":"7b","classCode":"7-b","course":{"sourcedId":"k"},
        "school":{"sourcedId":"o"},"terms":[{"sourcedId":"t1"},{"sourcedId":"t2"}]})"));
    ASSERT_TRUE(nested.ok());
    EXPECT_EQ(*nested, expected);
}

TEST(RosterRecords, ReadAnEnrollment) {
    const auto enrollment =
        read_enrollment("e", parsed(R"({"user":{"sourcedId":"u"},"class":{"sourcedId":"c"},
        "school":"o","role":"teacher","primary":"true","beginDate":"2026-08-01","endDate":"2027-07-31T00:00:00Z"})"));
    ASSERT_TRUE(enrollment.ok());
    EXPECT_EQ(*enrollment, (campus::Enrollment{.id = "e",
                                               .user = "u",
                                               .class_id = "c",
                                               .school = "o",
                                               .role = Role::teacher,
                                               .primary = true,
                                               .begin = parse_date("2026-08-01"),
                                               .end = parse_date("2027-07-31")}));
    const auto plain = read_enrollment(
        "e",
        parsed(R"({"userSourcedId":"u","classSourcedId":"c","role":"student","beginDate":""})"));
    ASSERT_TRUE(plain.ok());
    EXPECT_FALSE(plain->primary);
    EXPECT_EQ(plain->begin, std::nullopt);
    EXPECT_EQ(read_enrollment("e", parsed(R"({"user":"u","class":"c","role":"ext:pilot"})"))->role,
              Role::none);
}

TEST(RosterRecords, ReadAUser) {
    const auto record =
        read_user("u", parsed(R"({"username":"ada","givenName":"Ada","familyName":"Byron",
        "email":"a@example.org","enabledUser":"false","agents":[{"sourcedId":"g1"},"g2"],"password":"secret"})"));
    ASSERT_TRUE(record.ok());
    EXPECT_EQ(record->user, (campus::User{.id = "u",
                                          .username = "ada",
                                          .given_name = "Ada",
                                          .family_name = "Byron",
                                          .email = "a@example.org",
                                          .agents = {"g1", "g2"}}));
    EXPECT_FALSE(record->affiliations);
    EXPECT_EQ(record->enabled, false);
    for (const char* silent : {"{}", R"({"enabledUser":null})"})
        EXPECT_EQ(read_user("u", parsed(silent))->enabled, std::nullopt) << silent;
}

TEST(RosterRecords, ReadWhetherAUserHasOptedOut) {
    const auto hidden = [](const char* body) { return read_user("u", parsed(body))->hidden; };
    EXPECT_EQ(hidden(R"({"metadata":{"directoryOptOut":true}})"), true);
    EXPECT_EQ(hidden(R"({"metadata":{"directoryOptOut":"false"}})"), false);
    for (const char* silent : {"{}", R"({"metadata":null})", R"({"metadata":{"a":1}})",
                               R"({"metadata":{"directoryOptOut":null}})"})
        EXPECT_EQ(hidden(silent), std::nullopt) << silent;
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"metadata":{"directoryOptOut":7}})"))),
              "directoryOptOut");
}

TEST(RosterRecords, ReadTheRolesOfBothVersionsOfOneRoster) {
    const auto newer = read_user("u", parsed(R"({"roles":[
        {"org":{"sourcedId":"o"},"role":"student","roleType":"primary","beginDate":"2026-01-01"},
        {"org":"p","role":"aide","sourcedId":"r-2"}]})"));
    ASSERT_TRUE(newer.ok() && newer->affiliations);
    EXPECT_THAT(
        *newer->affiliations,
        ElementsAre(campus::Affiliation{.id = "u|o|student",
                                        .user = "u",
                                        .org = "o",
                                        .role = Role::student,
                                        .primary = true,
                                        .begin = parse_date("2026-01-01")},
                    campus::Affiliation{.id = "r-2", .user = "u", .org = "p", .role = Role::aide}));
    const auto older =
        read_user("u", parsed(R"({"role":"parent","orgs":[{"sourcedId":"o"},{"sourcedId":"p"}]})"));
    ASSERT_TRUE(older.ok() && older->affiliations);
    EXPECT_THAT(
        *older->affiliations,
        ElementsAre(
            campus::Affiliation{.id = "u|o", .user = "u", .org = "o", .role = Role::guardian},
            campus::Affiliation{.id = "u|p", .user = "u", .org = "p", .role = Role::guardian}));
    // An empty list takes all roles away; none at all leaves them.
    EXPECT_THAT(read_user("u", parsed(R"({"roles":[]})"))->affiliations.value(), IsEmpty());
    EXPECT_FALSE(read_user("u", parsed(R"({"roles":null})"))->affiliations);
}

TEST(RosterRecords, NameTheFieldThatIsWrong) {
    const std::vector<Json> not_text{Json(5), Json(true), Json::array(), Json::object()};
    const std::vector<Json> not_reference{Json(5),
                                          Json(true),
                                          Json::array(),
                                          Json::object(),
                                          Json{{"sourcedId", 5}},
                                          Json(std::string(limits::identifier_bytes_max + 1, 'x'))};
    const std::vector<Json> not_references{Json("x"),
                                           Json(5),
                                           Json::object(),
                                           Json::array({5}),
                                           Json::array({Json::object()}),
                                           Json::array({nullptr})};
    const std::vector<Json> not_flag{Json("yes"), Json(1), Json("TRUE"), Json::array()};
    const std::vector<Json> not_date{
        Json(5),          Json("2026"), Json("2026-02-30"), Json("01.02.2026"), Json("2026-01-01x"),
        Json("2026-1-1"), Json(true)};
    const std::vector<Json> not_role{Json(5), Json(""), Json("boss"), Json(nullptr), Json::array()};
    const auto check = [](const char* what, auto read, const Json& valid, const std::string& field,
                          const std::vector<Json>& wrong) {
        EXPECT_EQ(refusal(read("id", valid)), "") << what;
        for (const Json& value : wrong) {
            Json body = valid;
            body[field] = value;
            EXPECT_EQ(refusal(read("id", body)), field) << what << " " << body.dump();
        }
    };
    const Json org{{"name", "N"}};
    const Json titled{{"title", "T"}};
    const Json enrollment{{"userSourcedId", "u"}, {"classSourcedId", "c"}, {"role", "student"}};
    const Json user{{"username", "u"}};
    check("org", read_org, org, "name", not_text);
    check("org", read_org, org, "type", not_text);
    check("org", read_org, org, "parentSourcedId", not_reference);
    check("course", read_course, titled, "title", not_text);
    check("course", read_course, titled, "courseCode", not_text);
    check("course", read_course, titled, "orgSourcedId", not_reference);
    check("class", read_class, titled, "title", not_text);
    check("class", read_class, titled, "classCode", not_text);
    check("class", read_class, titled, "courseSourcedId", not_reference);
    check("class", read_class, titled, "schoolSourcedId", not_reference);
    check("class", read_class, titled, "termSourcedIds", not_references);
    check("enrollment", read_enrollment, enrollment, "userSourcedId", not_reference);
    check("enrollment", read_enrollment, enrollment, "classSourcedId", not_reference);
    check("enrollment", read_enrollment, enrollment, "schoolSourcedId", not_reference);
    check("enrollment", read_enrollment, enrollment, "role", not_role);
    check("enrollment", read_enrollment, enrollment, "primary", not_flag);
    check("enrollment", read_enrollment, enrollment, "beginDate", not_date);
    check("enrollment", read_enrollment, enrollment, "endDate", not_date);
    for (const char* field : {"username", "givenName", "familyName", "email"}) {
        check("user", read_user, user, field, not_text);
    }
    check("user", read_user, user, "enabledUser", not_flag);
    check("user", read_user, user, "agentSourcedIds", not_references);
    check("user", read_user, user, "roles",
          {Json("x"), Json(5), Json::object(), Json::array({5}), Json::array({"x"})});
}

TEST(RosterRecords, NameTheFieldThatIsMissing) {
    EXPECT_EQ(refusal(read_org("o", Json::object())), "name");
    EXPECT_EQ(refusal(read_course("k", Json::object())), "title");
    EXPECT_EQ(refusal(read_class("c", Json::object())), "title");
    EXPECT_EQ(refusal(read_enrollment("e", parsed(R"({"class":"c","role":"student"})"))),
              "userSourcedId");
    EXPECT_EQ(refusal(read_enrollment("e", parsed(R"({"user":"u","role":"student"})"))),
              "classSourcedId");
    EXPECT_EQ(refusal(read_enrollment("e", parsed(R"({"user":"u","class":"c"})"))), "role");
    EXPECT_EQ(refusal(read_enrollment("e", parsed(R"({"user":"","class":"c","role":"student"})"))),
              "userSourcedId");
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"roles":[{"role":"student"}]})"))), "org");
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"roles":[{"org":"o"}]})"))), "role");
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"role":"boss","orgs":["o"]})"))), "role");
}

TEST(RosterRecords, SayWhatIsToBeRemoved) {
    EXPECT_FALSE(asks_for_removal(Json::object()).value());
    EXPECT_FALSE(asks_for_removal(parsed(R"({"status":"active"})")).value());
    EXPECT_FALSE(asks_for_removal(parsed(R"({"status":null})")).value());
    EXPECT_TRUE(asks_for_removal(parsed(R"({"status":"tobedeleted"})")).value());
    for (const char* wrong :
         {R"({"status":"deleted"})", R"({"status":5})", R"({"status":"TOBEDELETED"})"}) {
        EXPECT_EQ(refusal(asks_for_removal(parsed(wrong))), "status") << wrong;
    }
}

TEST(RosterRecords, LimitTheLengthOfNames) {
    EXPECT_EQ(
        refusal(read_org("o", Json{{"name", std::string(limits::roster_text_bytes_max, 'n')}})),
        "");
    EXPECT_EQ(
        refusal(read_org("o", Json{{"name", std::string(limits::roster_text_bytes_max + 1, 'n')}})),
        "name");
}

TEST(RosterRecords, HaveNoControlCharactersInTheirTexts) {
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"givenName":"A\u0007da"})"))), "givenName");
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"familyName":"x\u007f"})"))), "familyName");
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"email":"a\nb@c"})"))), "email");
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"username":"x\u0085"})"))), "username");
    EXPECT_EQ(refusal(read_org("o", parsed(R"({"name":"N\r\n"})"))), "name");
    EXPECT_EQ(refusal(read_class("c", parsed(R"({"title":"\u001b[2J"})"))), "title");
    EXPECT_EQ(refusal(read_course("k", parsed(R"({})"))), "title");
    EXPECT_EQ(refusal(read_org("o", parsed(R"({"name":7})"))), "name");
    EXPECT_EQ(refusal(read_user("u", parsed(R"({"givenName":"Zoë Ł. 李"})"))), "");
}

std::vector<std::string> places_in(const Json& json, const std::string& at = "") {
    std::vector<std::string> places;
    for (const auto& [key, value] : json.items()) {
        // Of a list the places of what is in it.
        const std::string place = json.is_array() ? at : at.empty() ? key : at + "." + key;
        const auto inner = value.is_structured() ? places_in(value, place) : std::vector{place};
        places.insert(places.end(), inner.begin(), inner.end());
    }
    return places;
}

// What can be asked for is what a record in full has.
TEST(RosterRecords, HaveTheFieldsThatListsAreAskedBy) {
    const auto check = [](const Json& record, std::span<const std::string_view> fields) {
        EXPECT_THAT(places_in(record),
                    testing::UnorderedElementsAreArray(fields.begin(), fields.end()));
    };
    const Date day = std::chrono::year{2026} / 11 / 23;
    check(roster_json(campus::Org{.id = "o", .name = "N", .type = "school", .parent = "p"}),
          org_fields);
    check(roster_json(campus::AcademicSession{
              .id = "s", .title = "T", .type = "term", .start = day, .end = day, .parent = "p"}),
          session_fields);
    check(roster_json(campus::Course{.id = "k", .title = "T", .code = "c", .org = "o"}),
          course_fields);
    check(roster_json(campus::Class{
              .id = "c", .title = "T", .code = "c", .course = "k", .school = "o", .terms = {"t"}}),
          class_fields);
    campus::User user{.id = "u", .username = "u", .agents = {"a"}};
    user.hidden = true;
    check(roster_json(user, {{.id = "a", .user = "u", .org = "o", .begin = day, .end = day}}),
          user_fields);
    check(roster_json(campus::Enrollment{
              .id = "e", .user = "u", .class_id = "c", .school = "o", .begin = day, .end = day}),
          enrollment_fields);
}

}  // namespace
}  // namespace homeroom::api
