#include "campus/oneroster/reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "campus/oneroster/digest.h"
#include "campus/oneroster/load.h"
#include "campus/oneroster/manifest.h"
#include "campus/oneroster/references.h"
#include "campus/oneroster/values.h"
#include "codec/csv.h"

namespace homeroom::campus::oneroster {
namespace {

using Entry = Source::Entry;

constexpr std::string_view manifest_name = "manifest.csv";

// Each after those it refers to.
constexpr Kind reading_order[] = {
    Kind::orgs,  Kind::academic_sessions, Kind::courses, Kind::classes, Kind::users,
    Kind::roles, Kind::enrollments};

class PackageReader {
public:
    PackageReader(Source& source, Diagnostics diagnostics)
        : source_(source), diagnostics_(std::move(diagnostics)) {}

    Reading read();

private:
    struct Plan {
        const Entry* entry = nullptr;
        Mode mode = Mode::absent;
    };

    bool index_entries();
    bool plan();
    bool read_manifest();
    void plan_file(const std::string& name, Mode mode);
    void plan_without_manifest();
    void ignore_the_rest();
    void guess_version();
    std::vector<std::string> header_of(const Entry& entry);
    void load();
    const Entry* find(std::string_view name) const;  // "users"
    std::optional<std::string> contents(const Entry& entry);
    Reading finish();

