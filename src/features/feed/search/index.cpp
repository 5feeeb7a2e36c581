#include "features/feed/search/index.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "features/feed/search/index_postgres.h"

namespace homeroom::features::feed {
namespace {

using store::Database;
using store::Transaction;

// Words of what was deleted leave the index at once while it has so many texts; a larger one is
// rewritten at most so often, so many of its pages (4 KiB) at a time.
constexpr std::int64_t tidied_at_once_max = 2'000;
constexpr std::int64_t tidied_pages = 500;
constexpr auto tidying_interval = std::chrono::hours{1};

Result<std::optional<std::int64_t>> number_of(Database& db, std::string_view target) {
    auto select = db.statement("SELECT number FROM feed_texts WHERE target = ?");
    select.bind(1, target);
    TRY(const bool found, select.step());
    return found ? std::optional{select.number(0)} : std::nullopt;
}

// As SQLite's hex() writes it: one word, whatever is in the name.
std::string room_word(std::string_view room) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string word;
    for (const char c : room) {
        const auto byte = static_cast<unsigned char>(c);
        word += digits[byte / 16];
        word += digits[byte % 16];
    }
    return word;
}

bool in_postgres(const Database& db) {
    return db.kind() == store::Kind::postgres;
}

void run_before_commit(Transaction& transaction, const char* sql, std::int64_t number,
                       std::string_view text, std::string_view room) {
    transaction.before_commit(
        [sql, number, text = std::string(text), word = room_word(room)](Database& db) {
            return db.statement(sql)
                .bind_all(number, std::string_view{text}, std::string_view{word})
                .run();
        });
}

void put_words(Transaction& transaction, std::int64_t number, std::string_view text,
               std::string_view room) {
    if (in_postgres(transaction.db())) {
        transaction.before_commit(
            [number, text = std::string(text), word = room_word(room)](Database& db) {
                return postgres::put_words(db, number, text, word);
            });
        return;
    }
    run_before_commit(transaction, "INSERT INTO feed_search (rowid, text, room) VALUES (?, ?, ?)",
                      number, text, room);
}

void take_words(Transaction& transaction, std::int64_t number, std::string_view text,
                std::string_view room) {
    if (in_postgres(transaction.db())) {
        transaction.before_commit(
            [number](Database& db) { return postgres::take_words(db, number); });
        return;
    }
    run_before_commit(transaction,
                      "INSERT INTO feed_search (feed_search, rowid, text, room) "
                      "VALUES ('delete', ?, ?, ?)",
                      number, text, room);
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

std::string phrase(std::string_view word) {
    std::string text = "\"";
    for (const char c : word) {
        if (c == '"') text += '"';
        text += c;
    }
    return text + '"';
}

// What stands between spaces and has a word in it.
std::vector<std::string_view> words_between_spaces(std::string_view words) {
    std::vector<std::string_view> all;
    while (!words.empty() && all.size() < limits::search_words_max) {
        const auto* const end = std::ranges::find_if(words, is_space);
        const auto word = words.substr(0, static_cast<std::size_t>(end - words.begin()));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        if (has_word(word)) all.push_back(word);
    }
    return all;
}

// "one" AND "two" AND "thr" *
std::string all_of_words(std::string_view words) {
    std::string all;
    for (const std::string_view word : words_between_spaces(words))
        all += (all.empty() ? "" : " AND ") + phrase(word);
    return all.empty() ? all : all + " *";
}

}  // namespace

Status add_to_index(Transaction& transaction, const Indexed& of, std::string_view text) {
    auto& db = transaction.db();
    TRY_OK(db.statement("INSERT INTO feed_texts (target, post) VALUES (?, ?)")
               .bind_all(of.target, of.post)
               .run());
    TRY(const auto number, number_of(db, of.target));
    if (number) put_words(transaction, *number, text, of.room);
    return Ok{};
}

Status change_in_index(Transaction& transaction, const Indexed& of, std::string_view before,
                       std::string_view text) {
    TRY(const auto number, number_of(transaction.db(), of.target));
    if (!number || before == text) return Ok{};
    take_words(transaction, *number, before, of.room);
    put_words(transaction, *number, text, of.room);
    return Ok{};
}

Status take_from_index(Transaction& transaction, const Indexed& of, std::string_view text) {
    auto& db = transaction.db();
    TRY(const auto number, number_of(db, of.target));
    if (!number) return Ok{};
    take_words(transaction, *number, text, of.room);
    return db.statement("DELETE FROM feed_texts WHERE number = ?").bind(1, *number).run();
}

Status tidy_index(Transaction& transaction) {
    auto& db = transaction.db();
    if (in_postgres(db)) return Ok{};  // a row goes with its words
    auto select = db.statement("SELECT max(number) FROM feed_texts");
    TRY([[maybe_unused]] const bool found, select.step());
    if (select.number(0) > tidied_at_once_max) {
        return campus::schedule_once(transaction, index_kind, "", wall_now() + tidying_interval);
    }
    transaction.before_commit([](Database& at_end) {
        return at_end.statement("INSERT INTO feed_search (feed_search) VALUES ('optimize')").run();
    });
    return Ok{};
}

// https://www.sqlite.org/fts5.html, the 'merge' command: fewer than two changes say that there is
// nothing more to do.
Status tidy_index_due(campus::DueCall& call) {
    auto& db = call.transaction.db();
    if (in_postgres(db)) return Ok{};
    const auto before = db.total_changes();
    TRY_OK(db.statement("INSERT INTO feed_search (feed_search, rank) VALUES ('merge', ?)")
               .bind(1, -tidied_pages)
               .run());
    if (db.total_changes() - before < 2) return Ok{};
    return campus::schedule(call.transaction, index_kind, "", wall_now());
}

std::string to_match(std::string_view words, std::span<const std::string> rooms) {
    const std::string all = all_of_words(words);
    if (all.empty() || rooms.empty()) return {};
    std::string match = "text : (" + all + ") AND room : (";
    for (const std::string& room : rooms) {
        if (&room != rooms.data()) match += " OR ";
        match += phrase(room_word(room));
    }
    return match + ')';
}

Result<store::Statement> look_up(Database& db, std::string_view words,
                                 std::span<const std::string> rooms, std::int64_t before) {
    if (in_postgres(db)) {
        std::vector<std::string> room_words;
        for (const std::string& room : rooms) room_words.push_back(room_word(room));
        TRY(const auto query, postgres::to_query(words_between_spaces(words), room_words));
        auto select = db.statement(
            "SELECT feed_texts.number, feed_texts.target, feed_texts.post"
            " FROM feed_search JOIN feed_texts ON feed_texts.number = feed_search.number"
            " WHERE feed_search.words @@ CAST(?1 AS tsquery) AND feed_search.number < ?2"
            " ORDER BY feed_search.number DESC LIMIT ?3");
        select.bind_all(std::string_view{query}, before, limits::search_looked_at_max);
        return select;
    }
    // An empty text is no search: it would be an error, and finds nothing.
    const std::string match = to_match(words, rooms);
    auto select = match.empty()
                      ? db.statement("SELECT number, target, post FROM feed_texts WHERE false")
                      : db.statement(
                            "SELECT feed_texts.number, feed_texts.target, feed_texts.post"
                            " FROM feed_search JOIN feed_texts"
                            " ON feed_texts.number = feed_search.rowid"
                            " WHERE feed_search MATCH ?1 AND feed_search.rowid < ?2"
                            " ORDER BY feed_search.rowid DESC LIMIT ?3");
    if (!match.empty())
        select.bind_all(std::string_view{match}, before, limits::search_looked_at_max);
    return select;
}

}  // namespace homeroom::features::feed
