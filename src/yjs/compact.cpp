#include "yjs/compact.h"

#include <optional>

#include "yjs/id_set.h"
#include "yjs/merge.h"
#include "yjs/update_writer.h"

namespace homeroom::yjs {
namespace {

bool has_any_length(Kind kind) {
    return kind == Kind::string || kind == Kind::deleted || kind == Kind::any || kind == Kind::json;
}

// Others look into types and sub-documents, or refer to them as parents.
bool is_droppable(Kind kind) {
    switch (kind) {
        case Kind::garbage:
        case Kind::skip:
        case Kind::deleted:
        case Kind::type:
        case Kind::document: return false;
        case Kind::json:
        case Kind::binary:
        case Kind::string:
        case Kind::embed:
        case Kind::format:
        case Kind::any: return true;
    }
    return false;
}

bool continues(const Struct& item, const Struct& next) {
    if (next.id != Id{item.id.client, item.end()}) return false;
    if (item.kind == Kind::garbage) return next.kind == Kind::garbage;
    return next.kind == item.kind && has_any_length(item.kind) && next.has_origin &&
           next.origin == item.last_id() && next.has_right_origin == item.has_right_origin &&
           (!item.has_right_origin || next.right_origin == item.right_origin);
}

class Compactor final : public StructSink {
public:
    Compactor(std::span<const IdRange> deleted, DeletedContent content)
        : deleted_(deleted), content_handling_(content) {}

    void take(const Struct& item) override {
        if (content_handling_ == DeletedContent::dropped && is_droppable(item.kind)) {
            drop_deleted(item);
        } else {
            join(item);
        }
    }
    std::string finish() && {
        write_head();
        return std::move(writer_).finish(deleted_);
    }

private:
    // Structs and deletions come in the same order, so both are passed once.
    const IdRange* next_deletion(const Id& id) {
        for (; at_ < deleted_.size(); ++at_) {
            const IdRange& range = deleted_[at_];
            if (range.client < id.client) return nullptr;
            if (range.client == id.client && range.end() > id.clock) return &range;
        }
        return nullptr;
    }

    void drop_deleted(Struct item) {
        while (true) {
            const IdRange* range = next_deletion(item.id);
            if (range == nullptr || range->clock >= item.end()) return join(item);
            const bool is_deleted = range->clock <= item.id.clock;
            const Clock border = is_deleted ? range->end() : range->clock;
            if (border >= item.end()) return join(is_deleted ? emptied(item) : item);
            const Struct first = only_first(item, border - item.id.clock);
            join(is_deleted ? emptied(first) : first);
            item = without_first(item, border - item.id.clock);
        }
    }

    void join(const Struct& item) {
        if (head_ && continues(*head_, item)) {
            head_->length += item.length;
            content_.append(item);
            return;
        }
        write_head();
        head_ = item;
        // A bit that nobody reads, and that a second time would not be there.
        if (item.parent == Parent::neighbour) head_->has_key = false;
        content_.assign(item);
    }

    void write_head() {
        if (head_) writer_.add(*head_, content_);
    }

    std::span<const IdRange> deleted_;
    const DeletedContent content_handling_;
    std::size_t at_ = 0;
    std::optional<Struct> head_{};  // with its length so far; what it holds is in content_
    Content content_{};
    UpdateWriter writer_{};
};

}  // namespace

std::string compact(std::span<const Update> updates, DeletedContent content) {
    const std::vector<IdRange> deleted = merged_deletions(updates);
    Compactor compactor{deleted, content};
    merge_structs(updates, compactor);
    return std::move(compactor).finish();
}

}  // namespace homeroom::yjs
