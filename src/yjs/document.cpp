#include "yjs/document.h"

#include "yjs/document_json.h"
#include "yjs/document_order.h"
#include "yjs/document_pieces.h"
#include "yjs/document_text.h"

namespace homeroom::yjs {
namespace {

const Type* find_root(const DocumentParts& parts, std::string_view name) {
    const auto found = parts.roots.find(name);
    return found == parts.roots.end() ? nullptr : &parts.types[found->second];
}

}  // namespace

Result<Document> Document::load(const Update& update) {
    TRY(DocumentParts parts, cut_into_pieces(update));
    TRY_OK(place_pieces(parts, update));
    return Document{std::move(parts)};
}

std::vector<std::string_view> Document::roots() const {
    std::vector<std::string_view> names;
    names.reserve(parts_.roots.size());
    for (const auto& [name, type] : parts_.roots) names.push_back(name);
    return names;
}

std::string Document::text(std::string_view root) const {
    std::string text;
    if (const Type* type = find_root(parts_, root))
        for (const TextRun& run : visible_text(parts_, *type)) append_run(text, run);
    return text;
}

std::vector<AuthoredText> Document::authors(std::string_view root) const {
    const Type* type = find_root(parts_, root);
    return type == nullptr ? std::vector<AuthoredText>{} : authors_of(visible_text(parts_, *type));
}

std::string Document::list_json(std::string_view root) const {
    std::string json;
    const Type* type = find_root(parts_, root);
    if (type == nullptr) return "[]";
    append_list_json(parts_, *type, json);
    return json;
}

std::string Document::map_json(std::string_view root) const {
    std::string json;
    const Type* type = find_root(parts_, root);
    if (type == nullptr) return "{}";
    append_map_json(parts_, *type, json);
    return json;
}

std::size_t Document::waiting() const {
    std::size_t count = 0;
    for (const Maker& maker : parts_.makers) count += maker.count - maker.placed;
    return count;
}

}  // namespace homeroom::yjs
