#include "yjs/update.h"

#include <algorithm>

#include "codec/json_scan.h"
#include "codec/utf8.h"
#include "yjs/any.h"
#include "yjs/id_set.h"
#include "yjs/reader.h"
#include "yjs/update_writer.h"

namespace homeroom::yjs {
namespace {

constexpr std::uint8_t kind_bits = 0x1F;
constexpr std::size_t block_bytes_min = 3;
constexpr std::size_t struct_bytes_min = 2;

class Decoder {
public:
    Decoder(std::string_view bytes, const DecodeLimits& limits)
        : reader_(bytes), limits_(limits), values_{limits.depth_max, limits.values_max} {}

    Result<Update> decode();

private:
    void read_block();
    void read_struct(Struct& item);
    void read_place(std::uint8_t info, Struct& item);
    void read_content(Struct& item);
    void read_json(std::string_view text);
    void read_json_elements(Struct& item);
    void read_type();
    void refuse_repeated_clients();
    Id read_id() {
        const ClientId client = reader_.var_uint();
        return {client, reader_.var_uint()};
    }

    Reader reader_;
    const DecodeLimits& limits_;
    ValueBudget values_;
    std::size_t holes_ = 0;
    Update update_{};
};

Result<Update> Decoder::decode() {
    const std::uint64_t blocks = reader_.count(block_bytes_min);
    if (blocks > limits_.clients_max) reader_.fail(Code::too_large, "too many clients");
    for (std::uint64_t i = 0; i < blocks && !reader_.failed(); ++i) read_block();
    update_.deleted = read_delete_set(reader_, limits_);
    if (!reader_.done()) reader_.fail(Code::invalid, "bytes behind the end of the update");
    if (!reader_.failed()) refuse_repeated_clients();
    if (reader_.failed()) return reader_.error();
    return std::move(update_);
}

void Decoder::read_block() {
    const std::uint64_t count = reader_.count(struct_bytes_min);
    if (count > limits_.structs_max - update_.structs.size())
        reader_.fail(Code::too_large, "too many structs");
    Block block{.first = update_.structs.size()};
    block.client = reader_.var_uint();
    block.clock = reader_.var_uint();
    Id next{block.client, block.clock};
    for (std::uint64_t i = 0; i < count && !reader_.failed(); ++i) {
        Struct& item = update_.structs.emplace_back();
        item.id = next;
        read_struct(item);
        if (item.length == 0) reader_.fail(Code::invalid, "a struct without a length");
        if (item.length > number_max - next.clock)
            reader_.fail(Code::invalid, "a clock is too large");
        next.clock += item.length;
    }
    block.count = update_.structs.size() - block.first;
    if (block.count > 0) update_.blocks.push_back(block);
}

void Decoder::read_struct(Struct& item) {
    const std::uint8_t info = reader_.byte();
    const unsigned kind = info & kind_bits;
    if (kind > static_cast<unsigned>(Kind::skip))
        return reader_.fail(Code::invalid, "a struct of an unknown kind");
    item.kind = static_cast<Kind>(kind);
    if (!item.is_item()) {
        if (info != kind) return reader_.fail(Code::invalid, "a struct of an unknown kind");
        if (item.kind == Kind::skip && ++holes_ > limits_.holes_max)
            reader_.fail(Code::too_large, "too many holes");
        item.length = reader_.var_uint();
        return;
    }
    read_place(info, item);
    read_content(item);
}

void Decoder::read_place(std::uint8_t info, Struct& item) {
    item.has_origin = (info & 0x80U) != 0;
    item.has_right_origin = (info & 0x40U) != 0;
    item.has_key = (info & 0x20U) != 0;
    if (item.has_origin) item.origin = read_id();
    if (item.has_right_origin) item.right_origin = read_id();
    if (item.has_origin || item.has_right_origin) return;
    switch (reader_.var_uint()) {
        case 0:
            item.parent = Parent::item;
            item.parent_item = read_id();
            break;
        case 1:
            item.parent = Parent::root;
            item.parent_root = reader_.string();
            break;
        default: return reader_.fail(Code::invalid, "a parent of an unknown kind");
    }
    if (item.has_key) item.key = reader_.string();
}

void Decoder::read_content(Struct& item) {
    const std::string_view before = reader_.rest();
    item.length = 1;
    switch (item.kind) {
        case Kind::garbage:
        case Kind::skip: break;
        case Kind::deleted: item.length = reader_.var_uint(); return;
        case Kind::json: return read_json_elements(item);
        case Kind::any: {
            item.length = reader_.count(1);
            const std::string_view elements = reader_.rest();
            for (Clock i = 0; i < item.length && !reader_.failed(); ++i) skip_any(reader_, values_);
            if (!reader_.failed()) item.content = reader_.since(elements);
            return;
        }
        case Kind::string:
            item.content = reader_.string();
            item.length = codec::utf8::utf16_length(item.content);
            return;
        case Kind::binary: reader_.buffer(); break;
        case Kind::embed: read_json(reader_.string()); break;
        case Kind::format:
            reader_.string();
            read_json(reader_.string());
            break;
        case Kind::type: read_type(); break;
        case Kind::document:
            reader_.string();
            skip_any(reader_, values_);
            break;
    }
    if (!reader_.failed()) item.content = reader_.since(before);
}

void Decoder::read_json_elements(Struct& item) {
    item.length = reader_.count(1);
    const std::string_view elements = reader_.rest();
    for (Clock i = 0; i < item.length && !reader_.failed(); ++i) {
        const std::string_view text = reader_.string();
        if (text != "undefined") read_json(text);
    }
    if (!reader_.failed()) item.content = reader_.since(elements);
}

void Decoder::read_json(std::string_view text) {
    if (reader_.failed()) return;
    const auto kind = codec::json::check(
        text, {.depth_max = limits_.depth_max, .values_max = limits_.values_max});
    if (kind.ok()) return;
    const bool too_large = kind.error().code == Code::too_large;
    reader_.fail(kind.error().code,
                 too_large ? "JSON is too large or nested too deeply" : "JSON is not well formed");
}

void Decoder::read_type() {
    const std::uint64_t kind = reader_.var_uint();
    if (kind > static_cast<std::uint64_t>(TypeKind::xml_text))
        return reader_.fail(Code::invalid, "a type of an unknown kind");
    const auto type = static_cast<TypeKind>(kind);
    if (type == TypeKind::xml_element || type == TypeKind::xml_hook) reader_.string();
}

void Decoder::refuse_repeated_clients() {
    const auto descending = [](const Block& one, const Block& other) {
        return one.client > other.client;
    };
    std::vector<Block> sorted;
    std::span<const Block> blocks{update_.blocks};
    if (!std::is_sorted(blocks.begin(), blocks.end(), descending)) {
        sorted.assign(blocks.begin(), blocks.end());
        std::sort(sorted.begin(), sorted.end(), descending);
        blocks = sorted;
    }
    const auto same = std::adjacent_find(
        blocks.begin(), blocks.end(),
        [](const Block& one, const Block& other) { return one.client == other.client; });
    // One of Yjs' readers would take the first block, the other the second.
    if (same != blocks.end()) reader_.fail(Code::invalid, "a client has two blocks");
}

}  // namespace

Result<Update> decode_update(std::string_view bytes, const DecodeLimits& limits) {
    if (bytes.size() > limits.bytes_max) return Error{Code::too_large, "the update is too large"};
    return Decoder{bytes, limits}.decode();
}

std::string encode_update(const Update& update) {
    UpdateWriter writer;
    for (const Struct& item : update.structs) writer.add(item);
    return std::move(writer).finish(update.deleted);
}

std::string empty_update() {
    return std::string(2, '\0');
}

}  // namespace homeroom::yjs
