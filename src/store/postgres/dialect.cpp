// A text is cut into tokens, the tokens are looked through for what is said differently, and what
// comes of it is put together again.
#include "store/postgres/dialect.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace homeroom::store::postgres {
namespace {

// RFC 3339 with milliseconds, in SQLite's words and in PostgreSQL's.
constexpr std::string_view time_format = "'%Y-%m-%dT%H:%M:%fZ'";
constexpr std::string_view now_as_text =
    "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
constexpr std::string_view behind_time =
    ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";

// Functions of one argument that are said around it.
struct Wrapping {
    std::string_view function;
    std::string_view before;
    std::string_view behind;
};
constexpr Wrapping wrappings[] = {
    {"json_each", "jsonb_array_elements_text((", ")::jsonb)"},
    {"json", "CAST(", " AS json)"},
    {"json_quote", "CAST(to_json(CAST(", " AS text)) AS text)"},
};

// What is behind `x ->> ` or `x #>> ` for a path of SQLite's: '$', '$[0]', '$.name'.
std::string step_to(std::string_view path) {
    const std::string_view inside = path.substr(1, path.size() - 2);
    if (inside == "$") return " #>> '{}'";
    if (inside.starts_with("$[")) return " ->> " + std::string(inside.substr(2, inside.size() - 3));
    assert(inside.starts_with("$.") && "a path that is not said differently");
    return " ->> '" + std::string(inside.substr(2)) + "'";
}

// A word, a number, a text in quotes, or one character of anything else; and what was before it.
struct Token {
    std::string_view text{};
    bool spaced = false;  // there was white space or a comment before it
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Where a text in quotes ends; a quote in it is written twice, which reads as two texts.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    const std::size_t close = sql.find(sql[at], at + 1);
    assert(close != std::string_view::npos && "a quote without an end");
    return close + 1;
}

std::size_t end_of_token(std::string_view sql, std::size_t at) {
    const char c = sql[at];
    if (c == '\'' || c == '"') return end_of_quoted(sql, at);
    if (!is_word(c) && c != '?') return at + 1;
    std::size_t end = at + 1;
    while (end < sql.size() && is_word(sql[end])) ++end;
    return end;
}

std::vector<Token> tokens_of(std::string_view sql) {
    std::vector<Token> tokens;
    bool spaced = false;
    for (std::size_t at = 0; at < sql.size();) {
        if (is_space(sql[at])) {
            spaced = true;
            ++at;
        } else if (sql.substr(at, 2) == "--") {
            spaced = true;
            at = std::min(sql.find('\n', at), sql.size());
        } else {
            const std::size_t end = end_of_token(sql, at);
            tokens.push_back({sql.substr(at, end - at), spaced});
            spaced = false;
            at = end;
        }
    }
    return tokens;
}

class Translation {
public:
    explicit Translation(std::string_view sql) : tokens_(tokens_of(sql)) {}

    Translated run() {
        while (at_ < tokens_.size()) one();
        end_statement();
        return {std::move(out_), parameters_, std::move(bytes_), std::move(replaces_),
                std::move(columns_)};
    }

private:
    bool ahead(std::initializer_list<std::string_view> words, std::size_t from) const {
        if (from + words.size() > tokens_.size()) return false;
        return std::ranges::equal(words, std::span(tokens_).subspan(from, words.size()), {}, {},
                                  &Token::text);
    }
    bool next_are(std::initializer_list<std::string_view> words) const { return ahead(words, at_); }

    void put(std::string_view text, bool spaced) {
        if (spaced && !out_.empty()) out_ += ' ';
        out_ += text;
    }
    void put_instead(std::size_t count, std::string_view text) {
        put(text, tokens_[at_].spaced);
        at_ += count;
    }

