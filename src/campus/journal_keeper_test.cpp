#include "campus/journal_keeper.h"

#include <gtest/gtest.h>
#include <thread>

#include "campus/following.h"
#include "store/test_store.h"

namespace homeroom::campus {
namespace {

using namespace std::chrono_literals;

class JournalKeeperTest : public testing::Test {
protected:
    JournalKeeperTest() : store_(store::open_notes(files_.path())) {}

    void write(int events, std::size_t bytes) {
        ASSERT_TRUE(store_
                        ->run_now([&](store::Transaction& transaction) -> Status {
                            const store::EventDraft draft{
                                .type = "x",
                                .audience = {"room-1", "room", {}},
                                .body = R"({"text":")" + std::string(bytes, 'x') + R"("})"};
                            for (int i = 0; i < events; ++i) TRY_OK(transaction.publish(draft));
                            return Ok{};
                        })
                        .ok());
    }
    void begin(JournalKeeper::Options options) {
        keeper_ = std::make_unique<JournalKeeper>(
            *store_, options, std::vector<JournalKeeper::Waiting>{[this](store::Database&) {
                return Result<std::string>{waiting_};
            }});
        store_->start(record_);
    }
    // Until there is nothing more to drop.
    JournalKeeper::Figures figures_at(std::chrono::milliseconds later) {
        do {
            const int batches = record_.batches();
            keeper_->look(wall_now() + later);
            while (record_.batches() == batches) std::this_thread::sleep_for(1ms);
        } while (keeper_->has_more());
        return keeper_->figures();
    }
    static double size(double text) { return text + 160 + journal_row_bytes; }

    store::TemporaryDirectory files_{};
    store::Record record_{};
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<JournalKeeper> keeper_{};
    std::string waiting_{};
};

TEST_F(JournalKeeperTest, WhatIsTooOldGoes) {
    write(100, 10);
    begin({.keep = 1h, .promised = 1h});
    EXPECT_EQ(figures_at(59min).events, 100u);
    const auto figures = figures_at(61min);
    EXPECT_EQ(figures.events, 0u);
    EXPECT_EQ(figures.dropped_for_age, 100u);
    EXPECT_EQ(figures.dropped_for_size, 0u);
}

TEST_F(JournalKeeperTest, TheOldestOfTooManyGo) {
    write(1000, 1000);
    begin({.keep = 24h, .bytes_max = 500 * size(1000), .promised = 1h});
    EXPECT_EQ(figures_at(59min).events, 1000u) << "they are promised";
    const auto figures = figures_at(61min);
    EXPECT_NEAR(static_cast<double>(figures.events), 500, 20);
    EXPECT_LE(figures.bytes, 500 * size(1000));
    EXPECT_EQ(figures.events + figures.dropped_for_size, 1000u);
    const auto again = figures_at(61min);
    EXPECT_EQ(again.events, figures.events) << "and no more than that";
}

TEST_F(JournalKeeperTest, WhatSomebodyHasYetToReadStays) {
    write(100, 1000);
    waiting_ = to_rfc3339(wall_now() - 1h);
    begin({.keep = 1h, .bytes_max = 1, .promised = 1h});
    EXPECT_EQ(figures_at(2h).events, 100u);
    waiting_.clear();
    EXPECT_EQ(figures_at(2h).events, 0u);
}

TEST_F(JournalKeeperTest, ALongJournalIsEstimated) {
    write(30'000, 100);
    write(30'000, 900);
    begin({.keep = 24h, .promised = 24h});
    const auto figures = figures_at(0h);
    EXPECT_NEAR(figures.bytes, 30'000 * size(100) + 30'000 * size(900), 30'000 * size(500) * 0.1);
}

TEST_F(JournalKeeperTest, MoreThanAtOnceIsDroppedInTurns) {
    write(50'000, 10);
    begin({.keep = 1h, .promised = 1h});
    keeper_->look(wall_now() + 2h);
    while (keeper_->figures().dropped_for_age == 0) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(keeper_->figures().dropped_for_age, 20'000u);
    EXPECT_EQ(figures_at(2h).dropped_for_age, 50'000u);
}

}  // namespace
}  // namespace homeroom::campus
