// The handlers of the requests about documents that the surface carries out, as documents.cpp
// registers them. What each takes and gives: protocol/asyncapi.yaml.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::documents {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> create_document(WriteCall& call, const Json& request);
Result<Json> rename_document(WriteCall& call, const Json& request);
Result<Json> share_document(WriteCall& call, const Json& request);
Result<Json> lock_document(WriteCall& call, const Json& request);
Result<Json> delete_document_of(WriteCall& call, const Json& request);

Result<Json> list_documents(ReadCall& call, const Json& request);
Result<Json> get_document(ReadCall& call, const Json& request);

Result<Json> export_document(ReadCall& call, const Json& request);
Result<Json> tell_authors(ReadCall& call, const Json& request);
Result<Json> list_deletions(ReadCall& call, const Json& request);
Result<Json> list_shapes(ReadCall& call, const Json& request);
Result<Json> list_versions(ReadCall& call, const Json& request);
Result<Json> view_version(ReadCall& call, const Json& request);

Result<Json> save_version(WriteCall& call, const Json& request);
Result<Json> delete_version(WriteCall& call, const Json& request);

}  // namespace homeroom::features::documents
