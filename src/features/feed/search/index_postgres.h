// The words of what is published, in PostgreSQL's tsvector: cut by the same tokenizer as in SQLite,
// with their places, so that a search finds the same there. The room is a word that no text has.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "store/database.h"

namespace homeroom::features::feed::postgres {

Status put_words(store::Database& db, std::int64_t number, std::string_view text,
                 std::string_view room_word);
Status take_words(store::Database& db, std::int64_t number);

// A tsquery: all of these, each perhaps several words next to each other, the last perhaps begun
// only, in one of the rooms. Empty: there is no word, or no room.
Result<std::string> to_query(std::span<const std::string_view> words,
                             std::span<const std::string> room_words);

}  // namespace homeroom::features::feed::postgres
