// Packages that are as they should be: of both versions, bulk and delta, the demo school, another
// vendor's sample.
#include "base/test_source_folder.h"
#include "campus/oneroster/test_package.h"

namespace homeroom::campus::oneroster {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Date day(int year, unsigned month, unsigned number) {
    return {std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{number}};
}

TEST(OneRosterPackage, Of12GivesEveryRecord) {
    const auto reading = package_1_2().strict();
    ASSERT_THAT(lines_of(reading), IsEmpty());
    const Package& package = reading.package;
    EXPECT_FALSE(reading.refused());
    EXPECT_EQ(package.version, "1.2");
    EXPECT_EQ(package.source, "Test SIS");
    EXPECT_EQ(package.digest.size(), 64U);
    EXPECT_FALSE(package.affiliations_come_with_users);
    EXPECT_THAT(package.ignored_files, IsEmpty());
    EXPECT_EQ(package.orgs.records[0], (Org{"north", "North School", "school", "district"}));
    EXPECT_EQ(
        package.sessions.records[1],
        (AcademicSession{"autumn", "Autumn", "term", day(2026, 8, 1), day(2027, 1, 15), "year"}));
    EXPECT_EQ(package.courses.records[0], (Course{"science", "Science", "SCI", "north"}));
    EXPECT_EQ(package.classes.records[0],
              (Class{"math", "Math, first", "M1", "science", "north", {"year", "autumn"}}));
    EXPECT_EQ(package.users.records[0],
              (User{"ada", "ada", "Ada", "Winter", "ada@school.example", true, {"maria"}}));
    EXPECT_FALSE(package.users.records[2].enabled);
    EXPECT_EQ(package.affiliations.records[0],
              (Affiliation{"r-ada", "ada", "north", Role::student, true, day(2026, 8, 1),
                           day(2027, 8, 1)}));
    EXPECT_EQ(package.affiliations.records[1].role, Role::administrator);
    EXPECT_EQ(package.affiliations.records[2],
              (Affiliation{"r-maria", "maria", "north", Role::guardian, false, {}, {}}));
    EXPECT_EQ(package.enrollments.records[0],
              (Enrollment{"e-ada", "ada", "math", "north", Role::student, false, day(2026, 8, 15),
                          day(2027, 1, 10)}));
    EXPECT_TRUE(package.enrollments.records[1].primary);
    EXPECT_EQ(package.enrollments.mode, Mode::bulk);
}

TEST(OneRosterPackage, Of11MakesAffiliationsOfUsers) {
    const auto reading = package_1_1().strict();
    ASSERT_THAT(lines_of(reading), IsEmpty());
    const Package& package = reading.package;
    EXPECT_EQ(package.version, "1.1");
    EXPECT_TRUE(package.affiliations_come_with_users);
    EXPECT_EQ(package.affiliations.mode, Mode::bulk);
    ASSERT_THAT(package.affiliations.records, SizeIs(4));
    EXPECT_EQ(package.affiliations.records[0],
              (Affiliation{"ada|north", "ada", "north", Role::student, false, {}, {}}));
    EXPECT_EQ(package.affiliations.records[1].id, "ada|district");
    EXPECT_EQ(package.affiliations.records[3].role, Role::guardian);
}

TEST(OneRosterPackage, WithOnlyAManifestSaysNothing) {
    auto package = package_1_2();
    std::string manifest = package.files["manifest.csv"];
    for (auto at = manifest.find(",bulk"); at != std::string::npos; at = manifest.find(",bulk")) {
        manifest.replace(at, 5, ",absent");
    }
    package.files = {{"manifest.csv", manifest}};
    const auto reading = package.strict();
    EXPECT_THAT(lines_of(reading), IsEmpty());
    EXPECT_EQ(reading.package.users.mode, Mode::absent);
}

TEST(OneRosterPackage, AcceptsWhatTheStandardLeavesOpen) {
    auto package = package_1_2();
    package.files["orgs.csv"] = "\xEF\xBB\xBF" + package.files["orgs.csv"];
    package
        .replace("users.csv", ",userMasterIdentifier,", ",userMasterIdentifier,resourceSourcedIds,")
        .replace("users.csv", "hunter2,", "hunter2,,")
        .replace("users.csv", "tess,,,true,tess,", "tess,,,true,tess,,")
        .replace("users.csv", ",,Tess,", ",Tess,")
        .replace("users.csv", "Okafor,", "Okafor,,")
        .replace("users.csv", "Maria,Winter,", "Maria,Winter,,")
        .replace("courses.csv", "subjectCodes\r\n", "subjectCodes,metadata.colour\r\n")
        .replace("courses.csv", "north,,", "north,,,blue")
        .replace("roles.csv", "principal", "ext:dean")
        .replace("orgs.csv", ",district,,\r\n", ",district,,");
    const auto reading = package.strict();
    ASSERT_THAT(lines_of(reading), IsEmpty());
    EXPECT_EQ(reading.package.affiliations.records[1].role, Role::none)
        << "an unknown role gives no rights";
}

TEST(OneRosterPackage, DeltaSaysWhatChangedAndWhatIsGone) {
    auto package =
        package_1_2().mode("users", "bulk", "delta").mode("enrollments", "bulk", "delta");
    package.replace("users.csv", "ada,,", "ada,active,2026-09-01T10:00:00.000Z")
        .replace("users.csv", "tess,,", "tess,tobedeleted,2026-09-01T10:00:00Z")
        .replace("users.csv", "maria,,", "maria,active,2026-09-01T10:00:00Z")
        .replace("enrollments.csv", "e-ada,,,math,north,ada",
                 "e-ada,active,2026-09-01T10:00:00Z,math,north,stored-before")
        .replace("enrollments.csv", "e-tess,,", "e-tess,tobedeleted,2026-09-01T10:00:00Z");
    package.replace("roles.csv", "r-tess,,,tess,primary,principal,,,north,\r\n", "");
    const auto reading = package.strict();
    ASSERT_THAT(lines_of(reading), IsEmpty()) << "what is not in a delta may be stored";
    EXPECT_EQ(reading.package.users.mode, Mode::delta);
    EXPECT_THAT(reading.package.users.records, SizeIs(2));
    EXPECT_THAT(reading.package.users.removed, ElementsAre("tess"));
    EXPECT_THAT(reading.package.enrollments.removed, ElementsAre("e-tess"));
}

TEST(OneRosterPackage, NeverReadsWhatItMustNotKnow) {
    auto package =
        package_1_2().mode("demographics", "absent", "bulk").mode("userProfiles", "absent", "bulk");
    package.with("demographics.csv", "\xFF no table \"").with("userProfiles.csv", "\xFF");
    const auto reading = package.strict();
    EXPECT_THAT(lines_of(reading), IsEmpty());
    EXPECT_THAT(reading.package.ignored_files, ElementsAre("demographics.csv", "userProfiles.csv"));
}

TEST(OneRosterPackage, HasADigestOfWhatWasRead) {
    const auto digest = package_1_2().strict().package.digest;
    EXPECT_EQ(package_1_2().strict().package.digest, digest);
    EXPECT_NE(package_1_2().replace("orgs.csv", "North", "South").strict().package.digest, digest);
    EXPECT_NE(package_1_2().replace("manifest.csv", "Test", "Best").strict().package.digest,
              digest);
}

TEST(OneRosterPackage, OfTheDemoSchoolIsStrict) {
    const auto reading = read(source_folder() / "demo/school", Profile::strict);
    ASSERT_TRUE(reading.ok()) << reading.error().message;
    EXPECT_THAT(lines_of(*reading), IsEmpty());
    EXPECT_THAT(reading->package.ignored_files, IsEmpty());
    const auto classes_of = [&](std::string_view user) {
        std::vector<std::string> ids;
        for (const auto& one : reading->package.enrollments.records) {
            if (one.user == user) ids.push_back(one.class_id);
        }
        return ids;
    };
    EXPECT_THAT(classes_of("ada"), Contains("math101"));
    EXPECT_THAT(classes_of("ben"), Contains("math101"));
    EXPECT_THAT(classes_of("ms-okafor"), Contains("math101"));
    EXPECT_THAT(classes_of("zoe"), ElementsAre("botany140"));
    EXPECT_THAT(reading->package.users.records, SizeIs(24));
}

TEST(OneRosterPackage, OfSchoolDataSyncIsReadByTheTolerantProfile) {
    const auto reading = read(source_folder() / "tests/data/oneroster-sds", Profile::tolerant);
    ASSERT_TRUE(reading.ok()) << reading.error().message;
    const Package& package = reading->package;
    EXPECT_FALSE(reading->refused()) << testing::PrintToString(lines_of(*reading));
    EXPECT_EQ(package.version, "");
    EXPECT_THAT(package.orgs.records, SizeIs(4));
    EXPECT_THAT(package.sessions.records, SizeIs(2));
    EXPECT_THAT(package.courses.records, SizeIs(3));
    EXPECT_THAT(package.classes.records, SizeIs(2));
    EXPECT_THAT(package.users.records, SizeIs(8));
    EXPECT_THAT(package.affiliations.records, SizeIs(7));
    EXPECT_THAT(package.enrollments.records, SizeIs(6));
    EXPECT_EQ(package.users.mode, Mode::bulk);
    EXPECT_TRUE(package.users.records[0].enabled);
    EXPECT_EQ(package.classes.records[0],
              (Class{"112001", "Computer Science 101", "", "C12001", "110001", {"FS2021HED"}}));
    EXPECT_EQ(package.courses.records[0].code, "CS101");
    EXPECT_EQ(package.enrollments.records[1].role, Role::teacher) << "a professor";
    EXPECT_EQ(package.enrollments.records[0].id, "112001|114008|student");
    EXPECT_TRUE(package.affiliations.records[0].primary);
    EXPECT_FALSE(package.affiliations.records[5].primary);
    EXPECT_EQ(package.affiliations.records[0].end, day(2022, 6, 11));
    EXPECT_THAT(package.ignored_files, UnorderedElementsAre("NOTICE.md", "demographics.csv",
                                                            "relationships.csv", "userFlags.csv"));
    for (const auto& one : reading->diagnostics)
        EXPECT_THAT(one.message, testing::Not(testing::HasSubstr("P@ssword")));
}

TEST(OneRosterPackage, OfSchoolDataSyncIsRefusedByTheStrictProfile) {
    const auto reading = read(source_folder() / "tests/data/oneroster-sds", Profile::strict);
    ASSERT_TRUE(reading.ok());
    EXPECT_TRUE(reading->refused());
    EXPECT_THAT(lines_of(*reading), Contains("error manifest.csv manifest.missing"));
}

}  // namespace
}  // namespace homeroom::campus::oneroster
