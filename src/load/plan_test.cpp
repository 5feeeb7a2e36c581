#include "load/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace homeroom::load {
namespace {

using testing::HasSubstr;

Plan plan_of(Scenario scenario, Application application = Application::rooms) {
    Plan plan;
    plan.scenario = scenario;
    plan.application = application;
    plan.url = "http://127.0.0.1:8080";
    if (application == Application::campus) plan.data = "data";
    return plan;
}

std::string fault_of(const Plan& plan) {
    const auto completed = complete(plan);
    if (completed.ok()) return "none";
    EXPECT_EQ(completed.error().code, Code::invalid);
    return completed.error().message;
}

TEST(Plan, FillsInWhatTheScenarioHas) {
    const auto fanout = complete(plan_of(Scenario::fanout));
    ASSERT_TRUE(fanout.ok()) << fanout.error().message;
    EXPECT_EQ(fanout->connections, 1'000U);
    EXPECT_EQ(fanout->in_flight, 16U);
    EXPECT_EQ(fanout->room, "bench");
    EXPECT_EQ(fanout->processes, 1U);
    EXPECT_EQ(fanout->addresses, 0U);
    const auto lecture = complete(plan_of(Scenario::lecture, Application::campus));
    ASSERT_TRUE(lecture.ok());
    EXPECT_EQ(lecture->rate, 50);
    EXPECT_EQ(lecture->room, "");
}

TEST(Plan, RoomsAreConnectionsByTheirSize) {
    auto plan = plan_of(Scenario::rooms);
    auto completed = complete(plan);
    ASSERT_TRUE(completed.ok());
    EXPECT_EQ(completed->connections, 18'000U);
    plan.connections = 90;
    completed = complete(plan);
    ASSERT_TRUE(completed.ok());
    EXPECT_EQ(completed->rooms, 3U);
}

TEST(Plan, EachConnectionIsOfOneProcess) {
    auto plan = plan_of(Scenario::fanout);
    plan.connections = 101;
    plan.processes = 7;
    const auto completed = complete(plan);
    ASSERT_TRUE(completed.ok());
    EXPECT_EQ(completed->first(0), 0U);
    EXPECT_EQ(completed->first(7), 101U);
    for (std::uint32_t i = 0; i < 101; ++i) {
        const std::uint32_t process = completed->process_of(i);
        EXPECT_LE(completed->first(process), i);
        EXPECT_LT(i, completed->first(process + 1));
    }
}

TEST(Plan, SpreadsManyOverLoopbackAddresses) {
    auto plan = plan_of(Scenario::idle);
    plan.connections = 12'001;
    auto completed = complete(plan);
    ASSERT_TRUE(completed.ok()) << completed.error().message;
    EXPECT_EQ(completed->addresses, 2U);
    plan.addresses = 5;
    completed = complete(plan);
    ASSERT_TRUE(completed.ok());
    EXPECT_EQ(completed->addresses, 5U);
}

TEST(Plan, SaysWhatIsWrong) {
    auto plan = plan_of(Scenario::fanout);
    plan.url = "";
    EXPECT_THAT(fault_of(plan), HasSubstr("--url is missing"));
    plan = plan_of(Scenario::fanout);
    plan.payload = 10;
    EXPECT_THAT(fault_of(plan), HasSubstr("--payload must be at least 64"));
    plan.scenario = Scenario::echo;
    EXPECT_EQ(fault_of(plan), "none");
    plan.payload = 900'001;
    EXPECT_THAT(fault_of(plan), HasSubstr("--payload must be at most 900000"));
    plan = plan_of(Scenario::fanout);
    plan.duration = 0;
    EXPECT_THAT(fault_of(plan), HasSubstr("--duration"));
    plan = plan_of(Scenario::echo);
    plan.rate = 5;
    EXPECT_THAT(fault_of(plan), HasSubstr("--rate is for"));
    plan = plan_of(Scenario::slow);
    plan.stalled = 99;
    EXPECT_THAT(fault_of(plan), HasSubstr("leaves no speaker"));
    EXPECT_THAT(fault_of(plan_of(Scenario::feed)), HasSubstr("--app campus"));
    plan = plan_of(Scenario::fanout, Application::campus);
    plan.data = "";
    EXPECT_THAT(fault_of(plan), HasSubstr("must sign in"));
    plan.data = "a";
    plan.tokens_file = "b";
    EXPECT_THAT(fault_of(plan), HasSubstr("one of the three"));
    plan = plan_of(Scenario::idle);
    plan.connections = 1'000'001;
    EXPECT_THAT(fault_of(plan), HasSubstr("--connections"));
}

TEST(Plan, RefusesNumbersThatNobodyMeant) {
    auto plan = plan_of(Scenario::slow);
    plan.stalled = UINT32_MAX;
    EXPECT_THAT(fault_of(plan), HasSubstr("leaves no speaker"));
    plan = plan_of(Scenario::fanout);
    plan.server_pid = -5;
    EXPECT_THAT(fault_of(plan), HasSubstr("--server-pid"));
    for (const double rate : {1e-9, -1.0, 1e7, std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()}) {
        plan = plan_of(Scenario::fanout);
        plan.rate = rate;
        EXPECT_THAT(fault_of(plan), HasSubstr("--rate must be 0.001 to")) << rate;
    }
    for (const auto number : {UINT32_MAX, UINT32_MAX - 1}) {
        plan = plan_of(Scenario::rooms);
        plan.rooms = number;
        EXPECT_THAT(fault_of(plan), HasSubstr("--rooms")) << number;
        plan = plan_of(Scenario::rooms);
        plan.room_size = number;
        EXPECT_THAT(fault_of(plan), HasSubstr("--connections")) << number;
        plan = plan_of(Scenario::fanout);
        plan.in_flight = number;
        EXPECT_THAT(fault_of(plan), HasSubstr("--in-flight")) << number;
        plan = plan_of(Scenario::fanout);
        plan.processes = number;
        EXPECT_THAT(fault_of(plan), HasSubstr("--processes")) << number;
        plan = plan_of(Scenario::fanout);
        plan.addresses = number;
        EXPECT_THAT(fault_of(plan), HasSubstr("--addresses")) << number;
    }
}

TEST(Plan, KnowsItsScenariosByName) {
    for (const char* name : {"fanout", "rooms", "echo", "idle", "connect", "feed", "lecture",
                             "exam", "slow", "restart"}) {
        const auto scenario = scenario_named(name);
        ASSERT_TRUE(scenario.ok());
        EXPECT_EQ(to_string(*scenario), name);
    }
    const auto unknown = scenario_named("fan-out");
    ASSERT_FALSE(unknown.ok());
    EXPECT_THAT(unknown.error().message, HasSubstr("there are fanout, rooms, echo"));
}

TEST(Target, ReadsAnAddress) {
    const auto target = parse_target("http://127.0.0.1:8080");
    ASSERT_TRUE(target.ok()) << target.error().message;
    EXPECT_EQ(target->port, 8080);
    EXPECT_TRUE(target->loopback);
    EXPECT_THAT(target->upgrade_request(),
                HasSubstr("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"));
    const auto six = parse_target("ws://[::1]:9/chat");
    ASSERT_TRUE(six.ok()) << six.error().message;
    EXPECT_EQ(six->path, "/chat/");
    EXPECT_EQ(six->host, "[::1]:9");
    EXPECT_TRUE(six->loopback);
    const auto plain = parse_target("http://10.1.2.3/");
    ASSERT_TRUE(plain.ok());
    EXPECT_EQ(plain->port, 80);
    EXPECT_FALSE(plain->loopback);
}

TEST(Target, SaysWhatIsWrongWithAnAddress) {
    for (const char* url : {"", "127.0.0.1:80", "http://", "http://:80", "http://h:0", "http://h:x",
                            "http://h:70000", "http://a b", "http://127.0.0.1/?a=b"}) {
        EXPECT_FALSE(parse_target(url).ok()) << url;
    }
    const auto secure = parse_target("https://school.example");
    ASSERT_FALSE(secure.ok());
    EXPECT_THAT(secure.error().message, HasSubstr("behind its proxy"));
}

}  // namespace
}  // namespace homeroom::load
