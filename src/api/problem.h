// Errors over HTTP: RFC 9457 problem details with the contract's code.
#pragma once

#include <optional>

#include "base/result.h"
#include "net/http.h"

namespace homeroom::api {

int status_of(Code code);

// {"type":"about:blank","title":…,"status":…,"detail":…,"code":…,"field"?,"retryAfter"?};
// Retry-After as a header, too. The status is the code's unless another one says it better (405).
net::HttpResponse problem(const Error& error, std::optional<int> other_status = {});

}  // namespace homeroom::api
