// A study group in the contract's JSON: one view for all who may see it, so that it can stand in an
// event.
#pragma once

#include "campus/contract_json.h"
#include "campus/groups/group_records.h"

namespace homeroom::campus {

Json group_view(const Directory& directory, const StoredGroup& group);

}  // namespace homeroom::campus
