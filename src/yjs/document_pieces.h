// Cuts an update's structs where others refer to them: the first step to a document. Since all that
// will ever be referred to is in the update, no piece has to be cut later.
#pragma once

#include "base/result.h"
#include "yjs/document_parts.h"
#include "yjs/update.h"
#include "yjs/version.h"

namespace homeroom::yjs {

// Errors: too_large.
Result<DocumentParts> cut_into_pieces(const Update& update);

// Cut also at what was different then; each piece says what it was.
Result<DocumentParts> cut_into_pieces(const Update& update, const Version& then);

}  // namespace homeroom::yjs