    void one() {
        const Token& token = tokens_[at_];
        if (at_ == statement_) {
            schema_ = token.text == "CREATE" || token.text == "ALTER";
            ignore_ = next_are({"INSERT", "OR", "IGNORE"});
        }
        if (token.text.front() == '?') {
            parameter();
            return;
        }
        if (token.text == "user") return put_instead(1, "\"user\"");
        if (token.text == "only") return put_instead(1, "\"only\"");
        if (token.text == ";") {
            end_statement();
            put_instead(1, ";");
            statement_ = at_;
            return;
        }
        if (next_are({"INSERT", "OR", "IGNORE"})) return put_instead(3, "INSERT");
        if (next_are({"INSERT", "OR", "REPLACE", "INTO"})) {
            note_replaced();
            return put_instead(3, "INSERT");
        }
        if (next_are({"WITHOUT", "ROWID"})) {
            at_ += 2;
            return;
        }
        if (next_are({"INDEXED", "BY"})) {
            at_ += 3;
            return;
        }
        if (schema_ && next_are({"INTEGER", "PRIMARY", "KEY"})) {
            const bool named = ahead({"AUTOINCREMENT"}, at_ + 3);
            return put_instead(named ? 4 : 3,
                               "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY");
        }
        if (schema_ && token.text == "INTEGER") return put_instead(1, "BIGINT");
        if (schema_ && token.text == "BLOB") return put_instead(1, "BYTEA");
        if (schema_ && token.text == "TEXT") return put_instead(1, "TEXT COLLATE \"C\"");
        if (next_are({"hex", "(", "randomblob", "("})) return random_digits();
        if (next_are({"instr", "("})) return put_instead(1, "strpos");
        if (is_nullif_of_number()) return nullif_of_number();
        if (next_are({"json_object", "("})) return put_instead(1, "json_build_object");
        if (next_are({"json_array", "("})) return put_instead(1, "json_build_array");
        if (is_cast_of_parameter("INTEGER")) return integer_of_text();
        if (is_cast_of_parameter("BLOB")) return bytes_of_text();
        if (next_are({"AS", "INTEGER", ")"})) return put_instead(2, "AS BIGINT");
        if (next_are({"strftime", "(", time_format, ","})) return time_text();
        if (next_are({"json_extract", "("}))
            return open(2, "(CAST(CAST(", " AS text) AS jsonb)");  // its path closes it
        if (next_are({"FROM", "(", "SELECT"})) {
            put_instead(1, "FROM");
            return open(1, "(", ")", Needs::a_name);
        }
        for (const Wrapping& one : wrappings) {
            if (next_are({one.function, "("})) return open(2, one.before, one.behind);
        }
        if ((next_are({"min", "("}) || next_are({"max", "("})) && has_comma(at_ + 2)) {
            return put_instead(1, token.text == "min" ? "least" : "greatest");
        }
        if (token.text == "," && is_in_opened()) return argument();
        if (token.text == "(") ++depth_;
        if (token.text == ")") {
            if (is_in_opened()) return close();
            --depth_;
        }
        put_instead(1, token.text);
    }

    // --- What is put around something: it ends with its bracket.

    enum class Needs : bool { nothing, a_name };
    struct Opened {
        int depth = 0;
        std::string_view behind{};
        Needs needs = Needs::nothing;
    };

    void open(std::size_t count, std::string_view before, std::string_view behind,
              Needs needs = Needs::nothing) {
        put_instead(count, before);
        opened_.push_back({++depth_, behind, needs});
    }
    bool is_in_opened() const { return !opened_.empty() && opened_.back().depth == depth_; }

    void close() {
        const Opened opened = opened_.back();
        opened_.pop_back();
        --depth_;
        const bool named = ahead({"AS"}, at_ + 1);
        put_instead(1, opened.behind);
        if (opened.needs == Needs::a_name && !named)
            put(" AS unnamed" + std::to_string(++unnamed_), false);
    }

    // Of strftime() and json_extract(), the only ones that go on behind a comma.
    void argument() {
        if (next_are({",", "'unixepoch'", ")"})) {
            at_ += 2;
            return close();
        }
        const std::string_view next = tokens_[at_ + 1].text;
        if (!next.starts_with("'$") || !ahead({")"}, at_ + 2)) return put_instead(1, ",");
        const std::string step = step_to(next);
        at_ += 2;
        close();
        put(step + ")", false);
    }

    // --- Functions

