// What the tolerant profile makes of dialects: the values that come out, and the rows that do not.
#include "campus/oneroster/test_package.h"

namespace homeroom::campus::oneroster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

template <typename Record>
std::vector<std::string> ids_of(const Part<Record>& part) {
    std::vector<std::string> ids;
    for (const auto& one : part.records) ids.push_back(one.id);
    return ids;
}

TEST(OneRosterTolerant, NormalisesValues) {
    auto package = package_1_2();
    package.replace("users.csv", "ada,,,true", " ada ,,,TRUE")
        .replace("users.csv", "tess,,,true", "tess,,,maybe")
        .replace("enrollments.csv", "2026-08-15", "8/15/2026")
        .replace("enrollments.csv", "ada,student", "ada,Student")
        .replace("roles.csv", "primary,student", "TRUE,pupil")
        .replace("orgs.csv", "North School", "North\tSchool");
    const auto reading = package.tolerant();
    ASSERT_FALSE(reading.refused()) << testing::PrintToString(lines_of(reading));
    EXPECT_EQ(reading.package.users.records[0].id, "ada");
    EXPECT_TRUE(reading.package.users.records[0].enabled);
    EXPECT_FALSE(reading.package.users.records[1].enabled) << "who is not plainly enabled is not";
    EXPECT_EQ(homeroom::to_string(*reading.package.enrollments.records[0].begin), "2026-08-15");
    EXPECT_EQ(reading.package.enrollments.records[0].role, Role::student);
    EXPECT_EQ(reading.package.affiliations.records[0].role, Role::student);
    EXPECT_TRUE(reading.package.affiliations.records[0].primary);
    EXPECT_EQ(reading.package.orgs.records[0].name, "North School");
}

TEST(OneRosterTolerant, GivesNoRightsByGuess) {
    auto package = package_1_2();
    package.replace("enrollments.csv", "ada,student", "ada,emperor")
        .replace("enrollments.csv", "true,,", "true,,soon");
    const auto reading = package.tolerant();
    EXPECT_THAT(ids_of(reading.package.enrollments), ElementsAre("e-ada"))
        << "without its end an enrolment would be for ever";
    EXPECT_EQ(reading.package.enrollments.records[0].role, Role::none);
}

TEST(OneRosterTolerant, EnablesOnlyWhoIsPlainlyEnabled) {
    auto package = package_1_2();
    package.replace("users.csv", "tess,,,true", "tess,,,");
    EXPECT_FALSE(package.tolerant().package.users.records[1].enabled);
    package.replace("users.csv", "enabledUser", "somethingElse");
    EXPECT_TRUE(package.tolerant().package.users.records[1].enabled)
        << "an exporter that does not know the column";
}

TEST(OneRosterTolerant, SkipsOrphansAndKeepsTheRest) {
    auto package = package_1_2();
    package.append("enrollments.csv", "e-orphan,,,math,north,usr-222-987654,student,,,\r\n");
    const auto reading = package.tolerant();
    EXPECT_THAT(lines_of(reading),
                ElementsAre("warning enrollments.csv 4 userSourcedId reference.missing_target"));
    EXPECT_THAT(reading.diagnostics[0].message, HasSubstr("\"usr-222-987654\""));
    EXPECT_THAT(ids_of(reading.package.enrollments), ElementsAre("e-ada", "e-tess"));
}

TEST(OneRosterTolerant, BlanksWhatARecordCanDoWithout) {
    auto package = package_1_2();
    package.replace("classes.csv", "science", "arts")
        .replace("classes.csv", "year,autumn", "year,spring");
    const auto reading = package.tolerant();
    EXPECT_EQ(reading.package.classes.records[0].course, "");
    EXPECT_THAT(reading.package.classes.records[0].terms, ElementsAre("year"));
    EXPECT_THAT(ids_of(reading.package.enrollments), SizeIs(2));
}

TEST(OneRosterTolerant, ReadsABulkFileWithStatusAsDelta) {
    auto package = package_1_2();
    package.replace("users.csv", "ada,,", "ada,active,2026-09-01")
        .replace("users.csv", "tess,,", "tess,tobedeleted,");
    const auto& users = package.tolerant().package.users;
    EXPECT_EQ(users.mode, Mode::delta)
        << "the data win over the manifest: nothing goes because it is missing";
    EXPECT_THAT(ids_of(users), ElementsAre("ada", "maria"));
    EXPECT_THAT(users.removed, ElementsAre("tess"));
}

TEST(OneRosterTolerant, WithoutAManifestEverythingIsBulk) {
    auto package = package_1_2().without("manifest.csv");
    package.replace("users.csv", "ada,,", "ada,active,2026-09-01")
        .replace("users.csv", "maria,,", "maria,tobedeleted,2026-09-01")
        .replace("users.csv", ",maria,09", ",,09")
        .replace("roles.csv", "r-maria,,,maria,secondary,relative,,,north,\r\n", "");
    const auto reading = package.tolerant();
    ASSERT_FALSE(reading.refused());
    EXPECT_EQ(reading.package.version, "");
    EXPECT_EQ(reading.package.users.mode, Mode::bulk);
    EXPECT_THAT(ids_of(reading.package.users), ElementsAre("ada", "tess"));
    EXPECT_THAT(reading.package.users.removed, IsEmpty())
        << "in bulk it is gone because it is not there";
}

