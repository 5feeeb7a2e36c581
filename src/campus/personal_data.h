// What is kept of people, and how it leaves the server: each feature's part in the export of one
// person's data, in its erasure, and in deleting what is too old. Features know nothing of each
// other; src/app/personal_data.cpp has the list of their parts.
//
// Everything goes in bounded steps: a step looks at so many rows, says where the next one goes on,
// and is a read or a command of its own, with those of users in between. A table that has no index
// by person is gone through in its own order.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "campus/roster/directory.h"
#include "campus/surface.h"
#include "store/store.h"

namespace homeroom::campus {

// --- Export

// `sql` gives, in the order of a position behind ?2 (at first an empty text), at most ?3 rows:
// the position, and a JSON text of what is the user's (?1), or NULL of what is not.
struct PersonalList {
    std::string_view name;  // "posts"
    const char* sql;
};

struct PersonalPage {
    Json entries = Json::array();
    std::optional<std::string> next{};  // nothing: that was all of this list
};
Result<PersonalPage> read_personal_list(store::Database& db, const PersonalList& list,
                                        std::string_view user, std::string_view position);

// --- Erasure

struct EraseCall {
    store::Transaction& transaction;
    const Directory& directory;
    const std::string& user;
    std::string position{};   // where this step begins; it says where the next one does
    std::int64_t erased = 0;  // things, for the account of it
};
// One step. True: there is more.
using EraseStep = Result<bool> (*)(EraseCall& call);
struct EraseRule {
    std::string_view name;  // "feed posts"; kept while it is under way
    EraseStep step;
};

// In the place of an author whose data was erased. No id of the roster has a "~".
inline constexpr std::string_view erased_id = "~deleted";
inline constexpr std::string_view erased_name = "Deleted user";
inline constexpr std::string_view erased_text = "\u2026";

// --- Age

struct ExpireCall {
    store::Transaction& transaction;
    const Directory& directory;
    std::string_view before;  // RFC 3339: what is older goes
    std::string position{};   // as of an erasure
    std::int64_t deleted = 0;
};
using ExpireStep = Result<bool> (*)(ExpireCall& call);
inline constexpr std::int64_t expired_per_step_max = 100;  // of what is more than a row
struct ExpireRule {
    std::string_view kind;  // the key of the configuration: "posts" of retention.posts
    ExpireStep step;
};

// What one feature adds. Constants, all of it.
struct PersonalData {
    std::span<const PersonalList> lists{};
    std::span<const EraseRule> erasing{};
    std::span<const ExpireRule> expiring{};
};

// --- For the steps

// The next rows of a query that gives (position, key or NULL) as an export's does: the keys that it
// gave, as many as `hits_max`, among at most `looked_at_max` rows.
struct Walk {
    std::vector<std::string> keys{};
    std::string position{};
    bool more = false;
};
struct WalkLimits {
    std::int64_t looked_at = 2'000;
    std::size_t hits = 50;
};
Result<Walk> walk(store::Database& db, const char* sql, std::string_view user,
                  std::string_view position, const WalkLimits& limits = {});

// What of a table in the order of its writing is too old: of the rows that `sql` gives behind ?1,
// at most ?2, each (row, id, author, time or NULL), the ids up to the first that is not. Without
// those whose author has a legal hold, and those that have no time yet.
Result<Walk> too_old(store::Database& db, const char* sql, const ExpireCall& call);

// In a query of a walk through a table whose key is several texts: the position is json_array(…) of
// them, and this its nth.
#define HOMEROOM_POSITION(n) "coalesce(json_extract(nullif(?2, ''), '$[" #n "]'), '')"
// The same where that is a number, from 0.
#define HOMEROOM_NUMBER_IN_POSITION(n) \
    "CAST(coalesce(json_extract(nullif(?2, ''), '$[" #n "]'), '-1') AS INTEGER)"

// Runs statements that have the user as ?1, each once.
Status run_for_user(store::Database& db, std::initializer_list<const char*> statements,
                    std::string_view user);

// Whoever's things are kept because of a legal hold (legal_hold.h).
Result<bool> is_held(store::Database& db, std::string_view user);

}  // namespace homeroom::campus
