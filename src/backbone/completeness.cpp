#include "backbone/completeness.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace homeroom::backbone {
namespace {

// What is committed while it is read has bits, too, as far as that is likely.
constexpr Seq reserve = 1'000'000;

std::uint64_t hash_of(int partition, const std::string& key) {
    constexpr std::uint64_t golden = 0x9E37'79B9'7F4A'7C15U;
    return (std::hash<std::string>{}(key) ^ static_cast<std::uint64_t>(partition)) * golden;
}

}  // namespace

std::optional<bool> Completeness::Seen::add(Seq seq) {
    if (seq > last_) return std::nullopt;
    auto& word = words_[seq / 64];
    const std::uint64_t bit = std::uint64_t{1} << seq % 64;
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
}

Completeness::Completeness(std::vector<kafka::Extent> extents, std::vector<Seq> delivered, Seq last,
                           bool replays_apart)
    : extents_(std::move(extents)),
      delivered_(std::move(delivered)),
      replays_apart_(replays_apart),
      in_topic_(std::min(last + reserve, seqs_max)),
      dead_(std::min(last + reserve, seqs_max)),
      begins_(extents_.size()) {}

void Completeness::on_foreign_record() {
    ++report_.records;
    ++report_.foreign;
}

void Completeness::on_record(const TopicRecord& record, Committed committed) {
    ++report_.records;
    const bool apart = record.replayed && replays_apart_;
    if (record.replayed) ++report_.replayed;
    if (committed == Committed::never)
        return report_.never_committed.add(record.seq, record.id, record.key);
    if (committed == Committed::no_more) ++report_.before_journal;
    auto& begin = begins_[static_cast<std::size_t>(record.partition)];
    if (!begin && !apart) begin = record.seq;
    const auto first = in_topic_.add(record.seq);
    if (first == false && !record.replayed) ++report_.duplicates;
    if (!apart) look_at_order(record, first == true);
}

void Completeness::look_at_order(const TopicRecord& record, bool first) {
    const auto hash = hash_of(record.partition, record.key);
    auto found = latest_.find(hash);
    if (found == latest_.end()) {
        if (latest_.size() >= keys_max) {
            ++report_.order_unknown;
            return;
        }
        found = latest_.emplace(hash, Seq{0}).first;
    }
    // What repeats an event comes behind later ones without harm.
    if (first && record.seq < found->second)
        report_.out_of_order.add(record.seq, record.id, record.key);
    found->second = std::max(found->second, record.seq);
}

void Completeness::on_dead_letter(Seq seq) {
    dead_.add(seq);
}

// Its partition has lost its oldest records, and this one's would be among them.
bool Completeness::is_before_topic(Seq seq, std::size_t partition) const {
    if (extents_[partition].first == 0) return false;
    return !begins_[partition] || seq < *begins_[partition];
}

void Completeness::on_event(Seq seq, const std::string& id, const std::string& key,
                            std::optional<std::size_t> partition,
                            const std::function<bool()>& for_nobody) {
    ++report_.events;
    if (!partition) {
        ++report_.deleted;
    } else if (in_topic_.has(seq)) {
        ++report_.found;
    } else if (dead_.has(seq)) {
        ++report_.dead_lettered;
    } else if (seq > delivered_[*partition]) {
        ++report_.waiting;
    } else if (is_before_topic(seq, *partition)) {
        ++report_.before_topic;
    } else if (for_nobody()) {
        ++report_.for_nobody;
    } else {
        report_.missing.add(seq, id, key);
    }
}

}  // namespace homeroom::backbone
