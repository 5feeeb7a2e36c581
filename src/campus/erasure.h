// Erasing one person's data over all features, after he has left the roster: a row of what is under
// way, and one scheduled command a step, each of which knows where the next goes on. So it goes on
// after whatever ends the process, and users' commands go in between.
//
//   requested → each rule in its order, step by step → done
//                 └─ stopped: he is on the roster again, or a legal hold was set
//
// erasure:request, erasure:get   for the platform's back end; each is in the audit log
#pragma once

#include <span>

#include "campus/personal_data.h"
#include "campus/schedule.h"

namespace homeroom::campus {

inline constexpr const char* erasure_kind = "erasure";

// The tables of erasures, of retention and of legal holds.
std::span<const store::Migration> personal_data_migrations();

void register_erasure(Surface& surface);
// The schedule's handler, but for the rules, which the caller has.
Status erase_due(DueCall& call, std::span<const EraseRule> rules);

// At start: those that are under way go on, also where the schedule had given one up.
Status resume_erasures(store::Transaction& transaction, WallTime now);

// Begins it, as erasure:request does; for the command line.
Result<Json> request_erasure(store::Transaction& transaction, const Directory& directory,
                             const std::string& user, const std::string& actor,
                             const std::string& reason);

}  // namespace homeroom::campus