    void random_digits() {
        const int bytes = number_in(tokens_[at_ + 4].text);
        assert(bytes > 0 && bytes <= 32 && ahead({")", ")"}, at_ + 5));
        put_instead(7,
                    "upper(left(replace(CAST(gen_random_uuid() AS text) ||"
                    " CAST(gen_random_uuid() AS text), '-', ''), " +
                        std::to_string(2 * bytes) + "))");
    }

    bool is_nullif_of_number() const {
        if (!next_are({"nullif", "("}) || !ahead({","}, at_ + 3)) return false;
        const std::size_t number = ahead({"-"}, at_ + 4) ? at_ + 5 : at_ + 4;
        return tokens_[at_ + 2].text.front() == '?' && number < tokens_.size() &&
               is_digit(tokens_[number].text.front());
    }
    void nullif_of_number() {
        put_instead(2, "nullif(CAST(");
        parameter();
        put(" AS BIGINT)", false);
        ++depth_;
    }

    bool is_cast_of_parameter(std::string_view type) const {
        return next_are({"CAST", "("}) && ahead({"AS", type, ")"}, at_ + 3) &&
               tokens_[at_ + 2].text.front() == '?';
    }
    void bytes_of_text() {
        put_instead(2, "CAST(");
        bytes_.push_back(parameter());
        put(" AS BYTEA)", false);
        at_ += 3;
    }
    void integer_of_text() {
        put_instead(2, "CAST(coalesce(nullif(");
        parameter();
        put(", ''), '0') AS BIGINT)", false);
        at_ += 3;
    }

    void time_text() {
        if (ahead({"'now'", ")"}, at_ + 4)) return put_instead(6, now_as_text);
        open(4, "to_char(to_timestamp(", behind_time);
    }

    // Whether there is a comma before the bracket that was opened before `from` is closed.
    bool has_comma(std::size_t from) const {
        int depth = 0;
        for (std::size_t i = from; i < tokens_.size(); ++i) {
            const std::string_view text = tokens_[i].text;
            if (text == "," && depth == 0) return true;
            if (text == "(") ++depth;
            if (text == ")" && --depth < 0) return false;
        }
        return false;
    }

    // INSERT OR REPLACE INTO table ( column , column … )
    void note_replaced() {
        assert(replaces_.empty() && "one in a text");
        replaces_ = tokens_[at_ + 4].text;
        for (std::size_t i = at_ + 6; i < tokens_.size() && tokens_[i - 1].text != ")"; i += 2)
            columns_.emplace_back(tokens_[i].text);
    }

    static int number_in(std::string_view digits) {
        int number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return number;
    }

    int parameter() {
        const std::string_view digits = tokens_[at_].text.substr(1);
        const int number = digits.empty() ? parameters_ + 1 : number_in(digits);
        parameters_ = std::max(parameters_, number);
        put_instead(1, "$" + std::to_string(number));
        return number;
    }

    void end_statement() {
        if (ignore_) out_ += " ON CONFLICT DO NOTHING";
        ignore_ = false;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t statement_ = 0;  // where the one that is looked at begins
    bool schema_ = false;        // it makes or changes a table
    bool ignore_ = false;        // it is an INSERT OR IGNORE
    int depth_ = 0;              // of open brackets
    std::vector<Opened> opened_{};
    int unnamed_ = 0;  // how many were given a name
    int parameters_ = 0;
    std::vector<int> bytes_{};
    std::string replaces_{};
    std::vector<std::string> columns_{};
    std::string out_{};
};

}  // namespace

Translated translate(std::string_view sql) {
    return Translation(sql).run();
}

std::string replace_clause(const std::vector<Column>& table,
                           const std::vector<std::string>& given) {
    std::string key;
    std::string set;
    for (const Column& column : table) {
        const std::string quoted = '"' + column.name + '"';
        if (column.key) {
            key += (key.empty() ? "" : ", ") + quoted;
            continue;
        }
        const bool is_given = std::ranges::find(given, column.name) != given.end();
        set += (set.empty() ? "" : ", ") + quoted + " = " +
               (is_given ? "excluded." + quoted : std::string{"DEFAULT"});
    }
    assert(!key.empty() && "a table without a primary key");
    return " ON CONFLICT (" + key + ") DO " + (set.empty() ? "NOTHING" : "UPDATE SET " + set);
}

}  // namespace homeroom::store::postgres
