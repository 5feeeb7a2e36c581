// The loop on a thread of its own: mail, timers, watchers, the end of a turn.
#include "net/event_loop.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "net/test_loop.h"

namespace homeroom::net {
namespace {

using namespace std::chrono_literals;
using test::LoopThread;

TEST(EventLoop, RunsTasksInTheOrderOfEachThread) {
    constexpr int threads = 4;
    constexpr int tasks = 5'000;
    std::array<std::vector<int>, threads> seen;
    {
        LoopThread loop;
        std::vector<std::thread> posters;
        for (int t = 0; t < threads; ++t) {
            posters.emplace_back([&, t] {
                for (int i = 0; i < tasks; ++i) {
                    loop->post([&seen, t, i] { seen[static_cast<std::size_t>(t)].push_back(i); });
                }
            });
        }
        for (auto& poster : posters) poster.join();
    }
    for (const auto& one : seen) {
        ASSERT_EQ(one.size(), static_cast<std::size_t>(tasks));
        EXPECT_TRUE(std::ranges::is_sorted(one));
    }
}

TEST(EventLoop, CarriesOutMailPostedBeforeTheStop) {
    auto loop = std::move(EventLoop::create()).value();
    int done = 0;
    for (int i = 0; i < 100; ++i) loop->post([&] { ++done; });
    loop->stop();
    loop->run();
    EXPECT_EQ(done, 100);
}

TEST(EventLoop, WakesFromASleepWithoutTimers) {
    LoopThread loop;
    std::this_thread::sleep_for(20ms);
    const auto posted = std::chrono::steady_clock::now();
    loop.run([] {});
    EXPECT_LT(std::chrono::steady_clock::now() - posted, 5s);
}

TEST(EventLoop, TakesMailOfMailInTheNextTurn) {
    LoopThread loop;
    std::atomic<int> rounds = 0;
    std::function<void()> again = [&] {
        if (++rounds < 1'000) loop->post(again);
    };
    loop->post(again);
    test::wait_until([&] { return rounds == 1'000; });
    std::vector<int> order;
    loop.run([&] {
        loop->post([&] { order.push_back(2); });
        order.push_back(1);
    });
    loop.run([&] { order.push_back(3); });
    EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(EventLoop, FiresTimers) {
    LoopThread loop;
    struct Bell {
        Timer timer{[](void* self) { static_cast<Bell*>(self)->rung.store(true); }, this};
        std::atomic<bool> rung = false;
    } bell;
    const auto begin = std::chrono::steady_clock::now();
    loop.run([&] { loop->start(bell.timer, 50ms); });
    test::wait_until([&] { return bell.rung.load(); });
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 49ms);
}

struct PipeReader final : Watcher {
    std::string got{};
    int descriptor = -1;
    void on_ready(std::uint32_t) override {
        std::array<char, 16> bytes{};
        const auto count = read(descriptor, bytes.data(), bytes.size());
        if (count > 0) got.append(bytes.data(), static_cast<std::size_t>(count));
    }
};

TEST(EventLoop, TellsAWatcherWhatIsReady) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    PipeReader reader;
    reader.descriptor = ends[0];
    LoopThread loop;
    loop.run([&] { EXPECT_TRUE(loop->watch(ends[0], EPOLLIN, reader).ok()); });
    ASSERT_EQ(write(ends[1], "ab", 2), 2);
    test::wait_until([&] {
        std::string got;
        loop.run([&] { got = reader.got; });
        return got == "ab";
    });
    loop.run([&] { loop->unwatch(ends[0]); });
    ASSERT_EQ(write(ends[1], "cd", 2), 2);
    std::this_thread::sleep_for(20ms);
    loop.run([&] { EXPECT_EQ(reader.got, "ab"); });
    close(ends[0]);
    close(ends[1]);
}

// Three are ready at once; the first ends the second, whose memory the loop still asks for, as it
// does for whatever a hint may point at.
TEST(EventLoop, AsksAheadForWhatMayBeGone) {
    struct Bell final : Watcher {
        int descriptor = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
        std::function<void()> rung{};
        ~Bell() override { close(descriptor); }
        void on_ready(std::uint32_t) override { rung(); }
    };
    auto loop = std::move(EventLoop::create()).value();
    std::array<std::unique_ptr<Bell>, 3> bells{};
    std::vector<std::size_t> rung;
    for (std::size_t i = 0; i < bells.size(); ++i) {
        bells[i] = std::make_unique<Bell>();
        const auto gone = std::make_unique<int>();
        bells[i]->prefetch_hints().set(PrefetchHints::Of::protocol, gone.get());
        bells[i]->prefetch_hints().set(PrefetchHints::Of::socket_data, nullptr);
        bells[i]->rung = [&, i] {
            rung.push_back(i);
            loop->unwatch(bells[i]->descriptor);
            if (i == 0) loop->reap(std::move(bells[1]));
        };
        ASSERT_TRUE(loop->watch(bells[i]->descriptor, EPOLLIN, *bells[i]).ok());
    }
    bells[1]->rung = [&] { rung.push_back(1); };
    loop->stop();  // so that run() is one turn
    loop->run();
    EXPECT_EQ(rung, (std::vector<std::size_t>{0, 1, 2}));
    EXPECT_EQ(bells[1], nullptr);
}

TEST(EventLoop, SaysWhyItCannotWatch) {
    auto loop = std::move(EventLoop::create()).value();
    PipeReader reader;
    const auto status = loop->watch(-1, EPOLLIN, reader);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().message.find("Bad file descriptor"), std::string::npos);
}

TEST(EventLoop, FlushesOncePerTurnAndFreesAfterwards) {
    struct Output final : Flushable {
        std::vector<std::string>* log = nullptr;
        EventLoop* loop = nullptr;
        Output* other = nullptr;
        void flush() override {
            log->push_back("flush");
            if (other != nullptr) loop->flush_at_turn_end(*std::exchange(other, nullptr));
        }
    };
    struct Garbage final : Reapable {
        explicit Garbage(std::vector<std::string>& to) : log(to) {}
        ~Garbage() override { log.push_back("freed"); }
        std::vector<std::string>& log;
    };
    std::vector<std::string> log;
    Output second;
    second.log = &log;
    Output first;
    first.log = &log;
    first.other = &second;
    LoopThread loop;
    first.loop = loop.get();
    loop.run([&] {
        loop->reap(std::make_unique<Garbage>(log));
        loop->flush_at_turn_end(first);
        loop->flush_at_turn_end(first);
        log.push_back("task");
    });
    loop.run([] {});
    EXPECT_EQ(log, (std::vector<std::string>{"task", "flush", "flush", "freed"}));
}

// What an object sends when it is freed must not wait until something else happens.
TEST(EventLoop, FlushesWhatTheFreedSent) {
    struct Output final : Flushable {
        std::promise<void> flushed{};
        void flush() override { flushed.set_value(); }
    };
    struct Sender final : Reapable {
        Sender(EventLoop& its_loop, Output& its_output) : loop(its_loop), output(its_output) {}
        ~Sender() override { loop.flush_at_turn_end(output); }
        EventLoop& loop;
        Output& output;
    };
    Output running;
    Output ending;
    {
        LoopThread loop;
        loop.run([&] { loop->reap(std::make_unique<Sender>(*loop.get(), running)); });
        EXPECT_EQ(running.flushed.get_future().wait_for(test::patience), std::future_status::ready);
        loop->post([&] {
            loop->reap(std::make_unique<Sender>(*loop.get(), ending));
            loop->stop();
        });
    }
    EXPECT_EQ(ending.flushed.get_future().wait_for(0s), std::future_status::ready);
}

}  // namespace
}  // namespace homeroom::net
