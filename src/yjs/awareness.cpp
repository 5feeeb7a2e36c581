#include "yjs/awareness.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "codec/json_scan.h"
#include "yjs/reader.h"
#include "yjs/writer.h"

namespace homeroom::yjs {
namespace {

constexpr std::size_t entry_bytes_min = 3;
constexpr codec::json::ScanLimits state_limits{.depth_max = 16, .values_max = 1'000};

void check_state(Reader& reader, std::string_view state) {
    if (reader.failed()) return;
    if (state.size() > awareness_state_bytes_max)
        return reader.fail(Code::too_large, "a client's state is too large");
    const auto kind = codec::json::check(state, state_limits);
    if (!kind.ok())
        reader.fail(kind.error().code, kind.error().code == Code::too_large
                                           ? "a client's state is too large"
                                           : "a client's state is not JSON");
}

bool names_a_client_twice(const std::vector<AwarenessEntry>& entries) {
    std::vector<ClientId> clients;
    clients.reserve(entries.size());
    for (const AwarenessEntry& entry : entries) clients.push_back(entry.client);
    std::sort(clients.begin(), clients.end());
    return std::adjacent_find(clients.begin(), clients.end()) != clients.end();
}

Clock clock_behind(Clock clock) {
    return std::min(clock + 1, number_max);
}

}  // namespace

Result<std::vector<AwarenessEntry>> decode_awareness(std::string_view bytes) {
    Reader reader{bytes};
    const std::uint64_t count = reader.count(entry_bytes_min);
    if (count > awareness_entries_max) return Error{Code::too_large, "too many clients"};
    std::vector<AwarenessEntry> entries;
    for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
        AwarenessEntry& entry = entries.emplace_back();
        entry.client = reader.var_uint();
        entry.clock = reader.var_uint();
        entry.state = reader.string();
        check_state(reader, entry.state);
    }
    if (!reader.done()) reader.fail(Code::invalid, "bytes behind the end of the awareness");
    if (!reader.failed() && names_a_client_twice(entries))
        reader.fail(Code::invalid, "a client has two states");
    if (reader.failed()) return reader.error();
    return entries;
}

std::string encode_awareness(std::span<const AwarenessEntry> entries) {
    std::string bytes;
    append_var_uint(bytes, entries.size());
    for (const AwarenessEntry& entry : entries) {
        append_id(bytes, {entry.client, entry.clock});
        append_buffer(bytes, entry.state);
    }
    return bytes;
}

std::string with_user(std::string_view state, std::string_view user) {
    using Json = nlohmann::json;
    if (state == awareness_gone) return std::string{state};
    Json parsed = Json::parse(codec::json::for_strict_parsers(state), nullptr, false);
    if (!parsed.is_object()) parsed = Json::object();
    parsed["user"] = Json::parse(user, nullptr, false);
    return parsed.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string only_member(std::string_view state, std::string_view name) {
    using Json = nlohmann::json;
    Json parsed = Json::parse(codec::json::for_strict_parsers(state), nullptr, false);
    Json only = Json::object();
    const auto member = parsed.find(std::string{name});
    if (member != parsed.end()) only[std::string{name}] = std::move(*member);
    return only.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string without_member(std::string_view state, std::string_view name) {
    using Json = nlohmann::json;
    Json parsed = Json::parse(codec::json::for_strict_parsers(state), nullptr, false);
    if (!parsed.is_object() || parsed.erase(std::string{name}) == 0) return std::string{state};
    return parsed.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool Awareness::is_news(const AwarenessEntry& entry) const {
    const auto found = states_.find(entry.client);
    if (found == states_.end()) return !entry.is_gone();
    const Clock known = found->second.clock;
    return entry.clock > known || (entry.clock == known && entry.is_gone());
}

Awareness::Applied Awareness::apply(const AwarenessEntry& entry, Time now) {
    const auto found = states_.find(entry.client);
    if (found == states_.end()) {
        if (entry.is_gone()) return Applied::stale;
        if (states_.size() == awareness_clients_max) return Applied::full;
        states_.emplace(entry.client, State{entry.clock, std::string{entry.state}, now});
        return Applied::changed;
    }
    State& known = found->second;
    if (!is_news(entry)) return Applied::stale;
    if (entry.is_gone()) {
        states_.erase(found);
        return Applied::changed;
    }
    const bool same = known.state == entry.state;
    known = State{entry.clock, std::string{entry.state}, now};
    return same ? Applied::renewed : Applied::changed;
}

std::vector<AwarenessEntry> Awareness::remove(ClientId client) {
    const auto found = states_.find(client);
    if (found == states_.end()) return {};
    const Clock next = clock_behind(found->second.clock);
    states_.erase(found);
    return {{client, next, awareness_gone}};
}

std::vector<AwarenessEntry> Awareness::remove_expired(Time now) {
    std::vector<AwarenessEntry> gone;
    for (auto state = states_.begin(); state != states_.end();) {
        if (now - state->second.renewed < lifetime) {
            ++state;
            continue;
        }
        gone.push_back({state->first, clock_behind(state->second.clock), awareness_gone});
        state = states_.erase(state);
    }
    return gone;
}

std::optional<AwarenessEntry> Awareness::find(ClientId client) const {
    const auto found = states_.find(client);
    if (found == states_.end()) return {};
    return AwarenessEntry{client, found->second.clock, found->second.state};
}

std::vector<AwarenessEntry> Awareness::entries() const {
    std::vector<AwarenessEntry> all;
    all.reserve(states_.size());
    for (const auto& [client, state] : states_) all.push_back({client, state.clock, state.state});
    return all;
}

}  // namespace homeroom::yjs
