// y-protocols' awareness: what each client shows of itself now: cursor, selection, name. Not kept.
//
// awareness := entries { client clock state }*        state := JSON text as a string; null: is gone
//
// A state replaces the one before if its clock is higher; so does null at the same clock. Clients
// renew theirs every 15 s; one that does not is gone after 30 s.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yjs/id.h"
#include "yjs/limits.h"

namespace homeroom::yjs {

inline constexpr std::string_view awareness_gone = "null";

struct AwarenessEntry {
    ClientId client = 0;
    Clock clock = 0;
    std::string_view state;  // points into the message

    bool is_gone() const { return state == awareness_gone; }
};

// Errors: invalid, too_large. No client is there twice.
Result<std::vector<AwarenessEntry>> decode_awareness(std::string_view bytes);
std::string encode_awareness(std::span<const AwarenessEntry> entries);

// The state with its member `user` replaced by `user`, which is JSON: what a client says of who it
// is counts for nothing. A state that is no object becomes one of nothing else; null stays.
std::string with_user(std::string_view state, std::string_view user);

// The state, an object as with_user() makes it, with this member alone, or without it.
std::string only_member(std::string_view state, std::string_view name);
std::string without_member(std::string_view state, std::string_view name);

// The states of one document's clients. Not thread-safe; time is the caller's.
class Awareness {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr auto lifetime = std::chrono::seconds{30};

    enum class Applied : std::uint8_t {
        changed,
        renewed,  // the same state at a higher clock: it lives longer, and others want to know
        stale,
        full,  // the document has awareness_clients_max clients
    };
    Applied apply(const AwarenessEntry& entry, Time now);
    // Whether apply() would do anything: an echo of what others were told would not.
    bool is_news(const AwarenessEntry& entry) const;

    // Forgets a client whose connection ended. The entry is what others are to be told, at the
    // clock behind its last one; empty if there was nothing to be seen of it.
    std::vector<AwarenessEntry> remove(ClientId client);
    // The same for all that were not renewed in time.
    std::vector<AwarenessEntry> remove_expired(Time now);

    // All that are there, for one who comes. Point into this.
    std::vector<AwarenessEntry> entries() const;
    // One of them.
    std::optional<AwarenessEntry> find(ClientId client) const;
    std::size_t size() const { return states_.size(); }

private:
    struct State {
        Clock clock = 0;
        std::string state{};
        Time renewed{};
    };
    std::map<ClientId, State> states_{};
};

}  // namespace homeroom::yjs
