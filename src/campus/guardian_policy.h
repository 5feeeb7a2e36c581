// What a school lets guardians see: the one list there is. Whatever is not in it they never see:
// they are in no class, course, group or institution, so no feed, no presence, no typing and no
// conversation has them, and nobody can write to them or be written to by them.
//
// It is held by the directory, which answers who is whose guardian and who is in which room; so no
// feature can pass it by, and it holds for what is older, too.
#pragma once

namespace homeroom::campus {

struct GuardianPolicy {
    bool grades = false;         // what is published of the student they follow
    bool announcements = false;  // what an institution announces to them, in its room for guardians
    bool operator==(const GuardianPolicy&) const = default;
};

}  // namespace homeroom::campus
