// y-crdt's 5,320 small documents (46,385 updates of about 25 bytes, as they come one by one while
// people type), all of them in each round. Real texts, beside Yjs: tests/yjs/measure.mjs.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <string>
#include <vector>

#include "yjs/changes.h"
#include "yjs/compact.h"
#include "yjs/document.h"
#include "yjs/merge.h"
#include "yjs/test_corpus.h"

namespace homeroom::yjs {
namespace {

std::vector<Update> decode_all(const test::Case& one) {
    std::vector<Update> updates;
    for (const std::string_view bytes : one.updates) {
        auto update = decode_update(bytes, update_limits);
        if (!update.ok()) std::abort();
        updates.push_back(std::move(*update));
    }
    return updates;
}

void count_updates(benchmark::State& state, const std::vector<test::Case>& cases) {
    std::size_t updates = 0;
    for (const test::Case& one : cases) updates += one.updates.size();
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(updates));
}

void decode_updates(benchmark::State& state) {
    const std::vector<test::Case> cases = test::cases();
    for (auto _ : state)
        for (const test::Case& one : cases) benchmark::DoNotOptimize(decode_all(one));
    count_updates(state, cases);
}
BENCHMARK(decode_updates)->Unit(benchmark::kMillisecond);

// What is done with each update that comes: read, judged, its news kept.
void judge_updates(benchmark::State& state) {
    const std::vector<test::Case> cases = test::cases();
    for (auto _ : state) {
        for (const test::Case& one : cases) {
            Known known;
            for (const std::string_view bytes : one.updates) {
                const auto update = decode_update(bytes, update_limits);
                benchmark::DoNotOptimize(changes(*update, known));
                benchmark::DoNotOptimize(only_new(*update, known));
                known.add(*update);
            }
        }
    }
    count_updates(state, cases);
}
BENCHMARK(judge_updates)->Unit(benchmark::kMillisecond);

template <typename Make>
void make_one_of_all(benchmark::State& state, Make make) {
    const std::vector<test::Case> cases = test::cases();
    std::vector<std::vector<Update>> decoded;
    for (const test::Case& one : cases) decoded.push_back(decode_all(one));
    for (auto _ : state)
        for (const std::vector<Update>& updates : decoded) make(updates);
    count_updates(state, cases);
}

void merge_updates(benchmark::State& state) {
    make_one_of_all(state, [](const std::vector<Update>& updates) {
        benchmark::DoNotOptimize(merge(updates));
    });
}
BENCHMARK(merge_updates)->Unit(benchmark::kMillisecond);

void compact_updates(benchmark::State& state) {
    make_one_of_all(state, [](const std::vector<Update>& updates) {
        benchmark::DoNotOptimize(compact(updates, DeletedContent::dropped));
    });
}
BENCHMARK(compact_updates)->Unit(benchmark::kMillisecond);

void load_documents(benchmark::State& state) {
    make_one_of_all(state, [](const std::vector<Update>& updates) {
        const std::string merged = merge(updates);
        const auto update = decode_update(merged, document_limits);
        benchmark::DoNotOptimize(Document::load(*update));
    });
}
BENCHMARK(load_documents)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace homeroom::yjs
