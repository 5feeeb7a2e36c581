// Who of a class is there: presence:watch, presence:unwatch, presence:set.
//
// Shown to the members of a room who watch it, and to nobody else; a user who leaves the room is
// `offline` in it. Whoever has opted out of the directory is shown to the room's staff alone. Not
// of institutions and courses, nor of classes beyond limits::presence_members_max: there it tells
// nothing but costs much.
//
// book.h knows and decides; this is its lock, its clock, its rows and its way to the sockets. Any
// loop. Stored is what must outlive the process: who is busy or invisible, and when somebody was
// last seen (records.h).
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "campus/gateway.h"
#include "campus/live.h"
#include "campus/personal_data.h"
#include "campus/request_allowance.h"
#include "features/presence/book.h"
#include "net/timer_wheel.h"
#include "store/store.h"

namespace homeroom::features::presence {

enum class LastSeen : std::uint8_t { nobody, staff, members };  // who may know of it

std::span<const store::Migration> presence_migrations();
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();
// Whether he wants nobody to notice him: for campus::Wishes.
Result<bool> is_invisible(store::Database& db, std::string_view user);

class Presence final : public campus::LiveObserver, public campus::Discretion {
public:
    Presence(const campus::Directory& directory, store::Store& store, LastSeen last_seen);

    // Before the store starts.
    Status load();
    // Before the first connection.
    void add_to(campus::Gateway& gateway, hub::Server& server);
    void keep_house();  // from time to time
    // The process is about to end in order, and with it everybody's presence: before the store's
    // stop().
    void remember();
    // Who was last seen longer ago is shown as never seen. Before the first connection.
    void show_seen_for(std::chrono::seconds age) { seen_shown_for_ = age; }

    void on_arrival(hub::Socket& socket, const std::string& user) override;
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket& socket, const std::string& room) override;
    void on_rerouted(const std::string& user) override;

    bool wants_no_notice(std::string_view user) override;

private:
    using Json = campus::Json;
    Result<Json> watch(hub::Socket& socket, const std::string& user, const Json& request);
    Result<Json> unwatch(hub::Socket& socket, const Json& request);
    void set(hub::Socket& socket, const std::string& user, const Json& request,
             campus::Surface::Answer answer);
    void keep_wish(const std::string& user, Json answered, campus::Surface::Answer answer);
    void keep_seen(std::vector<std::pair<std::string, WallTime>> seen);
    Reach reach_in(std::string_view user, std::string_view room) const;
    std::vector<std::string> rooms_that_show(std::string_view user) const;
    // Of those who are offline, as far as this user may know.
    void add_last_seen(const std::string& user, const std::string& room,
                       const std::vector<std::string>& members, Json& users);
    // Any loop; the news are told from the first.
    void tell_soon();
    void tell();
    void send(const Book::News& news);

    const campus::Directory& directory_;
    store::Store& store_;
    LastSeen last_seen_;
    std::optional<std::chrono::seconds> seen_shown_for_{};
    hub::Server* server_ = nullptr;
    net::Timer timer_;  // on the first loop
    campus::RequestAllowance watches_;
    std::mutex mutex_{};
    Book book_;            // guarded
    bool is_due_ = false;  // guarded: tell() will come
};

}  // namespace homeroom::features::presence
