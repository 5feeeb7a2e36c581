#include "campus/roster/change_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "campus/roster/test_directory_model.h"
#include "campus/roster/test_roster_package.h"

namespace homeroom::campus {
namespace {

using oneroster::Mode;
using oneroster::Package;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

ChangeSet diff_cleanly(const Directory::Records& stored, Package package) {
    std::vector<oneroster::Diagnostic> diagnostics;
    auto set = diff(stored, std::move(package), diagnostics);
    EXPECT_THAT(diagnostics, IsEmpty());
    return set;
}

std::vector<std::string> complaints(const Directory::Records& stored, Package package) {
    std::vector<oneroster::Diagnostic> diagnostics;
    diff(stored, std::move(package), diagnostics);
    std::vector<std::string> lines;
    for (const auto& one : diagnostics) {
        EXPECT_EQ(one.severity, oneroster::Severity::error);
        EXPECT_EQ(one.code, "reference.missing_target");
        lines.push_back(one.file + " " + one.column);
    }
    return lines;
}

ChangeSet::Count count_of(const ChangeSet& set, const std::string& kind) {
    for (const auto& count : set.counts) {
        if (count.kind == kind) return count;
    }
    ADD_FAILURE() << kind;
    return {};
}

TEST(ChangeSet, FindsNothingInThePackageThatIsThereAlready) {
    const auto set = diff_cleanly(small_school(), bulk_package(small_school()));
    EXPECT_TRUE(set.empty());
    EXPECT_EQ(count_of(set, "users").stored, small_school().users.size());
    EXPECT_TRUE(guard(set, {}).ok());
}

TEST(ChangeSet, ShowsNobodyOfWhomThePackageDoesNotTell) {
    auto stored = small_school();
    stored.users.front().hidden = true;
    const std::string& user = stored.users.front().id;
    EXPECT_TRUE(diff_cleanly(stored, bulk_package(small_school())).empty());
    auto telling = bulk_package(small_school());
    telling.tells_opt_out = true;
    const auto set = diff_cleanly(stored, std::move(telling));
    ASSERT_EQ(set.changes.upserts.users.size(), 1U);
    EXPECT_EQ(set.changes.upserts.users[0].id, user);
    EXPECT_FALSE(set.changes.upserts.users[0].hidden);
}

TEST(ChangeSet, AddsAWholeSchoolToNone) {
    const auto set = diff_cleanly({}, bulk_package(small_school()));
    EXPECT_FALSE(set.empty());
    EXPECT_EQ(set.changes.upserts.enrollments, small_school().enrollments);
    EXPECT_EQ(count_of(set, "users").added, small_school().users.size());
    EXPECT_EQ(count_of(set, "enrollments").added, small_school().enrollments.size());
    EXPECT_TRUE(guard(set, {}).ok());
    EXPECT_EQ(set.id.size(), 12U);
}

TEST(ChangeSet, RemovesWhatABulkPartDoesNotName) {
    auto records = small_school();
    take_out(records.users, "sue");
    std::erase_if(records.enrollments, [](const Enrollment& one) { return one.user == "sue"; });
    const auto set = diff_cleanly(small_school(), bulk_package(records));
    EXPECT_THAT(set.changes.removed_users, ElementsAre("sue"));
    EXPECT_THAT(set.changes.removed_enrollments,
                UnorderedElementsAre("sue|physics", "sue|chemistry"));
    EXPECT_EQ(count_of(set, "users").removed, 1U);
    EXPECT_EQ(count_of(set, "enrollments").removed, 2U);
}

TEST(ChangeSet, TakesAlongWhatHangsOnARemovedRecordInPartsThatSayNothing) {
    auto package = empty_package();
    package.classes = {.mode = Mode::bulk, .records = small_school().classes};
    take_out(package.classes.records, "physics");
    auto set = diff_cleanly(small_school(), package);
    EXPECT_THAT(set.changes.removed_classes, ElementsAre("physics"));
    EXPECT_THAT(set.changes.removed_enrollments,
                UnorderedElementsAre("sam|physics", "sue|physics", "dan|physics", "tim|physics"));
    EXPECT_EQ(count_of(set, "enrollments").removed, 4U);

    package = empty_package();
    package.users = {.mode = Mode::delta, .removed = {"pia", "tom"}};
    set = diff_cleanly(small_school(), package);
    EXPECT_THAT(set.changes.removed_affiliations, ElementsAre("pia|north"));
    EXPECT_THAT(set.changes.removed_enrollments, ElementsAre("tom|art"));
    EXPECT_EQ(count_of(set, "roles").removed, 1U);

    package = empty_package();
    package.orgs = {.mode = Mode::delta, .removed = {"north"}};
    set = diff_cleanly(small_school(), package);
    EXPECT_THAT(set.changes.removed_affiliations, ElementsAre("pia|north"));
    EXPECT_THAT(set.changes.removed_enrollments, IsEmpty());
}

TEST(ChangeSet, LeavesKindsAloneOfWhichThePackageSaysNothing) {
    auto package = empty_package();
    package.users = {.mode = Mode::bulk, .records = small_school().users};
    EXPECT_TRUE(diff_cleanly(small_school(), package).empty());
    EXPECT_TRUE(diff_cleanly(small_school(), empty_package()).empty());
}

TEST(ChangeSet, ChangesOnlyWhatADeltaNames) {
    auto package = empty_package();
    auto renamed = user("sam");
    renamed.family_name = "Smith";
    package.users = {.mode = Mode::delta,
                     .records = {renamed, user("new"), user("tim")},
                     .removed = {"pat", "unknown"}};
    const auto set = diff_cleanly(small_school(), package);
    EXPECT_THAT(set.changes.upserts.users, UnorderedElementsAre(renamed, user("new")));
    EXPECT_THAT(set.changes.removed_users, ElementsAre("pat"));
    EXPECT_THAT(set.changes.removed_enrollments, ElementsAre("pat|art"));
    const auto count = count_of(set, "users");
    EXPECT_EQ(count.added, 1U);
    EXPECT_EQ(count.changed, 1U);
    EXPECT_EQ(count.removed, 1U);
}

TEST(ChangeSet, MovesAnEnrollmentAwayFromARemovedClass) {
    auto package = empty_package();
    auto moved = enrolled("sam", "physics");
    moved.class_id = "chemistry";
    package.classes = {.mode = Mode::delta, .removed = {"physics"}};
    package.enrollments = {.mode = Mode::delta, .records = {moved}};
    const auto set = diff_cleanly(small_school(), package);
    EXPECT_THAT(set.changes.removed_enrollments,
                UnorderedElementsAre("sue|physics", "dan|physics", "tim|physics"));
    // And it stays so on the way into the directory.
    Directory directory;
    directory.load(small_school(), some_monday);
    directory.apply(with_dependents(set.changes, directory));
    EXPECT_TRUE(directory.is_member("sam", "class-chemistry"));
}

TEST(ChangeSet, RefusesReferencesToWhatIsNotThere) {
    auto package = empty_package();
    package.enrollments = {.mode = Mode::delta, .records = {enrolled("nobody", "physics")}};
    EXPECT_THAT(complaints(small_school(), package), ElementsAre("enrollments.csv userSourcedId"));
    package.enrollments.records = {enrolled("sam", "nowhere")};
    EXPECT_THAT(complaints(small_school(), package), ElementsAre("enrollments.csv classSourcedId"));

    package = empty_package();
    package.affiliations = {.mode = Mode::delta, .records = {affiliated("nobody", "nowhere")}};
    EXPECT_THAT(complaints(small_school(), package),
                UnorderedElementsAre("roles.csv userSourcedId", "roles.csv orgSourcedId"));

    package = empty_package();
    package.classes = {.mode = Mode::delta,
                       .records = {class_in("new", "", "nowhere"), class_in("free")}};
    EXPECT_THAT(complaints(small_school(), package), ElementsAre("classes.csv schoolSourcedId"));
}

TEST(ChangeSet, RefusesReferencesToWhatTheSamePackageRemoves) {
    auto package = empty_package();
    package.users = {.mode = Mode::delta, .removed = {"sam"}};
    package.enrollments = {.mode = Mode::delta, .records = {enrolled("sam", "art")}};
    EXPECT_THAT(complaints(small_school(), package), ElementsAre("enrollments.csv userSourcedId"));
}

TEST(ChangeSet, AcceptsReferencesToWhatTheSamePackageBrings) {
    auto package = empty_package();
    package.orgs = {.mode = Mode::delta, .records = {school("west")}};
    package.classes = {.mode = Mode::delta, .records = {class_in("new", "", "west")}};
    package.users = {.mode = Mode::delta, .records = {user("kim")}};
    package.enrollments = {.mode = Mode::delta, .records = {enrolled("kim", "new")}};
    package.affiliations = {.mode = Mode::delta, .records = {affiliated("kim", "west")}};
    EXPECT_THAT(complaints(small_school(), package), IsEmpty());
}

// In OneRoster 1.1 a user's orgs are a column of his row.
TEST(ChangeSet, ReplacesTheAffiliationsOfEachUserThatADeltaOfVersionOneNames) {
    auto stored = small_school();
    stored.affiliations = {affiliated("sam", "north"), affiliated("sam", "south"),
                           affiliated("sue", "south")};
    auto package = empty_package();
    package.affiliations_come_with_users = true;
    package.users = {.mode = Mode::delta, .records = {user("sam")}};
    package.affiliations.records = {affiliated("sam", "north")};
    const auto set = diff_cleanly(stored, package);
    EXPECT_THAT(set.changes.removed_affiliations, ElementsAre("sam|south"));
    EXPECT_THAT(set.changes.upserts.affiliations, IsEmpty());
}

TEST(ChangeSet, ReplacesAllAffiliationsInABulkOfVersionOneAndNoneWithoutUsers) {
    auto stored = small_school();
    auto package = empty_package();
    package.affiliations_come_with_users = true;
    EXPECT_TRUE(diff_cleanly(stored, package).empty());
    package.users = {.mode = Mode::bulk, .records = stored.users};
    EXPECT_THAT(diff_cleanly(stored, package).changes.removed_affiliations,
                ElementsAre("pia|north"));
}

TEST(ChangeSet, HasAnIdOfItsOwnPackageAndEffect) {
    auto records = small_school();
    records.users.push_back(user("new"));
    const auto id = diff_cleanly(small_school(), bulk_package(records)).id;
    EXPECT_EQ(diff_cleanly(small_school(), bulk_package(records)).id, id);
    auto other = bulk_package(records);
    other.digest = "another";
    EXPECT_NE(diff_cleanly(small_school(), other).id, id);
    EXPECT_NE(diff_cleanly({}, bulk_package(records)).id, id);
}

// --- The guard -----------------------------------------------------------------------------------

ChangeSet removing(const std::string& kind, std::size_t removed, std::size_t stored) {
    ChangeSet set;
    set.counts = {{.kind = kind, .stored = stored, .removed = removed}};
    return set;
}

TEST(Guard, StopsASetThatRemovesTooMuch) {
    struct Case {
        const char* kind;
        std::size_t removed, stored;
        bool allowed;
    };
    const Case cases[] = {
        {"users", 0, 1000, true},
        {"users", 100, 1000, true},
        {"users", 101, 1000, false},
        {"users", 20, 21, true},
        {"users", 21, 21, false},
        {"users", 20, 20, false},
        {"users", 21, 50, false},
        {"users", 1, 1, false},
        {"classes", 21, 100, false},
        {"classes", 20, 100, true},
        {"enrollments", 5000, 10'000, false},
        {"orgs", 1, 1000, false},
        {"courses", 100, 100, true},
        {"roles", 100, 100, true},
        {"academicSessions", 9, 9, true},
    };
    for (const auto& [kind, removed, stored, allowed] : cases) {
        const auto verdict = guard(removing(kind, removed, stored), {});
        EXPECT_EQ(verdict.ok(), allowed) << kind << " " << removed << " of " << stored;
        if (verdict.ok()) continue;
        EXPECT_EQ(verdict.error().code, Code::conflict);
        EXPECT_THAT(verdict.error().message, AllOf(HasSubstr(std::to_string(removed)),
                                                   HasSubstr(kind), HasSubstr("--approve")));
    }
}

TEST(Guard, FollowsItsPolicy) {
    const GuardPolicy strict{.removed_share_max = 0, .removed_always_allowed = 0};
    EXPECT_FALSE(guard(removing("users", 1, 1000), strict).ok());
    EXPECT_TRUE(guard(removing("users", 0, 1000), strict).ok());
    const GuardPolicy loose{.removed_share_max = 1};
    EXPECT_TRUE(guard(removing("users", 1000, 1000), loose).ok());
    EXPECT_FALSE(guard(removing("orgs", 1, 1000), loose).ok());
}

// --- Any school and any package ------------------------------------------------------------------

Directory::Records any_records() {
    const auto some = [](auto make) {
        std::vector<decltype(make(std::string{}))> list;
        for (const char* id : {"1", "2", "3"}) {
            if (*rc::gen::inRange(0, 3) > 0) list.push_back(make(std::string{id}));
        }
        return list;
    };
    const auto version = [] { return *rc::gen::inRange(0, 2) == 0 ? "" : "2"; };
    Directory::Records records;
    records.orgs = some([&](auto id) { return school(id, version()); });
    records.courses = some([&](auto id) { return course(id, version()); });
    records.classes = some([&](auto id) { return class_in(id, version()); });
    records.users = some([&](auto id) {
        auto one = user(id);
        one.email = version();
        return one;
    });
    const auto with_links = [&](auto& list, auto make, const auto& targets) {
        for (const auto& one : records.users) {
            for (const auto& target : targets) {
                if (*rc::gen::inRange(0, 2) == 0) {
                    list.push_back(
                        make(one.id, target.id, static_cast<Role>(*rc::gen::inRange(1, 4))));
                }
            }
        }
    };
    with_links(records.enrollments, enrolled, records.classes);
    with_links(records.affiliations, affiliated, records.orgs);
    return records;
}

template <typename Record>
std::vector<Record> sorted(std::vector<Record> list) {
    std::ranges::sort(list, {}, &Record::id);
    return list;
}

TEST(ChangeSet, TurnsAnySchoolIntoThatOfABulkPackage) {
    EXPECT_TRUE(rc::check("applied, it makes the package's school; applied again, nothing", [] {
        const auto stored = any_records();
        const auto wanted = any_records();
        std::vector<oneroster::Diagnostic> diagnostics;
        const auto set = diff(stored, bulk_package(wanted), diagnostics);
        RC_ASSERT(diagnostics.empty());
        DirectoryModel model;
        Directory::Changes all;
        all.upserts = stored;
        model.apply(all);
        model.apply(set.changes);
        const auto result = model.records();
        RC_ASSERT(result.orgs == sorted(wanted.orgs));
        RC_ASSERT(result.courses == sorted(wanted.courses));
        RC_ASSERT(result.classes == sorted(wanted.classes));
        RC_ASSERT(result.users == sorted(wanted.users));
        RC_ASSERT(result.enrollments == sorted(wanted.enrollments));
        RC_ASSERT(result.affiliations == sorted(wanted.affiliations));
        RC_ASSERT(diff(result, bulk_package(wanted), diagnostics).empty());
        // Only real differences.
        if (set.empty()) RC_ASSERT(sorted(stored.users) == sorted(wanted.users));
    }));
}

}  // namespace
}  // namespace homeroom::campus
