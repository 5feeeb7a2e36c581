#include "campus/roster/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/test_roster_package.h"
#include "campus/roster/test_roster_store.h"

namespace homeroom::campus {
namespace {

using oneroster::Mode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Import : public RosterStoreFixture {
protected:
    // Plans, and applies what was planned, in one transaction.
    ImportPlan import(oneroster::Package package, const ImportOptions& options = {},
                      std::vector<oneroster::Diagnostic> diagnostics = {}) {
        const oneroster::Reading reading{.package = std::move(package),
                                         .diagnostics = std::move(diagnostics)};
        ImportPlan plan;
        const auto done = store->run_now([&](store::Transaction& transaction) -> Status {
            TRY(plan, plan_import(transaction, reading, options));
            return save_changes(transaction.db(), plan.changes);
        });
        EXPECT_TRUE(done.ok());
        return plan;
    }
    std::int64_t imports() { return count("SELECT count(*) FROM roster_imports"); }
    static bool says_nothing(const Directory::Changes& changes) {
        const auto& upserts = changes.upserts;
        return upserts.orgs.empty() && upserts.sessions.empty() && upserts.courses.empty() &&
               upserts.classes.empty() && upserts.users.empty() && upserts.affiliations.empty() &&
               upserts.enrollments.empty() && changes.removed_orgs.empty() &&
               changes.removed_sessions.empty() && changes.removed_courses.empty() &&
               changes.removed_classes.empty() && changes.removed_users.empty() &&
               changes.removed_affiliations.empty() && changes.removed_enrollments.empty();
    }
};

TEST_F(Import, AppliesAPackageOnceAndWritesItDown) {
    const auto plan = import(bulk_package(small_school()));
    EXPECT_EQ(plan.report.outcome, ImportOutcome::applied);
    EXPECT_EQ(plan.report.source, "test");
    EXPECT_EQ(plan.report.change_set.size(), 12U);
    EXPECT_EQ(load().users.size(), small_school().users.size());
    EXPECT_EQ(imports(), 1);
    EXPECT_EQ(
        count("SELECT count(*) FROM roster_imports WHERE report LIKE '%\"outcome\":\"applied\"%'"
              " AND report LIKE '%\"changeSet\":\"' || change_set || '\"%'"
              " AND digest = '0123456789abcdef'"),
        1);

    const auto again = import(bulk_package(small_school()));
    EXPECT_EQ(again.report.outcome, ImportOutcome::nothing_to_do);
    EXPECT_TRUE(says_nothing(again.changes));
    EXPECT_EQ(imports(), 1);
}

TEST_F(Import, ChangesNothingInADryRunButSaysWhatItWould) {
    const auto plan = import(bulk_package(small_school()), {.dry_run = true});
    EXPECT_EQ(plan.report.outcome, ImportOutcome::dry_run);
    EXPECT_TRUE(says_nothing(plan.changes));
    EXPECT_THAT(load().users, IsEmpty());
    EXPECT_EQ(imports(), 0);
    EXPECT_EQ(plan.report.counts.at(4).kind, "users");
    EXPECT_EQ(plan.report.counts.at(4).added, small_school().users.size());
    // The change set is the same as the one that is then applied.
    EXPECT_EQ(import(bulk_package(small_school())).report.change_set, plan.report.change_set);
}

TEST_F(Import, StopsAtTheGuardUntilSomebodyApproves) {
    import(bulk_package(small_school()));
    auto package = empty_package();
    package.users = {.mode = Mode::bulk, .records = {}};
    for (const bool dry_run : {false, true}) {
        const auto plan = import(package, {.dry_run = dry_run});
        EXPECT_EQ(plan.report.outcome, ImportOutcome::guarded);
        EXPECT_THAT(plan.report.message, HasSubstr("--approve"));
        EXPECT_TRUE(says_nothing(plan.changes));
    }
    EXPECT_EQ(load().users.size(), small_school().users.size());
    EXPECT_EQ(imports(), 1);

    const auto dry = import(package, {.dry_run = true, .approved = true});
    EXPECT_EQ(dry.report.outcome, ImportOutcome::dry_run);
    EXPECT_EQ(load().users.size(), small_school().users.size());

    EXPECT_EQ(import(package, {.approved = true}).report.outcome, ImportOutcome::applied);
    EXPECT_THAT(load().users, IsEmpty());
    EXPECT_THAT(load().enrollments, IsEmpty());
    EXPECT_EQ(load().classes.size(), small_school().classes.size());
}

TEST_F(Import, RefusesAPackageThatWasReadWithErrors) {
    const auto plan = import(bulk_package(small_school()), {.approved = true},
                             {{.file = "users.csv",
                               .row = 7,
                               .column = "email",
                               .code = "row.required",
                               .message = "!"}});
    EXPECT_EQ(plan.report.outcome, ImportOutcome::refused);
    EXPECT_THAT(plan.report.message, Not(IsEmpty()));
    EXPECT_TRUE(says_nothing(plan.changes));
    EXPECT_THAT(load().users, IsEmpty());
    EXPECT_EQ(imports(), 0);
}

TEST_F(Import, AppliesAPackageThatWasReadWithWarnings) {
    const auto plan =
        import(bulk_package(small_school()), {},
               {{.severity = oneroster::Severity::warning, .file = "users.csv", .code = "x"}});
    EXPECT_EQ(plan.report.outcome, ImportOutcome::applied);
    EXPECT_EQ(plan.report.diagnostics.size(), 1U);
}

TEST_F(Import, RefusesReferencesToWhatIsNotStored) {
    import(bulk_package(small_school()));
    auto package = empty_package();
    package.enrollments = {.mode = Mode::delta, .records = {enrolled("sam", "nowhere")}};
    const auto plan = import(package, {.approved = true});
    EXPECT_EQ(plan.report.outcome, ImportOutcome::refused);
    ASSERT_EQ(plan.report.diagnostics.size(), 1U);
    EXPECT_EQ(plan.report.diagnostics[0].code, "reference.missing_target");
    EXPECT_TRUE(says_nothing(plan.changes));
}

ImportReport full_report(ImportOutcome outcome) {
    return {.outcome = outcome,
            .message = "words \"quoted\"",
            .change_set = "abcdef012345",
            .source = "SIS",
            .counts = {{.kind = "users", .stored = 1, .added = 2, .changed = 3, .removed = 4},
                       {.kind = "orgs"}},
            .ignored_files = {"demographics.csv"},
            .diagnostics = {{.file = "users.csv",
                             .row = 7,
                             .column = "email",
                             .code = "row.required",
                             .message = "m"},
                            {.severity = oneroster::Severity::warning,
                             .file = "a.csv",
                             .code = "c",
                             .message = "n"}}};
}

TEST(ImportReport, ComesBackFromItsJson) {
    for (const auto outcome :
         {ImportOutcome::refused, ImportOutcome::guarded, ImportOutcome::nothing_to_do,
          ImportOutcome::dry_run, ImportOutcome::applied}) {
        const auto json = to_json(full_report(outcome));
        EXPECT_EQ(json.at("outcome"), to_string(outcome));
        const auto report = import_report_from_json(json);
        EXPECT_EQ(report.outcome, outcome);
        EXPECT_EQ(to_json(report), json);
        EXPECT_EQ(to_text(report), to_text(full_report(outcome)));
    }
}

TEST(ImportReport, IsRefusedWhereTheJsonSaysNothing) {
    EXPECT_EQ(import_report_from_json(nlohmann::ordered_json::object()).outcome,
              ImportOutcome::refused);
}

TEST(ImportReport, IsWrittenForPeople) {
    const auto text = to_text(full_report(ImportOutcome::applied));
    EXPECT_THAT(text, HasSubstr("error   users.csv row 7 column email: [row.required] m\n"));
    EXPECT_THAT(text, HasSubstr("warning a.csv: [c] n\n"));
    EXPECT_THAT(text, HasSubstr("not read: demographics.csv\n"));
    EXPECT_THAT(text, HasSubstr("users"));
    EXPECT_THAT(text, Not(HasSubstr("orgs")));
    EXPECT_THAT(text, testing::EndsWith("applied: change set abcdef012345\n"));
    EXPECT_THAT(to_text(full_report(ImportOutcome::dry_run)), HasSubstr("nothing was applied"));
    EXPECT_THAT(to_text(full_report(ImportOutcome::guarded)), HasSubstr("guard"));
}

}  // namespace
}  // namespace homeroom::campus
