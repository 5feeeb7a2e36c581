// Where the bytes of a package come from: a folder or a .zip, with names and sizes checked before
// anything is read. Nothing is ever written to disk, and only files that the reader asks for are
// opened.
//
// Limits: limits::zip_entries_max, zip_archive_bytes_max, zip_inflated_bytes_max,
// roster_file_bytes_max and zip_ratio_max. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "campus/oneroster/diagnostics.h"

namespace homeroom::campus::oneroster {

class Source {
public:
    struct Entry {
        std::string name{};  // without folder
        std::uint64_t bytes = 0;
        std::uint64_t handle = 0;  // the source's own
    };

    Source() = default;
    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    const std::vector<Entry>& entries() const { return entries_; }
    // The whole file. An Error's words are for a diagnostic.
    virtual Result<std::string> contents(const Entry& entry) = 0;

protected:
    std::vector<Entry> entries_{};
};

// Files given as name and text: what tests and the fuzzer read.
class MemorySource : public Source {
public:
    explicit MemorySource(std::vector<std::pair<std::string, std::string>> files);
    Result<std::string> contents(const Entry& entry) override;

private:
    std::vector<std::pair<std::string, std::string>> files_;
};

// What is in it that must not be (path tricks, bombs, folders) becomes a diagnostic, and is not
// among the entries. An Error when the path cannot be read at all or is no package.
Result<std::unique_ptr<Source>> open_source(const std::filesystem::path& path,
                                            Diagnostics& diagnostics);

// The two kinds of it.
Result<std::unique_ptr<Source>> open_folder(const std::filesystem::path& path,
                                            Diagnostics& diagnostics);
Result<std::unique_ptr<Source>> open_zip(const std::filesystem::path& path,
                                         Diagnostics& diagnostics);

// The entries' names as an archive has them, with folders, checked and reduced to the file names.
// The tolerant profile lets all files be in one folder together.
std::vector<Source::Entry> check_names(std::vector<Source::Entry> raw, Diagnostics& diagnostics);

}  // namespace homeroom::campus::oneroster
