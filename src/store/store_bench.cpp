// What a durable command costs, and what a reconnecting user's reading of the journal costs. TMPDIR
// says on which disk; within tests/tools/with-postgres it is PostgreSQL's.
#include <array>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <functional>
#include <semaphore>
#include <unistd.h>

#include "base/log.h"
#include "store/store.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::store {
namespace {

struct Silent : CommitListener {
    void on_event(const JournalEvent&) override {}
    void on_batch_end(Seq) override { ++batches; }
    std::int64_t batches = 0;
};

std::unique_ptr<Store> open_posts(const std::filesystem::path& directory) {
    [[maybe_unused]] static const bool quiet = (log::start(log::Level::warn), true);
    static constexpr Migration migrations[] = {
        {"posts/1",
         "CREATE TABLE posts (id INTEGER PRIMARY KEY, room TEXT, text TEXT);"
         "CREATE INDEX posts_room ON posts (room, id)"}};
    auto opened =
        Store::open({.directory = directory, .postgres = test_postgres(directory)}, migrations);
    if (!opened.ok()) std::abort();
    return std::move(opened).value();
}

Status write_post(Transaction& transaction) {
    static const std::string text(400, 'x');
    static const EventDraft draft{"post:created",
                                  {"class-7b", "room", {}},
                                  R"({"id":"t-1","name":"Ms Frizzle"})",
                                  R"({"post":{"text":")" + text + R"("}})"};
    TRY_OK(transaction.db()
               .statement("INSERT INTO posts (room, text) VALUES (?, ?)")
               .bind_all("class-7b", text)
               .run());
    return transaction.publish(draft);
}

// The floor under every commit: write and sync as much as a small one does.
void disk_sync(benchmark::State& state) {
    const TemporaryDirectory directory;
    const int fd = ::open((directory.path() / "x").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    const std::array<char, 5 * 4096> pages{};
    off_t at = 0;
    for (auto _ : state) {
        if (::pwrite(fd, pages.data(), pages.size(), at % (4 << 20)) < 0) std::abort();
        at += static_cast<off_t>(pages.size());
        ::fdatasync(fd);
    }
    ::close(fd);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(disk_sync)->UseRealTime();

// So many commands outstanding at every moment; with one, each waits for the one before.
void append_durably(benchmark::State& state) {
    const TemporaryDirectory directory;
    auto store = open_posts(directory.path());
    Silent silent;
    store->start(silent);
    std::counting_semaphore<> room(state.range(0));
    for (auto _ : state) {
        room.acquire();
        if (!store->submit({write_post, [&](const Status& status) {
                                if (!status.ok()) std::abort();
                                room.release();
                            }})) {
            std::abort();
        }
    }
    for (std::int64_t i = 0; i < state.range(0); ++i) room.acquire();
    store->stop();
    state.SetItemsProcessed(state.iterations());
    state.counters["per_commit"] =
        static_cast<double>(state.iterations()) / static_cast<double>(silent.batches);
}
BENCHMARK(append_durably)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();

// A journal of a million events for 2,000 rooms; the user is in 200 of them.
class LongJournal : public benchmark::Fixture {
public:
    static constexpr Seq events = 1'000'000;

    void SetUp(benchmark::State&) override {
        if (store != nullptr) return;
        store = open_posts(directory.path());
        for (int i = 0; i < 200; ++i) rooms.push_back(fmt::format("class-{}", i * 10));
        Seq written = 0;
        while (written < events) {
            const Status status = store->run_now([&](Transaction& transaction) -> Status {
                for (int i = 0; i < 10'000; ++i, ++written) {
                    const bool named = written % 20 == 0;
                    TRY_OK(transaction.publish(
                        {"post:created",
                         {fmt::format("class-{}", written * 7919 % 2000), "room",
                          named ? std::vector{fmt::format("user-{}", written % 5000)}
                                : std::vector<std::string>{}},
                         "null",
                         R"({"post":{"text":"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"}})"}));
                }
                return Ok{};
            });
            if (!status.ok()) std::abort();
        }
    }

    static inline TemporaryDirectory directory;
    static inline std::unique_ptr<Store> store;
    static inline std::vector<std::string> rooms;
};

// The argument: how many events the journal has grown by since the user left.
BENCHMARK_DEFINE_F(LongJournal, read_after)(benchmark::State& state) {
    const Seq after = events - static_cast<Seq>(state.range(0));
    std::size_t given = 0;
    for (auto _ : state) {
        auto page = read_after(store->db(), after, "user-40", rooms, 1000);
        if (!page.ok()) std::abort();
        given = page.value().events.size();
    }
    state.counters["given"] = static_cast<double>(given);
}
BENCHMARK_REGISTER_F(LongJournal, read_after)
    ->Arg(0)
    ->Arg(20)
    ->Arg(1'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace homeroom::store
