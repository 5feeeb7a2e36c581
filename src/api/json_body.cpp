#include "api/json_body.h"

#include "campus/request_json.h"

namespace homeroom::api {

Result<campus::Json> read_json_object(const net::HttpRequest& request) {
    if (request.body.empty()) return campus::Json::object();
    auto body = campus::parse_object(request.body);
    if (!body.ok())
        return Error{body.error().code, "the body can't be taken: " + body.error().message};
    return body;
}

}  // namespace homeroom::api
