// Documents that several people write at the same moment, with Yjs on their side.
//
//   doc:create, :rename, :delete                     making.cpp
//   doc:share, :lock                                 sharing.cpp
//   doc:list, :get, :export, :authors, :deletions,
//   :shapes, :versions, :viewVersion                 reading.cpp
//   doc:saveVersion, :deleteVersion                  keeping.cpp
//   doc:open, :close, :sync, :awareness,
//   :restoreVersion, :clear, :present                relay.h
//   what it keeps of people                          personal.cpp
//
// Who may do what: rules.h. What a document is kept as: log.h. Rules and reasons:
// docs/decisions/0021-yjs.md.
#pragma once

#include "campus/personal_data.h"
#include "campus/surface.h"

namespace homeroom::features::documents {

std::span<const store::Migration> documents_migrations();
// Who may draw on a whiteboard is "in" the room of this name and the board's id, for other
// features.
inline constexpr std::string_view board_room_prefix = "board-";
void register_documents(campus::Surface& surface);

// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

}  // namespace homeroom::features::documents
