// Documents and who has a role of his own in them, as the tables have them. Each function works on
// the connection it is given, on that connection's thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "features/documents/rules.h"

namespace homeroom::features::documents {

inline constexpr std::string_view kind_text = "text";
inline constexpr std::string_view kind_whiteboard = "whiteboard";

struct Document {
    std::int64_t row = 0;
    std::string id{};
    std::string kind{};
    std::string title{};
    std::string author{};
    std::string author_name{};
    std::string created_at{};
    std::string changed_at{};  // its comments aside; empty: nothing was written yet
    Access access{};
};

std::span<const store::Migration> migrations_of_records();

Status insert_document(store::Database& db, const Document& document);
// Its title and its access, with the people and whether it is locked.
Status update_document(store::Database& db, const Document& document);
// All that there is of it, its comments included.
Status delete_document(store::Database& db, std::string_view id);

// With all people.
Result<std::optional<Document>> load_document(store::Database& db, std::string_view id);
// With nobody but this one: for judging him.
Result<std::optional<Document>> load_document_for(store::Database& db, std::string_view id,
                                                  std::string_view user);
Status note_change(store::Transaction& transaction, std::string_view id);

struct Listing {
    std::string room{};
    std::string user{};
    bool is_staff = false;
    std::int64_t before = 0;
    std::size_t limit = 0;
};
// What this user may see but for what the directory says, newest first; one more than the limit.
Result<std::vector<Document>> load_documents(store::Database& db, const Listing& wanted);

}  // namespace homeroom::features::documents