    Source& source_;
    Diagnostics diagnostics_;
    Manifest manifest_{};
    bool has_manifest_ = false;
    // by name without .csv, as the standard writes it
    std::map<std::string, const Entry*, std::less<>> entries_{};
    std::map<Kind, Plan> plan_{};
    Digest digest_{};
    Package package_{};
    LoadedPackage loaded_{};
};

Reading PackageReader::read() {
    if (index_entries() && plan()) load();
    return finish();
}

// The standard's name of a file, without ".csv"; in the tolerant profile whatever its capitals.
std::string standard_name(std::string_view file, bool strict) {
    const auto stem = [&] { return file.substr(0, file.size() - 4); };
    if (file.size() <= 4 || !ascii::same_letters(file.substr(file.size() - 4), ".csv"))
        return std::string{file};
    if (strict) return std::string{file.ends_with(".csv") ? stem() : file};
    for (const auto name : standard_files(Version::v1_2)) {
        if (ascii::same_letters(name, stem())) return std::string{name};
    }
    return ascii::same_letters(stem(), "manifest") ? "manifest" : std::string{stem()};
}

bool PackageReader::index_entries() {
    for (const Entry& entry : source_.entries()) {
        const auto [_, is_new] =
            entries_.emplace(standard_name(entry.name, diagnostics_.strict()), &entry);
        if (is_new) continue;
        diagnostics_.error({.file = entry.name}, "package.duplicate_file",
                           "the package has this file twice");
        return false;
    }
    if (!entries_.empty()) return true;
    diagnostics_.error({}, "package.empty",
                       "the package is empty: there is not even a manifest.csv");
    return false;
}

bool PackageReader::plan() {
    if (find("manifest") != nullptr) {
        has_manifest_ = true;
        if (!read_manifest()) return false;
        for (const auto& [name, mode] : manifest_.files) plan_file(name, mode);
    } else if (diagnostics_.strict()) {
        diagnostics_.error({.file = manifest_name}, "manifest.missing",
                           "the package has no manifest.csv");
        return false;
    } else {
        plan_without_manifest();
    }
    ignore_the_rest();
    if (!manifest_.version_known) guess_version();
    loaded_.version = manifest_.version;
    return true;
}

bool PackageReader::read_manifest() {
    const auto text = contents(*find("manifest"));
    if (!text) return false;
    manifest_ = parse_manifest(*text, diagnostics_);
    if (!manifest_.usable) return false;
    package_.source = manifest_.source;
    if (manifest_.version_known)
        package_.version = manifest_.version == Version::v1_1 ? "1.1" : "1.2";
    return true;
}

void PackageReader::plan_file(const std::string& name, Mode mode) {
    const Entry* entry = find(name);
    const std::string file = name + ".csv";
    const auto kind = kind_of(name);
    if (mode == Mode::absent) {
        if (entry == nullptr) return;
        diagnostics_.deviation(
            {.file = file}, "manifest.file_unexpected",
            "the file is there, but the manifest says that it is absent; it is not read");
        return;
    }
    if (entry == nullptr) {
        const std::string words = "the manifest promises the file, but it is not there";
        if (kind) {
            diagnostics_.error({.file = file}, "manifest.file_missing", words);
        } else {
            diagnostics_.deviation({.file = file}, "manifest.file_missing", words);
        }
        return;
    }
    if (kind) plan_[*kind] = {entry, mode};
}

void PackageReader::plan_without_manifest() {
    diagnostics_.warning(
        {.file = manifest_name}, "manifest.missing",
        "there is no manifest: every file is taken as bulk, the whole truth of its kind");
    for (const Kind kind : reading_order) {
        for (const auto& [name, entry] : entries_) {
            if (kind_of(name) == kind) plan_[kind] = {entry, Mode::bulk};
        }
    }
    if (plan_.empty())
        diagnostics_.error({}, "package.empty", "none of the files is one of OneRoster's");
}

void PackageReader::ignore_the_rest() {
    for (const auto& [name, entry] : entries_) {
        const bool planned =
            std::ranges::any_of(plan_, [&](const auto& one) { return one.second.entry == entry; });
        if (planned || name == "manifest") continue;
        package_.ignored_files.push_back(shown_name(entry->name));
        const auto& known = standard_files(manifest_.version);
        if (!diagnostics_.strict() || std::ranges::find(known, name) != known.end()) continue;
        diagnostics_.error({.file = entry->name}, "manifest.file_unexpected",
                           "the standard has no such file");
    }
}

// 1.1 gives each user a role and orgs; 1.2 has a file for that.
void PackageReader::guess_version() {
    const auto users = plan_.find(Kind::users);
    if (users == plan_.end() || plan_.contains(Kind::roles)) return;
    const auto header = header_of(*users->second.entry);
    const auto has = [&](std::string_view name) {
        return std::ranges::any_of(header,
                                   [&](const auto& one) { return ascii::same_letters(one, name); });
    };
    if (has("role") && has("orgSourcedIds")) manifest_.version = Version::v1_1;
}

std::vector<std::string> PackageReader::header_of(const Entry& entry) {
    const auto text = source_.contents(entry);
    if (!text.ok()) return {};
    codec::csv::Reader reader{*text};
    if (!reader.next()) return {};
    std::vector<std::string> names;
    for (const auto name : reader.fields()) names.emplace_back(trimmed(name));
    return names;
}

void PackageReader::load() {
    for (const Kind kind : reading_order) {
        const auto planned = plan_.find(kind);
        if (planned == plan_.end()) continue;
        const auto text = contents(*planned->second.entry);
        if (text)
            load_file(kind, *text, planned->second.mode, has_manifest_, loaded_, diagnostics_);
    }
    check_references(loaded_, diagnostics_);
}

const Entry* PackageReader::find(std::string_view name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : found->second;
}

std::optional<std::string> PackageReader::contents(const Entry& entry) {
    auto text = source_.contents(entry);
    if (!text.ok()) {
        diagnostics_.error({.file = entry.name}, "package.damaged", text.error().message);
        return std::nullopt;
    }
    digest_.add(entry.name, *text);
    return std::move(text).value();
}

Reading PackageReader::finish() {
    package_.digest = digest_.finish();
    package_.orgs = loaded_.orgs.take();
    package_.sessions = loaded_.sessions.take();
    package_.courses = loaded_.courses.take();
    package_.classes = loaded_.classes.take();
    package_.users = loaded_.users.take();
    package_.tells_opt_out = loaded_.tells_opt_out;
    package_.affiliations = loaded_.affiliations.take();
    package_.affiliations_come_with_users =
        loaded_.version == Version::v1_1 && loaded_.users.mode != Mode::absent;
    package_.enrollments = loaded_.enrollments.take();
    return {.package = std::move(package_), .diagnostics = diagnostics_.take()};
}

}  // namespace

Reading read_source(Source& source, Diagnostics diagnostics) {
    return PackageReader{source, std::move(diagnostics)}.read();
}

Result<Reading> read(const std::filesystem::path& path, Profile profile) {
    Diagnostics diagnostics{profile};
    TRY(const auto source, open_source(path, diagnostics));
    return read_source(*source, std::move(diagnostics));
}

}  // namespace homeroom::campus::oneroster
