// A version is given a name, and a named one is given up.
#include "base/clock.h"
#include "base/ids.h"
#include "features/documents/asking.h"
#include "features/documents/limits.h"
#include "features/documents/log.h"
#include "features/documents/requests.h"
#include "features/documents/versions.h"
#include "yjs/version.h"

namespace homeroom::features::documents {
namespace {

// Who may write all of it may say how it was.
Result<Asked> written_document(const WriteCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.transaction.db(), request, Comments::not_meant));
    TRY_OK(judge(asked, call.directory, call.who.user));
    if (!may_write_all(asked.name, asked.role))
        return Error{Code::forbidden, "only editors make versions", "doc"};
    return asked;
}

// What the document has is read on the writer, so that the version is of one moment.
Result<std::string> version_now(store::Database& db, const std::string& part) {
    TRY(const auto size, stored_size(db, part));
    if (size.bytes > limits::document_version_source_bytes_max ||
        size.structs > limits::document_version_source_structs_max)
        return Error{Code::too_large, "the document is too large for versions", "doc"};
    TRY(const auto state, load_part(db, part));
    return yjs::Version::of(state->known).encode();
}

}  // namespace

Result<Json> save_version(WriteCall& call, const Json& request) {
    TRY(const auto asked, written_document(call, request));
    StoredVersion version{.id = make_ulid(wall_now()),
                          .author = call.who.user,
                          .author_name = call.who.name,
                          .at = call.transaction.at()};
    TRY(version.title,
        campus::required_words(request, "title", limits::document_version_title_bytes_max));
    TRY(version.bytes, version_now(call.transaction.db(), asked.document.id));
    TRY_OK(insert_version(call.transaction.db(), asked.document.id, version));
    call.about = asked.document.id;
    return Json{{"version", version_view(call.directory, version)}};
}

Result<Json> delete_version(WriteCall& call, const Json& request) {
    TRY(const auto asked, written_document(call, request));
    TRY(const auto version, requested_version(call.transaction.db(), request, asked.document.id));
    if (asked.role != Role::owner && version.author != call.who.user)
        return Error{Code::forbidden, "only an owner deletes a version of somebody else", "doc"};
    TRY_OK(delete_version(call.transaction.db(), version.id));
    return Json{{"versionId", version.id}};
}

}  // namespace homeroom::features::documents
