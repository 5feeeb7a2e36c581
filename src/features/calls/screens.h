// Who shows his screen in a call: asked for, granted for a time, shown by one at a time. Pure, as
// call.h; who is staff here is the caller's to say.
//
//   wish ──grant──▶ grant (until …) ──start──▶ presenter ──stop, time, somebody of the staff──▶
//     └──deny──▶
//
// A grant outlives a stop: until its time is over, whoever has it may start again.
#pragma once

#include <optional>

#include "features/calls/call.h"

namespace homeroom::features::calls {

// He would like to show his own; or, of the staff: `of` is asked to show his.
Result<Happenings> request_screen(Call& call, std::string_view by, std::string_view of,
                                  WallTime now);
Result<Happenings> grant_screen(Call& call, std::string_view by, std::string_view user,
                                std::chrono::minutes time, WallTime now);
// Also takes back what was granted, and ends it.
Result<Happenings> deny_screen(Call& call, std::string_view by, std::string_view user);
// `is_free`: he needs no grant, and may take it from whoever shows his: staff, or one of two.
// `viewers`: to whom alone; empty: to all. Who shows his already says by it to whom from now on.
Result<Happenings> start_screen(Call& call, std::string_view user, bool is_free,
                                std::vector<std::string> viewers, WallTime now);
// What is shown is drawn upon on this board; empty: it is not. It ends with what is shown.
Result<Happenings> annotate_screen(Call& call, std::string_view board);
// One's own; of the staff anybody's.
Result<Happenings> stop_screen(Call& call, std::string_view by);

// --- For call.cpp. They add to the news.
void forget_screen_of(Call& call, std::string_view user, Happenings& news);
void expire_screen(Call& call, WallTime now, Happenings& news);
std::optional<WallTime> next_screen_deadline(const Screen& screen);

}  // namespace homeroom::features::calls