TEST(OneRosterTolerant, GuessesTheVersionFromTheColumns) {
    const auto old = package_1_1().without("manifest.csv").tolerant();
    ASSERT_FALSE(old.refused()) << testing::PrintToString(lines_of(old));
    EXPECT_TRUE(old.package.affiliations_come_with_users);
    EXPECT_THAT(old.package.affiliations.records, SizeIs(4));
    EXPECT_FALSE(
        package_1_2().without("manifest.csv").tolerant().package.affiliations_come_with_users);
}

TEST(OneRosterTolerant, TakesTheNewerOfTwoRowsInADelta) {
    auto package = package_1_2().mode("orgs", "bulk", "delta");
    package.with("orgs.csv",
                 "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\r\n"
                 "a,active,2026-09-02T00:00:00Z,Newer,school,,\r\n"
                 "a,active,2026-09-01T00:00:00Z,Older,school,,\r\n"
                 "b,active,2026-09-01T00:00:00Z,First,school,,\r\n"
                 "b,active,2026-09-01T00:00:00Z,Last,school,,\r\n"
                 "c,active,2026-09-01T00:00:00Z,Gone,school,,\r\n"
                 "c,tobedeleted,2026-09-03T00:00:00Z,,,,\r\n");
    const auto reading = package.tolerant();
    ASSERT_THAT(reading.package.orgs.records, SizeIs(2));
    EXPECT_EQ(reading.package.orgs.records[0].name, "Newer");
    EXPECT_EQ(reading.package.orgs.records[1].name, "Last");
    EXPECT_THAT(reading.package.orgs.removed, ElementsAre("c"));
}

TEST(OneRosterTolerant, TakesTheAffiliationsOfTheRowThatCounts) {
    auto package = package_1_1();
    package.append("users.csv", "ada,,,true,district,teacher,ada,,Ada,Other,,,,,,,,\r\n");
    const auto& affiliations = package.tolerant().package.affiliations;
    EXPECT_THAT(ids_of(affiliations),
                ElementsAre("ada|north", "ada|district", "tess|north", "maria|north"));
    EXPECT_EQ(affiliations.records[1].role, Role::student);
}

// A flag that cannot be read hides.
TEST(OneRosterTolerant, ReadsWhoHasOptedOutOfTheDirectory) {
    EXPECT_FALSE(package_1_2().tolerant().package.tells_opt_out);
    auto package = package_1_2();
    package.replace("users.csv", "pronouns\r\n", "pronouns,metadata.directoryOptOut\r\n")
        .replace("users.csv", "north,she\r\n", "north,she,true\r\n")
        .replace("users.csv", ",north,\r\n", ",north,,\r\n")
        .replace("users.csv", "Maria,Winter,,,,,,,,,,,,,,\r\n",
                 "Maria,Winter,,,,,,,,,,,,,,,perhaps\r\n");
    const auto reading = package.tolerant();
    EXPECT_TRUE(reading.package.tells_opt_out);
    std::vector<bool> hidden;
    for (const User& user : reading.package.users.records) hidden.push_back(user.hidden);
    EXPECT_THAT(hidden, ElementsAre(true, false, true));
}

TEST(OneRosterTolerant, TellsADialectOnceWithItsNumber) {
    auto package = package_1_2();
    for (int i = 0; i < 50; ++i) {
        package.append("users.csv", "u" + std::to_string(i) + ",,,TRUE,u,,U,U,,,,,,,,,,,,,,\r\n");
    }
    const auto reading = package.tolerant();
    ASSERT_THAT(lines_of(reading), ElementsAre("warning users.csv 5 enabledUser row.boolean"));
    EXPECT_EQ(reading.diagnostics[0].message, "\"TRUE\" is read as \"true\" (and 49 more like it)");
}

TEST(OneRosterTolerant, NeverShowsAPassword) {
    auto package = package_1_2();
    package.replace("users.csv", "hunter2", "\"hunter2\n\x1b\"")
        .append("users.csv", "x,,,maybe,,,,,,,,,,,,hunter2,,,,,,\r\n");
    for (const Profile profile : {Profile::strict, Profile::tolerant}) {
        for (const auto& one : package.read(profile).diagnostics)
            EXPECT_THAT(one.message, Not(HasSubstr("hunter2")));
    }
}

TEST(OneRosterTolerant, BreaksLongCycles) {
    auto package = package_1_2();
    package.append("orgs.csv",
                   "a,,,A,school,,b\r\nb,,,B,school,,c\r\nc,,,C,school,,a\r\nd,,,D,school,,a\r\n");
    const auto reading = package.tolerant();
    EXPECT_THAT(lines_of(reading),
                ElementsAre("warning orgs.csv 6 parentSourcedId semantic.cycle"));
    EXPECT_EQ(reading.package.orgs.records[4].parent, "");
    EXPECT_EQ(reading.package.orgs.records[2].parent, "b");
}

TEST(OneRosterTolerant, StopsAtTooManyDiagnosticsButCounts) {
    auto package = package_1_2();
    for (int i = 0; i < 1'200; ++i)
        package.append("enrollments.csv",
                       "x" + std::to_string(i) + ",,,math,north,no,student,,,\r\n");
    const auto reading = package.tolerant();
    EXPECT_THAT(reading.diagnostics, SizeIs(1'001));
    EXPECT_EQ(line_of(reading.diagnostics.back()), "warning diagnostics.more");
    EXPECT_FALSE(reading.refused());
    EXPECT_TRUE(package.strict().refused());
}

}  // namespace
}  // namespace homeroom::campus::oneroster
