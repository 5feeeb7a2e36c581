#include "campus/groups/group_view.h"

namespace homeroom::campus {

Json group_view(const Directory& directory, const StoredGroup& stored) {
    const StudyGroup& group = stored.group;
    const GroupMember* owner = stored.owner();
    const bool shown = owner != nullptr && !directory.is_hidden(owner->user);
    return Json{{"id", group.id},
                {"room", group.room()},
                {"title", group.title},
                {"about", text_or_null(group.about)},
                {"access", to_string(group.access)},
                {"history", to_string(group.history)},
                {"listed", group.listed},
                {"home", group.home},
                {"owner", shown ? owner_view(directory, stored) : Json(nullptr)},
                {"createdAt", group.created_at}};
}

Json owner_view(const Directory& directory, const StoredGroup& group) {
    const GroupMember* owner = group.owner();
    return owner == nullptr ? Json(nullptr) : person_json(directory, owner->user, owner->user);
}

}  // namespace homeroom::campus
