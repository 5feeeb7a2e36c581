// Pages of a list, newest first: `next` of an answer is `before` of the following request.
#pragma once

#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "campus/surface.h"

namespace homeroom::campus {

// Rows older than the request's `before`; INT64_MAX when it has none.
Result<std::int64_t> requested_page(const Json& request);
// The request's `limit`, from 1 to `max`.
Result<std::size_t> requested_limit(const Json& request, std::size_t otherwise, std::size_t max);
// A row's place, as `next` gives it. Opaque to clients.
std::string page_token(std::int64_t row);

struct Page {
    Json views = Json::array();
    Json next = nullptr;
};

// The views of records that have a `row`, as many as fit in a page; the others are dropped, and
// `next` says that they are there.
template <typename Record, typename View>
Result<Page> make_page(std::vector<Record>& records, std::size_t limit, const View& view) {
    Page page;
    std::size_t bytes = 0;
    for (const Record& record : records) {
        if (page.views.size() == limit) break;
        TRY(auto shown, view(record));
        bytes += shown.dump().size();
        if (bytes > limits::page_bytes_max && !page.views.empty()) break;
        page.views.push_back(std::move(shown));
    }
    if (page.views.size() < records.size()) {
        records.resize(page.views.size());
        page.next = page_token(records.back().row);
    }
    return page;
}

}  // namespace homeroom::campus
