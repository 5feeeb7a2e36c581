#include "features/documents/templates.h"

#include "base/limits.h"
#include "features/documents/asking.h"
#include "features/documents/board.h"
#include "features/documents/history.h"
#include "features/documents/limits.h"
#include "features/documents/log.h"
#include "yjs/changes.h"

namespace homeroom::features::documents {
namespace {

Error no_template() {
    return Error{Code::not_found, "there is no such template", "template"};
}

Result<Document> requested_template(const campus::WriteCall& call, const std::string& id,
                                    const std::string& kind) {
    const auto name = parse_name(id);
    if (!name || name->comments) return no_template();
    TRY(auto document, load_document_for(call.transaction.db(), id, call.who.user));
    if (!document || role_of(call.directory, document->access, call.who.user) == Role::none)
        return no_template();
    if (document->kind != kind)
        return Error{Code::invalid, "a template is of the same kind", "template"};
    return std::move(*document);
}

// As if he had written all of it himself: his are the client ids, so nobody else can go on in their
// name, and on a board the shapes.
Status make_his(const campus::WriteCall& call, const Document& made, const yjs::Update& update) {
    const yjs::Known known{update};
    std::vector<yjs::ClientId> clients;
    for (const yjs::Block& block : update.blocks) clients.push_back(block.client);
    TRY_OK(claim_clients(call.transaction, made.id, call.who, clients));
    TRY_OK(note_written(call.transaction, made.id, known.structs().ranges()));
    if (made.kind != kind_whiteboard) return Ok{};
    return claim_shapes(call.transaction, made.id, call.who, update, Claiming::any);
}

}  // namespace

Status fill_from_template(const campus::WriteCall& call, const campus::Json& request,
                          const Document& made) {
    TRY(const auto id, campus::optional_text(request, "template", limits::identifier_bytes_max));
    if (!id) return Ok{};
    TRY(const auto source, requested_template(call, *id, made.kind));
    TRY(const auto stored, stored_size(call.transaction.db(), source.id));
    if (stored.bytes > limits::document_template_bytes_max)
        return Error{Code::too_large, "the document is too large for a template", "template"};
    TRY(const auto bytes, load_clean(call.transaction.db(), source.id));
    TRY(const auto update, yjs::decode_update(bytes, yjs::document_limits));
    if (update.changes_nothing()) return Ok{};
    TRY_OK(make_his(call, made, update));
    TRY_OK(insert_snapshot(call.transaction, made.id, bytes, update.structs.size()));
    return note_change(call.transaction, made.id);
}

}  // namespace homeroom::features::documents
