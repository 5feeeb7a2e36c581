#include "campus/following.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "base/limits.h"
#include "campus/audience.h"
#include "campus/commit_listeners.h"
#include "campus/test_surface.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr store::Migration test_migrations[] = {{"test/1",
                                                 "CREATE TABLE followed (place INTEGER PRIMARY "
                                                 "KEY, seq INTEGER NOT NULL, step TEXT NOT NULL)"}};

// Writes down what it is given. "long" takes three steps, "bad" fails always, "weak" at first.
class Notes final : public Follower {
public:
    bool concerns(const store::JournalEvent& event) const override {
        return event.type != "nothing" && event.type != "derived";
    }
    Result<std::optional<std::string>> follow(FollowCall& call) override {
        TRY_OK(call.transaction.db()
                   .statement("INSERT INTO followed (seq, step) VALUES (?, ?)")
                   .bind_all(static_cast<std::int64_t>(call.event.seq), call.position)
                   .run());
        TRY_OK(call.transaction.publish(
            {.type = "derived", .audience = Audience::members("global").stored(), .body = "{}"}));
        if (call.event.type == "bad" || (call.event.type == "weak" && ++weak == 1))
            return Error{Code::internal, "as asked"};
        if (call.event.type != "long" || call.position == "two")
            return std::optional<std::string>{};
        return std::optional<std::string>{call.position.empty() ? "one" : "two"};
    }
    int weak = 0;
};

class FollowingTest : public testing::Test {
protected:
    ~FollowingTest() override {
        if (store_) store_->stop();
    }
    // A server's start; what was under way is finished or never was.
    void start() {
        const store::Migration migrations[] = {following_migrations()[0], test_migrations[0]};
        auto opened = store::Store::open({.directory = files_.path(),
                                          .durability = store::Durability::normal,
                                          .postgres = store::test_postgres(files_.path())},
                                         migrations);
        ASSERT_TRUE(opened.ok());
        store_ = std::move(opened).value();
        following_ = std::make_unique<Following>(*store_, directory_, "notes", notes_);
        ASSERT_TRUE(following_->prepare().ok());
        listeners_ = std::make_unique<CommitListeners>(
            std::vector<store::CommitListener*>{&heard_, following_.get()});
        store_->start(*listeners_);
    }
    void end() {
        store_->stop();
        following_.reset();
        store_.reset();
    }
    void publish(const std::vector<const char*>& types) {
        std::promise<bool> done;
        ASSERT_TRUE(store_->submit(
            {.work = [&](store::Transaction& transaction) -> Status {
                 for (const char* type : types)
                     TRY_OK(transaction.publish({.type = type,
                                                 .audience = Audience::members("global").stored(),
                                                 .body = "{}"}));
                 return Ok{};
             },
             .done = [&](const Status& status) { done.set_value(status.ok()); }}));
        ASSERT_TRUE(done.get_future().get());
    }
    // What was followed so far, "seq step", once nothing is under way.
    std::vector<std::string> followed() {
        following_->look();
        while (following_->busy()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        std::promise<std::vector<std::string>> read;
        EXPECT_TRUE(store_->submit_read([&](Result<store::Database*> db) {
            auto select = (*db)->statement("SELECT seq, step FROM followed ORDER BY place");
            std::vector<std::string> lines;
            while (select.step().value())
                lines.push_back(std::to_string(select.number(0)) + " " +
                                std::string{select.text(1)});
            read.set_value(std::move(lines));
        }));
        return read.get_future().get();
    }

    store::TemporaryDirectory files_;
    Directory directory_;
    Notes notes_;
    HeardEvents heard_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Following> following_;
    std::unique_ptr<CommitListeners> listeners_;
};

TEST_F(FollowingTest, FollowsEachEventOnceInOrder) {
    start();
    publish({"a", "nothing", "b"});
    EXPECT_THAT(followed(), ElementsAre("1 ", "3 "));
    publish({"c"});
    EXPECT_THAT(followed(), ElementsAre("1 ", "3 ", "6 "));
    EXPECT_THAT(followed(), ElementsAre("1 ", "3 ", "6 "));
}

TEST_F(FollowingTest, GoesOnWhereItWasAfterAStart) {
    start();
    publish({"a"});
    followed();
    end();
    start();
    publish({"b"});
    EXPECT_THAT(followed(), ElementsAre("1 ", "3 "));
}

TEST_F(FollowingTest, BeginsWhereTheJournalEnds) {
    start();
    publish({"a"});
    followed();
    end();
    {
        const store::Migration migrations[] = {following_migrations()[0], test_migrations[0]};
        auto opened = store::Store::open(
            {.directory = files_.path(), .postgres = store::test_postgres(files_.path())},
            migrations);
        ASSERT_TRUE(opened.ok());
        Following late(**opened, directory_, "late", notes_);
        ASSERT_TRUE(late.prepare().ok());
        auto select = (*opened)->db().statement("SELECT seq FROM journal_followers WHERE name = ?");
        select.bind(1, std::string_view{"late"});
        ASSERT_TRUE(select.step().value());
        EXPECT_EQ(select.number(0), 2);
    }
    start();
}

TEST_F(FollowingTest, TakesALongEventInSteps) {
    start();
    publish({"long", "a"});
    EXPECT_THAT(followed(), ElementsAre("1 ", "1 one", "1 two", "2 "));
}

TEST_F(FollowingTest, ManyEventsTakeManyCommands) {
    start();
    const std::size_t many = 3 * limits::follower_events_per_step_max + 1;
    publish(std::vector<const char*>(many, "a"));
    EXPECT_EQ(followed().size(), many);
}

TEST_F(FollowingTest, LeavesOutWhatCannotBeFollowed) {
    start();
    publish({"a", "bad", "weak", "b"});
    EXPECT_THAT(followed(), ElementsAre("1 ", "3 ", "4 "));
    publish({"c"});
    EXPECT_EQ(followed().size(), 4U);
}

TEST_F(FollowingTest, PassesOverWhatWasForgotten) {
    start();
    std::promise<void> done;
    ASSERT_TRUE(store_->submit({.work = [&](store::Transaction& transaction) -> Status {
                                    TRY_OK(transaction.publish(
                                        {.type = "nothing",
                                         .audience = Audience::members("global").stored(),
                                         .body = "{}",
                                         .subject = "x"}));
                                    return transaction.forget("x");
                                },
                                .done = [&](const Status&) { done.set_value(); }}));
    done.get_future().wait();
    EXPECT_THAT(followed(), IsEmpty());
}

}  // namespace
}  // namespace homeroom::campus
