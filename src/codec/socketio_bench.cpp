// Packets in and out: what a client's request costs before anyone looks at what it asks for.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <string>

#include "base/limits.h"
#include "codec/socketio.h"

namespace homeroom::codec::socketio {
namespace {

constexpr DecodeLimits decode_limits{.attachments_max = limits::attachments_max,
                                     .json_depth_max = limits::json_depth_max,
                                     .json_values_max = limits::json_values_max,
                                     .namespace_bytes_max = limits::namespace_name_bytes_max};

std::string post_create(std::int64_t text_bytes) {
    return R"(217["post:create",{"to":"class-math101","text":")" +
           std::string(static_cast<std::size_t>(text_bytes), 'x') +
           R"(","key":"2f6b0f6e-6d0c-4a7e-9d0e-0a5d6c1f1e57"}])";
}

void decode_text(benchmark::State& state, const std::string& text) {
    for (auto _ : state) {
        const auto packet = decode(text, decode_limits);
        if (!packet.ok()) std::abort();
        benchmark::DoNotOptimize(packet->arguments.data());
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void decode_packet_small(benchmark::State& state) {
    decode_text(state,
                R"(217["reaction:set",{"target":"01JD9Z6N3V8Y4QXKQ5T7W2M0AB","kind":"like"}])");
}
BENCHMARK(decode_packet_small);

// The argument: bytes of the post's text.
void decode_packet_post(benchmark::State& state) {
    decode_text(state, post_create(state.range(0)));
}
BENCHMARK(decode_packet_post)->Arg(128)->Arg(4096);

// The argument: bytes of the event's one argument.
void encode_packet_post(benchmark::State& state) {
    const std::string text =
        '"' + std::string(static_cast<std::size_t>(state.range(0)) - 2, 'x') + '"';
    const std::string_view arguments[] = {text, "\"0000000000000042\""};
    for (auto _ : state) {
        const std::string packet = encode_event("/", "post:created", arguments);
        benchmark::DoNotOptimize(packet.data());
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(encode_packet_post)->Arg(128)->Arg(4096);

}  // namespace
}  // namespace homeroom::codec::socketio
