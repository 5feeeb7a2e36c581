#include "features/documents/board.h"

#include <map>

#include "features/documents/history.h"
#include "features/documents/limits.h"

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

}  // namespace

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
