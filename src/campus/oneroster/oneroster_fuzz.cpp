// Whatever the files of a package hold: no crash, limits hold, what is refused says why, and what
// is accepted keeps the promises of package.h. One input is several files: each begins with a line
// "=== name.csv".
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "campus/oneroster/reader.h"
#include "campus/oneroster/values.h"

namespace {

using namespace homeroom;
using namespace homeroom::campus;

void require(bool holds) {
    if (!holds) std::abort();
}

std::vector<std::pair<std::string, std::string>> split(std::string_view input) {
    constexpr std::string_view mark = "=== ";
    std::vector<std::pair<std::string, std::string>> files;
    while (!input.empty() && files.size() < limits::zip_entries_max) {
        auto end = input.find(std::string{"\n"}.append(mark));
        std::string_view one = input.substr(0, end);
        input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
        if (one.starts_with(mark)) one.remove_prefix(mark.size());
        const auto line = one.find('\n');
        const auto name = one.substr(0, line);
        files.emplace_back(
            name, line == std::string_view::npos ? std::string_view{} : one.substr(line + 1));
    }
    return files;
}

template <typename Record>
void check(const oneroster::Part<Record>& part, bool refused) {
    std::set<std::string_view> ids;
    for (const auto& record : part.records) {
        require(refused || !record.id.empty());
        require(refused || ids.insert(record.id).second);
    }
    for (const auto& id : part.removed)
        require(refused || (oneroster::is_guid(id) && ids.insert(id).second));
    require(part.mode == oneroster::Mode::delta || part.removed.empty());
    require(refused || part.mode != oneroster::Mode::absent || part.records.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto files = split({reinterpret_cast<const char*>(data), size});
    bool strict_accepts = false;
    for (const auto profile : {oneroster::Profile::strict, oneroster::Profile::tolerant}) {
        oneroster::MemorySource source{files};
        const auto reading = oneroster::read_source(source, oneroster::Diagnostics{profile});
        require(reading.diagnostics.size() <= limits::diagnostics_max + 1);
        for (const auto& one : reading.diagnostics) {
            require(!one.code.empty() && !one.message.empty());
            require(one.message.find('\n') == std::string::npos &&
                    one.file.find('\n') == std::string::npos);
        }
        const bool refused = reading.refused();
        const auto& package = reading.package;
        check(package.orgs, refused);
        check(package.sessions, refused);
        check(package.courses, refused);
        check(package.classes, refused);
        check(package.users, refused);
        check(package.affiliations, refused);
        check(package.enrollments, refused);
        if (profile == oneroster::Profile::strict) {
            strict_accepts = !refused;
        } else {
            require(!strict_accepts ||
                    !refused);  // the tolerant profile takes whatever the strict one does
        }
    }
    return 0;
}
