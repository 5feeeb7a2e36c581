// The journal: every durable event in one order. It gives order, recovery and replay.
//
// A row is written in the same transaction as the change that it tells of. `seq` counts up without
// regard to the clock and never goes back, whatever is pruned; its text form has 16 digits, so that
// texts sort like numbers. The one writer (writer.h) assigns it.
//
// Every function works on the connection it is given, on that connection's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace homeroom::store {

struct Migration;

using Seq = std::uint64_t;  // 0: before everything

// As a column has it.
constexpr std::int64_t to_number(Seq seq) {
    return static_cast<std::int64_t>(seq);
}

std::string to_text(Seq seq);                             // "0000000000000042"
std::optional<Seq> seq_from_text(std::string_view text);  // only that very form

// Who is meant, as the journal keeps it. The meaning is campus/audience.h's; the store only keeps
// and finds it.
struct StoredAudience {
    // the room whose members may see it, or the conversation; for `users` rows without one: empty
    std::string room{};
    std::string kind{};  // "room", "staff", "users", "people", "person"
    // the named users, the author who sees his own beside the staff, or the person's guardians
    std::vector<std::string> users{};
    // Another audience, of which this one is a part: whoever may see this must be of that as well.
    // Its text is campus/audience.h's, too. Empty: none.
    std::string part_of{};
    // The seq at which what it is about came to be: who came later may not see it where a room's
    // past is not for newcomers. 0: from before such was kept.
    Seq moment = 0;
};

// What a command announces. `body` is a JSON object's text without seq, id, room, at and by: the
// journal adds those.
struct EventDraft {
    std::string type{};  // the event's name on the wire: "post:created"
    StoredAudience audience{};
    std::string by_json{};  // {"id":…,"name":…} or null
    std::string body{};     // {"post":{…}}
    std::string subject{};  // what it tells of, where that can be deleted; see forget()
    // A JSON object's text for what is derived from the event inside the server (who was mentioned,
    // whose post it is about). Kept with it and forgotten with it; no client is sent any of it.
    std::string notes{};
};

struct JournalEvent {
    Seq seq = 0;
    std::string type{};
    StoredAudience audience{};
    std::string payload{};  // the whole object that is delivered:
                            // {"seq":…,"id":…,"room":…,"at":…,"by":…,…body}
    std::string notes{};    // as of the draft; not read by read_after(), which is for clients
};

// The journal's tables.
std::span<const Migration> journal_migrations();

// Writes one event; `seq` is the next of the sequence. Inside the writer's transaction only.
Result<JournalEvent> append(Database& db, Seq seq, const EventDraft& draft, std::string_view at);

// Empties the events about a subject that were written so far: what was deleted is not to be read
// in the journal either. They keep their place in the order; their kind is one that nobody is in.
// Inside the writer's transaction only.
Status forget(Database& db, std::string_view subject);

Result<Seq> last_seq(Database& db);   // 0 when nothing was ever written, also after pruning
Result<Seq> first_seq(Database& db);  // the oldest kept; last_seq + 1 when none is kept

// Whether `seq` is a place that the journal has left out: pruned, or skipped by leave_out().
// Whoever has read up to there has read what is not, or no longer, in the journal. Its ends are not
// in it.
Result<bool> is_left_out(Database& db, Seq seq);
// Lets the sequence go on only after `count` others, so that no event is ever given a seq that an
// event had which is not known here: one behind the backup that was restored. Inside a transaction
// only.
Status leave_out(Database& db, Seq count);

// The events behind `after` whose room is one of `rooms`, or which name `user`, in order, each
// once, at most `limit`. The caller decides for each whether it may still be seen.
struct JournalPage {
    std::vector<JournalEvent> events;
    // how far the journal was read: the last commit, or with `more` the last event
    Seq through = 0;
    bool more = false;  // `limit` was reached and there are others
};
Result<JournalPage> read_after(Database& db, Seq after, std::string_view user,
                               std::span<const std::string> rooms, std::size_t limit);

// The events behind `after` in order, whoever they are for, notes included, at most `limit`: for
// what is derived from them inside the server.
Result<std::vector<JournalEvent>> read_on(Database& db, Seq after, std::size_t limit);

// Drops what is older than `before` (RFC 3339), the oldest first, and stops at the first event that
// is not: the clock may have jumped, and what is kept must have no holes. At most `rows_max`, so
// that a long journal need not stop the writer. Gives the number of rows. Inside a transaction
// only.
Result<std::int64_t> prune(Database& db, std::string_view before,
                           std::int64_t rows_max = std::numeric_limits<std::int64_t>::max());

}  // namespace homeroom::store
