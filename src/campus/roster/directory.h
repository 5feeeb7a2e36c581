// The directory: who belongs where, in memory, for every check and every connect.
//
// Many threads read (shared lock), the store's writer thread changes it (exclusive lock) in the
// same step in which it commits the rows. A reader never waits for the disk. Memory: O(users +
// enrolments); ids are interned.
//
// Membership (OneRoster, "what an import means for our rooms"):
//   class-X, course-of-X   an enrolment in an existing X, in force today
//   institution-Y          an affiliation with Y in force today, or a class membership at school Y,
//                          or membership of an institution below Y
//   …/staff                the same, with a staff role there
//   institution-Y/guardians  a guardian's role at Y, and its staff; where the school has it
//   group-Z                a row of the server's own (campus/groups)
//   user-U, global         being on the roster
// All of them only while the user is enabled. A guardian's role opens nothing else.
// Terms do not end a membership: a class ends when the roster says so
// (docs/decisions/0004-membership.md).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "campus/conversation_members.h"
#include "campus/groups/study_groups.h"
#include "campus/guardian_policy.h"
#include "campus/roster/records.h"
#include "campus/roster/room_name.h"

namespace homeroom::campus {

// The rooms of one user, sorted within each kind; the contract's `session.rooms`.
struct RoomSet {
    std::string personal{};
    std::vector<std::string> classes{};
    std::vector<std::string> courses{};
    std::vector<std::string> groups{};
    std::vector<std::string> institutions{};
    std::string institution{};             // the primary one, else the first; empty when none
    std::vector<std::string> staff{};      // "class-x/staff", …
    std::vector<std::string> guardians{};  // "institution-x/guardians", …
    bool global = false;

    // Of those above: the institutions that he does not belong to only by one below them, and the
    // groups whose members are not shown to each other.
    std::vector<std::string> own_institutions{};
    std::vector<std::string> unlisted_groups{};

    std::vector<std::string> all() const;  // every room to join, in that order
    bool operator==(const RoomSet&) const = default;
};

struct Person {
    std::string id{};
    std::string name{};  // "Given Family", else the username, else the id
    // every role held in force today, sorted, each once: ["student"]
    std::vector<std::string> roles{};
    bool enabled = false;
};

class Directory {
public:
    Directory();
    ~Directory();

    // The whole roster at once (start, and undoing a failed commit). Replaces what was there.
    struct Records {
        std::vector<Org> orgs;
        std::vector<AcademicSession> sessions;
        std::vector<Course> courses;
        std::vector<Class> classes;
        std::vector<User> users;
        std::vector<Affiliation> affiliations;
        std::vector<Enrollment> enrollments;
    };
    void load(const Records& records, Date today);

    // One step of change; under one exclusive lock, so no reader sees half of it. Upserts, then
    // removals; removing an org, course, class or user ends the memberships that hang on it. The
    // same order as the store's (change_set.h).
    struct Changes {
        Records upserts;
        std::vector<std::string> removed_orgs, removed_sessions, removed_courses, removed_classes,
            removed_users, removed_affiliations, removed_enrollments;
    };
    void apply(const Changes& changes);

    // Which users' rooms or standing a change can touch (before it is applied), each once.
    std::vector<std::string> affected_users(const Changes& changes) const;

    // The day on which dates are judged; the caller moves it on. The users whose membership can
    // differ by it:
    std::vector<std::string> affected_by_today(Date today) const;
    void set_today(Date today);
    Date today() const;

    std::optional<Person> person(std::string_view user) const;  // also when disabled
    RoomSet rooms_of(std::string_view user) const;  // empty for unknown and disabled users
    bool is_member(std::string_view user, std::string_view room) const;
    bool is_staff(std::string_view user,
                  std::string_view room) const;  // of the room, with or without "/staff"
    // Opted out of the directory (User::hidden): no list of people, and nothing that tells who is
    // there, may show him to anybody but staff of the room. Also whoever is unknown.
    bool is_hidden(std::string_view user) const;
    // The same, but by the roster: of a study group nobody is, whoever leads it.
    bool is_school_staff(std::string_view user, std::string_view room) const;
    // Whether he may see what came to be in the room at that moment of the journal: a member, and
    // in a group that keeps its past from newcomers one who was there.
    bool sees_moment(std::string_view user, std::string_view room, store::Seq moment) const;
    // The display title of a class, course, institution or group room; empty when there is none.
    std::string title_of(std::string_view room) const;
    std::vector<std::string> members_of(std::string_view room) const;  // sorted ids; O(members)

    // Guardians: whom the student's own record names (OneRoster `agents`) and who hold a guardian's
    // role somewhere today. A link that only the guardian's record has is not enough, and a
    // teacher or a classmate named there is none. As long as the school lets them see nothing,
    // there are none. The policy is set before anybody connects.
    void let_guardians_see(GuardianPolicy policy);
    bool is_guardian_of(std::string_view user, std::string_view student) const;
    std::vector<std::string> guardians_of(std::string_view student) const;  // sorted, each once
    std::vector<std::string> wards_of(std::string_view user) const;         // whose guardian he is

    // Look-ups for REST and for checking references.
    std::optional<Org> org(std::string_view id) const;
    std::optional<Course> course(std::string_view id) const;
    std::optional<Class> class_(std::string_view id) const;
    std::optional<User> user(std::string_view id) const;
    std::optional<Enrollment> enrollment(std::string_view id) const;
    std::vector<Affiliation> affiliations_of(std::string_view user) const;
    std::vector<std::string> enrollments_of_user(std::string_view user) const;       // ids
    std::vector<std::string> enrollments_of_class(std::string_view class_id) const;  // ids
    std::vector<std::string> affiliations_of_org(std::string_view org) const;        // ids

    struct Counts {
        std::size_t orgs = 0, courses = 0, classes = 0, users = 0, enrollments = 0;
    };
    Counts counts() const;

    // The study groups, which are no part of the roster: under a lock of their own.
    const StudyGroups& groups() const { return groups_; }
    StudyGroups& groups() { return groups_; }

    // Who is in which group conversation: kept beside the roster, under a lock of its own.
    const ConversationMembers& conversations() const { return conversations_; }
    ConversationMembers& conversations() { return conversations_; }

    struct State;  // directory_state.h; for the roster's own files

private:
    enum class Standing : std::uint8_t { outside, member, staff };
    Standing standing_in(std::string_view user, const RoomName& room) const;

    bool is_in_guardians_room(std::string_view user, std::string_view room) const;
    RoomSet rooms_today(std::string_view user) const;  // under the lock; without groups
    std::vector<std::string> guardians_today(std::string_view student) const;  // under the lock

    mutable std::shared_mutex mutex_;
    std::unique_ptr<State> state_;
    GuardianPolicy guardian_policy_{};
    StudyGroups groups_{};
    ConversationMembers conversations_{};
};

// What removing these records takes along, unless the same changes write it anew elsewhere: a class
// its enrolments, a user his enrolments and affiliations, an org its affiliations. Courses and orgs
// leave the classes that name them.
Directory::Changes with_dependents(Directory::Changes changes, const Directory& directory);

}  // namespace homeroom::campus
