#include "outgoing/http_client.h"

#include <algorithm>
#include <curl/curl.h>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace homeroom::outgoing {
namespace {

constexpr int wait_milliseconds_max = 1'000;  // nothing depends on it: send() and stop() wake

struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Multi = std::unique_ptr<CURLM, FreeMulti>;
using Easy = std::unique_ptr<CURL, FreeEasy>;
using List = std::unique_ptr<curl_slist, FreeList>;

}  // namespace

struct HttpClient::Implementation {
    struct Transfer {
        HttpRequest request;
        Done done;
        Easy easy{};
        List headers{};
        std::size_t taken = 0;
        std::string body{};
    };

    Multi multi{};
    std::mutex mutex{};
    std::vector<std::unique_ptr<Transfer>> asked{};  // guarded
    bool stopping = false;                           // guarded
    std::once_flag stopped{};
    // The client's thread alone:
    std::unordered_map<CURL*, std::unique_ptr<Transfer>> under_way{};
    std::thread thread{};

    void run();
    bool take_asked();
    void begin(std::unique_ptr<Transfer> transfer);
    void finish_ended();
    static bool set_up(Transfer& transfer);
    static std::size_t take(char* bytes, std::size_t size, std::size_t count, void* transfer);
    static HttpAnswer answer_of(Transfer& transfer, CURLcode code);
};

Result<std::unique_ptr<HttpClient>> HttpClient::create() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    auto implementation = std::make_unique<Implementation>();
    implementation->multi.reset(curl_multi_init());
    if (!implementation->multi) return Error{Code::internal, "libcurl cannot be started"};
    Implementation& started = *implementation;
    started.thread = std::thread([&started] { started.run(); });
    pthread_setname_np(started.thread.native_handle(), "http-client");
    return std::unique_ptr<HttpClient>(new HttpClient(std::move(implementation)));
}

HttpClient::HttpClient(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

HttpClient::~HttpClient() {
    stop();
}

void HttpClient::send(HttpRequest request, Done done) {
    auto transfer = std::make_unique<Implementation::Transfer>();
    transfer->request = std::move(request);
    transfer->done = std::move(done);
    {
        const std::lock_guard lock(implementation_->mutex);
        if (!implementation_->stopping) {
            implementation_->asked.push_back(std::move(transfer));
        }
    }
    if (transfer) return transfer->done({.fault = "the client has stopped"});
    curl_multi_wakeup(implementation_->multi.get());
}

void HttpClient::stop() {
    std::call_once(implementation_->stopped, [this] {
        {
            const std::lock_guard lock(implementation_->mutex);
            implementation_->stopping = true;
        }
        curl_multi_wakeup(implementation_->multi.get());
        implementation_->thread.join();
    });
}

void HttpClient::Implementation::run() {
    while (take_asked()) {
        int running = 0;
        const CURLMcode code = curl_multi_perform(multi.get(), &running);
        if (code != CURLM_OK) log::error("http client: {}", curl_multi_strerror(code));
        finish_ended();
        curl_multi_poll(multi.get(), nullptr, 0, wait_milliseconds_max, nullptr);
    }
    for (auto& [easy, transfer] : std::exchange(under_way, {})) {
        curl_multi_remove_handle(multi.get(), easy);
        transfer->done({.fault = "the client has stopped"});
    }
}

// False when it is time to go; nothing is asked any more then.
bool HttpClient::Implementation::take_asked() {
    std::vector<std::unique_ptr<Transfer>> taken;
    bool going_on = true;
    {
        const std::lock_guard lock(mutex);
        taken = std::exchange(asked, {});
        going_on = !stopping;
    }
    for (auto& transfer : taken) {
        if (going_on) {
            begin(std::move(transfer));
        } else {
            transfer->done({.fault = "the client has stopped"});
        }
    }
    return going_on;
}

void HttpClient::Implementation::begin(std::unique_ptr<Transfer> transfer) {
    transfer->easy.reset(curl_easy_init());
    CURL* const easy = transfer->easy.get();
    if (easy == nullptr || !set_up(*transfer) ||
        curl_multi_add_handle(multi.get(), easy) != CURLM_OK) {
        return transfer->done({.fault = "the request cannot be made"});
    }
    under_way.emplace(easy, std::move(transfer));
}

bool HttpClient::Implementation::set_up(Transfer& transfer) {
    CURL* const easy = transfer.easy.get();
    for (const std::string& header : transfer.request.headers) {
        curl_slist* const longer = curl_slist_append(transfer.headers.get(), header.c_str());
        if (longer == nullptr) return false;
        static_cast<void>(transfer.headers.release());
        transfer.headers.reset(longer);
    }
    bool ok = true;
    const auto set = [&](CURLoption option, auto value) {
        ok = curl_easy_setopt(easy, option, value) == CURLE_OK && ok;
    };
    set(CURLOPT_URL, transfer.request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(transfer.request.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(transfer.request.timeout.count()));
    if (transfer.request.method == Method::post) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDS, transfer.request.body.data());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.request.body.size()));
    }
    set(CURLOPT_HTTPHEADER, transfer.headers.get());
    set(CURLOPT_WRITEFUNCTION, &take);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
    return ok;
}

// One that is too long ends the transfer.
std::size_t HttpClient::Implementation::take(char* bytes, std::size_t size, std::size_t count,
                                             void* into) {
    auto& transfer = *static_cast<Transfer*>(into);
    const bool is_wanted = transfer.request.answer_bytes_max > 0;
    transfer.taken += size * count;
    if (transfer.taken >
        (is_wanted ? transfer.request.answer_bytes_max : limits::webhook_answer_bytes_max))
        return 0;
    if (is_wanted) transfer.body.append(bytes, size * count);
    return size * count;
}

void HttpClient::Implementation::finish_ended() {
    int left = 0;
    while (CURLMsg* const message = curl_multi_info_read(multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const easy = message->easy_handle;
        const CURLcode code = message->data.result;
        curl_multi_remove_handle(multi.get(), easy);
        auto ended = under_way.extract(easy);
        if (!ended.empty()) ended.mapped()->done(answer_of(*ended.mapped(), code));
    }
}

// A status counts although the rest of the answer was too long for us, not when it was cut off, nor
// when that rest was wanted.
HttpAnswer HttpClient::Implementation::answer_of(Transfer& transfer, CURLcode code) {
    CURL* const easy = transfer.easy.get();
    const bool is_long = code == CURLE_WRITE_ERROR && transfer.request.answer_bytes_max == 0;
    if (code != CURLE_OK && !is_long) return {.fault = curl_easy_strerror(code)};
    long status = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
    // More than a year is no answer, and would not fit everywhere.
    constexpr curl_off_t seconds_max = curl_off_t{366} * 24 * 3600;
    return {
        .status = static_cast<int>(status),
        .retry_after = std::chrono::seconds{std::clamp<curl_off_t>(retry_after, 0, seconds_max)},
        .fault = {},
        .body = std::move(transfer.body)};
}

}  // namespace homeroom::outgoing
