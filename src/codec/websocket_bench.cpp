// Frames in and out, for messages of 20 B (a reaction), 128 B (a short post) and 4 kB.
//
// Decoding unmasks in place, so each round begins with a copy of the frame, as from the kernel.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "codec/test_websocket_frames.h"
#include "codec/websocket.h"

namespace homeroom::codec::websocket {
namespace {

std::string framed(const benchmark::State& state) {
    return test::client_frame({.opcode = Opcode::text},
                              std::string(static_cast<std::size_t>(state.range(0)), 'x'));
}

void count(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void decode_frame(benchmark::State& state) {
    const std::string frame = framed(state);
    Decoder decoder{{.message_bytes_max = 1'000'000, .fragments_max = 16}};
    std::vector<char> buffer(frame.size());
    for (auto _ : state) {
        std::memcpy(buffer.data(), frame.data(), frame.size());
        std::span<char> unread{buffer};
        const Decoded decoded = decoder.next(unread);
        if (!std::holds_alternative<Message>(decoded)) std::abort();
        benchmark::DoNotOptimize(decoded);
    }
    count(state);
}
BENCHMARK(decode_frame)->Arg(20)->Arg(128)->Arg(4096);

// In two reads, the first of which ends in the middle of the payload.
void decode_frame_split(benchmark::State& state) {
    const std::string frame = framed(state);
    Decoder decoder{{.message_bytes_max = 1'000'000, .fragments_max = 16}};
    std::vector<char> buffer(frame.size());
    for (auto _ : state) {
        std::memcpy(buffer.data(), frame.data(), frame.size());
        std::span<char> first{buffer.data(), frame.size() / 2};
        std::span<char> second{buffer.data() + frame.size() / 2, frame.size() - frame.size() / 2};
        if (!std::holds_alternative<MoreNeeded>(decoder.next(first))) std::abort();
        const Decoded decoded = decoder.next(second);
        if (!std::holds_alternative<Message>(decoded)) std::abort();
        benchmark::DoNotOptimize(decoded);
    }
    count(state);
}
BENCHMARK(decode_frame_split)->Arg(20)->Arg(128)->Arg(4096);

void encode_frame_header(benchmark::State& state) {
    const auto bytes = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        const std::string header = frame_header(Opcode::text, bytes);
        benchmark::DoNotOptimize(header.data());
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_frame_header)->Arg(20)->Arg(4096);

}  // namespace
}  // namespace homeroom::codec::websocket
