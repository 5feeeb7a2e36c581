// A new document that begins as another one stands: a board with a grid and headings that a teacher
// has made once, a form to fill in.
//
// On the writer, inside a transaction.
#pragma once

#include "features/documents/records.h"

namespace homeroom::features::documents {

// The request's `template`, a document of the same kind that the caller may read: what stands in
// it, without its comments, its history and what was deleted from it, is in `made` from now on. All
// of it counts as his who makes the copy. Nothing, if there is none in the request.
Status fill_from_template(const campus::WriteCall& call, const campus::Json& request,
                          const Document& made);

}  // namespace homeroom::features::documents
