// What the handles of the public interface stand for: one server's namespaces and its hubs.
//
// To the hub it is the doorman: it answers for every namespace that has no handler yet, finds or
// makes the one that is meant, and hands the socket over.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "homeroom/socketio/server.h"
#include "hub/server.h"
#include "socketio/pages.h"

namespace homeroom::socketio {

class Cluster;

// For the log; within a catch.
void tell_exception(std::string_view where);
// Calls what an application wrote. It may throw; a loop must not end by it. Whether it did not.
template <typename Call>
bool guarded(std::string_view where, Call&& call) {
    try {
        call();
        return true;
    } catch (...) {
        tell_exception(where);
        return false;
    }
}

class Core final : public hub::NamespaceHandler, public std::enable_shared_from_this<Core> {
public:
    using NamespacePtr = std::shared_ptr<Namespace::Impl>;

    explicit Core(Options options);
    ~Core() override;

    const Options& options() const { return options_; }
    // While the server runs; nullptr before start() and after close(). Any thread.
    hub::Server* hubs() const;
    Cluster* cluster() const;  // nullptr when it is alone, too
    // The same to look at only, and after close() as well.
    const hub::Server* figures() const;
    engineio::Framing framing() const { return {.deflate_bytes_min = options_.message_deflate}; }

    // A further Engine.IO application on the same port. Before start().
    void add_engine(hub::Server::Applications::Engine engine) {
        engines_.push_back(std::move(engine));
    }

    std::optional<std::string> start();
    void close();

    NamespacePtr of(std::string_view name);
    NamespacePtr find(std::string_view name);
    std::shared_ptr<ParentNamespace::Impl> of_matching(Server::Matcher matcher);
    std::shared_ptr<ParentNamespace::Impl> of_pattern(
        std::function<bool(const std::string& name)> pattern);
    void on_new_namespace(std::function<void(Namespace)> handler);
    // A child without sockets may be forgotten.
    void on_empty(Namespace::Impl& nsp);

    // On the socket's loop: at once when that is the caller's, by mail otherwise. `gone` instead
    // when there is no such socket any more; not called when the server has ended.
    using SocketTask = std::function<void(hub::Socket&)>;
    void with_socket(hub::SocketRef ref, SocketTask task, std::function<void()> gone = {});
    // Runs on every loop, then `done` on the caller's own, or on the first.
    void gather(const std::function<void(hub::Hub&)>& task, std::function<void()> done);

    void on_connect(hub::Socket& socket, std::string_view auth) override;
    void on_event(hub::Socket&, const hub::Event&) override {}
    void on_disconnect(hub::Socket&, hub::DisconnectReason) override {}

private:
    void try_parents(hub::SocketRef ref, const std::string& name, std::string auth,
                     std::size_t index);
    void make_child(hub::Socket& socket, const std::string& auth, ParentNamespace::Impl& parent);
    // The namespace with one socket more, so that it is not forgotten meanwhile.
    NamespacePtr enter(std::string_view name);
    void hand_over(hub::Socket& socket, std::string_view auth, const NamespacePtr& entered);
    void add_parent(const std::shared_ptr<ParentNamespace::Impl>& parent);
    // mutex_ is held for these.
    NamespacePtr add(const std::string& name, bool child);
    NamespacePtr add_child(const std::string& name, ParentNamespace::Impl& parent);
    NamespacePtr forget(Namespace::Impl& nsp);  // nullptr: it is forgotten already
    // Whether there may be another child; an empty one may have to go for it.
    bool has_room_for_child(NamespacePtr& forgotten);
    void prepare(Namespace::Impl& nsp);
    bool has_recovery_file() const;
    void save_recovery();
    void ask_application(const net::HttpRequest& request, engineio::Hooks::Verdict verdict);

    Options options_;
    std::vector<hub::Server::Applications::Engine> engines_{};
    std::unique_ptr<Pages> pages_{};
    std::unique_ptr<hub::Server> hubs_{};
    std::unique_ptr<Cluster> cluster_{};
    // What start() makes is seen by other threads once it is `running`.
    enum class Life : std::uint8_t { not_started, running, ended };
    std::atomic<Life> life_{Life::not_started};
    std::atomic_flag closed_{};
    std::mutex mutex_;
    // All guarded by mutex_.
    std::unordered_map<std::string, NamespacePtr> namespaces_{};
    std::size_t children_ = 0;
    std::vector<std::shared_ptr<ParentNamespace::Impl>> parents_{};
    std::vector<std::function<void(Namespace)>> new_namespace_handlers_{};
    Json saved_ = Json::object();  // recovery logs that await their namespace
};

}  // namespace homeroom::socketio
