// What is kept of people in live classes, and how it goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/erasure.h"
#include "features/live/test_live.h"

namespace homeroom::features::live {
namespace {

class LivePersonalTest : public LiveFixture {
protected:
    LivePersonalTest() {
        run([](store::Transaction& transaction) -> Status {
            for (const auto& migration : campus::personal_data_migrations())
                TRY_OK(transaction.db().execute(migration.sql));
            return Ok{};
        });
        id = started();
        school.must("tim", "live:end", {{"live", id}});
    }
    void run(const store::Work& work) {
        std::promise<Status> done;
        ASSERT_TRUE(school.store->submit(
            {.work = work, .done = [&](const Status& status) { done.set_value(status); }}));
        const Status status = done.get_future().get();
        EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
    }
    Json exported(const std::string& user) {
        Json entries;
        run([&](store::Transaction& transaction) -> Status {
            for (const auto& list : personal_data().lists) {
                TRY(auto page, campus::read_personal_list(transaction.db(), list, user, ""));
                entries = std::move(page.entries);
            }
            return Ok{};
        });
        return entries;
    }
    void erase(const std::string& user) {
        run([&](store::Transaction& transaction) -> Status {
            for (const auto& rule : personal_data().erasing) {
                campus::EraseCall call{transaction, school.directory, user};
                bool more = true;
                while (more) {
                    TRY(more, rule.step(call));
                }
            }
            return Ok{};
        });
    }
    void expire(const std::string& before) {
        run([&](store::Transaction& transaction) -> Status {
            for (const auto& rule : personal_data().expiring) {
                campus::ExpireCall call{transaction, school.directory, before};
                bool more = true;
                while (more) {
                    TRY(more, rule.step(call));
                }
            }
            return Ok{};
        });
    }

    std::string id{};
};

TEST_F(LivePersonalTest, IsGivenToWhomItConcerns) {
    const Json mine = exported("tim");
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine[0].at("id"), id);
    EXPECT_EQ(mine[0].at("presented"), true);
    EXPECT_TRUE(exported("sam").empty()) << "who watched is kept nowhere";
}

TEST_F(LivePersonalTest, BecomesNobodys) {
    erase("tim");
    EXPECT_TRUE(exported("tim").empty());
    EXPECT_EQ(view("sam", id).at("host").at("name"), campus::erased_name);
    EXPECT_EQ(school.count("SELECT count(*) FROM live_classes WHERE 'tim' IN (host, presenter)"),
              0);
}

TEST_F(LivePersonalTest, GoesWithItsAge) {
    expire("2000-01-01T00:00:00.000Z");
    EXPECT_EQ(exported("tim").size(), 1U);
    const auto going_on = started();
    expire("9999-01-01T00:00:00.000Z");
    EXPECT_EQ(outcome("tim", "live:get", id), "not_found live");
    EXPECT_EQ(outcome("tim", "live:get", going_on), "ok") << "one that goes on stays";
    EXPECT_EQ(school.journalled(id), 0);
}

}  // namespace
}  // namespace homeroom::features::live
