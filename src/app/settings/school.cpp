// What a school chooses: [roster], [feed], [grades], [announcements], [groups], [study],
// [presence], [messages].
#include "app/settings/kinds.h"
#include "campus/roster/sources.h"
#include "campus/school_day.h"
#include "features/study/limits.h"

namespace homeroom::app {
namespace {

bool are_sources(Texts names) {
    if (names.size() < 2 || names.size() > campus::sources_max) return false;
    std::ranges::sort(names);
    return std::ranges::all_of(names, campus::is_source_name) &&
           std::ranges::adjacent_find(names) == names.end() &&
           std::ranges::find(names, campus::rest_source) != names.end();
}

}  // namespace

Settings roster_settings() {
    using Roster = Config::Roster;
    const Section roster{"roster", &Config::roster};
    return {
        roster("removed_share_max", &Roster::removed_share_max,
               number<double>(0, 1, "a share from 0 to 1")),
        roster("time_zone", &Roster::time_zone,
               text("a time zone such as Europe/Berlin",
                    [](const std::string& name) { return campus::SchoolDay::in(name).ok(); })),
        roster("sources", &Roster::sources,
               list("2 to 8 different names of a-z 0-9 - _, the highest first, one of them "
                    "\"rest\"",
                    are_sources)),
    };
}

Settings feature_settings() {
    const Section feed{"feed", &Config::feed};
    const Section grades{"grades", &Config::grades};
    const Section announcements{"announcements", &Config::announcements};
    const Section groups{"groups", &Config::groups};
    const Section study{"study", &Config::study};
    const Section presence{"presence", &Config::presence};
    const Section messages{"messages", &Config::messages};
    const auto who = choice({"nobody", "staff", "everybody"});
    return {
        feed("anonymous", &Config::Feed::anonymous, flag()),
        feed("anonymous_names", &Config::Feed::anonymous_names, flag()),
        feed("files", &Config::Feed::files, path("a folder")),
        grades("guardians", &Config::Grades::guardians, flag()),
        announcements("guardians", &Config::Announcements::guardians, flag()),
        groups("create", &Config::Groups::create, who),
        groups("secret", &Config::Groups::secret, who),
        study("grace", &Config::Study::grace, duration_like("60s", features::study::grace_max)),
        presence("last_seen", &Config::Presence::last_seen, choice({"nobody", "staff", "members"})),
        messages("peers", &Config::Messages::peers, flag()),
        messages("staff", &Config::Messages::staff, flag()),
        messages("institution", &Config::Messages::institution, flag()),
        messages("supervised", &Config::Messages::supervised, choice({"off", "students"})),
    };
}

}  // namespace homeroom::app
