#include "features/documents/board.h"

#include <algorithm>
#include <map>

#include "features/documents/history.h"
#include "features/documents/limits.h"
#include "yjs/any.h"
#include "yjs/update_writer.h"

namespace homeroom::features::documents {
namespace {

constexpr std::string_view shapes_root = "shapes";

Error not_his() {
    return Error{Code::forbidden, "you may draw, not change what others have drawn", "doc"};
}

// Whose units are, each client asked for once.
class Own {
public:
    Own(store::Database& db, const std::string& part, const std::string& user)
        : db_(db), part_(part), user_(user) {}

    Status require(yjs::ClientId client) {
        auto [known, is_new] = known_.try_emplace(client, false);
        if (is_new) {
            TRY(const auto author, author_of(db_, part_, client));
            known->second = author && author->user == user_;
        }
        if (!known->second) return not_his();
        return Ok{};
    }

private:
    store::Database& db_;
    const std::string& part_;
    const std::string& user_;
    std::map<yjs::ClientId, bool> known_{};
};

bool is_new_shape(const yjs::Struct& item) {
    return item.is_item() && item.parent == yjs::Parent::root && item.parent_root == shapes_root &&
           item.has_key;
}

// Before any of them is written down: each is a row.
Status require_few_shapes(const yjs::Update& fresh) {
    std::size_t shapes = 0;
    for (const yjs::Struct& item : fresh.structs) {
        if (!is_new_shape(item)) continue;
        if (item.key.size() > limits::document_shape_id_bytes_max)
            return Error{Code::too_large, "the id of a shape is too long", "doc"};
        if (++shapes > limits::document_shapes_at_once_max)
            return Error{Code::too_large, "too many new shapes at once", "doc"};
    }
    return Ok{};
}

Status require_place(Own& own, const yjs::Struct& item) {
    if (!item.is_item()) return Ok{};
    if (item.has_origin) TRY_OK(own.require(item.origin.client));
    if (item.has_right_origin) TRY_OK(own.require(item.right_origin.client));
    switch (item.parent) {
        case yjs::Parent::neighbour: return Ok{};
        case yjs::Parent::item: return own.require(item.parent_item.client);
        case yjs::Parent::root: break;
    }
    if (!is_new_shape(item)) return not_his();
    return Ok{};
}

// --- What a board consists of --------------------------------------------------------------------

Error no_record(const char* what) {
    return Error{Code::invalid, what, "doc"};
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= limits::identifier_bytes_max &&
           std::ranges::all_of(text, [](char one) {
               return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') ||
                      (one >= '0' && one <= '9') || one == '-' || one == '_' || one == ':';
           });
}

// A picture within a text, as browsers have it.
bool is_a_file(std::string_view text) {
    constexpr std::string_view scheme = "data:";
    return text.size() >= scheme.size() &&
           std::ranges::equal(text.substr(0, scheme.size()), scheme,
                              [](char a, char b) { return (a | 0x20) == b; });
}

// `key`: what a member is called, where that is seen.
Status require_text(std::string_view key, std::string_view text) {
    if (is_a_file(text)) return no_record("pictures are on a board by the id of an attachment");
    if ((key == "type" || key == "attachment") && !is_word(text))
        return no_record("`type` is a word, and `attachment` an id");
    return Ok{};
}

Status require_values(const yjs::Struct& item) {
    yjs::Reader reader{item.content};
    Status problem = Ok{};
    const auto take = [&](std::string_view key, std::string_view text) {
        if (problem.ok()) problem = require_text(key, text);
    };
    for (yjs::Clock i = 0; i < item.length && !reader.failed(); ++i) {
        // The value of a shape's member that is new.
        const std::string_view own_key = item.parent == yjs::Parent::item ? item.key : "";
        const auto bytes =
            yjs::each_any_string(reader, [&](std::string_view key, std::string_view text) {
                take(key.empty() ? own_key : key, text);
            });
        if (bytes == yjs::AnyBytes::some) return no_record("there are no bytes on a board");
    }
    return problem;
}

Status require_type(const yjs::Struct& item) {
    yjs::Reader reader{item.content};
    switch (static_cast<yjs::TypeKind>(reader.var_uint())) {
        case yjs::TypeKind::array:
        case yjs::TypeKind::map:
        case yjs::TypeKind::text: return Ok{};
        default: return no_record("shapes are maps with values, texts and lists");
    }
}

Status require_record(const yjs::Struct& item) {
    if (!item.is_item()) return Ok{};
    if (item.parent == yjs::Parent::root && !is_new_shape(item))
        return no_record("a board has shapes alone, in the map `shapes`");
    if (item.content.size() > limits::document_shape_value_bytes_max)
        return Error{Code::too_large, "too much in one value of a shape", "doc"};
    switch (item.kind) {
        case yjs::Kind::garbage:
        case yjs::Kind::skip:
        case yjs::Kind::deleted:
        case yjs::Kind::string:
        case yjs::Kind::format: return Ok{};
        case yjs::Kind::any: return require_values(item);
        case yjs::Kind::type: return require_type(item);
        case yjs::Kind::json:
        case yjs::Kind::binary:
        case yjs::Kind::embed:
        case yjs::Kind::document: break;
    }
    return no_record("shapes have values, texts and lists");
}

}  // namespace

Status require_records(const yjs::Update& fresh) {
    for (const yjs::Struct& item : fresh.structs) TRY_OK(require_record(item));
    return Ok{};
}

std::string clearing(const yjs::Known& known) {
    std::vector<yjs::IdRange> visible;
    for (const yjs::IdRange& range : known.structs().ranges())
        known.deleted().append_missing(range, visible);
    return yjs::UpdateWriter{}.finish(visible);
}

Result<std::vector<OwnedShape>> load_shapes(store::Database& db, const std::string& part,
                                            std::string_view after, std::size_t limit) {
    auto select = db.statement(
        "SELECT shape, user FROM document_shapes WHERE part = ? AND shape > ?"
        " ORDER BY shape LIMIT ?");
    select.bind_all(std::string_view{part}, after, static_cast<std::int64_t>(limit) + 1);
    std::vector<OwnedShape> shapes;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return shapes;
        shapes.push_back({std::string{select.text(0)}, std::string{select.text(1)}});
    }
}

Status require_own_shapes(store::Transaction& transaction, const std::string& part,
                          const campus::Principal& who, const yjs::Update& fresh,
                          const yjs::Changes& changes) {
    Own own{transaction.db(), part, who.user};
    for (const yjs::Struct& item : fresh.structs) TRY_OK(require_place(own, item));
    for (const yjs::IdRange& range : changes.deleted) TRY_OK(own.require(range.client));
    return Ok{};
}

Status claim_shapes(store::Transaction& transaction, const std::string& part,
                    const campus::Principal& who, const yjs::Update& fresh, Claiming claiming) {
    store::Database& db = transaction.db();
    TRY_OK(require_few_shapes(fresh));
    auto claim = db.statement(
        "INSERT INTO document_shapes (part, shape, user) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    for (const yjs::Struct& item : fresh.structs) {
        if (!is_new_shape(item)) continue;
        claim.bind_all(std::string_view{part}, item.key, std::string_view{who.user});
        TRY_OK(claim.run());
        // Nor his own: who knows of a shape writes behind it, and what stands behind nothing may
        // come out on top of what an editor has made of it since.
        if (claiming == Claiming::own_only && db.changes() == 0) return not_his();
    }
    return Ok{};
}

}  // namespace homeroom::features::documents
