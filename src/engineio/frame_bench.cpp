// One message made for all its receivers: packet type, frame header, shared bytes.
#include <benchmark/benchmark.h>
#include <string>

#include "engineio/frame.h"

namespace homeroom::engineio {
namespace {

void make_text_frame(benchmark::State& state) {
    const std::string message(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        const Frame frame = Frame::text(message);
        benchmark::DoNotOptimize(frame.size());
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(make_text_frame)->Arg(20)->Arg(128)->Arg(4096);

}  // namespace
}  // namespace homeroom::engineio
