#include "campus/loop_order.h"

#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>

namespace homeroom::campus {
namespace {

using testing::ElementsAre;

class LoopOrderTest : public testing::Test {
protected:
    LoopOrderTest() {
        auto made = hub::Server::create({.loops = 2}, {.namespaces = {}, .pages = nullptr});
        EXPECT_TRUE(made.ok());
        server = std::move(made).value();
        order = std::make_unique<LoopOrder>(*server);
        server->start();
    }
    ~LoopOrderTest() override { server->stop(); }

    // Work of so many steps, which are noted.
    std::function<LoopOrder::Work()> steps(const std::string& name, int count) {
        return [this, name, count]() -> LoopOrder::Work {
            return [this, name, count, done = 0](hub::Hub& hub) mutable {
                note(hub.loop_index(), name + std::to_string(++done));
                return done == count ? LoopOrder::Step::finished : LoopOrder::Step::next_turn;
            };
        };
    }
    void note(std::uint32_t loop, std::string what) {
        const std::lock_guard lock(mutex);
        seen[loop].push_back(std::move(what));
    }
    void wait_for(const std::function<void(std::function<void()>)>& give) {
        std::promise<void> done;
        give([&] { done.set_value(); });
        done.get_future().wait();
    }

    std::unique_ptr<hub::Server> server;
    std::unique_ptr<LoopOrder> order;
    std::mutex mutex;
    std::vector<std::string> seen[2];
};

TEST_F(LoopOrderTest, DoesOneAfterTheOtherOnEachLoop) {
    order->everywhere(steps("a", 3));
    order->everywhere(steps("b", 1));
    wait_for([&](auto done) { order->everywhere(steps("c", 2), std::move(done)); });
    const std::lock_guard lock(mutex);
    for (const auto& loop : seen)
        EXPECT_THAT(loop, ElementsAre("a1", "a2", "a3", "b1", "c1", "c2"));
}

TEST_F(LoopOrderTest, LetsOthersIntoTheLoopBetweenTwoSteps) {
    std::promise<void> other;
    order->everywhere([&]() -> LoopOrder::Work {
        return [&, begun = false](hub::Hub& hub) mutable {
            if (hub.loop_index() != 0 || begun) return LoopOrder::Step::finished;
            begun = true;
            server->post(0, [&](hub::Hub& same) {
                note(same.loop_index(), "other");
                other.set_value();
            });
            return LoopOrder::Step::next_turn;
        };
    });
    wait_for([&](auto done) { order->everywhere(steps("later", 1), std::move(done)); });
    other.get_future().wait();
    const std::lock_guard lock(mutex);
    EXPECT_THAT(seen[0], ElementsAre("other", "later1"));
}

}  // namespace
}  // namespace homeroom::campus
