// Documents in the contract's JSON.
#pragma once

#include "features/documents/records.h"

namespace homeroom::features::documents {

// What all of its audience may see: { id, room, kind, title, author, createdAt, changedAt, members,
// locked }
campus::Json view_of(const campus::Directory& directory, const Document& document);
// [{ user, role }], those who have a role of their own and are in the room.
campus::Json people_view(const campus::Directory& directory, const Access& access);

}  // namespace homeroom::features::documents
