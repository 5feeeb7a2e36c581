// For tests: a store with the roster's tables and a directory beside it, kept in step.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "campus/groups/group_records.h"
#include "campus/roster/roster_store.h"
#include "campus/roster/test_roster.h"
#include "campus/surface.h"
#include "store/store.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::campus {

class RosterStoreFixture : public testing::Test {
protected:
    static std::vector<store::Migration> migrations() {
        const auto roster = roster_migrations();
        std::vector<store::Migration> all{roster.begin(), roster.end()};
        const auto surface = surface_migrations();  // an import is in the audit log
        all.insert(all.end(), surface.begin(), surface.end());
        const auto groups = group_migrations();  // an undo asks whether there are any
        all.insert(all.end(), groups.begin(), groups.end());
        return all;
    }
    RosterStoreFixture() {
        auto opened = store::Store::open(
            {.directory = files.path(), .postgres = store::test_postgres(files.path())},
            migrations());
        EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
        store = std::move(opened).value();
    }

    void save(const Directory::Changes& changes) {
        const auto saved = store->run_now([&](store::Transaction& transaction) {
            return save_changes(transaction.db(), changes);
        });
        ASSERT_TRUE(saved.ok()) << saved.error().message;
    }
    void save(Directory::Records records) {
        Directory::Changes changes;
        changes.upserts = std::move(records);
        save(changes);
    }
    Directory::Records load() {
        auto records = load_roster(store->db());
        EXPECT_TRUE(records.ok());
        return std::move(records).value();
    }
    std::int64_t count(const char* sql) {
        auto select = store->db().statement(sql);
        EXPECT_TRUE(select.step().ok());
        return select.number(0);
    }

    store::TemporaryDirectory files;
    std::unique_ptr<store::Store> store;
};

}  // namespace homeroom::campus
