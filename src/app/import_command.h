// `homeroom import oneroster PATH`, and the route by which a running server does the same.
//
// When a server holds the data directory, the command asks it over the directory's control socket, so that live sockets
// follow; else it opens the store itself. Same report either way.
#pragma once

#include <filesystem>
#include <string>

#include "api/router.h"
#include "app/config.h"
#include "campus/roster/import.h"
#include "campus/roster_service.h"
#include "store/store.h"

namespace homeroom::app {

struct ImportRequest {
    std::filesystem::path path;
    campus::oneroster::Profile profile = campus::oneroster::Profile::strict;
    campus::ImportOptions options{};
};

// Prints the report; the value is the exit code: 0 applied, nothing to do or a dry run; 1 refused or stopped.
Result<int> import_command(const Config& config, const ImportRequest& request);

// Into a store that is open and not started.
Result<campus::ImportReport> import_offline(store::Store& store, const ImportRequest& request, Date today);

// POST /control/import, for the owner of the data directory only; POST /api/v1/roster/import, a zip as body, for services.
void add_import_routes(api::Router& router, campus::RosterService& roster, double removed_share_max,
                       const std::filesystem::path& data);

}  // namespace homeroom::app
