// The rules: of which events people are notified, and which end a notification. Pure: an event in,
// what follows from it out. Whether somebody may see it is judged elsewhere, for each and anew.
//
//   post:created, comment:created       who is mentioned                         mention
//   post:updated, comment:updated       who is mentioned and was not before      mention
//   comment:created                     the post's author                        comment
//   comment:created                     the author of the comment that it is to  reply
//   grade:updated                       the student, and guardians it is for     grade
//   announcement:created                its room                                 announcement
//   message:created                     the others of the conversation           message
//   study:created, study:updated        its class or group, if it has a time     study
//   study:reminder, study:started       the same                                 study
//   live:scheduled                      its room, if it has a time               live
//   live:reminder, live:started         its room                                 live
//   live:changed                        its room, of a plan or a recording       live
//   call:missed                         whom it rang at                          call
//
// Who was mentioned, and whose post or comment it is about, is in the event's notes. Nobody is
// notified of what he did himself, nor twice of one event. An event that does not have
// the form that is expected notifies nobody.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "campus/surface.h"
#include "features/notifications/kinds.h"
#include "store/journal.h"

namespace homeroom::features::notifications {

// One thing of which some are notified.
struct Notice {
    Kind kind{};
    std::string subject{};         // the id of what it tells of: a comment, a grade, …
    std::string parent{};          // the id of what that hangs on, with which it goes: a post
    std::string room{};            // for which it can be chosen
    std::string collapse{};        // those that have the same and are not read are shown as one
    campus::Json actor = nullptr;  // {id, name}, as the event shows it, or null
    campus::Json target{};         // what a client needs to go there; no text, no mark
    bool everybody = false;        // all of the event's audience, in place of `people`
    std::vector<std::string> people{};
    std::vector<std::string> except{};
    bool once = false;  // not whom it was told to before
};
std::vector<Notice> notices_of(const store::JournalEvent& event);

// What was taken back, and what is known of it goes.
struct Removal {
    std::string subject{};
    bool with_children = false;  // and what has it as its parent
    bool only_named = false;     // only for the users whom the event's audience names
};
std::optional<Removal> removal_of(const store::JournalEvent& event);

// Whether there may be anything to do about an event; cheap, as it is asked of every event.
bool concerns_anybody(const store::JournalEvent& event);

}  // namespace homeroom::features::notifications
