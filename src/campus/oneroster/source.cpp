#include "campus/oneroster/source.h"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>

#include "base/limits.h"

namespace homeroom::campus::oneroster {
namespace {

std::string_view folder_of(std::string_view name) {
    const auto slash = name.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

std::string_view file_of(std::string_view name) {
    return name.substr(name.rfind('/') + 1);
}

// Whether a name tries to be more than a place below the archive's root.
bool is_path_trick(std::string_view name) {
    if (name.empty() || name.front() == '/' || name.size() > limits::identifier_bytes_max)
        return true;
    if (name.find_first_of("\\:") != std::string_view::npos) return true;
    if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
        return true;
    while (!name.empty()) {
        const auto slash = std::min(name.find('/'), name.size());
        const auto part = name.substr(0, slash);
        if (part == "." || part == ".." || part.empty()) return true;
        name.remove_prefix(std::min(slash + 1, name.size()));
    }
    return false;
}

// What the desktops add by themselves.
bool is_desktop_litter(std::string_view name) {
    const auto file = file_of(name);
    return name.starts_with("__MACOSX/") || file.starts_with(".") || file == "Thumbs.db" ||
           file == "desktop.ini";
}

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::filesystem::path& path,
                                            Diagnostics& diagnostics) {
    std::error_code failed;
    const auto status = std::filesystem::status(path, failed);
    if (!std::filesystem::exists(status)) {
        return Error{Code::not_found,
                     fmt::format("{}: there is no such file or folder", path.string())};
    }
    if (failed) return Error{Code::invalid, fmt::format("{}: {}", path.string(), failed.message())};
    if (std::filesystem::is_directory(status)) return open_folder(path, diagnostics);
    if (std::filesystem::is_regular_file(status)) return open_zip(path, diagnostics);
    return Error{Code::invalid, fmt::format("{}: neither a folder nor a .zip file", path.string())};
}

MemorySource::MemorySource(std::vector<std::pair<std::string, std::string>> files)
    : files_(std::move(files)) {
    for (std::size_t i = 0; i < files_.size(); ++i)
        entries_.push_back({files_[i].first, files_[i].second.size(), i});
}

Result<std::string> MemorySource::contents(const Entry& entry) {
    return files_[entry.handle].second;
}

std::vector<Source::Entry> check_names(std::vector<Source::Entry> raw, Diagnostics& diagnostics) {
    std::erase_if(raw, [&](const Source::Entry& entry) {
        if (!is_path_trick(entry.name)) return false;
        diagnostics.error({.file = entry.name}, "package.path",
                          fmt::format("the archive names a file {}, which is no plain file name",
                                      shown(entry.name)));
        return true;
    });
    if (!diagnostics.strict())
        std::erase_if(raw, [](const auto& entry) { return is_desktop_litter(entry.name); });
    if (raw.empty()) return raw;

    const std::string folder{folder_of(raw.front().name)};
    const bool together =
        std::ranges::all_of(raw, [&](const auto& one) { return folder_of(one.name) == folder; });
    if (together && !folder.empty() && folder.find('/') == std::string::npos) {
        diagnostics.deviation(
            {}, "package.folder",
            fmt::format("the files are in a folder {} of the archive, not at its root",
                        shown(folder)));
    } else if (!together || !folder.empty()) {
        for (const auto& entry : raw) {
            if (folder_of(entry.name).empty()) continue;
            diagnostics.error(
                {.file = entry.name}, "package.folder",
                "the file is in a folder of the archive while others are not in the same one");
        }
        std::erase_if(raw, [](const auto& entry) { return !folder_of(entry.name).empty(); });
    }
    for (auto& entry : raw) entry.name = std::string{file_of(entry.name)};
    std::ranges::sort(raw, {}, &Source::Entry::name);
    return raw;
}

}  // namespace homeroom::campus::oneroster
