// `homeroom import oneroster PATH`, `homeroom import list`, `homeroom import undo NUMBER`.
//
// When a server holds the data directory, the command asks it over the directory's control socket,
// so that live sockets follow; else it opens the store itself. Same report either way.
#pragma once

#include <filesystem>
#include <string>

#include "app/config.h"
#include "campus/roster/import.h"
#include "store/store.h"

namespace homeroom::app {

struct ImportRequest {
    std::filesystem::path path;
    campus::oneroster::Profile profile = campus::oneroster::Profile::strict;
    campus::ImportOptions options{};
    std::string shown_as{};  // in errors instead of the path; empty: the path
};

struct UndoRequest {
    std::int64_t import = 0;
    campus::ImportOptions options{};
};

// Prints the report; the value is the exit code: 0 applied, nothing to do or a dry run; 1 refused
// or stopped.
Result<int> import_command(const Config& config, const ImportRequest& request);
Result<int> undo_command(const Config& config, const UndoRequest& request);
Result<int> list_imports_command(const Config& config);

// Into a store that is open and not started.
Result<campus::ImportReport> import_offline(store::Store& store, const ImportRequest& request,
                                            Date today);
Result<campus::ImportReport> undo_offline(store::Store& store, const UndoRequest& request,
                                          Date today);

}  // namespace homeroom::app
