// The durable events about a document, and what the relay is told with them.
#pragma once

#include "features/documents/records.h"

namespace homeroom::features::documents {

// An event's notes, for the relay (relay.h): which document, and who may do what in it from now on.
std::string notes_of(const Document& document);
struct Noted {
    std::string document{};
    Access access{};  // room and moment are not told: they do not change
};
std::optional<Noted> noted(std::string_view notes);

// "doc:created" or "doc:updated" with the document, to all who may see it.
Status tell(store::Transaction& transaction, const campus::Directory& directory,
            const campus::Principal& who, const Document& document, std::string_view type);
// "doc:deleted"; the journal forgets what it was.
Status tell_deleted(store::Transaction& transaction, const campus::Directory& directory,
                    const campus::Principal& who, const Document& document);

}  // namespace homeroom::features::documents
