// Why somebody did or did not get an event: the rule that decided, in which rooms he was then, on
// which of his connections it was sent, and when a client of his said that it had it.
//
// It is worked out, from the journal's row, the changes of rooms that are in the journal, and the
// log of connections; no row is kept for a delivery. What those do not tell is `null` or "not
// recorded", never a guess. It says nothing of what the event says.
//
// explain   for the platform's back end; each is in the audit log
#pragma once

#include "campus/surface.h"

namespace homeroom::campus {

void register_explain(Surface& surface);

}  // namespace homeroom::campus
