// The roster's tables. Everything runs on whoever owns the database connection.
#pragma once

#include <span>

#include "base/result.h"
#include "campus/roster/directory.h"
#include "store/store.h"

namespace homeroom::campus {

std::span<const store::Migration> roster_migrations();

// Everything in the tables, for Directory::load and for comparing with a package.
Result<Directory::Records> load_roster(store::Database& db);

// Writes upserts and removals (inside the caller's transaction).
Status save_changes(store::Database& db, const Directory::Changes& changes);

// Lists within one column are kept as texts separated by this; no id contains it.
inline constexpr char list_separator = ' ';

}  // namespace homeroom::campus
