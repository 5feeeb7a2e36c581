#include "campus/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "campus/test_surface.h"

namespace homeroom::campus {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr store::Migration test_migrations[] = {
    {"test/1", "CREATE TABLE carried_out (subject TEXT NOT NULL)"}};

Status note(DueCall& call) {
    TRY_OK(call.transaction.db()
               .statement("INSERT INTO carried_out (subject) VALUES (?)")
               .bind(1, call.subject)
               .run());
    return call.transaction.publish({.type = "noted",
                                     .audience = Audience::members("global").stored(),
                                     .body = Json{{"subject", call.subject}}.dump()});
}

// Notes it, and then fails: the note is undone.
Status fail(DueCall& call) {
    TRY_OK(note(call));
    return Error{Code::conflict, "as asked"};
}

Status again_in_an_hour(DueCall& call) {
    TRY_OK(note(call));
    return schedule(call.transaction, "again", call.subject,
                    WallTime{std::chrono::sys_days{some_monday}} + 1h);
}

class AScheduleTest : public testing::Test {
protected:
    AScheduleTest() {
        for (auto* one : {&plan, &restarted}) {
            one->on("note", note);
            one->on("fail", fail);
            one->on("again", again_in_an_hour);
        }
    }
    ~AScheduleTest() override { under.store->stop(); }

    WallTime now() const { return WallTime{std::chrono::milliseconds{now_.load()}}; }
    void pass(std::chrono::milliseconds time) { now_ += time.count(); }

    void command(const std::function<Status(store::Transaction&)>& work) {
        std::promise<bool> done;
        ASSERT_TRUE(under.store->submit(
            {.work = work, .done = [&](const Status& status) { done.set_value(status.ok()); }}));
        EXPECT_TRUE(done.get_future().get());
    }
    void plan_in(std::chrono::milliseconds wait, const char* subject, const char* kind = "note") {
        command([&](store::Transaction& transaction) {
            return schedule(transaction, kind, subject, now() + wait);
        });
    }
    // Looks, and waits until what it found is done.
    std::vector<std::string> look(Schedule& which) {
        which.look();
        while (which.busy()) std::this_thread::sleep_for(1ms);
        std::vector<std::string> subjects;
        for (const auto& event : under.events())
            subjects.push_back(Json::parse(event.payload).at("subject"));
        return subjects;
    }
    std::vector<std::string> look() { return look(plan); }
    std::int64_t waiting() { return under.count("SELECT count(*) FROM schedule"); }

    SurfaceUnderTest under{[](Surface&) {}, {schedule_migrations(), test_migrations}};

private:
    std::atomic<std::int64_t> now_{
        WallTime{std::chrono::sys_days{some_monday}}.time_since_epoch().count()};

protected:
    Schedule plan{*under.store, under.directory, [this] { return now(); }};
    Schedule restarted{*under.store, under.directory, [this] { return now(); }};
};

TEST_F(AScheduleTest, DoesWhatIsDueOnceAndNothingBefore) {
    plan_in(1h, "a");
    plan_in(2h, "b");
    EXPECT_THAT(look(), IsEmpty());
    pass(1h - 1ms);
    EXPECT_THAT(look(), IsEmpty());
    pass(1ms);
    EXPECT_THAT(look(), ElementsAre("a"));
    EXPECT_THAT(look(), IsEmpty());
    EXPECT_EQ(waiting(), 1);
    pass(24h);
    EXPECT_THAT(look(), ElementsAre("b"));
    EXPECT_EQ(under.count("SELECT count(*) FROM carried_out"), 2);
}

TEST_F(AScheduleTest, KeepsWhatIsDueInTheOrderOfTime) {
    plan_in(3h, "c");
    plan_in(1h, "a");
    plan_in(2h, "b");
    pass(24h);
    EXPECT_THAT(look(), ElementsAre("a", "b", "c"));
}

TEST_F(AScheduleTest, IsNotConfusedByAClockThatJumps) {
    plan_in(1h, "a");
    pass(-48h);
    EXPECT_THAT(look(), IsEmpty());
    pass(48h + 1h);
    EXPECT_THAT(look(), ElementsAre("a"));
    pass(-24h);
    EXPECT_THAT(look(), IsEmpty());
    pass(48h);
    EXPECT_THAT(look(), IsEmpty()) << "nothing happens twice";
}

TEST_F(AScheduleTest, MovesAndTakesBack) {
    plan_in(1h, "a");
    plan_in(3h, "a");
    plan_in(1h, "b");
    command([](store::Transaction& transaction) { return unschedule(transaction, "note", "b"); });
    pass(2h);
    EXPECT_THAT(look(), IsEmpty());
    pass(1h);
    EXPECT_THAT(look(), ElementsAre("a"));
}

TEST_F(AScheduleTest, SharesItsRowsWithTheNextProcess) {
    plan_in(1h, "a");
    pass(2h);
    EXPECT_THAT(look(restarted), ElementsAre("a"));
    EXPECT_THAT(look(), IsEmpty());
}

TEST_F(AScheduleTest, UndoesAndRepeatsWhatFailsAndGivesUpInTheEnd) {
    plan_in(0ms, "a", "fail");
    plan_in(0ms, "b");
    EXPECT_THAT(look(), ElementsAre("b")) << "one that fails keeps no other";
    EXPECT_EQ(waiting(), 1);
    EXPECT_EQ(under.count("SELECT attempts FROM schedule"), 1);
    EXPECT_THAT(look(), IsEmpty());
    EXPECT_EQ(under.count("SELECT attempts FROM schedule"), 1) << "it waits first";
    for (int i = 0; i < limits::schedule_attempts_max - 1; ++i) {
        pass(limits::schedule_retry_longest);
        EXPECT_THAT(look(), IsEmpty());
    }
    EXPECT_EQ(waiting(), 0);
    EXPECT_EQ(under.count("SELECT count(*) FROM carried_out"), 1);
}

TEST_F(AScheduleTest, LetsAHandlerPlanItselfAgain) {
    plan_in(0ms, "a", "again");
    EXPECT_THAT(look(), ElementsAre("a"));
    EXPECT_THAT(look(), IsEmpty());
    pass(1h);
    EXPECT_THAT(look(), ElementsAre("a"));
}

TEST_F(AScheduleTest, TakesNoMoreThanABatchAtOnce) {
    command([&](store::Transaction& transaction) -> Status {
        for (std::size_t i = 0; i < limits::schedule_batch_max + 1; ++i)
            TRY_OK(schedule(transaction, "note", std::to_string(i), now()));
        return Ok{};
    });
    std::size_t done = look().size();
    EXPECT_LE(done, limits::schedule_batch_max);
    for (int i = 0; i < 100 && done <= limits::schedule_batch_max; ++i) done += look().size();
    EXPECT_EQ(done, limits::schedule_batch_max + 1);
}

TEST_F(AScheduleTest, LooksByItself) {
    plan_in(0ms, "a");
    plan.start();
    std::int64_t done = 0;
    for (int i = 0; i < 1'000 && done == 0; ++i) {
        std::this_thread::sleep_for(10ms);
        done = under.count("SELECT count(*) FROM carried_out");
    }
    EXPECT_EQ(done, 1);
    plan.stop();
}

}  // namespace
}  // namespace homeroom::campus
