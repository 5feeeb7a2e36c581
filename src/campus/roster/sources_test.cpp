// Two sources of one roster, and an edit beside them: what an import of each may do.
#include "campus/roster/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/import.h"
#include "campus/roster/test_roster_package.h"
#include "campus/roster/test_roster_store.h"

namespace homeroom::campus {
namespace {

using oneroster::Mode;
using testing::Contains;
using testing::Field;
using testing::IsEmpty;

TEST(Precedence, IsAListOfWhichTheFirstIsHighest) {
    const Precedence precedence{{"rest", "sis", "guests"}};
    EXPECT_TRUE(precedence.may_change("rest", "sis"));
    EXPECT_TRUE(precedence.may_change("sis", "sis"));
    EXPECT_FALSE(precedence.may_change("guests", "sis"));
    EXPECT_TRUE(precedence.may_change("guests", "no longer there"));
    EXPECT_FALSE(precedence.may_change("unknown", "guests"));
    EXPECT_TRUE(precedence.is_lowest("guests"));
}

TEST(Precedence, SaysUnderWhichNameAPackageIsImported) {
    EXPECT_EQ(*Precedence{}.of_import(""), "");
    EXPECT_FALSE(Precedence{}.of_import("sis").ok());
    const Precedence two{{"rest", "sis"}};
    EXPECT_EQ(*two.of_import(""), "sis");
    EXPECT_EQ(*two.of_import("sis"), "sis");
    EXPECT_FALSE(two.of_import("rest").ok());
    EXPECT_FALSE(two.of_import("other").ok());
    const Precedence three{{"rest", "sis", "guests"}};
    EXPECT_FALSE(three.of_import("").ok());
    EXPECT_EQ(*three.of_import("guests"), "guests");
}

TEST(SourceName, HasFewCharacters) {
    EXPECT_TRUE(is_source_name("sis-2_a"));
    for (const char* name : {"", "-sis", "Sis", "s s", "s:s"}) EXPECT_FALSE(is_source_name(name));
    EXPECT_FALSE(is_source_name(std::string(33, 'a')));
}

class Sources : public RosterStoreFixture {
protected:
    ImportReport import(const std::string& source, oneroster::Package package,
                        bool approved = false) {
        const oneroster::Reading reading{.package = std::move(package), .diagnostics = {}};
        const ImportOptions options{
            .approved = approved, .guard = {}, .precedence = precedence, .source = source};
        ImportPlan plan;
        const auto done = store->run_now([&](store::Transaction& transaction) -> Status {
            TRY(plan, plan_import(transaction, reading, options));
            return save_changes(transaction.db(), plan.changes);
        });
        EXPECT_TRUE(done.ok());
        return plan.report;
    }
    Status edit(const Directory::Changes& changes) {
        return store->run_now([&](store::Transaction& transaction) -> Status {
            TRY_OK(claim_edit(transaction, precedence, rest_source, changes));
            return save_changes(transaction.db(), changes);
        });
    }
    std::string owner(RecordKind kind, const char* id) {
        const auto claim = load_claim(store->db(), kind, id);
        EXPECT_TRUE(claim.ok());
        return claim_text(*claim);
    }
    bool has_enrollment(const std::string& id) {
        return find_record<Enrollment>(store->db(), id)->has_value();
    }
    static std::size_t held(const ImportReport& report, const std::string& kind) {
        for (const auto& count : report.counts) {
            if (count.kind == kind) return count.held;
        }
        return 0;
    }

