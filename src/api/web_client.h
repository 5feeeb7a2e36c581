// The web client's files, for whatever path no route has.
#pragma once

#include "api/router.h"
#include "net/static_files.h"

namespace homeroom::api {

// `folder` that is not there gives no files.
Result<net::StaticFiles> load_web_client(const std::filesystem::path& folder,
                                         const std::string& media_origin = {});
void serve_web_client(Router& router, const net::StaticFiles& files);

}  // namespace homeroom::api
