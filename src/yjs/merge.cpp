#include "yjs/merge.h"

#include <algorithm>
#include <optional>

#include "yjs/id_set.h"
#include "yjs/update_writer.h"

namespace homeroom::yjs {
namespace {

// The structs of one update, clients descending, without holes.
class Cursor {
public:
    explicit Cursor(const Update& update) : update_(&update), blocks_(update.blocks) {
        std::sort(blocks_.begin(), blocks_.end(),
                  [](const Block& one, const Block& other) { return one.client > other.client; });
        settle();
    }

    const Struct* current() const { return done_ ? nullptr : &current_; }
    void advance() {
        ++at_;
        settle();
    }

private:
    void settle() {
        for (; block_ < blocks_.size(); ++block_, at_ = 0) {
            const auto structs = update_->of(blocks_[block_]);
            while (at_ < structs.size() && structs[at_].kind == Kind::skip) ++at_;
            if (at_ == structs.size()) continue;
            current_ = structs[at_];
            // The bit that nobody reads is not repeated.
            if (current_.parent == Parent::neighbour) current_.has_key = false;
            return;
        }
        done_ = true;
    }

    const Update* update_;
    std::vector<Block> blocks_;
    std::size_t block_ = 0;
    std::size_t at_ = 0;
    Struct current_{};
    bool done_ = false;
};

// Yjs sorts its readers anew for every struct, stably. Only the foremost has moved since, so it
// comes before those of the same place: a heap does the same when each return to it counts as
// earlier than all before.
class Queue {
public:
    explicit Queue(std::vector<Cursor>& cursors) : cursors_(cursors) {
        heap_.reserve(cursors.size());
        for (std::size_t i = 0; i < cursors.size(); ++i) put(i, static_cast<std::int64_t>(i));
    }

    bool empty() const { return heap_.empty(); }
    std::size_t take_first() {
        std::pop_heap(heap_.begin(), heap_.end(), stands_behind);
        const std::size_t cursor = heap_.back().cursor;
        heap_.pop_back();
        return cursor;
    }
    void put_back(std::size_t cursor) { put(cursor, --turn_); }

private:
    struct Entry {
        Id id;
        std::int64_t turn;
        std::size_t cursor;
    };

    static bool stands_behind(const Entry& one, const Entry& other) {
        if (one.id.client != other.id.client) return one.id.client < other.id.client;
        if (one.id.clock != other.id.clock) return one.id.clock > other.id.clock;
        return one.turn > other.turn;
    }
    void put(std::size_t cursor, std::int64_t turn) {
        const Struct* current = cursors_[cursor].current();
        if (current == nullptr) return;
        heap_.push_back({current->id, turn, cursor});
        std::push_heap(heap_.begin(), heap_.end(), stands_behind);
    }

    std::vector<Cursor>& cursors_;
    std::vector<Entry> heap_{};
    std::int64_t turn_ = 0;
};

// Follows mergeUpdates step by step, so that its bytes come out.
class Merger {
public:
    explicit Merger(StructSink& sink) : sink_(sink) {}

    // Takes what comes next from the reader that is foremost, and what follows on it there.
    void take_from(Cursor& cursor);
    void finish() {
        if (last_) sink_.take(*last_);
    }

private:
    void replace_last(const Struct& item) {
        if (last_) sink_.take(*last_);
        last_ = item;
    }
    bool take_new(Cursor& cursor);
    void continue_last(Cursor& cursor);

    StructSink& sink_;
    std::optional<Struct> last_{};  // what was taken and not yet passed on
};

void Merger::take_from(Cursor& cursor) {
    const ClientId client = cursor.current()->id.client;
    if (!take_new(cursor)) return;
    for (const Struct* next = cursor.current();
         next != nullptr && next->id == Id{client, last_->end()}; next = cursor.current()) {
        replace_last(*next);
        cursor.advance();
    }
}

// Whether to go on with this reader.
bool Merger::take_new(Cursor& cursor) {
    const ClientId client = cursor.current()->id.client;
    if (!last_ || last_->id.client != client) {
        replace_last(*cursor.current());
        cursor.advance();
        return true;
    }
    bool passed_known = false;
    while (cursor.current() != nullptr && cursor.current()->id.client == client &&
           cursor.current()->end() <= last_->end()) {
        cursor.advance();
        passed_known = true;
    }
    const Struct* next = cursor.current();
    if (next == nullptr || next->id.client != client) return false;
    // Another reader may have what lies between.
    if (passed_known && next->id.clock > last_->end()) return false;
    if (next->id.clock <= last_->end()) {
        continue_last(cursor);
        return true;
    }
    replace_last(hole({client, last_->end()}, next->id.clock));
    return true;
}

void Merger::continue_last(Cursor& cursor) {
    const Clock known = last_->end() - cursor.current()->id.clock;
    const Struct next =
        known > 0 ? without_first(*cursor.current(), known) : Struct{*cursor.current()};
    if (last_->kind == Kind::garbage && next.kind == Kind::garbage) {
        last_->length += next.length;
        return;  // the reader will be found to be behind
    }
    replace_last(next);
    cursor.advance();
}

class WritingSink final : public StructSink {
public:
    void take(const Struct& item) override { writer_.add(item); }
    std::string finish(std::span<const IdRange> deleted) && {
        return std::move(writer_).finish(deleted);
    }

private:
    UpdateWriter writer_{};
};

}  // namespace

void merge_structs(std::span<const Update> updates, StructSink& sink) {
    std::vector<Cursor> cursors;
    cursors.reserve(updates.size());
    for (const Update& update : updates) cursors.emplace_back(update);
    Queue queue{cursors};
    Merger merger{sink};
    while (!queue.empty()) {
        const std::size_t foremost = queue.take_first();
        merger.take_from(cursors[foremost]);
        queue.put_back(foremost);
    }
    merger.finish();
}

std::vector<IdRange> merged_deletions(std::span<const Update> updates) {
    std::vector<IdRange> deleted;
    for (const Update& update : updates)
        deleted.insert(deleted.end(), update.deleted.begin(), update.deleted.end());
    return IdSet{std::move(deleted)}.ranges();
}

std::string merge(std::span<const Update> updates) {
    if (updates.size() == 1) return encode_update(updates.front());
    WritingSink sink;
    merge_structs(updates, sink);
    return std::move(sink).finish(merged_deletions(updates));
}

}  // namespace homeroom::yjs
