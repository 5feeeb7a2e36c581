#include "yjs/document_json.h"

#include <algorithm>

#include "base/base64.h"
#include "codec/json_scan.h"
#include "yjs/any.h"
#include "yjs/document_text.h"
#include "yjs/reader.h"

namespace homeroom::yjs {
namespace {

using codec::json::quote;

void append_type_json(const DocumentParts& parts, const Type& type, std::string& json);

void append_text_json(const DocumentParts& parts, const Type& type, std::string& json) {
    std::string text;
    for (const TextRun& run : visible_text(parts, type)) append_run(text, run);
    json += quote(text);
}

void append_element_json(const DocumentParts& parts, const Type& type, std::string& json) {
    json += R"({"element":)" + quote(type.name) + R"(,"attributes":)";
    append_map_json(parts, type, json);
    json += R"(,"children":)";
    append_list_json(parts, type, json);
    json += '}';
}

void append_type_json(const DocumentParts& parts, const Type& type, std::string& json) {
    switch (type.kind) {
        case TypeKind::array:
        case TypeKind::xml_fragment: return append_list_json(parts, type, json);
        case TypeKind::map:
        case TypeKind::xml_hook: return append_map_json(parts, type, json);
        case TypeKind::text:
        case TypeKind::xml_text: return append_text_json(parts, type, json);
        case TypeKind::xml_element: return append_element_json(parts, type, json);
    }
}

// Calls `append` for each element of what was checked when it was decoded; it must read it.
template <typename Append>
void for_each_element(const Piece& piece, Append append) {
    Reader reader{piece.content};
    for (Clock i = 0; i < piece.length; ++i) append(reader);
}

void append_json_element(Reader& reader, std::string& json) {
    const std::string_view text = reader.string();
    json += text == "undefined" ? "null" : text;
}

struct Separator {
    std::string& json;
    bool first = true;
    void next() {
        if (!first) json += ',';
        first = false;
    }
};

std::string_view first_string(std::string_view content) {
    Reader reader{content};
    return reader.string();
}

// All elements of a piece that has some and is not deleted.
void append_elements(const DocumentParts& parts, const Piece& piece, Separator& separator) {
    std::string& json = separator.json;
    switch (piece.kind) {
        case Kind::garbage:
        case Kind::skip:
        case Kind::deleted:
        case Kind::format: return;
        case Kind::json:
            return for_each_element(piece, [&](Reader& reader) {
                separator.next();
                append_json_element(reader, json);
            });
        case Kind::any:
            return for_each_element(piece, [&](Reader& reader) {
                separator.next();
                append_any_json(reader, json);
            });
        case Kind::binary: {
            separator.next();
            Reader reader{piece.content};
            json += quote(base64::encode(reader.buffer()));
            return;
        }
        case Kind::string: {
            separator.next();
            std::string text;
            append_run(text, {piece.span(), &piece});
            json += quote(text);
            return;
        }
        case Kind::embed:
            separator.next();
            json += first_string(piece.content);
            return;
        case Kind::type:
            separator.next();
            return append_type_json(parts, parts.types[piece.type], json);
        case Kind::document:
            separator.next();
            json += R"({"document":)" + quote(first_string(piece.content)) + '}';
            return;
    }
}

// A key's value is the last element of what it held last. False: JSON leaves it out.
bool append_value(const DocumentParts& parts, const Piece& piece, std::string& json) {
    if (piece.kind == Kind::any) {
        Reader reader{piece.content};
        ValueBudget unlimited{piece.content.size(), piece.content.size()};
        for (Clock i = 1; i < piece.length; ++i) skip_any(reader, unlimited);
        return append_any_json(reader, json) == AnyKind::value;
    }
    if (piece.kind == Kind::json) {
        Reader reader{piece.content};
        for (Clock i = 1; i < piece.length; ++i) reader.string();
        const std::string_view text = reader.string();
        json += text;
        return text != "undefined";
    }
    const std::size_t before = json.size();
    Separator separator{json};
    append_elements(parts, piece, separator);
    return json.size() > before;
}

}  // namespace

void append_list_json(const DocumentParts& parts, const Type& type, std::string& json) {
    json += '[';
    Separator separator{json};
    for (Index i = parts.sequences[type.list].first; i != no_index; i = parts.pieces[i].right)
        if (!parts.pieces[i].is_deleted) append_elements(parts, parts.pieces[i], separator);
    json += ']';
}

void append_map_json(const DocumentParts& parts, const Type& type, std::string& json) {
    std::vector<KeySequence> keys = type.keys;
    std::sort(keys.begin(), keys.end(),
              [](const KeySequence& one, const KeySequence& other) { return one.key < other.key; });
    json += '{';
    Separator separator{json};
    for (const KeySequence& key : keys) {
        const Index last = parts.sequences[key.sequence].last;
        if (last == no_index || parts.pieces[last].is_deleted) continue;
        const std::size_t before = json.size();
        const bool was_first = separator.first;
        separator.next();
        json += quote(key.key) + ':';
        if (append_value(parts, parts.pieces[last], json)) continue;
        json.resize(before);
        separator.first = was_first;
    }
    json += '}';
}

}  // namespace homeroom::yjs
