// Whatever the bytes: refused, or an update that is the same when it is written again, and of which
// every operation makes one that is as good: merged with itself, made small, cut, told apart.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "yjs/changes.h"
#include "yjs/compact.h"
#include "yjs/diff.h"
#include "yjs/document.h"
#include "yjs/merge.h"
#include "yjs/split.h"
#include "yjs/state_vector.h"
#include "yjs/update.h"
#include "yjs/version.h"

namespace {

using namespace homeroom;
using namespace homeroom::yjs;

constexpr DecodeLimits fuzz_limits{.bytes_max = 4'000,
                                   .structs_max = 500,
                                   .clients_max = 50,
                                   .ranges_max = 500,
                                   .holes_max = 20,
                                   .depth_max = 16,
                                   .values_max = 500};

void require(bool holds) {
    if (!holds) std::abort();
}

// What our own operations wrote is read again.
Update read(const std::string& bytes) {
    auto update = decode_update(bytes, document_limits);
    require(update.ok());
    return std::move(*update);
}

void require_same_units(const Update& one, const Update& other) {
    const Known known{one};
    const Known known_to_other{other};
    require(known.structs().ranges() == known_to_other.structs().ranges());
    require(changes(one, known_to_other).none() && changes(other, known).none());
}

void require_readable(const Update& update) {
    const auto document = Document::load(update);
    if (!document.ok()) {
        require(document.error().code == Code::too_large);
        return;
    }
    for (const std::string_view root : document->roots()) {
        std::size_t end = 0;
        for (const AuthoredText& text : document->authors(root)) {
            require(text.begin >= end && text.length > 0);
            end = text.begin + text.length;
        }
        require(document->text(root).size() >= end || end == 0);
        require(!document->list_json(root).empty() && !document->map_json(root).empty());
    }
}

void require_good_operations(const Update& update) {
    const std::vector<Update> twice{update, update};
    for (const std::string& made :
         {encode_update(update), merge(twice), compact(twice, DeletedContent::kept),
          compact(twice, DeletedContent::dropped)}) {
        const Update again = read(made);
        require_same_units(update, again);
        require(StateVector::of(again) == StateVector::of(update));
        require_readable(again);
    }
    require(only_new(update, Known{update}) == empty_update());
    require(read(diff(update, StateVector::of(update))).deleted.size() == update.deleted.size());
}

// The first half is known, the second comes: together they are all.
void require_good_halves(const Update& update) {
    Update first;
    Update second;
    for (const Block& block : update.blocks) {
        for (std::size_t i = 0; i < block.count; ++i) {
            Update& half = i < block.count / 2 ? first : second;
            if (half.blocks.empty() || half.blocks.back().client != block.client)
                half.blocks.push_back({block.client, update.structs[block.first + i].id.clock,
                                       half.structs.size(), 0});
            half.structs.push_back(update.structs[block.first + i]);
            ++half.blocks.back().count;
        }
    }
    second.deleted = update.deleted;
    Known known{first};
    const std::string news = only_new(update, known);
    const std::size_t holes = holes_with(changes(update, known), known);
    known.add(update);
    require(known.holes() == holes);
    const std::string together = merge(std::vector<Update>{first, read(news)});
    require_same_units(read(together), update);
}

// In small pieces, which together have all of it.
void require_splittable(const Update& update) {
    std::vector<Update> parts;
    const std::vector<std::string> split_bytes = split(update, 16);
    for (const std::string& part : split_bytes) parts.push_back(read(part));
    require_same_units(read(merge(parts)), update);
}

// Made again what it was after its first half: that is what everybody then sees.
void require_restorable(const Update& update) {
    Update half = update;
    half.structs.clear();
    half.blocks.clear();
    for (const Block& block : update.blocks) {
        if (block.client % 2 == 0) continue;
        half.blocks.push_back({block.client, block.clock, half.structs.size(), block.count});
        for (const Struct& item : update.of(block)) half.structs.push_back(item);
    }
    half.deleted.resize(half.deleted.size() / 2);
    const Version then = Version::of(Known{half});
    const std::string written = then.encode();
    require(Version::decode(written, document_limits)->encode() == written);
    const std::string past = as_of(update, then);
    require_readable(read(past));
    constexpr ClientId unused = 0x1234567;
    for (const Block& block : update.blocks)
        if (block.client == unused) return;
    const auto restored = restore(update, then, {unused, 0});
    if (!restored.ok()) return require(restored.error().code == Code::too_large);
    const std::string now = merge(std::vector<Update>{update, read(restored->update)});
    const auto document = Document::load(read(now));
    require(document.ok() || document.error().code == Code::too_large);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto update = decode_update(bytes, fuzz_limits);
    if (!update.ok()) {
        require(update.error().code == Code::invalid || update.error().code == Code::too_large);
        require(!update.error().message.empty());
        return 0;
    }
    const std::string written = encode_update(*update);
    require(encode_update(read(written)) == written);
    require_readable(*update);
    require_good_operations(*update);
    require_good_halves(*update);
    require_splittable(*update);
    require_restorable(*update);
    return 0;
}
