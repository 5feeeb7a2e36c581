// A study group in the contract's JSON: one view for all who may see it, so that it can stand in an
// event.
#pragma once

#include "campus/contract_json.h"
#include "campus/groups/group_records.h"

namespace homeroom::campus {

// An owner who has opted out of being shown is null in it.
Json group_view(const Directory& directory, const StoredGroup& group);
// For whoever may know him all the same; null: it has none.
Json owner_view(const Directory& directory, const StoredGroup& group);

}  // namespace homeroom::campus
