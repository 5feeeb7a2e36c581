// From a REST request to a request of the surface and back.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

// The roster's word on the token's user; over REST it is asked with every request.
Result<campus::Person> person_of(const Request& request, const campus::Directory& directory);

// The object that the body of a surface request is, if it has no more bytes than such a one may.
Result<campus::Json> read_body(const Request& request, const campus::Surface& surface,
                               std::string_view name);

// Carries out a surface request for the token's user and answers with its result.
void ask_as_user(const Request& request, campus::Surface& surface,
                 const campus::Directory& directory, std::string_view name, campus::Json body,
                 int status);

// The same for the back end whose service token it is; the body is the request's own.
void ask_as_service(const Request& request, campus::Surface& surface, std::string_view name,
                    int status);

void ask_as_service(const Request& request, campus::Surface& surface, std::string_view name,
                    campus::Json body, int status);

// A handler whose body is the surface's own, with these fields taken from the path, in its order.
Router::Handler with_path_fields(campus::Surface& surface, const campus::Directory& directory,
                                 std::string_view name, std::vector<const char*> fields,
                                 int status);
// The same with one.
Router::Handler with_path_field(campus::Surface& surface, const campus::Directory& directory,
                                std::string_view name, const char* field, int status);

// Takes these parameters of the query into the body, where they are given. What should be a number
// and is none goes on as a text, and is refused where the field is judged.
void take_query(const Request& request, std::initializer_list<const char*> texts,
                std::initializer_list<const char*> numbers, campus::Json& body);
// The same of one that is true or false.
void take_flag(const Request& request, const char* name, campus::Json& body);

}  // namespace homeroom::api
