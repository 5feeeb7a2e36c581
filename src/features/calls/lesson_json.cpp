#include "features/calls/lesson_json.h"

namespace homeroom::features::calls {
namespace {

using campus::Json;

Json stored(const Poll& poll, Keeping keeping) {
    const bool all = keeping == Keeping::all;
    Json options = Json::array();
    for (const Poll::Option& option : poll.options)
        options.push_back(Json{{"text", option.text},
                               {"votes", all ? option.votes : option.told},
                               {"told", option.told}});
    Json votes = Json::array();
    if (all) {
        for (const Poll::Vote& one : poll.votes)
            votes.push_back(Json{{"user", one.user}, {"choices", one.choices}});
    }
    return Json{{"poll", poll.id},
                {"question", poll.question},
                {"options", std::move(options)},
                {"multiple", poll.multiple},
                {"hidden", poll.hidden},
                {"anonymous", poll.anonymous},
                {"opened", to_stored(poll.opened)},
                {"until", to_stored(poll.until)},
                {"closed", to_stored(poll.closed)},
                {"votes", std::move(votes)},
                {"voters", poll.voters_told}};
}

Poll poll_from(const Json& object) {
    Poll poll{.id = object.value("poll", ""),
              .question = object.value("question", ""),
              .multiple = object.value("multiple", false),
              .hidden = object.value("hidden", false),
              .anonymous = object.value("anonymous", false),
              .opened = time_of(object, "opened"),
              .until = time_of(object, "until"),
              .closed = time_of(object, "closed"),
              .voters_told = object.value("voters", std::int64_t{0})};
    for (const Json& one : object.value("options", Json::array()))
        poll.options.push_back({one.value("text", ""), one.value("votes", std::int64_t{0}),
                                one.value("told", std::int64_t{0})});
    for (const Json& one : object.value("votes", Json::array()))
        poll.votes.push_back(
            {one.value("user", ""), one.value("choices", std::vector<std::int64_t>{})});
    return poll;
}

Json stored(const Guest& guest) {
    return Json{{"id", guest.user},
                {"name", guest.name},
                {"device", guest.device},
                {"state", static_cast<int>(guest.state)},
                {"at", to_stored(guest.at)}};
}

Guest guest_from(const Json& object) {
    // What is not known was not let in.
    const int state = object.value("state", 2);
    return {.user = object.value("id", ""),
            .name = object.value("name", ""),
            .device = object.value("device", std::uint64_t{0}),
            .state = state == 0   ? GuestState::waiting
                     : state == 1 ? GuestState::admitted
                                  : GuestState::denied,
            .at = time_of(object, "at")};
}

}  // namespace

// Members that hold ids of people are named as erasure finds them (campus/own_personal_data.h).
Json to_stored(const Lesson& lesson, Keeping keeping) {
    Json hands = Json::array(), guests = Json::array(), polls = Json::array();
    for (const Hand& hand : lesson.hands)
        hands.push_back(Json{{"user", hand.user}, {"at", to_stored(hand.at)}});
    for (const Guest& guest : lesson.guests) guests.push_back(stored(guest));
    for (const Poll& poll : lesson.polls) polls.push_back(stored(poll, keeping));
    return Json{{"muted", to_stored(lesson.muted)},
                {"hands", std::move(hands)},
                {"lobby", lesson.lobby},
                {"locked", lesson.locked},
                {"guests", std::move(guests)},
                {"polls", std::move(polls)},
                {"lastPoll", lesson.last_poll},
                {"tallyDue", keeping == Keeping::all ? to_stored(lesson.tally_due) : 0},
                {"captioners", {{"users", lesson.captioners}}},
                {"recorded", {{"by", lesson.recorded_by}}},
                {"recordedSince", to_stored(lesson.recorded_since)}};
}

Lesson lesson_from(const Json& object) {
    const Json none = Json::object();
    Lesson lesson{
        .muted = sources_from(object.value("muted", std::int64_t{0})),
        .lobby = object.value("lobby", false),
        .locked = object.value("locked", false),
        .last_poll = object.value("lastPoll", std::int64_t{0}),
        .tally_due = time_of(object, "tallyDue"),
        .captioners = object.value("captioners", none).value("users", std::vector<std::string>{}),
        .recorded_by = object.value("recorded", none).value("by", ""),
        .recorded_since = time_of(object, "recordedSince")};
    for (const Json& one : object.value("hands", Json::array()))
        lesson.hands.push_back({one.value("user", ""), time_of(one, "at")});
    for (const Json& one : object.value("guests", Json::array()))
        lesson.guests.push_back(guest_from(one));
    for (const Json& one : object.value("polls", Json::array()))
        lesson.polls.push_back(poll_from(one));
    return lesson;
}

std::int64_t to_stored(const Sources& sources) {
    return std::int64_t{sources.mic} + 2 * std::int64_t{sources.camera};
}
Sources sources_from(std::int64_t number) {
    return {.mic = number % 2 == 1, .camera = number / 2 == 1};
}

}  // namespace homeroom::features::calls
