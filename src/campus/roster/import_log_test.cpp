// Imports and the way back.
#include "campus/roster/import_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/import.h"
#include "campus/roster/record_text.h"
#include "campus/roster/test_roster_package.h"
#include "campus/roster/test_roster_store.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ImportLog : public RosterStoreFixture {
protected:
    ImportLog() { import(small_school()); }

    ImportReport import(Directory::Records records) {
        const oneroster::Reading reading{.package = bulk_package(std::move(records)),
                                         .diagnostics = {}};
        return carry_out([&](store::Transaction& transaction) {
            return plan_import(transaction, reading, options);
        });
    }
    ImportReport undo(std::int64_t number) {
        return carry_out([&](store::Transaction& transaction) {
            return plan_undo(transaction, number, options);
        });
    }
    // The words of an undo that is no plan at all.
    std::string undo_error(std::int64_t number) {
        const auto done = store->run_now([&](store::Transaction& transaction) -> Status {
            TRY([[maybe_unused]] const auto plan, plan_undo(transaction, number, options));
            return Ok{};
        });
        return done.ok() ? "" : std::string{to_string(done.error().code)};
    }
    // Every record as a text, in order.
    std::vector<std::string> everything() {
        std::vector<std::string> texts;
        Directory::Changes as_changes;
        as_changes.upserts = load();
        for_each_kind(as_changes, [&](RecordKind, const auto& list, const auto&) {
            for (const auto& one : list) texts.push_back(record_text(one));
        });
        return texts;
    }
    nlohmann::ordered_json list() {
        auto listed = list_imports(store->db());
        EXPECT_TRUE(listed.ok());
        return (*listed)["imports"];
    }

    ImportOptions options{.approved = true, .guard = {}, .by = "a test"};

private:
    template <typename Plan>
    ImportReport carry_out(const Plan& make) {
        ImportPlan plan;
        const auto done = store->run_now([&](store::Transaction& transaction) -> Status {
            TRY(plan, make(transaction));
            return save_changes(transaction.db(), plan.changes);
        });
        EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().message);
        return plan.report;
    }
};

// Added, changed and removed, with all that hangs on it.
Directory::Records another_year() {
    auto records = small_school();
    take_out(records.enrollments, "sam|physics");
    take_out(records.users, "pat");
    take_out(records.enrollments, "pat|art");
    records.users.front().email = "sam@new.example";
    records.users.push_back(user("new"));
    records.classes.push_back(class_in("music", "", "south"));
    records.enrollments.push_back(enrolled("new", "music"));
    return records;
}

TEST_F(ImportLog, UndoPutsBackExactlyWhatTheImportChanged) {
    const auto before = everything();
    EXPECT_EQ(import(another_year()).import, 2);
    const auto between = everything();
    EXPECT_NE(between, before);
    const auto undone = undo(2);
    EXPECT_EQ(undone.outcome, ImportOutcome::applied);
    EXPECT_EQ(undone.import, 3);
    EXPECT_EQ(everything(), before);
    // An undo is an import, and can be taken back.
    EXPECT_EQ(undo(3).outcome, ImportOutcome::applied);
    EXPECT_EQ(everything(), between);
    EXPECT_EQ(undo(2).outcome, ImportOutcome::applied);
    EXPECT_EQ(everything(), before);
}

TEST_F(ImportLog, UndoLeavesAloneWhatCameSince) {
    import(another_year());
    save(Edit{}.put(enrolled("sue", "art")));
    EXPECT_EQ(undo(2).outcome, ImportOutcome::applied);
    EXPECT_TRUE(find_record<Enrollment>(store->db(), "sue|art")->has_value());
    EXPECT_TRUE(find_record<User>(store->db(), "pat")->has_value());
}

TEST_F(ImportLog, UndoIsRefusedWhereTheRecordHasChangedSince) {
    import(another_year());
    auto sam = user("sam");
    sam.email = "by hand";
    save(Edit{}.put(sam));
    const auto before = everything();
    const auto report = undo(2);
    EXPECT_EQ(report.outcome, ImportOutcome::refused);
    ASSERT_EQ(report.diagnostics.size(), 1U);
    EXPECT_EQ(report.diagnostics[0].code, "undo.conflict");
    EXPECT_EQ(report.diagnostics[0].file, "users");
    EXPECT_THAT(report.diagnostics[0].message, HasSubstr("sam"));
    EXPECT_EQ(everything(), before);
    EXPECT_EQ(list().size(), 2U);
}

TEST_F(ImportLog, UndoIsRefusedWhereSomethingHangsOnWhatWouldGo) {
    import(another_year());
    save(Edit{}.put(enrolled("sue", "music")));
    const auto report = undo(2);
    EXPECT_EQ(report.outcome, ImportOutcome::refused);
    ASSERT_EQ(report.diagnostics.size(), 1U);
    EXPECT_THAT(report.diagnostics[0].message, HasSubstr("sue|music"));
}

