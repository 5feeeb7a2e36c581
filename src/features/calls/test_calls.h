// For tests: calls in the small school, by devices that are numbers.
#pragma once

#include <algorithm>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "campus/test_schedule.h"
#include "campus/test_surface.h"
#include "features/calls/call_json.h"
#include "features/calls/calls.h"
#include "features/calls/happening.h"
#include "features/calls/words.h"

namespace homeroom::features::calls {

using campus::Json;
using campus::SchoolPolicy;

// sam and sue are students of physics, tim its teacher; sue and ann (aide) are in chemistry of the
// same course; tom and pat in another institution.
class CallsUnderTest : public campus::SurfaceUnderTest {
public:
    explicit CallsUnderTest(SchoolPolicy school_policy = {},
                            const campus::Directory::Records& records = campus::small_school())
        : SurfaceUnderTest(register_all, {calls_migrations(), campus::schedule_migrations()},
                           records, school_policy),
          policy(school_policy),
          later(make_schedule()) {}

    // A new process, on the same data; the clock goes on.
    void restart() {
        const auto ahead = later->ahead();
        later.reset();
        SurfaceUnderTest::restart(policy);
        later = make_schedule();
        later->pass(ahead);
    }

    // Over a connection.
    Result<Json> by(const std::string& user, std::uint64_t device, const std::string& name,
                    Json body) {
        auto answered = std::make_shared<std::promise<Result<Json>>>();
        auto answer = answered->get_future();
        surface->device_request(
            user, device, name, std::move(body),
            [answered](Result<Json> result) { answered->set_value(std::move(result)); });
        return answer.get();
    }
    Json must_by(const std::string& user, std::uint64_t device, const std::string& name,
                 const Json& body) {
        auto result = by(user, device, name, body);
        EXPECT_TRUE(result.ok()) << user << " " << name << " " << body.dump() << ": "
                                 << (result.ok() ? "" : result.error().message);
        return result.ok() ? *result : Json::object();
    }
    std::string outcome_by(const std::string& user, std::uint64_t device, const std::string& name,
                           Json body) {
        return words_of(by(user, device, name, std::move(body)));
    }
    // Its id.
    std::string start(const std::string& user, std::uint64_t device, const Json& to) {
        const Json answer = must_by(user, device, "call:start", {{"to", to}});
        return answer.empty() ? "" : answer.at("call").at("id").get<std::string>();
    }
    std::string start_with(const std::string& user, std::uint64_t device,
                           const std::string& other) {
        return start(user, device, Json{{"user", other}});
    }

    // The server's own commands, as Calls gives them.
    void happen(const std::string& id, const Happening& happening) {
        run([&](store::Transaction& transaction) {
            return let_happen(transaction, directory, id, happening, wall_now());
        });
    }
    void lose(const std::string& id, const std::string& user, std::uint64_t device) {
        happen(id, [&](Call& call, WallTime now) {
            return calls::lose(call, user, device, now, policy.calls.grace);
        });
    }
    void judge(const std::string& id) {
        happen(id,
               [&](Call& call, WallTime now) { return clear_out(policy, directory, call, now); });
    }
    void run(const store::Work& work) {
        std::promise<bool> done;
        EXPECT_TRUE(store->submit(
            {.work = work, .done = [&](const Status& status) { done.set_value(status.ok()); }}));
        EXPECT_TRUE(done.get_future().get());
    }

    // As the row has it.
    Call stored(const std::string& id) {
        std::promise<Call> read;
        EXPECT_TRUE(store->submit_read([&](Result<store::Database*> db) {
            auto select = (*db)->statement("SELECT state FROM calls WHERE id = ?");
            select.bind(1, std::string_view{id});
            const auto found = select.step();
            read.set_value(found.ok() && *found ? from_stored(Json::parse(select.text(0)))
                                                : Call{});
        }));
        return read.get_future().get();
    }
    // "active sam=present sue=present", or "ended:timeout …"
    std::string state(const std::string& id) {
        const Call call = stored(id);
        std::string text{to_string(call.state)};
        if (call.reason != EndReason::none) text += ":" + std::string{to_string(call.reason)};
        for (const Leg& leg : call.legs)
            text += " " + leg.user + "=" + std::string{to_string(leg.state)};
        return text;
    }

    const SchoolPolicy policy;
    std::unique_ptr<campus::ScheduleUnderTest> later;

private:
    static void register_all(campus::Surface& surface) {
        register_calls(surface);
        register_recording(surface, true);
    }
    std::unique_ptr<campus::ScheduleUnderTest> make_schedule() {
        auto made = std::make_unique<campus::ScheduleUnderTest>(*this);
        register_calls(made->schedule);
        return made;
    }
};

}  // namespace homeroom::features::calls
