// The `post` of `post:created` and of its author's ack, as text: the query for its reactions, the
// look-up of the author, the object, its dump.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "features/feed/feed.h"
#include "features/feed/view.h"
#include "store/test_temporary_directory.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

std::unique_ptr<store::Store> open_store(const std::filesystem::path& directory) {
    const auto list = feed_migrations();
    auto opened = store::Store::open({.directory = directory}, {list.begin(), list.end()});
    if (!opened.ok()) std::abort();
    return std::move(opened).value();
}

// The argument: bytes of the post's text.
void post_created(benchmark::State& state) {
    [[maybe_unused]] static const bool quiet = (log::start(log::Level::warn), true);
    const store::TemporaryDirectory directory;
    const auto store = open_store(directory.path());
    campus::Directory roster;
    campus::Directory::Records records;
    records.users.push_back({.id = "ada", .given_name = "Ada", .family_name = "Lovelace"});
    roster.load(records, std::chrono::year{2026} / 11 / 23);
    const Post post{.id = "01JD9Z6N3V8Y4QXKQ5T7W2M0AB",
                    .room = "class-math101",
                    .author = {"ada", "Ada Lovelace"},
                    .text = std::string(static_cast<std::size_t>(state.range(0)), 'x'),
                    .created_at = "2026-11-23T09:15:00.123Z"};
    std::int64_t bytes = 0;
    for (auto _ : state) {
        auto view = post_view(store->db(), roster, post);
        if (!view.ok()) std::abort();
        (*view)["mine"] = Json{{"reaction", nullptr}};
        const std::string text = Json{{"post", std::move(*view)}}.dump();
        bytes += static_cast<std::int64_t>(text.size());
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(bytes);
}
BENCHMARK(post_created)->Arg(128)->Arg(4096);

}  // namespace
}  // namespace homeroom::features::feed
