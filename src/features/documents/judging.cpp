#include "features/documents/judging.h"

#include <algorithm>

#include "features/documents/board.h"
#include "features/documents/history.h"
#include "features/documents/limits.h"
#include "features/documents/records.h"

namespace homeroom::features::documents {
namespace {

Error may_only_read(Role role) {
    return Error{Code::forbidden,
                 role == Role::commenter ? "you may comment on this document, not change it"
                                         : "you may read this document, not change it",
                 "doc"};
}

// A deletion of what nobody has written yet would take out what its writer has still to send.
// One's own may come ahead: the way they come need not keep their order.
Status require_own(store::Transaction& transaction, const std::string& part,
                   const campus::Principal& who, const std::vector<yjs::IdRange>& ahead) {
    yjs::ClientId checked = yjs::number_max + 1;
    for (const yjs::IdRange& range : ahead) {
        if (range.client == checked) continue;
        checked = range.client;
        TRY(const auto author, author_of(transaction.db(), part, range.client));
        if (!author || author->user != who.user)
            return Error{Code::forbidden, "this deletes what nobody has written", "client"};
    }
    return Ok{};
}

}  // namespace

Result<Taken> take_update(store::Transaction& transaction, const campus::Directory& directory,
                          const campus::Principal& who, const Name& name, Part& state,
                          const yjs::Update& update) {
    TRY(auto document, load_document_for(transaction.db(), name.document, who.user));
    if (!document) return unknown_document();
    const Role role = role_of(directory, document->access, who.user);
    if (role == Role::none) return unknown_document();
    const std::string part = name.text();
    TRY_OK(catch_up(transaction.db(), part, state));
    const yjs::Changes changes = yjs::changes(update, state.known);
    Taken taken{.sequence = state.through, .access = document->access};
    if (changes.none()) return taken;
    const bool is_board = document->kind == kind_whiteboard && !name.comments;
    const bool draws = role == Role::drawer && !name.comments;
    if (!may_write(name, role) || (draws && !is_board)) return may_only_read(role);
    TRY_OK(claim_clients(transaction, part, who, yjs::writers(changes)));
    TRY_OK(require_own(transaction, part, who, changes.deleted_ahead));
    if (yjs::holes_with(changes, state.known) > limits::document_holes_max)
        return Error{Code::too_large, "too much of the document is missing", "doc"};
    taken.fresh = yjs::only_new(update, state.known);
    TRY(const auto fresh, yjs::decode_update(taken.fresh, yjs::document_limits));
    if (draws) TRY_OK(require_own_shapes(transaction, part, who, fresh, changes));
    if (is_board) {
        TRY_OK(require_records(fresh));
        TRY_OK(claim_shapes(transaction, part, who, fresh,
                            draws ? Claiming::own_only : Claiming::any));
    }
    TRY_OK(note_written(transaction, part, changes.written));
    TRY_OK(note_deleted(transaction, part, who, changes.deleted));
    if (!name.comments) TRY_OK(note_change(transaction, name.document));
    TRY_OK(append_update(transaction, part, state, taken.fresh, fresh));
    taken.sequence = state.through;
    return taken;
}

}  // namespace homeroom::features::documents
