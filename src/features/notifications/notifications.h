// Notifications: made of what other features have committed, by rules, without any of them knowing.
//
//   the rules: which events notify whom                     rules.cpp (pure)
//   from the journal to inboxes                             deriving.cpp, removing.cpp
//   notification:list, :read, :seen                         inbox.cpp
//   notification:preferences, :prefer, :quiet               preferences.cpp, quiet_hours.cpp
//   push and mail: signed webhooks to the school's own      deliveries.cpp, dispatcher.cpp
//
// Rules: nobody is notified of what he may not see, neither when it is made, nor when it is listed,
// replayed, counted or sent. A notification says that there is something, and where; it has no text
// and no mark. An inbox is its owner's alone.
#pragma once

#include <span>

#include "campus/personal_data.h"
#include "campus/surface.h"

namespace homeroom::features::notifications {

void register_notifications(campus::Surface& surface);
std::span<const store::Migration> notifications_migrations();
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

// Drops webhooks that were given up long ago. Inside a transaction. The notifications themselves go
// by their age (personal.cpp).
Status drop_old_webhooks(store::Database& db, WallTime now);

}  // namespace homeroom::features::notifications
