// Documents over REST: which there are, what they are, who may do what, what stands in them, their
// versions. Written in they are over Socket.IO.
#pragma once

#include "api/router.h"
#include "campus/surface.h"
#include "features/documents/excalidraw/door.h"
#include "features/documents/relay.h"

namespace homeroom::api {

void add_document_routes(Router& router, campus::Surface& surface,
                         const campus::Directory& directory, features::documents::Relay& relay,
                         features::documents::excalidraw::Door& door);

}  // namespace homeroom::api
