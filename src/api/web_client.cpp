#include "api/web_client.h"

#include <utility>

#include "api/problem.h"

namespace homeroom::api {

Result<net::StaticFiles> load_web_client(const std::filesystem::path& folder,
                                         const std::string& media_origin) {
    // Everything from here, scripts and styles from files only. The socket is on this very origin.
    return net::StaticFiles::load(
        folder, "default-src 'self'; connect-src 'self'" +
                    (media_origin.empty() ? "" : " " + media_origin) +
                    "; img-src 'self' data:; style-src 'self'; base-uri "
                    "'none'; frame-ancestors 'none'; object-src 'none'; form-action 'self'");
}

void serve_web_client(Router& router, const net::StaticFiles& files) {
    router.set_fallback([&files](const Request& request) {
        auto response = files.answer(request.http(), request.http().path);
        if (!response) return request.answer_problem({Code::not_found, "there is nothing here"});
        request.answer(std::move(*response));
    });
}

}  // namespace homeroom::api
