// Whose a client id is, who wrote which units, and who took out which: what is asked when it is to
// be known who wrote a sentence. Attested by the server: each is from the connection that brought
// it.
//
// Each function works on the connection it is given, on that connection's thread; what writes,
// inside the writer's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "yjs/id_set.h"
#include "yjs/update.h"

namespace homeroom::features::documents {

struct Author {
    std::string user{};
    std::string name{};
};
Result<std::optional<Author>> author_of(store::Database& db, const std::string& part,
                                        yjs::ClientId client);
// Makes those this user's that are nobody's yet; all or none. `forbidden` if one is somebody
// else's; `too_large` when too many are new at once, or he has, or the document, too many.
Status claim_clients(store::Transaction& transaction, const std::string& part,
                     const campus::Principal& who, std::span<const yjs::ClientId> clients);

// Of clients in whose name nothing was written those of the day before yesterday and older: a page
// was opened, and that was all.
Status forget_idle_clients(store::Transaction& transaction, const std::string& part);

Status note_written(store::Transaction& transaction, const std::string& part,
                    const std::vector<yjs::IdRange>& ranges);
Status note_deleted(store::Transaction& transaction, const std::string& part,
                    const campus::Principal& who, const std::vector<yjs::IdRange>& ranges);

// When units were written.
struct Edit {
    yjs::IdRange range{};
    std::string began_at{};
    std::string ended_at{};
};
// The entry that has this unit; nothing: from before such was kept.
Result<std::optional<Edit>> edit_with(store::Database& db, const std::string& part,
                                      const yjs::Id& id);

struct Deletion {
    std::int64_t row = 0;
    Author by{};
    std::string began_at{};
    std::string ended_at{};
    std::vector<yjs::IdRange> ranges{};  // the first of them
    std::size_t omitted = 0;             // ranges beyond those
};
struct Deletions {
    std::vector<Deletion> entries{};
    bool more = false;  // behind the last of them
};
// Newest first, at most the limit, and no more than is read of a page's bytes.
Result<Deletions> load_deletions(store::Database& db, const std::string& part, std::int64_t before,
                                 std::size_t limit);

}  // namespace homeroom::features::documents
