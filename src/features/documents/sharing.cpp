// Who may do what in a document: what all members may, what one person may, and that nobody but its
// owners may anything for a while. In force with the answer, for those who have it open, too.
#include "base/limits.h"
#include "features/documents/asking.h"
#include "features/documents/limits.h"
#include "features/documents/requests.h"
#include "features/documents/telling.h"
#include "features/documents/view.h"
#include "store/derived.h"

namespace homeroom::features::documents {
namespace {

Status share_with_members(Document& document, const Json& request) {
    TRY(const auto word, campus::optional_text(request, "members", limits::identifier_bytes_max));
    if (!word) return Ok{};
    TRY(document.access.members,
        given_role(*word, Role::none, Role::editor, document.kind, "members"));
    return Ok{};
}

// `role` null: as all members.
Status share_with_person(const WriteCall& call, Document& document, const Json& request) {
    Access& access = document.access;
    TRY(const auto user, campus::optional_text(request, "user", limits::identifier_bytes_max));
    if (!user) return Ok{};
    if (!call.directory.is_member(*user, access.room))
        return Error{Code::not_found, "there is no such person in the room", "user"};
    if (*user == call.who.user)
        return Error{Code::invalid, "an owner does not take himself out", "user"};
    TRY(const auto word, campus::optional_text(request, "role", limits::identifier_bytes_max));
    if (!word) {
        access.people.erase(*user);
        return Ok{};
    }
    TRY(const auto role, given_role(*word, Role::viewer, Role::owner, document.kind, "role"));
    const bool is_new = !access.people.contains(*user);
    if (is_new && access.people.size() >= static_cast<std::size_t>(limits::document_people_max))
        return Error{Code::too_large, "too many people have a role of their own", "user"};
    access.people.insert_or_assign(*user, Given{role, call.transaction.moment()});
    return Ok{};
}

}  // namespace

Result<Json> lock_document(WriteCall& call, const Json& request) {
    TRY(auto document, owned_document(call, request));
    TRY(const bool locked, campus::required_bool(request, "locked"));
    if (document.access.is_locked != locked) {
        document.access.is_locked = locked;
        ++document.access.version;
        TRY_OK(update_document(call.transaction.db(), document));
        TRY_OK(tell(call.transaction, call.directory, call.who, document, "doc:updated"));
    }
    call.about = document.id;
    return Json{{"doc", view_of(call.directory, document)}, {"role", to_string(Role::owner)}};
}

Result<Json> share_document(WriteCall& call, const Json& request) {
    TRY(auto document, owned_document(call, request));
    Access& access = document.access;
    const Access before = access;
    TRY_OK(share_with_members(document, request));
    TRY_OK(share_with_person(call, document, request));
    if (access.members != before.members || access.people != before.people) {
        ++access.version;
        TRY_OK(update_document(call.transaction.db(), document));
        // What was told before was for those who could see it then, and would be replayed to them.
        TRY_OK(store::supersede(call.transaction.db(), document.id));
        TRY_OK(tell(call.transaction, call.directory, call.who, document, "doc:updated"));
    }
    call.about = document.id;
    return Json{{"doc", view_of(call.directory, document)},
                {"role", to_string(Role::owner)},
                {"people", people_view(call.directory, access)}};
}

}  // namespace homeroom::features::documents
