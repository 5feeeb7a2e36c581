// What an announcement to a whole school costs the others: all of it is notified, a step at a time,
// while somebody goes on posting. How long it takes, and how long he waits for a commit; in
// milliseconds.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <future>
#include <thread>
#include <vector>

#include "base/log.h"
#include "campus/audience.h"
#include "campus/following.h"
#include "features/notifications/deriving.h"
#include "features/notifications/notifications.h"
#include "store/test_temporary_directory.h"

namespace homeroom::features::notifications {
namespace {

using campus::Json;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

campus::Directory::Records school_of(std::int64_t people) {
    campus::Directory::Records records;
    records.orgs.push_back({.id = "north", .name = "North", .type = "school"});
    records.classes.push_back({.id = "all", .title = "All", .school = "north"});
    for (std::int64_t n = 0; n < people; ++n) {
        const std::string id = fmt::format("user{}", n);
        records.users.push_back({.id = id, .given_name = "Ada", .family_name = id});
        records.enrollments.push_back(
            {.id = id, .user = id, .class_id = "all", .role = campus::Role::student});
    }
    return records;
}

class Nobody final : public store::CommitListener {
public:
    void on_event(const store::JournalEvent&) override {}
    void on_batch_end(store::Seq) override {}
};

double commit(store::Store& store, const store::Work& work) {
    const auto begin = Clock::now();
    std::promise<void> done;
    if (!store.submit({.work = work,
                       .done = [&](const Status&) { done.set_value(); },
                       .owner = store::owner_of("somebody")}))
        std::abort();
    done.get_future().wait();
    return Milliseconds{Clock::now() - begin}.count();
}

// The argument: of how many people the school is.
void announced_to_a_school(benchmark::State& state) {
    [[maybe_unused]] static const bool quiet = (log::start(log::Level::warn), true);
    const store::TemporaryDirectory folder;
    std::vector<store::Migration> migrations;
    for (const auto& list : {campus::following_migrations(), notifications_migrations()})
        migrations.insert(migrations.end(), list.begin(), list.end());
    auto opened = store::Store::open({.directory = folder.path()}, migrations);
    if (!opened.ok()) std::abort();
    const auto store = std::move(opened).value();
    campus::Directory directory;
    directory.load(school_of(state.range(0)), std::chrono::year{2026} / 11 / 23);
    Deriving deriving{{.push = std::chrono::seconds{2}, .mail = std::chrono::minutes{5}}};
    campus::Following following{*store, directory, "bench", deriving};
    if (!following.prepare().ok()) std::abort();
    Nobody nobody;
    store->start(nobody);
    std::vector<double> waits;
    for (auto _ : state) {
        commit(*store, [](store::Transaction& transaction) {
            return transaction.publish(
                {.type = "announcement:created",
                 .audience = campus::Audience::members("class-all").stored(),
                 .by_json = "null",
                 .body = Json{{"announcement", {{"id", "a1"}, {"title", "To all"}}}}.dump()});
        });
        following.look();
        // An event for each, beside the announcement and the posts.
        const auto told = [&] {
            return store->last_seq() > static_cast<store::Seq>(state.range(0)) + waits.size();
        };
        while (!told()) {
            waits.push_back(commit(*store, [](store::Transaction& transaction) {
                return transaction.publish(
                    {.type = "post:created",
                     .audience = campus::Audience::members("class-all").stored(),
                     .by_json = "null",
                     .body = R"({"post":{"id":"p1"}})"});
            }));
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
    }
    store->stop();
    std::ranges::sort(waits);
    state.counters["waits"] = static_cast<double>(waits.size());
    state.counters["median"] = waits.empty() ? 0 : waits[waits.size() / 2];
    state.counters["p99"] = waits.empty() ? 0 : waits[waits.size() * 99 / 100];
    state.counters["longest"] = waits.empty() ? 0 : waits.back();
}
BENCHMARK(announced_to_a_school)
    ->Arg(2'000)
    ->Arg(20'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);

}  // namespace
}  // namespace homeroom::features::notifications
