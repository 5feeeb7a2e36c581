// Who was signed out everywhere, and when: tokens that were issued until then hold no more, however
// long they say they do.
//
//   POST …/sign-out → a row → the list in memory → every loop ends the user's connections → answer
//
// The list is changed before the loops look, and each connect, refresh and REST call asks it: who
// comes in meanwhile with an old token is either refused or found. It is read again at start. `iat`
// has seconds, so a token of the very second counts as old; one that does not say when it was
// issued holds no more at all.
//
// It is kept for as long as the user's data is: how old a token is that does not say so nobody
// knows.
//
// Any thread. Memory: an entry for each user who was ever signed out.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <shared_mutex>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/short_text.h"
#include "identity/token.h"
#include "store/store.h"

namespace homeroom::campus {

std::span<const store::Migration> sign_out_migrations();

class SignOuts {
public:
    // Before the store's start().
    Status load(store::Database& db);

    bool holds(const identity::Claims& claims) const;

    // Signs a user out with the command that it gives: its work has the row, and when that is
    // committed the list. `then` ends the connections.
    store::Command command(std::string user, std::function<void(const Status&)> then);

private:
    void put(const std::string& user, WallTime at);

    mutable std::shared_mutex mutex_{};
    boost::unordered_flat_map<std::string, WallTime, TextHash, TextEqual> signed_out_{};  // guarded
};

}  // namespace homeroom::campus
