// Whether a topic has what the journal has: the arithmetic of `homeroom verify`. Pure, for one
// thread.
//
//   each record of the topic → on_record()      each dead letter → on_dead_letter()
//   then each event of the journal → on_event() …                → report()
//
// Promise: an event counts as missing only if it must be there: it is not deleted, it had been
// delivered when the reading began, and its partition reaches back to it.
//
// Memory: a bit for each event of the journal up to seqs_max, and 16 bytes or so for each key up to
// keys_max. Beyond those the report says what was not looked at.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kafka/topic_reader.h"
#include "store/journal.h"

namespace homeroom::backbone {

using store::Seq;

inline constexpr Seq seqs_max = Seq{1} << 31U;  // whose bits are a quarter of a GiB
inline constexpr std::size_t keys_max = 4'000'000;
inline constexpr std::size_t examples_max = 20;  // that are told, of each finding

struct Finding {
    std::uint64_t count = 0;
    struct Example {
        Seq seq = 0;
        std::string id{};
        std::string key{};
    };
    std::vector<Example> examples{};

    void add(Seq seq, const std::string& id, const std::string& key) {
        if (++count <= examples_max) examples.push_back({seq, id, key});
    }
};

struct CompletenessReport {
    // Of the events of the journal, each once:
    std::uint64_t events = 0;
    std::uint64_t found = 0;
    std::uint64_t deleted = 0;  // what they told of was; whether they are there is no matter
    std::uint64_t waiting = 0;  // not delivered yet
    std::uint64_t dead_lettered = 0;
    std::uint64_t before_topic = 0;  // older than what the topic still has
    std::uint64_t for_nobody = 0;    // not there, and nobody may see them now
    Finding missing{};
    // Of the records of the topic, each once:
    std::uint64_t records = 0;
    std::uint64_t duplicates = 0;      // of an event that was there already
    std::uint64_t replayed = 0;        // sent by `homeroom replay`
    std::uint64_t before_journal = 0;  // of events that the journal has no more
    std::uint64_t foreign = 0;         // of another source, or none of ours
    Finding never_committed{};         // the journal never had such an event
    // Of the first records of events: behind a later event of the same key.
    Finding out_of_order{};
    std::uint64_t order_unknown = 0;  // records whose order was not looked at, for want of room

    bool good() const {
        return missing.count == 0 && never_committed.count == 0 && out_of_order.count == 0;
    }
};

// What the journal says of a record's event.
enum class Committed : std::uint8_t { yes, no_more, never };

class Completeness {
public:
    // `delivered`: for each partition, up to where everything had been delivered. `replays_apart`:
    // what was replayed comes late, and says nothing of how far back the topic reaches.
    Completeness(std::vector<kafka::Extent> extents, std::vector<Seq> delivered, Seq last,
                 bool replays_apart);

    struct TopicRecord {
        int partition = 0;
        Seq seq = 0;
        std::string id{};
        std::string key{};
        bool replayed = false;
    };
    void on_foreign_record();
    void on_record(const TopicRecord& record, Committed committed);
    void on_dead_letter(Seq seq);

    // `partition`: of its key; nothing: it is deleted. `for_nobody` is asked of those that are not
    // there: nobody may see them any more, and no replay would send them.
    void on_event(Seq seq, const std::string& id, const std::string& key,
                  std::optional<std::size_t> partition, const std::function<bool()>& for_nobody);

    const CompletenessReport& report() const { return report_; }

private:
    // A bit for each seq.
    class Seen {
    public:
        explicit Seen(Seq last) : last_(last), words_(static_cast<std::size_t>(last / 64 + 1)) {}
        bool has(Seq seq) const { return seq <= last_ && (words_[seq / 64] >> seq % 64 & 1U) != 0; }
        // Whether it was not there before; nothing: it has no bit.
        std::optional<bool> add(Seq seq);

    private:
        Seq last_;
        std::vector<std::uint64_t> words_;
    };
    void look_at_order(const TopicRecord& record, bool first);
    bool is_before_topic(Seq seq, std::size_t partition) const;

    std::vector<kafka::Extent> extents_;
    std::vector<Seq> delivered_;
    bool replays_apart_;
    Seen in_topic_;
    Seen dead_;
    // The first event that each partition still has.
    std::vector<std::optional<Seq>> begins_;
    // The latest seq of each key of each partition, by their hash.
    boost::unordered_flat_map<std::uint64_t, Seq> latest_{};
    CompletenessReport report_{};
};

}  // namespace homeroom::backbone
