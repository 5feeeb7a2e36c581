// POST /api/v1/users/{id}/sign-out: the platform's back end signs somebody out everywhere. Answered
// when all his connections have been ended.
#pragma once

#include "api/router.h"
#include "campus/gateway.h"
#include "campus/sign_outs.h"
#include "hub/server.h"

namespace homeroom::api {

struct SignOutParts {
    campus::SignOuts& sign_outs;
    const campus::Directory& directory;
    campus::Gateway& gateway;
    store::Store& store;
    hub::Server& server;
};
// The parts outlive the router.
void add_sign_out_routes(Router& router, const SignOutParts& parts);

}  // namespace homeroom::api
