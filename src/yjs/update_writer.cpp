#include "yjs/update_writer.h"

#include <string_view>

#include "yjs/id_set.h"
#include "yjs/writer.h"

namespace homeroom::yjs {

void UpdateWriter::begin_struct(const Id& id) {
    if (parts_.empty() || client_ != id.client) {
        parts_.push_back({.begin = bytes_.size()});
        client_ = id.client;
        append_id(bytes_, id);
    }
    ++parts_.back().structs;
}

void UpdateWriter::add(const Struct& item) {
    begin_struct(item.id);
    append_struct(bytes_, item);
}

void UpdateWriter::add(const Struct& head, const Content& content) {
    begin_struct(head.id);
    content.write(bytes_, head);
}

std::string UpdateWriter::finish(std::span<const IdRange> deleted) && {
    constexpr std::size_t number_bytes_max = 9;
    std::string update;
    update.reserve(bytes_.size() + number_bytes_max * (parts_.size() + 2 * deleted.size() + 2));
    append_var_uint(update, parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const std::size_t end = i + 1 < parts_.size() ? parts_[i + 1].begin : bytes_.size();
        append_var_uint(update, parts_[i].structs);
        update.append(bytes_, parts_[i].begin, end - parts_[i].begin);
    }
    append_delete_set(update, deleted);
    return update;
}

}  // namespace homeroom::yjs
