#include "campus/session_event.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace homeroom::campus {
namespace {

TEST(SessionEvent, SaysWhoIsThereAndWhere) {
    const Person person{
        .id = "a\"1", .name = "Zoë \\ <Ü>", .roles = {"student", "aide"}, .enabled = true};
    const RoomSet rooms{.personal = "user-a\"1",
                        .classes = {"class-m", "class-p"},
                        .courses = {"course-s"},
                        .groups = {},
                        .institutions = {"institution-n"},
                        .institution = "institution-n",
                        .staff = {"class-m/staff"},
                        .global = true};
    const auto session = nlohmann::json::parse(to_json_text(
        SessionEvent{.person = person, .rooms = rooms, .cursor = 42, .recovered = true}));
    EXPECT_EQ(session, nlohmann::json::parse(R"({
                  "user": {"id": "a\"1", "name": "Zoë \\ <Ü>", "roles": ["student", "aide"]},
                  "rooms": {"personal": "user-a\"1", "classes": ["class-m", "class-p"],
                            "courses": ["course-s"], "groups": [], "institution": "institution-n",
                            "institutions": ["institution-n"], "global": "global"},
                  "cursor": "0000000000000042", "recovered": true,
                  "expiresAt": "1970-01-01T00:00:00.000Z"})"));
}

TEST(SessionEvent, SaysWhenSomethingIsMissing) {
    const Person person{.id = "a", .name = "A"};
    const RoomSet rooms{.personal = "user-a"};
    const auto session = nlohmann::json::parse(
        to_json_text(SessionEvent{.person = person, .rooms = rooms, .gap = true}));
    EXPECT_EQ(session.at("gap"), true);
    EXPECT_EQ(session.at("recovered"), false);
    EXPECT_EQ(session.at("user").at("roles"), nlohmann::json::array());
    EXPECT_TRUE(session.at("rooms").at("institution").is_null());
}

}  // namespace
}  // namespace homeroom::campus