    Precedence precedence{{"rest", "sis", "guests"}};
};

TEST_F(Sources, AnEditOutlivesTheNextImport) {
    import("sis", bulk_package(small_school()));
    EXPECT_EQ(owner(RecordKind::enrollment, "sam|physics"), "sis");
    auto teacher = enrolled("sam", "physics", Role::teacher);
    ASSERT_TRUE(edit(Edit{}.put(teacher).put(enrolled("sam", "art"))).ok());
    EXPECT_EQ(owner(RecordKind::enrollment, "sam|physics"), "rest");

    const auto report = import("sis", bulk_package(small_school()));
    EXPECT_EQ(report.outcome, ImportOutcome::nothing_to_do);
    EXPECT_EQ(held(report, "enrollments"), 1U);
    EXPECT_THAT(report.diagnostics, Contains(Field(&oneroster::Diagnostic::code, "source.held")));
    EXPECT_EQ((*find_record<Enrollment>(store->db(), "sam|physics"))->role, Role::teacher);
    EXPECT_TRUE(has_enrollment("sam|art")) << "a bulk file takes away its own records alone";
}

TEST_F(Sources, WhatAnEditTookAwayStaysAway) {
    import("sis", bulk_package(small_school()));
    ASSERT_TRUE(edit(Edit{}.remove_enrollment("sam|physics")).ok());
    EXPECT_EQ(owner(RecordKind::enrollment, "sam|physics"), "-rest");
    import("sis", bulk_package(small_school()));
    EXPECT_FALSE(has_enrollment("sam|physics"));
    // Until the claim is given up.
    ASSERT_TRUE(store
                    ->run_now([](store::Transaction& transaction) {
                        return save_claims(transaction.db(),
                                           {{RecordKind::enrollment, "sam|physics", {}}},
                                           transaction.at());
                    })
                    .ok());
    import("sis", bulk_package(small_school()));
    EXPECT_TRUE(has_enrollment("sam|physics"));
}

TEST_F(Sources, WhatHangsOnSomebodyTakenAwayIsNoFault) {
    import("sis", bulk_package(small_school()));
    ASSERT_TRUE(edit(Edit{}.remove_user("sam").remove_enrollment("sam|physics")).ok());
    const auto report = import("sis", bulk_package(small_school()));
    EXPECT_EQ(report.outcome, ImportOutcome::nothing_to_do);
    EXPECT_EQ(held(report, "users"), 1U);
    EXPECT_EQ(held(report, "enrollments"), 1U);
    auto delta = empty_package();
    delta.enrollments = {.mode = Mode::delta, .records = {enrolled("sam", "art")}};
    EXPECT_EQ(import("sis", delta).outcome, ImportOutcome::nothing_to_do);
}

TEST_F(Sources, AHigherSourceHasTheLastWordWhoeverComesFirst) {
    auto guests = empty_package();
    guests.users = {.mode = Mode::bulk, .records = {user("sam"), user("guest")}};
    guests.users.records.front().email = "sam@guests.example";
    import("guests", guests);
    EXPECT_EQ(owner(RecordKind::user, "sam"), "guests");
    import("sis", bulk_package(small_school()));
    EXPECT_EQ(owner(RecordKind::user, "sam"), "sis");
    import("guests", guests);
    EXPECT_EQ((*find_record<User>(store->db(), "sam"))->email, "");
    EXPECT_TRUE(find_record<User>(store->db(), "guest")->has_value())
        << "a bulk file of another source says nothing of him";
    // Each lets go of its own alone.
    guests.users.records = {user("guest2")};
    import("guests", guests, true);
    EXPECT_FALSE(find_record<User>(store->db(), "guest")->has_value());
    EXPECT_TRUE(find_record<User>(store->db(), "sam")->has_value());
}

TEST_F(Sources, WhatAHigherSourceLetGoIsNotBroughtBackByALower) {
    import("sis", bulk_package(small_school()));
    auto without = small_school();
    take_out(without.enrollments, "sam|physics");
    import("sis", bulk_package(without));
    EXPECT_EQ(owner(RecordKind::enrollment, "sam|physics"), "-sis");
    auto guests = empty_package();
    guests.enrollments = {.mode = Mode::delta, .records = {enrolled("sam", "physics")}};
    EXPECT_EQ(import("guests", guests).outcome, ImportOutcome::nothing_to_do);
    import("sis", bulk_package(small_school()));
    EXPECT_TRUE(has_enrollment("sam|physics"));
}

TEST_F(Sources, AnEditIsRefusedWhereASourceStandsAboveIt) {
    precedence = Precedence{{"sis", "rest"}};
    import("sis", bulk_package(small_school()));
    const auto refused = edit(Edit{}.put(enrolled("sam", "physics", Role::teacher)));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::conflict);
    EXPECT_TRUE(edit(Edit{}.put(enrolled("sam", "art"))).ok());
    EXPECT_TRUE(edit(Edit{}.remove_enrollment("sam|art")).ok());
    EXPECT_EQ(owner(RecordKind::enrollment, "sam|art"), "");
}

TEST_F(Sources, RemovingWhatIsNotThereLeavesNoClaim) {
    EXPECT_TRUE(edit(Edit{}.remove_enrollment("nobody|nothing")).ok());
    EXPECT_EQ(count("SELECT count(*) FROM roster_claims"), 0);
}

TEST_F(Sources, KeepNoClaimsWhereThereIsOne) {
    precedence = Precedence{};
    import("", bulk_package(small_school()));
    EXPECT_TRUE(edit(Edit{}.remove_enrollment("sam|physics")).ok());
    EXPECT_EQ(count("SELECT count(*) FROM roster_claims"), 0);
    import("", bulk_package(small_school()));
    EXPECT_TRUE(has_enrollment("sam|physics"));
}

TEST_F(Sources, OldRemovalsAreForgotten) {
    import("sis", bulk_package(small_school()));
    ASSERT_TRUE(edit(Edit{}.remove_enrollment("sam|physics")).ok());
    ASSERT_TRUE(drop_old_claims(store->db(), "2020-01-01T00:00:00.000Z", 100).ok());
    EXPECT_EQ(owner(RecordKind::enrollment, "sam|physics"), "-rest");
    ASSERT_TRUE(drop_old_claims(store->db(), "2999-01-01T00:00:00.000Z", 100).ok());
    EXPECT_EQ(owner(RecordKind::enrollment, "sam|physics"), "");
    EXPECT_EQ(owner(RecordKind::enrollment, "sue|physics"), "sis");
}

}  // namespace
}  // namespace homeroom::campus
