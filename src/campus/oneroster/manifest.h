// manifest.csv: which version, which files, and whether each is the whole truth or only what
// changed.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "campus/oneroster/columns.h"
#include "campus/oneroster/diagnostics.h"
#include "campus/oneroster/package.h"

namespace homeroom::campus::oneroster {

struct Manifest {
    Version version = Version::v1_2;
    bool version_known = false;  // only the tolerant profile goes on without
    std::string source{};        // source.systemName
    std::map<std::string, Mode, std::less<>>
        files{};         // "users" → bulk; of every standard file, absent when not named
    bool usable = true;  // otherwise an error was told, and no file can be understood
};

Manifest parse_manifest(std::string_view text, Diagnostics& diagnostics);

}  // namespace homeroom::campus::oneroster
