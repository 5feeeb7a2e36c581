#include "campus/page.h"

#include "store/journal.h"

namespace homeroom::campus {

std::string page_token(std::int64_t row) {
    return store::to_text(static_cast<store::Seq>(row));
}

Result<std::int64_t> requested_page(const Json& request) {
    TRY(const auto before, optional_text(request, "before", limits::identifier_bytes_max));
    if (!before) return std::int64_t{INT64_MAX};
    const auto row = store::seq_from_text(*before);
    if (!row) return Error{Code::invalid, "before is not a `next` of an earlier answer", "before"};
    return static_cast<std::int64_t>(*row);
}

Result<std::size_t> requested_limit(const Json& request, std::size_t otherwise, std::size_t max) {
    TRY(const auto asked, optional_number(request, "limit", 1, static_cast<std::int64_t>(max)));
    return asked ? static_cast<std::size_t>(*asked) : otherwise;
}

}  // namespace homeroom::campus
