// Updates as tests write them: what a client typed, where, and what was deleted.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yjs/update.h"
#include "yjs/update_writer.h"
#include "yjs/writer.h"

namespace homeroom::yjs::test {

class Writing {
public:
    // At the beginning of the text "t", beside nothing.
    Writing& text(const Id& id, std::string_view characters) {
        return add(first(id, Kind::string, characters));
    }
    // The same of more than one; must outlive this.
    Writing& long_text(const Id& id, std::string_view characters) {
        Struct item = first(id, Kind::string, characters);
        item.length = characters.size();
        return add(item);
    }
    Writing& text_behind(const Id& id, const Id& origin, std::string_view characters,
                         std::optional<Id> right = {}) {
        return add(behind(id, origin, Kind::string, characters, right));
    }
    // In the list "l"; elements are lib0's true.
    Writing& values(const Id& id, Clock count) {
        Struct item = first(id, Kind::any, trues_);
        item.parent_root = "l";
        item.content = item.content.substr(0, count);
        item.length = count;
        return add(item);
    }
    // Under a key of the map "m"; the value is a number below 64.
    Writing& key(const Id& id, std::string_view key, std::string_view any) {
        Struct item = first(id, Kind::any, any);
        item.parent_root = "m";
        item.has_key = true;
        item.key = key;
        item.length = 1;
        return add(item);
    }
    // In the map of a whiteboard's shapes, beside nothing.
    Writing& shape(const Id& id, std::string_view key) {
        Struct item = first(id, Kind::any, "x");
        item.parent_root = "shapes";
        item.has_key = true;
        item.key = key;
        item.length = 1;
        return add(item);
    }
    Writing& key_again(const Id& id, const Id& origin, std::string_view any) {
        Struct item = behind(id, origin, Kind::any, any, {});
        item.length = 1;
        return add(item);
    }
    Writing& garbage(const Id& id, Clock length) { return add(plain(id, Kind::garbage, length)); }
    Writing& skip(const Id& id, Clock length) { return add(plain(id, Kind::skip, length)); }
    Writing& remove(ClientId client, Clock clock, Clock length = 1) {
        deleted_.push_back({client, clock, length});
        return *this;
    }

    std::string bytes() const {
        UpdateWriter writer;
        for (const Struct& item : structs_) writer.add(item);
        return std::move(writer).finish(deleted_);
    }
    operator std::string() const { return bytes(); }

private:
    static Struct plain(const Id& id, Kind kind, Clock length) {
        Struct item;
        item.id = id;
        item.kind = kind;
        item.length = length;
        return item;
    }
    static Struct first(const Id& id, Kind kind, std::string_view content) {
        Struct item = plain(id, kind, 1);
        item.parent = Parent::root;
        item.parent_root = "t";
        item.content = content;
        return item;
    }
    static Struct behind(const Id& id, const Id& origin, Kind kind, std::string_view content,
                         std::optional<Id> right) {
        Struct item = plain(id, kind, 1);
        item.has_origin = true;
        item.origin = origin;
        item.has_right_origin = right.has_value();
        item.right_origin = right.value_or(Id{});
        item.content = content;
        return item;
    }
    Writing& add(const Struct& item) {
        structs_.push_back(item);
        return *this;
    }

    static constexpr std::string_view trues_ = "xxxxxxxxxxxxxxxx";  // 'x' is 120: true
    std::vector<Struct> structs_{};
    std::vector<IdRange> deleted_{};
};

// Updates that keep their bytes.
class Decoded {
public:
    Decoded(std::initializer_list<std::string> updates) : bytes_(updates) {
        for (const std::string& update : bytes_) {
            auto decoded = decode_update(update, document_limits);
            if (!decoded.ok()) std::abort();
            updates_.push_back(std::move(*decoded));
        }
    }
    Decoded(const Decoded&) = delete;
    Decoded& operator=(const Decoded&) = delete;

    const std::vector<Update>& all() const { return updates_; }
    const Update& one() const { return updates_.front(); }

private:
    std::vector<std::string> bytes_;
    std::vector<Update> updates_{};
};

}  // namespace homeroom::yjs::test
