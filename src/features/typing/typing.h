// Who is typing: `typing { to, on }`, told at once to those who can see what it is typed in, and
// never stored.
//
// In what can be typed is the features' to say: each adds a scope, by whose rule who may see it is
// judged anew whenever a client says that its user (still) types. It ends when he says so, when he
// says nothing for limits::typing_lease, with his connection, and when he may not see it any more.
// Never told: to the typist, of the invisible, and of whoever has opted out of the directory but to
// staff. Volatile: a client that can't keep up misses it, and forgets a typist by itself.
//
// Any loop; a scope's rule on a reader thread. typists.h decides.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "campus/gateway.h"
#include "campus/live.h"
#include "campus/request_allowance.h"
#include "features/typing/typists.h"
#include "net/timer_wheel.h"
#include "store/store.h"

namespace homeroom::features::typing {

// Who is to see that `user` types in what this id names: an Error (`not_found`) where he may not
// see it himself; nothing where he may type and nobody is told, as where it would give away who
// asks anonymously, or that somebody is blocked.
using Rule = std::function<Result<std::optional<campus::Audience>>(
    store::Database& db, const campus::Directory& directory, const std::string& user,
    const std::string& id)>;

// Of a class or a course: its members. The rule of {"room": …}, unless another is given.
Result<std::optional<campus::Audience>> readers_of_room(store::Database& db,
                                                        const campus::Directory& directory,
                                                        const std::string& user,
                                                        const std::string& room);

class Typing final : public campus::LiveObserver {
public:
    Typing(const campus::Directory& directory, store::Store& store, campus::Discretion& discretion);

    // All three before the first connection. `kind` is the member of `to`: "post".
    void add_scope(const std::string& kind, Rule rule);
    void add_to(campus::Gateway& gateway, hub::Server& server);
    void keep_house();  // from time to time

    void on_arrival(hub::Socket&, const std::string&) override {}
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket&, const std::string&) override {}
    void on_rerouted(const std::string& user) override;

private:
    using Json = campus::Json;
    void request(hub::Socket& socket, const std::string& user, const Json& body,
                 const campus::Surface::Answer& answer);
    Result<Scope> read_scope(const Json& body) const;
    struct Wish;  // to be shown
    void show(const Wish& wish, Result<std::optional<campus::Audience>> judged);
    void check_soon();
    void check();
    // With the lock, so that what is told is in the order in which it happened; by mail, so that
    // nothing of it runs here.
    void tell(const Typists::Shown& shown, bool on);
    void tell_ended(const Typists::Ended& ended);

    const campus::Directory& directory_;
    store::Store& store_;
    campus::Discretion& discretion_;
    hub::Server* server_ = nullptr;
    std::map<std::string, Rule, std::less<>> rules_;
    net::Timer timer_;  // on the first loop
    campus::RequestAllowance allowance_;
    std::mutex mutex_{};
    Typists typists_;      // guarded
    bool is_due_ = false;  // guarded: check() will come
};

}  // namespace homeroom::features::typing
