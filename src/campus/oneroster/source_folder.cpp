// A package as files of a folder.
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <system_error>

#include "base/limits.h"
#include "campus/oneroster/source.h"

namespace homeroom::campus::oneroster {
namespace {

namespace fs = std::filesystem;

class FolderSource : public Source {
public:
    FolderSource(fs::path folder, std::vector<Entry> entries) : folder_(std::move(folder)) {
        entries_ = std::move(entries);
    }

    Result<std::string> contents(const Entry& entry) override {
        std::ifstream stream{folder_ / entry.name, std::ios::binary};
        if (!stream) return Error{Code::invalid, "the file cannot be opened"};
        // It may have grown or shrunk since it was listed; one byte more would show the first.
        std::string bytes(static_cast<std::size_t>(entry.bytes) + 1, '\0');
        stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (stream.bad()) return Error{Code::invalid, "the file cannot be read"};
        if (static_cast<std::uint64_t>(stream.gcount()) != entry.bytes) {
            return Error{Code::invalid, "the file changed while it was read"};
        }
        bytes.resize(static_cast<std::size_t>(entry.bytes));
        return bytes;
    }

private:
    fs::path folder_;
};

// A link may lead to another file of the folder (so Kubernetes mounts volumes) but not out of it.
bool stays_inside(const fs::path& file, const fs::path& folder) {
    std::error_code failed;
    const auto target = fs::canonical(file, failed);
    if (failed) return false;
    const auto root = fs::canonical(folder, failed);
    if (failed) return false;
    const auto [root_end, _] =
        std::mismatch(root.begin(), root.end(), target.begin(), target.end());
    return root_end == root.end();
}

}  // namespace

Result<std::unique_ptr<Source>> open_folder(const fs::path& path, Diagnostics& diagnostics) {
    std::error_code failed;
    fs::directory_iterator files{path, failed};
    if (failed) return Error{Code::invalid, fmt::format("{}: {}", path.string(), failed.message())};

    std::vector<Source::Entry> entries;
    std::uint64_t total = 0;
    for (; files != fs::directory_iterator{}; files.increment(failed)) {
        const std::string name = files->path().filename().string();
        if (name.starts_with(".")) continue;
        if (entries.size() == limits::zip_entries_max) {
            diagnostics.error({}, "package.too_many_files",
                              fmt::format("there are more than {} files", limits::zip_entries_max));
            break;
        }
        std::error_code unknown;
        const auto status = files->status(unknown);
        if (fs::is_directory(status)) {
            diagnostics.deviation({.file = name}, "package.folder",
                                  "a package has no folders; this one is not read");
            continue;
        }
        if (unknown || !fs::is_regular_file(status) || !stays_inside(files->path(), path)) {
            diagnostics.error({.file = name}, "package.not_a_file",
                              "this is no file of the folder");
            continue;
        }
        const std::uint64_t bytes = fs::file_size(files->path(), unknown);
        if (unknown || bytes > limits::roster_file_bytes_max) {
            diagnostics.error(
                {.file = name}, "package.file_too_large",
                fmt::format("the file is larger than {} bytes", limits::roster_file_bytes_max));
            continue;
        }
        total += bytes;
        entries.push_back({name, bytes, 0});
    }
    // What could not be listed might be a file that must be there.
    if (failed) return Error{Code::invalid, fmt::format("{}: {}", path.string(), failed.message())};
    if (total > limits::zip_inflated_bytes_max) {
        diagnostics.error({}, "package.too_large",
                          fmt::format("the files together are larger than {} bytes",
                                      limits::zip_inflated_bytes_max));
        entries.clear();
    }
    std::ranges::sort(entries, {}, &Source::Entry::name);
    return std::unique_ptr<Source>{std::make_unique<FolderSource>(path, std::move(entries))};
}

}  // namespace homeroom::campus::oneroster
