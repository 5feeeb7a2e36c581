#include "yjs/id_set.h"

#include <algorithm>

#include "yjs/writer.h"

namespace homeroom::yjs {
namespace {

bool stands_before(const IdRange& one, const IdRange& other) {
    if (one.client != other.client) return one.client > other.client;
    return one.clock < other.clock;
}

// Sorted ranges, overlapping and adjacent ones joined. An empty one vanishes only if it touches
// another: that is what Yjs does.
void join(std::vector<IdRange>& sorted) {
    std::size_t kept = 0;
    for (const IdRange& next : sorted) {
        if (kept > 0) {
            IdRange& last = sorted[kept - 1];
            if (last.client == next.client && last.end() >= next.clock) {
                last.length = std::max(last.end(), next.end()) - last.clock;
                continue;
            }
        }
        sorted[kept++] = next;
    }
    sorted.resize(kept);
}

}  // namespace

IdSet::IdSet(std::vector<IdRange> ranges) : ranges_(std::move(ranges)) {
    if (!std::is_sorted(ranges_.begin(), ranges_.end(), stands_before))
        std::stable_sort(ranges_.begin(), ranges_.end(), stands_before);
    join(ranges_);
}

std::size_t IdSet::first_ending_behind(const Id& id) const {
    const auto found =
        std::partition_point(ranges_.begin(), ranges_.end(), [&](const IdRange& range) {
            if (range.client != id.client) return range.client > id.client;
            return range.end() <= id.clock;
        });
    return static_cast<std::size_t>(found - ranges_.begin());
}

void IdSet::add(const IdRange& range) {
    if (range.length == 0) return;
    // What touches the range at its beginning is joined as well.
    std::size_t first = first_ending_behind({range.client, range.clock});
    if (first > 0 && ranges_[first - 1].client == range.client &&
        ranges_[first - 1].end() == range.clock)
        --first;
    IdRange joined = range;
    std::size_t last = first;
    for (; last < ranges_.size(); ++last) {
        const IdRange& other = ranges_[last];
        if (other.client != range.client || other.clock > joined.end()) break;
        const Clock end = std::max(joined.end(), other.end());
        joined.clock = std::min(joined.clock, other.clock);
        joined.length = end - joined.clock;
    }
    const auto begin = ranges_.begin();
    if (last == first) {
        ranges_.insert(begin + static_cast<std::ptrdiff_t>(first), joined);
        return;
    }
    ranges_[first] = joined;
    ranges_.erase(begin + static_cast<std::ptrdiff_t>(first + 1),
                  begin + static_cast<std::ptrdiff_t>(last));
}

void IdSet::add(std::vector<IdRange> ranges) {
    constexpr std::size_t few = 8;
    if (ranges.size() <= few) {
        for (const IdRange& range : ranges) add(range);
        return;
    }
    const IdSet added{std::move(ranges)};
    const auto known = static_cast<std::ptrdiff_t>(ranges_.size());
    ranges_.insert(ranges_.end(), added.ranges_.begin(), added.ranges_.end());
    std::inplace_merge(ranges_.begin(), ranges_.begin() + known, ranges_.end(), stands_before);
    join(ranges_);
}

bool IdSet::contains(const Id& id) const {
    return contains(IdRange{id.client, id.clock, 1});
}

bool IdSet::contains(const IdRange& range) const {
    if (range.length == 0) return true;
    const std::size_t at = first_ending_behind({range.client, range.clock});
    return at < ranges_.size() && ranges_[at].client == range.client &&
           ranges_[at].clock <= range.clock && ranges_[at].end() >= range.end();
}

void IdSet::append_missing(const IdRange& range, std::vector<IdRange>& missing) const {
    Clock clock = range.clock;
    for (std::size_t at = first_ending_behind({range.client, clock});
         at < ranges_.size() && clock < range.end(); ++at) {
        const IdRange& known = ranges_[at];
        if (known.client != range.client || known.clock >= range.end()) break;
        if (known.clock > clock) missing.push_back({range.client, clock, known.clock - clock});
        clock = std::max(clock, known.end());
    }
    if (clock < range.end()) missing.push_back({range.client, clock, range.end() - clock});
}

Clock IdSet::known_from_start(ClientId client) const {
    const std::size_t at = first_ending_behind({client, 0});
    const bool from_start =
        at < ranges_.size() && ranges_[at].client == client && ranges_[at].clock == 0;
    return from_start ? ranges_[at].end() : 0;
}

std::span<const IdRange> IdSet::of(ClientId client) const {
    const auto begin =
        std::partition_point(ranges_.begin(), ranges_.end(),
                             [client](const IdRange& range) { return range.client > client; });
    const auto end = std::partition_point(
        begin, ranges_.end(), [client](const IdRange& range) { return range.client == client; });
    return {begin, end};
}

std::size_t IdSet::clients() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < ranges_.size(); ++i)
        if (i == 0 || ranges_[i].client != ranges_[i - 1].client) ++count;
    return count;
}

void append_delete_set(std::string& bytes, std::span<const IdRange> ranges) {
    const auto group_end = [&](std::size_t begin) {
        std::size_t end = begin;
        while (end < ranges.size() && ranges[end].client == ranges[begin].client) ++end;
        return end;
    };
    std::size_t clients = 0;
    for (std::size_t i = 0; i < ranges.size(); i = group_end(i)) ++clients;
    append_var_uint(bytes, clients);
    for (std::size_t begin = 0; begin < ranges.size();) {
        const std::size_t end = group_end(begin);
        append_var_uint(bytes, ranges[begin].client);
        append_var_uint(bytes, end - begin);
        for (; begin < end; ++begin) {
            append_var_uint(bytes, ranges[begin].clock);
            append_var_uint(bytes, ranges[begin].length);
        }
    }
}

std::vector<IdRange> read_delete_set(Reader& reader, const DecodeLimits& limits) {
    constexpr std::size_t numbers_bytes_min = 2;
    std::vector<IdRange> deleted;
    const std::uint64_t clients = reader.count(numbers_bytes_min);
    if (clients > limits.clients_max) reader.fail(Code::too_large, "too many clients");
    for (std::uint64_t i = 0; i < clients && !reader.failed(); ++i) {
        const ClientId client = reader.var_uint();
        const std::uint64_t ranges = reader.count(numbers_bytes_min);
        if (ranges > limits.ranges_max - deleted.size())
            reader.fail(Code::too_large, "too many deletions");
        for (std::uint64_t range = 0; range < ranges && !reader.failed(); ++range) {
            const Clock clock = reader.var_uint();
            const Clock length = reader.var_uint();
            if (length > number_max - clock) reader.fail(Code::invalid, "a clock is too large");
            deleted.push_back({client, clock, length});
        }
    }
    return deleted;
}

void sort_by_client(std::vector<IdRange>& ranges) {
    const auto larger_client = [](const IdRange& one, const IdRange& other) {
        return one.client > other.client;
    };
    if (!std::is_sorted(ranges.begin(), ranges.end(), larger_client))
        std::stable_sort(ranges.begin(), ranges.end(), larger_client);
}

}  // namespace homeroom::yjs
