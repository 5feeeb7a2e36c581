// What was committed, acknowledged, delivered and written to Kafka in a seed, and what must hold
// between these at every moment. Whatever does not ends the seed (trace.h).
//
//   committed   in the order of seq, without a gap, whatever the clock says; each id and each mark
//               once; still there after every restart
//   seen        by whoever was in the room, and nobody else; each once, in order
//   kept out    nobody, for good, but by what was committed
//   in Kafka    nothing that was not committed; the first of each in order, for each key; all of it
//               before what the stored cursors say, and in the end all of it
//
// A mark is the text by which one thing that was asked for is recognised wherever it turns up:
// "mark-17".
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kafka/record.h"
#include "store/store.h"

namespace homeroom::simulation {

using store::Seq;

std::string mark_of(std::uint64_t number);
// The first in a text; empty: none.
std::string mark_in(std::string_view text);

class History {
public:
    struct Told {
        std::string type{};
        store::StoredAudience audience{};
        std::string payload{};
        std::string mark{};
        bool in_topic = false;
        bool dead_lettered = false;
        bool left_out = false;  // written down as what no broker takes

        bool is_settled() const { return in_topic || dead_lettered || left_out; }
    };

    explicit History(int partitions) : partitions_(partitions) {}

    // --- Who is in which rooms, in the beginning; then rooms:changed says it.
    void put_in(const std::string& user, const std::vector<std::string>& rooms);
    // Newcomers to it see nothing of what was there before.
    void keep_past(const std::string& room) { own_past_.insert(room); }
    // Classes and study groups, as far as is told.
    std::vector<std::string> rooms_of(const std::string& user) const;
    bool is_in(const std::string& user, const std::string& room) const;
    bool is_disabled(const std::string& user) const;

    // --- Committed.
    void hear(const store::JournalEvent& event);
    // The data of a server that has just begun, or ended.
    // False: its disk fails.
    bool compare(store::Database& db);
    Seq last() const { return static_cast<Seq>(told_.size()); }
    const Told* find(Seq seq) const;
    bool has(const std::string& mark) const { return marks_.contains(mark); }

    // --- Asked for.
    void acknowledge(const std::string& mark);
    // For good: nothing may ever come of it.
    void refuse(const std::string& mark);
    // What somebody was told, and what must therefore have been so since `from`, or have come to be
    // so. As soon as all that is committed has been heard of, it is looked up.
    void was_told_in(const std::string& user, const std::string& room, Seq from);
    void was_told_out(const std::string& user, const std::string& room, Seq from);
    void was_told_disabled(const std::string& user, Seq from);
    void hear_batch_end() { check_trust(); }
    void send_command(const std::string& mark, int partition);
    const std::vector<std::string>& commands() const { return commands_; }

    // --- Delivered, to a session that began when so much was committed.
    void deliver(const std::string& user, Seq seq, std::string_view payload, Seq session_from);
    // A session was told that it has everything up to this.
    void tell_cursor(Seq cursor) { ahead_ = std::max(ahead_, cursor); }
    // Whether whoever has been there since `from` must have it.
    bool must_have(const std::string& user, Seq seq) const;

    // --- Kafka.
    void write_event(const kafka::Record& record);
    void write_dead_letter(const kafka::Record& record);
    void write_refused_command(const kafka::Record& record);
    bool is_command_refused(const std::string& mark) const { return refused_.contains(mark); }
    // What the topic has yet to get, as far as the data were read.
    std::optional<Seq> missing_from_topic() const;

    struct Counts {
        std::uint64_t acknowledged = 0, delivered = 0, written = 0, repeated = 0, compared = 0;
    };
    const Counts& counts() const { return counts_; }

private:
    // And since which moment somebody is in one that keeps its past; 0: he sees all of it.
    using Rooms = std::map<std::string, Seq>;
    void add(Seq seq, std::string type, store::StoredAudience audience, std::string payload);
    void follow_rooms(Seq seq, const Told& told);
    const Rooms& rooms_at(const std::string& user, Seq seq) const;
    static bool admits(const store::StoredAudience& audience, const std::string& user,
                       const Rooms& rooms);
    bool could_see(const std::string& user, const Told& told, Seq from) const;
    // Whether it was so at `from`, or came to be so.
    bool was_ever(const std::string& user, Seq from,
                  const std::function<bool(const Rooms&)>& is_so) const;
    void trust(std::string words, std::function<bool()> holds);
    void check_trust();
    bool read_left_out(store::Database& db);
    void check_cursors(store::Database& db) const;
    void check_early();

    int partitions_;
    std::vector<Told> told_{};  // seq - 1
    std::map<std::string, Seq> marks_{};
    std::set<std::string> ids_{};  // of events
    std::set<std::string> acknowledged_{};
    std::set<std::string> never_{};
    std::map<std::string, std::vector<std::pair<Seq, Rooms>>> rooms_{};
    std::set<std::string> own_past_{};  // rooms
    std::map<std::pair<std::string, std::string>, Seq> since_{};
    struct Trust {
        std::string words{};
        std::function<bool()> holds{};
    };
    std::vector<Trust> trusts_{};  // what others knew before the listeners heard of it
    std::vector<std::string> commands_{};
    std::map<std::string, std::pair<int, std::size_t>> command_places_{};
    std::map<int, std::size_t> command_reached_{};  // of each partition
    std::set<std::string> refused_{};
    std::map<std::string, Seq> key_reached_{};
    // What was read by others before the listeners heard of it.
    struct Early {
        std::string user{};  // empty: Kafka
        std::string payload{};
        Seq session_from = 0;
    };
    std::multimap<Seq, Early> early_{};
    Seq ahead_ = 0;  // the latest cursor that was told
    Counts counts_{};
};

}  // namespace homeroom::simulation