TEST_F(ImportLog, UndoIsRefusedWhereWhatItBringsBackHasNothingToHangOn) {
    auto records = small_school();
    take_out(records.enrollments, "pat|art");
    import(records);
    save(Edit{}.remove_user("pat"));
    const auto report = undo(2);
    EXPECT_EQ(report.outcome, ImportOutcome::refused);
    EXPECT_THAT(report.diagnostics, ElementsAre(testing::Field(&oneroster::Diagnostic::code,
                                                               "reference.missing_target")));
}

TEST_F(ImportLog, UndoAsksTheGuardAndMayBeTriedDry) {
    options.approved = false;
    EXPECT_EQ(undo(1).outcome, ImportOutcome::guarded);
    import(another_year());
    options.dry_run = true;
    EXPECT_EQ(undo(2).outcome, ImportOutcome::dry_run);
    options = {.approved = true, .guard = {}};
    EXPECT_EQ(undo(2).outcome, ImportOutcome::applied);
    EXPECT_EQ(undo(1).outcome, ImportOutcome::applied);
    EXPECT_THAT(everything(), IsEmpty());
}

TEST_F(ImportLog, UndoIsOnlyOfWhatIsInTheListAndNotUndone) {
    EXPECT_EQ(undo_error(7), "not_found");
    import(another_year());
    undo(2);
    EXPECT_EQ(undo_error(2), "conflict");
}

TEST_F(ImportLog, ListsWhoDidWhatAndWhen) {
    import(another_year());
    undo(2);
    const auto imports = list();
    ASSERT_EQ(imports.size(), 3U);
    EXPECT_EQ(imports[0]["import"], 3);
    EXPECT_EQ(imports[0]["undoes"], 2);
    EXPECT_EQ(imports[0]["undoable"], true);
    EXPECT_EQ(imports[1]["undoneBy"], 3);
    EXPECT_EQ(imports[1]["undoable"], false);
    EXPECT_EQ(imports[1]["by"], "a test");
    EXPECT_EQ(imports[1]["source"], "test");
    EXPECT_EQ(imports[1]["digest"], "0123456789abcdef");
    EXPECT_EQ(imports[1]["counts"][4]["kind"], "users");
    EXPECT_EQ(imports[1]["counts"][4]["added"], 1);
    EXPECT_EQ(imports[1]["counts"][4]["changed"], 1);
    EXPECT_EQ(imports[1]["counts"][4]["removed"], 1);
}

TEST_F(ImportLog, OnlyTheLastCanBeUndone) {
    for (std::int64_t i = 0; i < imports_undoable_max; ++i) {
        auto records = small_school();
        records.users.front().email = std::to_string(i);
        import(records);
    }
    EXPECT_EQ(undo_error(1), "conflict");
    EXPECT_EQ(list().back()["undoable"], false);
    EXPECT_GT(count("SELECT count(*) FROM roster_import_changes WHERE import = 1"), 3);
    ASSERT_TRUE(drop_old_changes(store->db(), 3).ok());
    EXPECT_GT(count("SELECT count(*) FROM roster_import_changes WHERE import = 1"), 0);
    ASSERT_TRUE(drop_old_changes(store->db(), 1'000).ok());
    EXPECT_EQ(count("SELECT count(*) FROM roster_import_changes WHERE import = 1"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM roster_import_changes WHERE import = 2"), 1);
}

TEST_F(ImportLog, ForgetsAPersonWhoIsErased) {
    import(another_year());
    EXPECT_EQ(count("SELECT count(*) FROM roster_import_changes WHERE before LIKE '%pat%'"), 2);
    ASSERT_TRUE(store
                    ->run_now([](store::Transaction& transaction) {
                        return forget_person(transaction.db(), "pat");
                    })
                    .ok());
    EXPECT_EQ(count("SELECT count(*) FROM roster_import_changes WHERE before LIKE '%pat%'"), 0);
    EXPECT_EQ(undo(2).outcome, ImportOutcome::applied);
    EXPECT_FALSE(find_record<User>(store->db(), "pat")->has_value());
    EXPECT_TRUE(find_record<Enrollment>(store->db(), "sam|physics")->has_value());
}

TEST_F(ImportLog, UndoGivesClaimsBack) {
    options.precedence = Precedence{{"rest", "sis"}};
    options.source = "sis";
    import(another_year());
    const auto claim = [&](RecordKind kind, const char* id) {
        return claim_text(*load_claim(store->db(), kind, id));
    };
    EXPECT_EQ(claim(RecordKind::user, "new"), "sis");
    EXPECT_EQ(claim(RecordKind::user, "sue"), "sis");
    EXPECT_EQ(undo(2).outcome, ImportOutcome::applied);
    EXPECT_EQ(claim(RecordKind::user, "new"), "");
    EXPECT_EQ(claim(RecordKind::user, "sue"), "");
}

}  // namespace
}  // namespace homeroom::campus
