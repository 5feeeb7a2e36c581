// What a list of roster records is asked for: OneRoster 1.2's query parameters (REST binding, 3.4).
//
// limit     := 1 to 1000, 100 if it is not there           offset := 0, …
// sort      := field                                        orderBy := "asc" | "desc"
// filter    := predicate [(" AND " | " OR ") predicate]     predicate := field op "'" text "'"
// op        := "=" | "!=" | ">" | ">=" | "<" | "<=" | "~"   (contains)
// field     := name ("." name)*                             into an object, or any of a list
//
// Texts are compared as they are, without regard to capitals; true and false as these words.
// Another parameter, or one that can't be read, is an Error: a list that is longer than was asked
// for would be believed.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "campus/surface.h"

namespace homeroom::api {

using campus::Json;

inline constexpr std::int64_t roster_page_max = 1'000;
inline constexpr std::int64_t roster_page_usual = 100;
inline constexpr std::int64_t roster_offset_max = 10'000'000;

class RosterQuery {
public:
    static Result<RosterQuery> read(
        const std::vector<std::pair<std::string, std::string>>& parameters);

    std::int64_t limit() const { return limit_; }
    std::int64_t offset() const { return offset_; }
    // A page of all records in the order of their ids: what the store can give by itself.
    bool is_plain() const { return predicates_.empty() && sort_.empty() && !descending_; }
    bool takes(const Json& record) const;
    void put_in_order(std::vector<Json>& records) const;

private:
    enum class Operator : std::uint8_t {
        equal,
        unequal,
        above,
        at_least,
        below,
        at_most,
        contains
    };
    struct Predicate {
        std::string field{};
        Operator op{};
        std::string value{};
    };
    static Result<Predicate> predicate(std::string_view text);
    Status read_filter(std::string_view text);

    std::int64_t limit_ = roster_page_usual;
    std::int64_t offset_ = 0;
    std::string sort_{};
    bool descending_ = false;
    std::vector<Predicate> predicates_{};  // at most two
    bool any_is_enough_ = false;           // " OR "
};

}  // namespace homeroom::api
