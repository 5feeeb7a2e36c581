// HTTP requests that the server makes itself, by libcurl, on a thread of its own.
//
// Promise: send() returns at once and never waits for a network; `done` is called exactly once, on
// the client's thread, also when the client is stopped meanwhile; within send() when it has been. A
// request ends by its own timeout at the latest, whatever the other side does. Redirects are not
// followed, no other protocol than HTTP is spoken, no proxy of the environment is used, no cookie
// and no password file is read, and of an answer no more is taken than the request says. One whose
// body is wanted and longer is none.
//
// How much is under way at once is the caller's to limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace homeroom::outgoing {

enum class Method : std::uint8_t { post, get };

struct HttpRequest {
    std::string url{};
    std::vector<std::string> headers{};  // "name: value"
    std::string body{};
    std::chrono::milliseconds timeout{};
    Method method = Method::post;
    std::size_t answer_bytes_max = 0;  // 0: the answer's body is of no interest
};

struct HttpAnswer {
    int status = 0;                           // 0: there was none
    std::chrono::milliseconds retry_after{};  // as the answer asked for; 0: it did not
    std::string fault{};                      // in libcurl's words, when there was none
    std::string body{};                       // if the request wanted it

    bool accepted() const { return status >= 200 && status < 300; }
};

class HttpClient {
public:
    using Done = std::function<void(const HttpAnswer&)>;

    static Result<std::unique_ptr<HttpClient>> create();
    ~HttpClient();  // as stop()

    void send(HttpRequest request, Done done);  // any thread
    // What is under way is broken off. Any thread but the client's own.
    void stop();

private:
    struct Implementation;
    explicit HttpClient(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace homeroom::outgoing
