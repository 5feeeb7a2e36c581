// Puts a document's pieces where every Yjs client puts them: YATA, the algorithm by which those who
// inserted at the same place at the same time agree without asking each other.
#pragma once

#include "base/result.h"
#include "yjs/document_parts.h"
#include "yjs/update.h"

namespace homeroom::yjs {

// Pieces that wait for what is not in the update stay without a place, and so do those that a
// forger let wait for each other. Errors: too_large.
Status place_pieces(DocumentParts& parts, const Update& update);

}  // namespace homeroom::yjs
