#include "socketio/core.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "hub/hub.h"
#include "socketio/cluster.h"
#include "socketio/hub_options.h"
#include "socketio/namespace_impl.h"
#include "socketio/recovery_file.h"

namespace homeroom::socketio {

void tell_exception(std::string_view where) {
    try {
        throw;
    } catch (const std::exception& exception) {
        log::error("socketio: exception in {}: {}", where, exception.what());
    } catch (...) {
        log::error("socketio: exception in {}", where);
    }
}

namespace {

std::string with_slash(std::string_view name) {
    return (name.starts_with('/') ? "" : "/") + std::string{name};
}

// As clients ask for it. Without its last slash "/app" would take "/apple" as well.
Options with_whole_path(Options options) {
    if (options.path.empty()) return options;  // start() refuses it
    options.path = with_slash(options.path);
    if (!options.path.ends_with('/')) options.path += '/';
    return options;
}

}  // namespace

Core::Core(Options options) : options_(with_whole_path(std::move(options))) {}
Core::~Core() = default;

// --- Life ----------------------------------------------------------------------------------------

hub::Server* Core::hubs() const {
    return life_ == Life::running ? hubs_.get() : nullptr;
}

Cluster* Core::cluster() const {
    return life_ == Life::running ? cluster_.get() : nullptr;
}

const hub::Server* Core::figures() const {
    return life_ == Life::not_started ? nullptr : hubs_.get();
}

std::optional<std::string> Core::start() {
    if (closed_.test()) return "the server was closed";
    if (life_ != Life::not_started) return "the server was started already";
    if (options_.path.empty()) return "the path is empty; it must be one like /socket.io/";
    Json saved = Json::object();
    if (has_recovery_file()) {
        auto loaded = load_recovery_file(options_.recovery->file);
        if (!loaded.ok()) return loaded.error().message;
        saved = std::move(*loaded);
    }
    auto pages = Pages::load(options_);
    if (!pages.ok()) return pages.error().message;
    pages_ = std::move(*pages);
    hub::Server::Applications applications{
        .namespaces = {.others = this},
        .pages = pages_.get(),
        .is_page = [this](std::string_view path) { return pages_->is_bundle(path); },
        .engines = engines_};
    hub::ServerOptions options = hub_options(options_);
    if (options_.allow_request) {
        options.engine.hooks.allow_request = [this](const net::HttpRequest& request,
                                                    engineio::Hooks::Verdict verdict) {
            ask_application(request, std::move(verdict));
        };
    }
    auto hubs = hub::Server::create(std::move(options), applications);
    if (!hubs.ok()) return hubs.error().message;
    std::unique_ptr<Cluster> cluster;
    if (options_.cluster != nullptr) {
        cluster = std::make_unique<Cluster>(*this, **hubs, options_.cluster);
        if (!cluster->open()) return "the link to the other nodes can't be opened; see the log";
    }
    // The last thing that can fail: a start that failed leaves everything as it was.
    if (has_recovery_file()) {
        const Status removed = remove_recovery_file(options_.recovery->file);
        if (!removed.ok()) return removed.error().message;
    }
    {
        const std::lock_guard lock(mutex_);
        hubs_ = std::move(*hubs);
        saved_ = std::move(saved);
        for (const auto& [name, nsp] : namespaces_) prepare(*nsp);
    }
    cluster_ = std::move(cluster);
    life_ = Life::running;
    hubs_->start();
    return std::nullopt;
}

void Core::close() {
    if (closed_.test_and_set()) return;
    if (life_ == Life::running) {
        hubs_->stop_accepting();
        hubs_->close_sessions();
        hubs_->stop();
        // Behind them: what handlers of the end send reaches the other nodes.
        if (cluster_ != nullptr) cluster_->close();
        if (has_recovery_file()) save_recovery();
    }
    // Each of them holds the core, and handlers may hold each of them. Freed without the lock: what
    // handlers hold may call.
    decltype(namespaces_) namespaces;
    decltype(parents_) parents;
    decltype(new_namespace_handlers_) handlers;
    {
        const std::lock_guard lock(mutex_);
        life_ = Life::ended;
        namespaces.swap(namespaces_);
        parents.swap(parents_);
        handlers.swap(new_namespace_handlers_);
    }
    for (const auto& [name, nsp] : namespaces) nsp->end();
    for (const auto& parent : parents) parent->end();
}

bool Core::has_recovery_file() const {
    return options_.recovery && !options_.recovery->file.empty();
}

void Core::prepare(Namespace::Impl& nsp) {
    nsp.prepare();
    if (const auto saved = saved_.find(nsp.name); saved != saved_.end() && nsp.log != nullptr) {
        nsp.load(*saved);
        saved_.erase(saved);
    }
}

void Core::save_recovery() {
    Json saved = Json::object();
    {
        const std::lock_guard lock(mutex_);
        // Of namespaces that nobody asked for in this run.
        for (const auto& [name, log] : saved_.items()) {
            if (RecoveryLog::is_of_use(log)) saved[name] = log;
        }
        for (const auto& [name, nsp] : namespaces_) saved[name] = nsp->log->save();
    }
    const Status status = save_recovery_file(options_.recovery->file, saved);
    if (!status.ok()) log::error("socketio: {}", status.error().message);
}

void Core::ask_application(const net::HttpRequest& request, engineio::Hooks::Verdict verdict) {
    const std::size_t loop = hubs_->own_hub()->loop_index();
    const auto waiting = std::make_shared<engineio::Hooks::Verdict>(std::move(verdict));
    const auto decided = std::make_shared<std::atomic_flag>();
    const auto decide = [core = weak_from_this(), loop, waiting,
                         decided](std::optional<std::string> refusal) {
        const auto self = core.lock();
        if (self == nullptr || decided->test_and_set()) return;
        const hub::Hub* own = self->hubs_->own_hub();
        if (own != nullptr && own->loop_index() == loop) return (*waiting)(std::move(refusal));
        self->hubs_->post(loop, [waiting, refusal](hub::Hub&) { (*waiting)(refusal); });
    };
    if (!guarded("allow_request", [&] { options_.allow_request(request_of(request), decide); }))
        decide("internal error");
}

// --- Namespaces ----------------------------------------------------------------------------------

Core::NamespacePtr Core::add(const std::string& name, bool child) {
    auto nsp = std::make_shared<Namespace::Impl>(shared_from_this(), name, child);
    if (life_ == Life::ended) {
        nsp->end();  // a handle that does nothing
        return nsp;
    }
    if (hubs_ != nullptr) prepare(*nsp);
    if (child) ++children_;
    namespaces_.emplace(name, nsp);
    return nsp;
}

Core::NamespacePtr Core::add_child(const std::string& name, ParentNamespace::Impl& parent) {
    NamespacePtr nsp = add(name, true);
    for (const auto& middleware : *parent.middlewares.get()) nsp->middlewares.add(middleware);
    for (const auto& handler : *parent.connection_handlers.get())
        nsp->connection_handlers.add(handler);
    const std::lock_guard lock(parent.mutex);
    std::erase_if(parent.children, [](const auto& child) { return child.expired(); });
    parent.children.push_back(nsp);
    return nsp;
}

Core::NamespacePtr Core::of(std::string_view given) {
    const std::string name = with_slash(given);
    NamespacePtr nsp;
    std::vector<std::function<void(Namespace)>> handlers;
    {
        const std::lock_guard lock(mutex_);
        const auto found = namespaces_.find(name);
        if (found != namespaces_.end()) {
            found->second->is_wanted = true;
            return found->second;
        }
        // One that belongs to a pattern has its middlewares, whoever asks for it first.
        const auto parent = std::ranges::find_if(parents_, [&](const auto& one) {
            bool matches = false;
            guarded("pattern", [&] { matches = one->pattern && one->pattern(name); });
            return matches;
        });
        nsp = parent == parents_.end() ? add(name, false) : add_child(name, **parent);
        nsp->is_wanted = true;
        if (name != "/") handlers = new_namespace_handlers_;
    }
    for (const auto& handler : handlers)
        guarded("new-namespace handler", [&] { handler(Namespace{nsp}); });
    return nsp;
}

Core::NamespacePtr Core::find(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = namespaces_.find(std::string{name});
    return found == namespaces_.end() ? nullptr : found->second;
}

std::shared_ptr<ParentNamespace::Impl> Core::of_matching(Server::Matcher matcher) {
    auto parent = std::make_shared<ParentNamespace::Impl>();
    parent->matcher = std::move(matcher);
    add_parent(parent);
    return parent;
}

std::shared_ptr<ParentNamespace::Impl> Core::of_pattern(
    std::function<bool(const std::string& name)> pattern) {
    auto parent = std::make_shared<ParentNamespace::Impl>();
    parent->matcher = [pattern](const std::string& name, const Json&,
                                const std::function<void(bool)>& decide) { decide(pattern(name)); };
    parent->pattern = std::move(pattern);
    add_parent(parent);
    return parent;
}

void Core::add_parent(const std::shared_ptr<ParentNamespace::Impl>& parent) {
    const std::lock_guard lock(mutex_);
    if (life_ == Life::ended) {
        parent->end();
    } else {
        parents_.push_back(parent);
    }
}

void Core::on_new_namespace(std::function<void(Namespace)> handler) {
    const std::lock_guard lock(mutex_);
    if (life_ != Life::ended) new_namespace_handlers_.push_back(std::move(handler));
}

void Core::on_empty(Namespace::Impl& nsp) {
    // One into which nobody was let is not kept: otherwise strangers could use up all there may be.
    const bool is_of_use = nsp.was_entered || nsp.is_wanted;
    if (is_of_use && !options_.cleanup_empty_child_namespaces) return;
    NamespacePtr forgotten;
    {
        const std::lock_guard lock(mutex_);
        // Somebody may have come in meanwhile.
        if (nsp.sockets == 0) forgotten = forget(nsp);
    }
    if (forgotten != nullptr) forgotten->end();
}

Core::NamespacePtr Core::forget(Namespace::Impl& nsp) {
    const auto found = namespaces_.find(nsp.name);
    if (found == namespaces_.end() || found->second.get() != &nsp) return nullptr;
    NamespacePtr forgotten = std::move(found->second);
    namespaces_.erase(found);
    --children_;
    return forgotten;
}

bool Core::has_room_for_child(NamespacePtr& forgotten) {
    if (children_ < options_.limits.child_namespaces) return true;
    const auto idle = std::ranges::find_if(namespaces_, [](const auto& entry) {
        const Namespace::Impl& nsp = *entry.second;
        return nsp.is_child && !nsp.is_wanted && nsp.sockets == 0;
    });
    if (idle == namespaces_.end()) return false;
    forgotten = forget(*idle->second);
    return true;
}

// --- The doorman ---------------------------------------------------------------------------------

Core::NamespacePtr Core::enter(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = namespaces_.find(std::string{name});
    if (found == namespaces_.end()) return nullptr;
    ++found->second->sockets;
    return found->second;
}

void Core::hand_over(hub::Socket& socket, std::string_view auth, const NamespacePtr& entered) {
    socket.hand_over(*entered, auth);  // which counts it
    entered->one_socket_less();
}

void Core::on_connect(hub::Socket& socket, std::string_view auth) {
    if (const NamespacePtr nsp = enter(socket.nsp().name())) return hand_over(socket, auth, nsp);
    try_parents(socket.ref(), socket.nsp().name(), std::string{auth}, 0);
}

void Core::try_parents(hub::SocketRef ref, const std::string& name, std::string auth,
                       std::size_t index) {
    std::shared_ptr<ParentNamespace::Impl> parent;
    {
        const std::lock_guard lock(mutex_);
        if (index < parents_.size()) parent = parents_[index];
    }
    if (parent == nullptr) {
        return with_socket(ref, [](hub::Socket& socket) { socket.refuse("Invalid namespace"); });
    }
    const auto decided = std::make_shared<std::atomic_flag>();
    const auto decide = [self = shared_from_this(), ref, name, auth, index, parent,
                         decided](bool matches) {
        if (decided->test_and_set()) return;
        self->with_socket(ref, [=](hub::Socket& socket) {
            if (!matches) return self->try_parents(ref, name, auth, index + 1);
            self->make_child(socket, auth, *parent);
        });
    };
    const Json given = auth.empty() ? Json::object() : Value::raw(auth).json();
    if (!guarded("namespace matcher", [&] { parent->matcher(name, given, decide); })) decide(false);
}

void Core::make_child(hub::Socket& socket, const std::string& auth, ParentNamespace::Impl& parent) {
    const std::string& name = socket.nsp().name();
    NamespacePtr nsp;
    NamespacePtr forgotten;
    std::vector<std::function<void(Namespace)>> handlers;
    {
        const std::lock_guard lock(mutex_);
        const auto found = namespaces_.find(name);
        if (found != namespaces_.end()) {
            nsp = found->second;  // another client was quicker
        } else if (has_room_for_child(forgotten)) {
            nsp = add_child(name, parent);
            handlers = new_namespace_handlers_;
        }
        if (nsp != nullptr) ++nsp->sockets;
    }
    if (forgotten != nullptr) forgotten->end();
    if (nsp == nullptr) {
        socket.hub().options().count(Limit::namespaces);
        return socket.refuse("Invalid namespace");
    }
    for (const auto& handler : handlers)
        guarded("new-namespace handler", [&] { handler(Namespace{nsp}); });
    hand_over(socket, auth, nsp);
}

// --- Loops ---------------------------------------------------------------------------------------

void Core::with_socket(hub::SocketRef ref, SocketTask task, std::function<void()> gone) {
    const auto carry_out = [ref](hub::Hub& hub, const SocketTask& there, const auto& otherwise) {
        hub::Socket* socket = hub.find(ref);
        if (socket != nullptr && !socket->is_gone()) {
            there(*socket);
        } else if (otherwise) {
            otherwise();
        }
    };
    hub::Hub* own = hubs_->own_hub();
    if (own != nullptr && own->loop_index() == ref.loop) return carry_out(*own, task, gone);
    hubs_->post(ref.loop, [carry_out, task = std::move(task),
                           gone = std::move(gone)](hub::Hub& hub) { carry_out(hub, task, gone); });
}

void Core::gather(const std::function<void(hub::Hub&)>& task, std::function<void()> done) {
    const hub::Hub* own = hubs_->own_hub();
    const std::size_t home = own == nullptr ? 0 : own->loop_index();
    const auto left = std::make_shared<std::atomic<std::size_t>>(hubs_->loops());
    const auto finish = std::make_shared<std::function<void()>>(std::move(done));
    hubs_->run_everywhere([hubs = hubs_.get(), task, left, finish, home](hub::Hub& hub) {
        task(hub);
        if (left->fetch_sub(1, std::memory_order_acq_rel) == 1)
            hubs->post(home, [finish](hub::Hub&) { (*finish)(); });
    });
}

}  // namespace homeroom::socketio
