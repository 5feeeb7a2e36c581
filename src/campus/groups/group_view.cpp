#include "campus/groups/group_view.h"

namespace homeroom::campus {

Json group_view(const Directory& directory, const StoredGroup& stored) {
    const StudyGroup& group = stored.group;
    const GroupMember* owner = stored.owner();
    return Json{{"id", group.id},
                {"room", group.room()},
                {"title", group.title},
                {"about", text_or_null(group.about)},
                {"access", to_string(group.access)},
                {"history", to_string(group.history)},
                {"listed", group.listed},
                {"home", group.home},
                {"owner", owner == nullptr ? Json(nullptr)
                                           : person_json(directory, owner->user, owner->user)},
                {"createdAt", group.created_at}};
}

}  // namespace homeroom::campus
