#include "features/documents/documents.h"

#include "features/documents/records.h"
#include "features/documents/requests.h"

namespace homeroom::features::documents {

std::span<const store::Migration> documents_migrations() {
    return migrations_of_records();
}

namespace {

// Other features ask whether somebody may draw on a board by a room's name: board-{id}.
Result<bool> may_draw_on(store::Database& db, const campus::Directory& directory,
                         std::string_view user, std::string_view room) {
    TRY(const auto document, load_document_for(db, room.substr(board_room_prefix.size()), user));
    return document && document->kind == kind_whiteboard &&
           may_write({.document = document->id}, role_of(directory, document->access, user));
}

}  // namespace

void register_documents(campus::Surface& surface) {
    surface.rooms().add(board_room_prefix, may_draw_on);
    surface.write("doc:create", create_document);
    surface.write("doc:rename", rename_document);
    surface.write("doc:share", share_document);
    surface.write("doc:lock", lock_document);
    surface.write("doc:delete", delete_document_of);
    surface.read("doc:list", list_documents);
    surface.read("doc:get", get_document);
    surface.read("doc:export", export_document);
    surface.read("doc:authors", tell_authors);
    surface.read("doc:deletions", list_deletions);
    surface.read("doc:shapes", list_shapes);
    surface.read("doc:versions", list_versions);
    surface.read("doc:viewVersion", view_version);
    surface.write("doc:saveVersion", save_version);
    surface.write("doc:deleteVersion", delete_version);
}

}  // namespace homeroom::features::documents
