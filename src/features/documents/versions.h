// Named versions of a document: a few bytes each, beside a document that keeps what was deleted as
// long as it has one.
//
// Each function works on the connection it is given, on that connection's thread.
#pragma once

#include <string>
#include <vector>

#include "campus/surface.h"

namespace homeroom::features::documents {

struct StoredVersion {
    std::string id{};
    std::string title{};
    std::string author{};
    std::string author_name{};
    std::string at{};
    std::string bytes{};  // yjs/version.h
};

// Newest first, without their bytes.
Result<std::vector<StoredVersion>> load_versions(store::Database& db, std::string_view document);
// The request's `version`, of this document.
Result<StoredVersion> requested_version(store::Database& db, const campus::Json& request,
                                        std::string_view document);
Status insert_version(store::Database& db, std::string_view document, const StoredVersion& version);
Status delete_version(store::Database& db, std::string_view id);

campus::Json version_view(const campus::Directory& directory, const StoredVersion& version);

}  // namespace homeroom::features::documents
