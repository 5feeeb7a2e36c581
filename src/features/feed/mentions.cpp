#include "features/feed/mentions.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "campus/roster/room_name.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

bool has(const UserIds& users, std::string_view user) {
    return std::ranges::find(users, user) != users.end();
}

// Each once.
Result<UserIds> read_ids(const Json& list) {
    const Error wrong{Code::invalid, "mentions must be a list of user ids", "mentions"};
    if (!list.is_array()) return wrong;
    if (list.size() > limits::mentions_max) {
        return Error{Code::too_large,
                     "at most " + std::to_string(limits::mentions_max) + " people are mentioned",
                     "mentions"};
    }
    UserIds users;
    for (const Json& user : list) {
        if (!user.is_string()) return wrong;
        const auto& id = user.get_ref<const std::string&>();
        if (id.empty() || id.size() > limits::identifier_bytes_max) return wrong;
        if (!has(users, id)) users.push_back(id);
    }
    return users;
}

}  // namespace

Mentions judge_mentions(UserIds asked, const campus::Audience& audience,
                        const campus::Directory& directory) {
    Mentions mentions;
    for (std::string& user : asked) {
        const bool sees = audience.admits(user, directory);
        (sees ? mentions.kept : mentions.cannot_see).push_back(std::move(user));
    }
    return mentions;
}

Result<Mentions> requested_mentions(const Json& request, const MentionContext& of,
                                    const campus::Audience& audience,
                                    const campus::Directory& directory) {
    const auto found = request.find("mentions");
    if (found == request.end() || found->is_null())
        return Mentions{.kept = judge_mentions(of.before, audience, directory).kept};
    TRY(auto asked, read_ids(*found));
    Mentions mentions;
    for (std::string& user : asked) {
        const bool sees =
            audience.admits(user, directory) && knows_of(of.author, user, of.room, directory);
        (sees ? mentions.kept : mentions.cannot_see).push_back(std::move(user));
    }
    return mentions;
}

bool knows_of(std::string_view user, std::string_view other, std::string_view room,
              const campus::Directory& directory) {
    if (user == other || campus::is_service(user) || directory.is_staff(user, room)) return true;
    if (directory.is_hidden(other)) return false;
    const auto name = campus::parse_room(room);
    if (!name || name->kind != campus::RoomKind::group || directory.is_staff(other, room))
        return true;
    const auto group = directory.groups().find(name->id);
    return group && group->listed;
}

UserIds newly_mentioned(const UserIds& now, const UserIds& before, std::string_view author) {
    UserIds news = now;
    std::erase_if(news,
                  [&](const std::string& user) { return user == author || has(before, user); });
    return news;
}

std::string to_stored(const UserIds& users) {
    return users.empty() ? std::string{} : Json(users).dump();
}

UserIds users_from_stored(std::string_view text) {
    if (text.empty()) return {};
    return Json::parse(text).get<UserIds>();
}

Json mentions_view(const UserIds& users, const campus::Directory& directory) {
    Json view = Json::array();
    for (const std::string& user : users) {
        const auto person = directory.person(user);
        view.push_back(Json{{"id", user}, {"name", person ? person->name : user}});
    }
    return view;
}

void add_hint(Json& answer, const UserIds& cannot_see) {
    if (!cannot_see.empty()) answer["cannotSee"] = cannot_see;
}

}  // namespace homeroom::features::feed
