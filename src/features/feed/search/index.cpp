#include "features/feed/search/index.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/limits.h"

namespace homeroom::features::feed {
namespace {

using store::Database;

Result<std::optional<std::int64_t>> number_of(Database& db, std::string_view target) {
    auto select = db.statement("SELECT number FROM feed_texts WHERE target = ?");
    select.bind(1, target);
    TRY(const bool found, select.step());
    return found ? std::optional{select.number(0)} : std::nullopt;
}

Status put_words(Database& db, std::int64_t number, std::string_view text) {
    return db.statement("INSERT INTO feed_search (rowid, text) VALUES (?, ?)")
        .bind_all(number, text)
        .run();
}

Status take_words(Database& db, std::int64_t number, std::string_view text) {
    return db
        .statement("INSERT INTO feed_search (feed_search, rowid, text) VALUES ('delete', ?, ?)")
        .bind_all(number, text)
        .run();
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// A letter or digit, or a part of some other script's: what the index has no word for finds
// nothing anyway.
bool has_word(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
}

std::string quoted(std::string_view word) {
    std::string text = "\"";
    for (const char c : word) {
        if (c == '"') text += '"';
        text += c;
    }
    return text + '"';
}

}  // namespace

Status add_to_index(Database& db, const Indexed& of, std::string_view text) {
    TRY_OK(db.statement("INSERT INTO feed_texts (target, post, room) VALUES (?, ?, ?)")
               .bind_all(of.target, of.post, of.room)
               .run());
    TRY(const auto number, number_of(db, of.target));
    return number ? put_words(db, *number, text) : Status{Ok{}};
}

Status change_in_index(Database& db, std::string_view target, std::string_view before,
                       std::string_view text) {
    TRY(const auto number, number_of(db, target));
    if (!number || before == text) return Ok{};
    TRY_OK(take_words(db, *number, before));
    return put_words(db, *number, text);
}

Status take_from_index(Database& db, std::string_view target, std::string_view text) {
    TRY(const auto number, number_of(db, target));
    if (!number) return Ok{};
    TRY_OK(take_words(db, *number, text));
    return db.statement("DELETE FROM feed_texts WHERE number = ?").bind(1, *number).run();
}

std::string to_match(std::string_view words) {
    std::string match;
    std::size_t count = 0;
    while (!words.empty() && count < limits::search_words_max) {
        const auto* const end = std::ranges::find_if(words, is_space);
        const auto word = words.substr(0, static_cast<std::size_t>(end - words.begin()));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        if (!has_word(word)) continue;
        match += (match.empty() ? "" : " ") + quoted(word);
        ++count;
    }
    return match.empty() ? match : match + " *";
}

}  // namespace homeroom::features::feed
