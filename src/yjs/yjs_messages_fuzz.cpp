// Whatever the bytes, to each of the small decoders: refused, or the same when written again.
//
// input := which (1 byte: 0 state vector, 1 sync message, 2 awareness, 3 any, 4 version) bytes
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "yjs/any.h"
#include "yjs/awareness.h"
#include "yjs/state_vector.h"
#include "yjs/sync_message.h"
#include "yjs/version.h"

namespace {

using namespace homeroom;
using namespace homeroom::yjs;

void require(bool holds) {
    if (!holds) std::abort();
}

void require_refusal(const Error& error) {
    require(error.code == Code::invalid || error.code == Code::too_large);
    require(!error.message.empty());
}

void state_vector(std::string_view bytes) {
    const auto vector = StateVector::decode(bytes, 100);
    if (!vector.ok()) return require_refusal(vector.error());
    const auto again = StateVector::decode(vector->encode(), 100);
    require(again.ok() && *again == *vector);
    for (const Id& entry : vector->entries()) require((*vector)[entry.client] == entry.clock);
}

void sync_message(std::string_view bytes) {
    const auto message = decode_sync_message(bytes);
    if (!message.ok()) return require_refusal(message.error());
    const std::string written = encode_sync_message(*message);
    const auto again = decode_sync_message(written);
    require(again.ok() && again->kind == message->kind && again->body == message->body);
}

void awareness(std::string_view bytes) {
    const auto entries = decode_awareness(bytes);
    if (!entries.ok()) return require_refusal(entries.error());
    const auto again = decode_awareness(encode_awareness(*entries));
    require(again.ok() && again->size() == entries->size());
    Awareness states;
    for (const AwarenessEntry& entry : *entries) {
        states.apply(entry, {});
        const std::string state = with_user(entry.state, R"({"name":"Ada"})");
        require(entry.is_gone() ? state == "null" : nlohmann::json::parse(state).is_object());
    }
    require(states.entries().size() == states.size());
    require(decode_awareness(encode_awareness(states.entries())).ok());
    require(states.remove_expired(Awareness::Time{} + Awareness::lifetime).size() <=
                entries->size() &&
            states.size() == 0);
}

void version(std::string_view bytes) {
    const auto version = Version::decode(bytes, update_limits);
    if (!version.ok()) return require_refusal(version.error());
    const auto again = Version::decode(version->encode(), update_limits);
    require(again.ok() && again->state == version->state &&
            again->deleted.ranges() == version->deleted.ranges());
}

void any(std::string_view bytes) {
    Reader checking{bytes};
    ValueBudget budget{8, 100};
    skip_any(checking, budget);
    if (checking.failed()) return require_refusal(checking.error());
    Reader reader{bytes};
    std::string json;
    append_any_json(reader, json);
    require(!reader.failed() && reader.rest().size() == checking.rest().size());
    require(nlohmann::json::accept(json));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
    switch (data[0] % 5) {
        case 0: state_vector(bytes); break;
        case 1: sync_message(bytes); break;
        case 2: awareness(bytes); break;
        case 3: any(bytes); break;
        default: version(bytes); break;
    }
    return 0;
}
