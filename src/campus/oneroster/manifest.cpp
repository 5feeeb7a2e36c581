#include "campus/oneroster/manifest.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/limits.h"
#include "campus/oneroster/csv_problem.h"
#include "campus/oneroster/values.h"
#include "codec/csv.h"

namespace homeroom::campus::oneroster {
namespace {

constexpr std::string_view file_name = "manifest.csv";

class ManifestReader {
public:
    ManifestReader(std::string_view text, Diagnostics& diagnostics)
        : reader_(text), diagnostics_(diagnostics) {}

    Manifest read();

private:
    struct Property {
        std::string value{};
        std::uint32_t row = 0;
    };

    bool read_header();
    void read_properties();
    const Property* find(std::string_view name, bool required);
    void take_manifest_version();
    void take_version();
    void take_files();
    void check_unknown();
    std::string_view cell(std::string_view text) const {
        return diagnostics_.strict() ? text : trimmed(text);
    }

    codec::csv::Reader reader_;
    Diagnostics& diagnostics_;
    Manifest manifest_{};
    std::map<std::string, Property, std::less<>> properties_{};
    std::vector<std::string> known_{};
};

Manifest ManifestReader::read() {
    if (!read_header()) {
        manifest_.usable = false;
        return std::move(manifest_);
    }
    read_properties();
    if (reader_.problem()) {
        tell_csv_problem(*reader_.problem(), file_name, {}, diagnostics_);
        manifest_.usable = false;
        return std::move(manifest_);
    }
    take_manifest_version();
    take_version();
    if (manifest_.usable) take_files();
    if (const auto* name = find("source.systemName", false)) {
        manifest_.source = std::string{cut(name->value, limits::identifier_bytes_max)};
    }
    find("source.systemCode", false);
    check_unknown();
    return std::move(manifest_);
}

bool ManifestReader::read_header() {
    if (!reader_.next()) {
        if (reader_.problem()) {
            tell_csv_problem(*reader_.problem(), file_name, {}, diagnostics_);
        } else {
            diagnostics_.error({.file = file_name}, "csv.empty", "the file is empty");
        }
        return false;
    }
    const auto header = reader_.fields();
    const auto is = [&](auto equal) {
        return header.size() >= 2 && equal(header[0], "propertyName") && equal(header[1], "value");
    };
    if (header.size() == 2 && is([](auto a, std::string_view b) { return a == b; })) return true;
    const bool nearly =
        is([](auto a, std::string_view b) { return ascii::same_letters(trimmed(a), b); });
    const Place place{.file = file_name, .row = 1};
    const std::string words = "the header must be propertyName,value";
    if (!nearly) {
        diagnostics_.error(place, "manifest.header", words);
        return false;
    }
    diagnostics_.deviation(place, "manifest.header", words);
    return true;
}

void ManifestReader::read_properties() {
    while (reader_.next()) {
        const auto fields = reader_.fields();
        const Place place{.file = file_name, .row = reader_.row()};
        if (fields.size() == 1 && fields[0].empty()) {
            diagnostics_.deviation(place, "csv.blank_row", "the row is blank");
            continue;
        }
        if (fields.size() != 2) {
            diagnostics_.deviation(
                place, "row.columns",
                fmt::format("the row has {} columns, the header 2", fields.size()));
        }
        const auto name = cell(fields[0]);
        const auto value = fields.size() > 1 ? cell(fields[1]) : std::string_view{};
        if (properties_.contains(name)) {
            diagnostics_.error(place, "manifest.duplicate_property",
                               fmt::format("{} is there twice", shown(name)));
            continue;
        }
        properties_[std::string{name}] = {std::string{value}, reader_.row()};
    }
}

const ManifestReader::Property* ManifestReader::find(std::string_view name, bool required) {
    known_.emplace_back(name);
    const auto found = properties_.find(name);
    if (found != properties_.end()) return &found->second;
    if (required) {
        diagnostics_.deviation({.file = file_name, .column = "propertyName"},
                               "manifest.missing_property", fmt::format("{} is not there", name));
    }
    return nullptr;
}

void ManifestReader::take_manifest_version() {
    const auto* version = find("manifest.version", true);
    if (version == nullptr || version->value == "1.0") return;
    diagnostics_.deviation({.file = file_name, .row = version->row, .column = "value"},
                           "manifest.version",
                           fmt::format("manifest.version is {}, not 1.0", shown(version->value)));
}

void ManifestReader::take_version() {
    const auto* version = find("oneroster.version", true);
    if (version == nullptr) return;  // the tolerant profile guesses from the files
    const Place place{.file = file_name, .row = version->row, .column = "value"};
    const std::string_view text = version->value;
    if (text == "1.1" || text == "1.2") {
        manifest_.version = text == "1.1" ? Version::v1_1 : Version::v1_2;
        manifest_.version_known = true;
        return;
    }
    const auto words =
        fmt::format("oneroster.version is {}; 1.1 and 1.2 are supported", shown(text));
    const auto number = text.starts_with('v') || text.starts_with('V') ? text.substr(1) : text;
    const bool nearly = number == "1.1" || number == "1.2" || number.starts_with("1.1.") ||
                        number.starts_with("1.2.");
    if (diagnostics_.strict() || !nearly) {
        diagnostics_.error(place, "manifest.version", words);
        manifest_.usable = false;
        return;
    }
    manifest_.version = number.starts_with("1.1") ? Version::v1_1 : Version::v1_2;
    manifest_.version_known = true;
    diagnostics_.warning(place, "manifest.version", words);
}

void ManifestReader::take_files() {
    for (const std::string_view name : standard_files(manifest_.version)) {
        Mode& mode = manifest_.files[std::string{name}];
        const auto* property = find(fmt::format("file.{}", name), true);
        if (property == nullptr) continue;
        const std::string_view word = property->value;
        const auto is = [&](std::string_view term) {
            return word == term || (!diagnostics_.strict() && ascii::same_letters(word, term));
        };
        if (is("bulk")) {
            mode = Mode::bulk;
        } else if (is("delta")) {
            mode = Mode::delta;
        } else if (!is("absent")) {
            // Guessed wrong, this would remove everything of the kind or nothing.
            diagnostics_.error(
                {.file = file_name, .row = property->row, .column = "value"}, "manifest.mode",
                fmt::format("file.{} is {}; it must be absent, bulk or delta", name, shown(word)));
        }
    }
}

void ManifestReader::check_unknown() {
    for (const auto& [name, property] : properties_) {
        if (std::ranges::find(known_, name) != known_.end() || !manifest_.usable) continue;
        diagnostics_.deviation({.file = file_name, .row = property.row, .column = "propertyName"},
                               "manifest.unknown_property",
                               fmt::format("{} is not known", shown(name)));
    }
}

}  // namespace

Manifest parse_manifest(std::string_view text, Diagnostics& diagnostics) {
    return ManifestReader{text, diagnostics}.read();
}

}  // namespace homeroom::campus::oneroster
