// Which document a request means, and what the caller is in it.
#pragma once

#include "features/documents/records.h"

namespace homeroom::features::documents {

struct Asked {
    Name name{};
    Document document{};  // with all people
    Role role = Role::none;
};

// The request's `doc`, which may be comments only where `comments` says so. Not judged: a reader
// judges behind what it has read.
enum class Comments : bool { not_meant, too };
Result<Asked> asked_document(store::Database& db, const campus::Json& request, Comments comments);
// Judges whoever asks; `not_found` to whom there is none.
Status judge(Asked& asked, const campus::Directory& directory, std::string_view user);

// A role as a request names it, if it is one of these; `pointer` and `drawer` are of whiteboards
// only.
Result<Role> given_role(const std::string& word, Role lowest, Role highest, std::string_view kind,
                        const char* field);

// For a write: judged, and he must be its owner.
Result<Document> owned_document(const campus::WriteCall& call, const campus::Json& request);

}  // namespace homeroom::features::documents
