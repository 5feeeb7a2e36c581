#include "campus/oneroster/header.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/ascii.h"
#include "campus/oneroster/values.h"

namespace homeroom::campus::oneroster {
namespace {

class HeaderMatch {
public:
    HeaderMatch(std::span<const std::string_view> names, Kind kind, const Layout& layout,
                Diagnostics& diagnostics)
        : kind_(kind), layout_(layout), diagnostics_(diagnostics) {
        header_.names.assign(names.begin(), names.end());
        header_.positions.resize(layout.columns.size());
        meaning_.resize(names.size());
    }

    Header match();

private:
    void take_exact();
    void take_similar();
    void tell_missing();
    void tell_unknown();
    void tell_order();
    void set(std::size_t column, std::size_t place);
    std::optional<std::size_t> column_called(std::string_view name, bool ignoring_case) const;
    Place at(std::string_view column) const {
        return {.file = layout_.file, .row = 1, .column = column};
    }

    Kind kind_;
    const Layout& layout_;
    Diagnostics& diagnostics_;
    Header header_{};
    // for each column of the file, that of the layout
    std::vector<std::optional<std::size_t>> meaning_{};
};

Header HeaderMatch::match() {
    take_exact();
    if (!diagnostics_.strict()) take_similar();
    tell_missing();
    tell_unknown();
    tell_order();
    return std::move(header_);
}

void HeaderMatch::take_exact() {
    for (std::size_t i = 0; i < header_.names.size(); ++i) {
        if (const auto column = column_called(header_.names[i], false)) set(*column, i);
    }
}

void HeaderMatch::take_similar() {
    for (std::size_t i = 0; i < header_.names.size(); ++i) {
        if (meaning_[i]) continue;
        const auto name = trimmed(header_.names[i]);
        auto column = column_called(name, true);
        if (!column) column = column_called(standard_header(kind_, name), false);
        if (!column || header_.positions[*column]) continue;
        set(*column, i);
        diagnostics_.warning(
            at(name), "schema.header_name",
            fmt::format("the column is read as {}", layout_.columns[*column].name));
    }
}

void HeaderMatch::set(std::size_t column, std::size_t place) {
    meaning_[place] = column;
    if (!header_.positions[column]) {
        header_.positions[column] = place;
        return;
    }
    // Which of the two is meant would be a guess.
    diagnostics_.error(at(header_.names[place]), "schema.duplicate_header",
                       "the column is there twice");
    header_.usable = false;
}

void HeaderMatch::tell_missing() {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
        const Column& column = layout_.columns[i];
        if (header_.positions[i] || column.need == Need::dispensable) continue;
        const bool derivable = i == sourced_id_column && layout_.id_derivable;
        if (diagnostics_.strict() || (column.need == Need::essential && !derivable)) {
            diagnostics_.error(at(column.name), "schema.missing_header", "the column is missing");
            if (column.need == Need::essential) header_.usable = false;
        } else if (column.need != Need::optional) {
            diagnostics_.warning(at(column.name), "schema.missing_header",
                                 derivable
                                     ? "the column is missing; ids are made of what the row names"
                                     : "the column is missing; it is taken as blank");
        }
    }
}

void HeaderMatch::tell_unknown() {
    bool extensions = false;
    std::string unknown;
    for (std::size_t i = 0; i < header_.names.size(); ++i) {
        const std::string& name = header_.names[i];
        if (name.starts_with("metadata.")) {
            extensions = true;
        } else if (meaning_[i]) {
            if (extensions) {
                diagnostics_.deviation(
                    at(name), "schema.metadata_position",
                    "the column stands behind metadata columns, which come last");
            }
        } else if (diagnostics_.strict()) {
            diagnostics_.error(at(name), "schema.unknown_header",
                               "the standard has no such column");
        } else {
            unknown += (unknown.empty() ? "" : ", ") + shown_name(name);
        }
    }
    if (!unknown.empty()) {
        diagnostics_.warning({.file = layout_.file, .row = 1}, "schema.unknown_header",
                             fmt::format("columns that are not read: {}", cut(unknown, 400)));
    }
}

// Order is no use to us, but a file out of order was not written to the standard.
void HeaderMatch::tell_order() {
    if (!diagnostics_.strict()) return;
    std::size_t last = 0;
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
        if (!header_.positions[i]) continue;
        if (*header_.positions[i] < last) {
            diagnostics_.error(at(layout_.columns[i].name), "schema.header_order",
                               "the columns are not in the order of the standard");
            return;
        }
        last = *header_.positions[i];
    }
}

std::optional<std::size_t> HeaderMatch::column_called(std::string_view name,
                                                      bool ignoring_case) const {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
        const auto standard = layout_.columns[i].name;
        if (ignoring_case ? ascii::same_letters(standard, name) : standard == name) return i;
    }
    return std::nullopt;
}

}  // namespace

Header match_header(std::span<const std::string_view> names, Kind kind, const Layout& layout,
                    Diagnostics& diagnostics) {
    return HeaderMatch{names, kind, layout, diagnostics}.match();
}

}  // namespace homeroom::campus::oneroster
