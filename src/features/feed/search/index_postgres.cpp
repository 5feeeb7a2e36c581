// https://www.postgresql.org/docs/15/datatype-textsearch.html
#include "features/feed/search/index_postgres.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "store/sqlite/words.h"

namespace homeroom::features::feed::postgres {
namespace {

// A longer word is in no index, and no place behind this one is told apart.
constexpr std::size_t word_bytes_max = 2'046;
constexpr std::size_t place_max = 16'383;

// Words have neither quotes nor backslashes: they are letters and digits.
std::string in_quotes(std::string_view word) {
    return "'" + std::string{word} + "'";
}

std::string room_lexeme(std::string_view room_word) {
    return in_quotes("~" + std::string{room_word});
}

bool fits(const std::string& word) {
    return word.size() <= word_bytes_max;
}

}  // namespace

Status put_words(store::Database& db, std::int64_t number, std::string_view text,
                 std::string_view room_word) {
    TRY(const auto words, store::words_of(text));
    std::string vector = room_lexeme(room_word);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!fits(words[i])) continue;
        vector += ' ' + in_quotes(words[i]) + ':' + std::to_string(std::min(i + 1, place_max));
    }
    return db.statement("INSERT INTO feed_search (number, words) VALUES (?, CAST(? AS tsvector))")
        .bind_all(number, std::string_view{vector})
        .run();
}

Status take_words(store::Database& db, std::int64_t number) {
    return db.statement("DELETE FROM feed_search WHERE number = ?").bind(1, number).run();
}

Result<std::string> to_query(std::span<const std::string_view> words,
                             std::span<const std::string> room_words) {
    std::vector<std::vector<std::string>> phrases;
    for (const std::string_view word : words) {
        TRY(auto parts, store::words_of(word));
        if (!std::ranges::all_of(parts, fits)) return std::string{};
        if (!parts.empty()) phrases.push_back(std::move(parts));
    }
    if (phrases.empty() || room_words.empty()) return std::string{};
    std::string query;
    for (const auto& phrase : phrases) {
        query += query.empty() ? "(" : ") & (";
        for (std::size_t i = 0; i < phrase.size(); ++i)
            query += (i == 0 ? "" : " <-> ") + in_quotes(phrase[i]);
    }
    query += ":*) & (";
    for (std::size_t i = 0; i < room_words.size(); ++i)
        query += (i == 0 ? "" : " | ") + room_lexeme(room_words[i]);
    return query + ')';
}

}  // namespace homeroom::features::feed::postgres
