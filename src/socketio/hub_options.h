// What the public options mean to the layers below.
#pragma once

#include "homeroom/socketio/options.h"
#include "hub/server.h"

namespace homeroom::socketio {

// All but allow_request, whose verdict has to find its way back to a loop.
hub::ServerOptions hub_options(const Options& options);

Request request_of(const net::HttpRequest& request);

}  // namespace homeroom::socketio
