#include "campus/roster/room_name.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/limits.h"

namespace homeroom::campus {
namespace {

TEST(RoomName, ReadsEveryKind) {
    struct Case {
        std::string_view text;
        RoomKind kind;
        std::string_view id;
        bool staff;
    };
    const Case cases[] = {
        {"global", RoomKind::global, "", false},
        {"user-u1", RoomKind::user, "u1", false},
        {"class-math-101", RoomKind::class_room, "math-101", false},
        {"class-7b/staff", RoomKind::class_room, "7b", true},
        {"course-k", RoomKind::course, "k", false},
        {"course-k/staff", RoomKind::course, "k", true},
        {"institution-o@x.org", RoomKind::institution, "o@x.org", false},
        {"institution-o/staff", RoomKind::institution, "o", true},
        {"group-7", RoomKind::group, "7", false},
        {"group-7/staff", RoomKind::group, "7", true},
        {"class-a/b", RoomKind::class_room, "a/b", false},
        {"class-a/staff/b", RoomKind::class_room, "a/staff/b", false},
        {"class-staff", RoomKind::class_room, "staff", false},
        {"user-class-x", RoomKind::user, "class-x", false},
    };
    for (const auto& [text, kind, id, staff] : cases) {
        const auto room = parse_room(text);
        ASSERT_TRUE(room) << text;
        EXPECT_EQ(room->kind, kind) << text;
        EXPECT_EQ(room->id, id) << text;
        EXPECT_EQ(room->staff, staff) << text;
        EXPECT_EQ(room_name(kind, id, staff), text);
    }
}

TEST(RoomName, RefusesWhatIsNone) {
    const std::string long_id(limits::identifier_bytes_max + 1, 'x');
    for (const std::string& text : {std::string{},
                                    std::string{"Global"},
                                    std::string{"global/staff"},
                                    std::string{"global-"},
                                    std::string{"user-"},
                                    std::string{"class-"},
                                    std::string{"class-/staff"},
                                    std::string{"class"},
                                    std::string{"room-1"},
                                    std::string{"user-u/staff"},
                                    std::string{"class-x/staff/staff"},
                                    std::string{"class-a b"},
                                    std::string{"class-a\n"},
                                    std::string{"class-a\0b", 9},
                                    std::string{"class-é"},
                                    std::string{"class-a|b"},
                                    std::string{" class-a"},
                                    std::string{"CLASS-a"},
                                    "class-" + long_id,
                                    "class-" + long_id + "/staff"}) {
        EXPECT_FALSE(parse_room(text)) << text;
    }
}

TEST(RoomName, KnowsHowLongAnIdMayBe) {
    const std::string longest(limits::identifier_bytes_max, 'x');
    EXPECT_TRUE(is_valid_id(longest));
    EXPECT_TRUE(parse_room("institution-" + longest + "/staff"));
    EXPECT_FALSE(is_valid_id(longest + "x"));
    EXPECT_FALSE(is_valid_id(""));
    EXPECT_FALSE(is_valid_id("x/staff"));
    EXPECT_TRUE(is_valid_id("/"));
    EXPECT_TRUE(is_valid_id("0-9_A.z/@"));
    for (const char* wrong : {" ", "a|b", "a:b", "a,b", "ä", "a%b", "a\"b"})
        EXPECT_FALSE(is_valid_id(wrong)) << wrong;
}

TEST(RoomName, AllowsABarInTheIdsOfLinksOnly) {
    EXPECT_TRUE(is_valid_link_id("u1|o1"));
    EXPECT_TRUE(is_valid_link_id("u1|c/staff"));
    EXPECT_TRUE(is_valid_link_id(std::string(4 * limits::identifier_bytes_max, '|')));
    EXPECT_FALSE(is_valid_link_id(std::string(4 * limits::identifier_bytes_max + 1, 'a')));
    EXPECT_FALSE(is_valid_link_id(""));
    EXPECT_FALSE(is_valid_link_id("a b"));
}

TEST(RoomName, GivesEveryRoomExactlyOneName) {
    EXPECT_TRUE(rc::check("what is parsed is written the same", [] {
        const std::string alphabet = "ab/-staffgloulcsr";
        std::string text = *rc::gen::element<std::string>("user-", "class-", "course-",
                                                          "institution-", "group-", "");
        const int length = *rc::gen::inRange(0, 12);
        for (int i = 0; i < length; ++i) text += *rc::gen::elementOf(alphabet);
        if (*rc::gen::inRange(0, 3) == 0) text += "/staff";
        const auto room = parse_room(text);
        if (room) RC_ASSERT(room_name(room->kind, room->id, room->staff) == text);
    }));
}

}  // namespace
}  // namespace homeroom::campus
