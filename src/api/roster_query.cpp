#include "api/roster_query.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/limits.h"

namespace homeroom::api {
namespace {

std::string lower(std::string_view text) {
    std::string result{text};
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

bool is_field(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
    });
}

Result<std::int64_t> number(const std::string& name, std::string_view text, std::int64_t min,
                            std::int64_t max) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && value >= min && value <= max)
        return value;
    return Error{
        Code::invalid,
        name + " must be a number from " + std::to_string(min) + " to " + std::to_string(max),
        name};
}

// The texts at a field, in small letters; of a list those of all its members.
void collect(const Json& json, std::string_view field, std::vector<std::string>& texts) {
    if (json.is_array()) {
        for (const Json& one : json) collect(one, field, texts);
        return;
    }
    if (field.empty()) {
        if (json.is_string()) texts.push_back(lower(json.get_ref<const std::string&>()));
        if (json.is_boolean()) texts.emplace_back(json.get<bool>() ? "true" : "false");
        return;
    }
    if (!json.is_object()) return;
    const auto dot = field.find('.');
    const auto found = json.find(std::string{field.substr(0, dot)});
    if (found == json.end()) return;
    collect(*found, dot == std::string_view::npos ? std::string_view{} : field.substr(dot + 1),
            texts);
}

std::string first_text(const Json& record, std::string_view field) {
    std::vector<std::string> texts;
    collect(record, field, texts);
    return texts.empty() ? std::string{} : std::move(texts.front());
}

}  // namespace

Result<RosterQuery::Predicate> RosterQuery::predicate(std::string_view text) {
    constexpr std::pair<std::string_view, Operator> operators[] = {
        {"!=", Operator::unequal}, {">=", Operator::at_least}, {"<=", Operator::at_most},
        {"=", Operator::equal},    {">", Operator::above},     {"<", Operator::below},
        {"~", Operator::contains}};
    const Error wrong{Code::invalid, "a filter is like role='student' AND class.sourcedId='c1'",
                      "filter"};
    const auto at = text.find_first_of("!=<>~");
    if (at == std::string_view::npos || !is_field(text.substr(0, at))) return wrong;
    const std::string_view rest = text.substr(at);
    for (const auto& [sign, op] : operators) {
        if (!rest.starts_with(sign)) continue;
        const std::string_view value = rest.substr(sign.size());
        if (value.size() < 2 || value.find('\'') != 0 || value.find('\'', 1) != value.size() - 1)
            return wrong;
        return Predicate{std::string{text.substr(0, at)}, op,
                         lower(value.substr(1, value.size() - 2))};
    }
    return wrong;
}

Status RosterQuery::read_filter(std::string_view text) {
    if (text.size() > limits::roster_text_bytes_max)
        return Error{Code::too_large, "the filter is too long", "filter"};
    for (const std::string_view joint : {"' AND ", "' OR "}) {
        const auto at = text.find(joint);
        if (at == std::string_view::npos) continue;
        TRY(auto first, predicate(text.substr(0, at + 1)));
        TRY(auto second, predicate(text.substr(at + joint.size())));
        predicates_ = {std::move(first), std::move(second)};
        any_is_enough_ = joint == "' OR ";
        return Ok{};
    }
    TRY(auto only, predicate(text));
    predicates_ = {std::move(only)};
    return Ok{};
}

Result<RosterQuery> RosterQuery::read(
    const std::vector<std::pair<std::string, std::string>>& parameters) {
    RosterQuery query;
    for (const auto& [name, text] : parameters) {
        if (name == "limit") {
            TRY(query.limit_, number(name, text, 1, roster_page_max));
        } else if (name == "offset") {
            TRY(query.offset_, number(name, text, 0, roster_offset_max));
        } else if (name == "sort") {
            if (!is_field(text)) return Error{Code::invalid, "sort must be a field", "sort"};
            query.sort_ = text;
        } else if (name == "orderBy") {
            if (text != "asc" && text != "desc")
                return Error{Code::invalid, "orderBy must be asc or desc", "orderBy"};
            query.descending_ = text == "desc";
        } else if (name == "filter") {
            TRY_OK(query.read_filter(text));
        } else {
            return Error{Code::invalid,
                         "there is no such parameter; those are limit, offset, sort, orderBy and "
                         "filter",
                         name.substr(0, limits::event_name_bytes_max)};
        }
    }
    return query;
}

bool RosterQuery::takes(const Json& record) const {
    const auto holds = [&](const Predicate& one) {
        std::vector<std::string> texts;
        collect(record, one.field, texts);
        const auto matches = [&](const std::string& text) {
            switch (one.op) {
                case Operator::equal:
                case Operator::unequal: return text == one.value;
                case Operator::above: return text > one.value;
                case Operator::at_least: return text >= one.value;
                case Operator::below: return text < one.value;
                case Operator::at_most: return text <= one.value;
                case Operator::contains: return text.find(one.value) != std::string::npos;
            }
            return false;
        };
        return std::ranges::any_of(texts, matches) != (one.op == Operator::unequal);
    };
    if (predicates_.empty()) return true;
    return any_is_enough_ ? std::ranges::any_of(predicates_, holds)
                          : std::ranges::all_of(predicates_, holds);
}

void RosterQuery::put_in_order(std::vector<Json>& records) const {
    if (!sort_.empty()) {
        std::vector<std::pair<std::string, std::size_t>> keys;
        keys.reserve(records.size());
        for (std::size_t i = 0; i < records.size(); ++i)
            keys.emplace_back(first_text(records[i], sort_), i);
        // What is equal stays in the order of its ids.
        std::ranges::sort(keys);
        std::vector<Json> sorted;
        sorted.reserve(records.size());
        for (const auto& [key, i] : keys) sorted.push_back(std::move(records[i]));
        records = std::move(sorted);
    }
    if (descending_) std::ranges::reverse(records);
}

}  // namespace homeroom::api
