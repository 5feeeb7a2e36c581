#include "homeroom/socketio/server.h"

#include <algorithm>
#include <boost/regex.hpp>
#include <csignal>
#include <cstdio>
#include <pthread.h>
#include <utility>

#include "base/ascii.h"
#include "base/limit_counters.h"
#include "socketio/namespace_impl.h"
#include "socketio/server_impl.h"

namespace homeroom::socketio {

std::string Request::header(std::string_view wanted) const {
    const auto found = std::ranges::find_if(
        headers, [&](const auto& one) { return ascii::same_letters(one.first, wanted); });
    return found == headers.end() ? std::string{} : found->second;
}

Server::Server(Options options)
    : impl_(std::make_unique<Impl>(Impl{std::make_shared<Core>(std::move(options))})) {
    impl_->core->of("/");
}

Server::~Server() {
    close();
}

// --- Namespaces ----------------------------------------------------------------------------------

Namespace Server::of(std::string_view name) {
    return Namespace{impl_->core->of(name)};
}

Namespace Server::main() const {
    return Namespace{impl_->core->of("/")};
}

ParentNamespace Server::of_pattern(const std::string& pattern) {
    // Not std::regex: this one gives up on a name that would take it for ever.
    return ParentNamespace{
        impl_->core->of_pattern([wanted = boost::regex{pattern}](const std::string& name) {
            return boost::regex_search(name, wanted);
        })};
}

ParentNamespace Server::of_matching(Matcher matcher) {
    return ParentNamespace{impl_->core->of_matching(std::move(matcher))};
}

void Server::on_new_namespace(std::function<void(Namespace)> handler) {
    impl_->core->on_new_namespace(std::move(handler));
}

// --- Life ----------------------------------------------------------------------------------------

std::optional<std::string> Server::start() {
    return impl_->core->start();
}

std::uint16_t Server::port() const {
    const hub::Server* hubs = impl_->core->figures();
    return hubs == nullptr ? std::uint16_t{0} : hubs->port();
}

void Server::close() {
    impl_->core->close();
}

int Server::run() {
    // Blocked before the loops' threads start, so that all inherit it and sigwait gets the signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    if (const auto fault = start()) {
        std::fprintf(stderr, "cannot start: %s\n", fault->c_str());
        return 1;
    }
    std::printf("listening on http://%s:%u\n", impl_->core->options().host.c_str(), port());
    std::fflush(stdout);
    int caught = 0;
    sigwait(&signals, &caught);
    close();
    return 0;
}

// --- Figures -------------------------------------------------------------------------------------

std::size_t Server::connection_count() const {
    const hub::Server* hubs = impl_->core->figures();
    return hubs == nullptr ? 0 : hubs->connections();
}

std::vector<std::pair<std::string, std::uint64_t>> Server::limit_counts() const {
    std::vector<std::pair<std::string, std::uint64_t>> counts;
    const hub::Server* hubs = impl_->core->figures();
    for (std::size_t i = 0; i < limit_count; ++i) {
        const auto limit = static_cast<Limit>(i);
        counts.emplace_back(to_string(limit),
                            hubs == nullptr ? 0 : hubs->limit_counters().count(limit));
    }
    return counts;
}

}  // namespace homeroom::socketio
