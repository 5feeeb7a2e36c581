#include "features/groups/groups.h"

#include "features/groups/requests.h"

namespace homeroom::features::groups {

void register_groups(campus::Surface& surface) {
    surface.write("group:create", create_group);
    surface.write("group:update", update_group);
    surface.write("group:close", close_group);
    surface.write("group:join", join_group);
    surface.write("group:leave", leave_group);
    surface.write("group:accept", accept_invitation);
    surface.write("group:decline", decline_invitation);
    surface.write("group:invite", invite);
    surface.write("group:uninvite", uninvite);
    surface.write("group:remove", remove_member);
    surface.write("group:appoint", appoint_member);
    surface.write("group:transfer", transfer_group);
    surface.read("group:list", list_groups);
    surface.read("group:find", find_groups);
    surface.read("group:get", get_group);
    surface.service_write("group:put", put_group);
    surface.service_write("group:delete", delete_group);
}

}  // namespace homeroom::features::groups
