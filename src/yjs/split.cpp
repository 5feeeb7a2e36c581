#include "yjs/split.h"

#include <algorithm>
#include <span>
#include <utility>

#include "yjs/update_writer.h"

namespace homeroom::yjs {
namespace {

constexpr std::size_t head_bytes = 48;   // of a struct, with its ids
constexpr std::size_t range_bytes = 18;  // of a deletion, at most

bool can_be_cut(const Struct& item) {
    return item.length > 1 &&
           (item.kind == Kind::string || item.kind == Kind::any || item.kind == Kind::json);
}

class Splitter {
public:
    explicit Splitter(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    void add(Struct item) {
        while (can_be_cut(item) && item.content.size() > bytes_max_) {
            const Clock wanted = item.length * bytes_max_ / item.content.size();
            Clock units = std::clamp<Clock>(wanted, 1, item.length - 1);
            // Not through a character: its halves would not be put together again.
            if (only_first(item, units).half_behind) ++units;
            if (units == item.length) break;
            add_whole(only_first(item, units));
            item = without_first(item, units);
        }
        add_whole(item);
    }

    std::vector<std::string> finish(std::span<const IdRange> deleted) && {
        const std::size_t at_once = std::max<std::size_t>(1, bytes_max_ / range_bytes);
        if (bytes_ > 0 && deleted.size() > at_once) end_part({});
        while (deleted.size() > at_once) {
            end_part(deleted.first(at_once));
            deleted = deleted.subspan(at_once);
        }
        end_part(deleted);
        return std::move(parts_);
    }

private:
    void add_whole(const Struct& item) {
        const std::size_t more = head_bytes + item.content.size();
        if (bytes_ > 0 && bytes_ + more > bytes_max_) end_part({});
        if (bytes_ == 0 && item.kind == Kind::skip) return;  // a block does not begin with a hole
        bytes_ += more;
        writer_.add(item);
    }
    void end_part(std::span<const IdRange> deleted) {
        parts_.push_back(std::exchange(writer_, {}).finish(deleted));
        bytes_ = 0;
    }

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    UpdateWriter writer_{};
    std::vector<std::string> parts_{};
};

}  // namespace

std::vector<std::string> split(const Update& update, std::size_t bytes_max) {
    Splitter splitter{bytes_max};
    for (const Block& block : update.blocks)
        for (const Struct& item : update.of(block)) splitter.add(item);
    return std::move(splitter).finish(update.deleted);
}

}  // namespace homeroom::yjs
