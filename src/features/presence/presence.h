// Who of a class or group is there: presence:watch, presence:unwatch, presence:set.
//
// Shown to the members of a room who watch it, and to nobody else; a user who leaves the room is
// `offline` in it. Not of institutions and courses, nor of classes beyond
// limits::presence_members_max: there it tells nothing but costs much. Nothing is stored.
//
// book.h knows and decides; this is its lock, its clock and its way to the sockets. Any loop.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "campus/gateway.h"
#include "campus/live.h"
#include "features/presence/book.h"
#include "net/timer_wheel.h"

namespace homeroom::features::presence {

class Presence final : public campus::LiveObserver {
public:
    explicit Presence(const campus::Directory& directory);

    // Before the first connection.
    void add_to(campus::Gateway& gateway, hub::Server& server);

    void on_arrival(hub::Socket& socket, const std::string& user) override;
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket& socket, const std::string& room) override;
    void on_rerouted(const std::string& user) override;

private:
    using Json = campus::Json;
    Result<Json> watch(hub::Socket& socket, const std::string& user, const Json& request);
    Result<Json> unwatch(hub::Socket& socket, const Json& request);
    Result<Json> set(hub::Socket& socket, const std::string& user, const Json& request);
    // Any loop; the news are told from the first.
    void tell_soon();
    void tell();

    const campus::Directory& directory_;
    hub::Server* server_ = nullptr;
    net::Timer timer_;  // on the first loop
    std::mutex mutex_{};
    Book book_;            // guarded
    bool is_due_ = false;  // guarded: tell() will come
};

}  // namespace homeroom::features::presence
