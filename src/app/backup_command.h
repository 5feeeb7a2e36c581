// `homeroom backup` and `homeroom restore`: a folder with all that a data directory needs to be
// itself again.
//
//   backup.json  which version, when, up to which event; written last
//   homeroom.db  the database as it was at one moment
//   files/       the attachments that its rows know
//   secret       the data directory's own (and demo-school, where that is)
//
// A backup is made while the server runs; a restore needs the data directory for itself. Both do
// their work beside, and rename in the end: a folder by the name that was asked for is whole, and a
// data directory is either as it was or restored. What a restore takes the place of is kept.
#pragma once

#include <filesystem>

#include "app/config.h"

namespace homeroom::app {

Status backup_command(const Config& config, const std::filesystem::path& folder);

enum class Existing : std::uint8_t { refuse, replace };
Status restore_command(const Config& config, const std::filesystem::path& folder,
                       Existing existing);

// An Error while a restore into this data directory was begun and not finished: what is there is
// not to be taken for a school's data.
Status refuse_unfinished_restore(const std::filesystem::path& data);

}  // namespace homeroom::app
