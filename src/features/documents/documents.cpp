#include "features/documents/documents.h"

#include "features/documents/records.h"
#include "features/documents/requests.h"

namespace homeroom::features::documents {

std::span<const store::Migration> documents_migrations() {
    return migrations_of_records();
}

void register_documents(campus::Surface& surface) {
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
