// A package as a .zip, by libzip. Entries are inflated into memory, one at a time and never beyond
// the size that the archive's directory names, which was checked before.
#include <algorithm>
#include <fmt/format.h>
#include <system_error>
#include <zip.h>

#include "base/limits.h"
#include "campus/oneroster/source.h"

namespace homeroom::campus::oneroster {
namespace {

struct ZipDiscard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, ZipDiscard>;

struct ZipFileClose {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

class ZipSource : public Source {
public:
    ZipSource(Archive archive, std::vector<Entry> entries) : archive_(std::move(archive)) {
        entries_ = std::move(entries);
    }

    Result<std::string> contents(const Entry& entry) override {
        const std::unique_ptr<zip_file_t, ZipFileClose> file{
            zip_fopen_index(archive_.get(), entry.handle, 0)};
        if (!file)
            return Error{Code::invalid,
                         fmt::format("the archive is damaged: {}", zip_strerror(archive_.get()))};
        std::string bytes;
        while (true) {
            // Grows with what really comes: the directory's word alone allocates nothing.
            const std::size_t before = bytes.size();
            bytes.resize(std::min<std::size_t>(before + 4 * limits::MiB,
                                               static_cast<std::size_t>(entry.bytes) + 1));
            const auto count = zip_fread(file.get(), bytes.data() + before, bytes.size() - before);
            if (count < 0) {
                return Error{Code::invalid, fmt::format("the archive is damaged: {}",
                                                        zip_file_strerror(file.get()))};
            }
            bytes.resize(before + static_cast<std::size_t>(count));
            if (count == 0 || bytes.size() > entry.bytes) break;
        }
        if (bytes.size() != entry.bytes) {
            return Error{Code::invalid,
                         "the archive is damaged: the file is not as long as its directory says"};
        }
        return bytes;
    }

private:
    Archive archive_;
};

// Whether an entry may be read; tells why not.
bool check_entry(zip_t* archive, zip_uint64_t index, const zip_stat_t& stat,
                 Diagnostics& diagnostics) {
    const Place place{.file = stat.name};
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
        diagnostics.error(place, "package.encrypted", "the file is encrypted");
        return false;
    }
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    zip_file_get_external_attributes(archive, index, 0, &system, &attributes);
    const auto unix_type = (attributes >> 16U) & 0170000U;
    if (system == ZIP_OPSYS_UNIX && unix_type != 0 && unix_type != 0100000U) {
        diagnostics.error(place, "package.not_a_file", "this is a link or a device, not a file");
        return false;
    }
    if (stat.size > limits::roster_file_bytes_max) {
        diagnostics.error(
            place, "package.file_too_large",
            fmt::format("the file is larger than {} bytes", limits::roster_file_bytes_max));
        return false;
    }
    if (stat.size > limits::zip_ratio_checked_bytes_min &&
        stat.size / limits::zip_ratio_max > stat.comp_size) {
        diagnostics.error(
            place, "package.ratio",
            fmt::format("the file inflates to more than {} times its size", limits::zip_ratio_max));
        return false;
    }
    return true;
}

}  // namespace

Result<std::unique_ptr<Source>> open_zip(const std::filesystem::path& path,
                                         Diagnostics& diagnostics) {
    std::error_code failed;
    const auto archive_bytes = std::filesystem::file_size(path, failed);
    if (failed) return Error{Code::invalid, fmt::format("{}: {}", path.string(), failed.message())};
    if (archive_bytes > limits::zip_archive_bytes_max) {
        return Error{Code::too_large, fmt::format("{}: larger than {} bytes", path.string(),
                                                  limits::zip_archive_bytes_max)};
    }
    int number = 0;
    Archive archive{zip_open(path.c_str(), ZIP_RDONLY, &number)};
    if (!archive) {
        zip_error_t error;
        zip_error_init_with_code(&error, number);
        std::string words = fmt::format("{}: {}", path.string(), zip_error_strerror(&error));
        zip_error_fini(&error);
        return Error{Code::invalid, std::move(words)};
    }
    const auto count =
        static_cast<std::uint64_t>(std::max<zip_int64_t>(zip_get_num_entries(archive.get(), 0), 0));
    if (count > limits::zip_entries_max) {
        diagnostics.error(
            {}, "package.too_many_files",
            fmt::format("there are {} entries, more than {}", count, limits::zip_entries_max));
        return std::unique_ptr<Source>{
            std::make_unique<ZipSource>(std::move(archive), std::vector<Source::Entry>{})};
    }
    std::vector<Source::Entry> entries;
    std::uint64_t total = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        zip_stat_t stat;
        if (zip_stat_index(archive.get(), i, ZIP_FL_ENC_RAW, &stat) != 0 ||
            (stat.valid & ZIP_STAT_SIZE) == 0 || (stat.valid & ZIP_STAT_NAME) == 0) {
            diagnostics.error({}, "package.damaged",
                              fmt::format("entry {} of the archive cannot be read", i + 1));
            continue;
        }
        const std::string_view name{stat.name};
        if (name.ends_with("/") && stat.size == 0) {
            if (diagnostics.strict())
                diagnostics.error({.file = name}, "package.folder", "a package has no folders");
            continue;
        }
        if (!check_entry(archive.get(), i, stat, diagnostics)) continue;
        total += stat.size;
        entries.push_back({std::string{name}, stat.size, i});
    }
    if (total > limits::zip_inflated_bytes_max) {
        diagnostics.error({}, "package.too_large",
                          fmt::format("the files together inflate to more than {} bytes",
                                      limits::zip_inflated_bytes_max));
        entries.clear();
    }
    return std::unique_ptr<Source>{std::make_unique<ZipSource>(
        std::move(archive), check_names(std::move(entries), diagnostics))};
}

}  // namespace homeroom::campus::oneroster
