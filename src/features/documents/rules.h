// Who may do what in a document.
//
//   none < viewer < pointer < commenter < drawer < editor < owner
//
// Of whiteboards only: pointers, who show where they point, and drawers (board.h). Viewers of a
// board show nothing but that they are there; an editor presents. While a document is locked nobody
// but its owners is more than a commenter.
//
// Everybody in the document's room is what `members` says, or what the document says of him alone;
// the staff of the room are owners. Asked anew at every message and every delivery: nothing of it
// is kept with a connection. Who may not see it learns nothing: to him it is one that never was.
//
// name := id ["#comments"]     beside each document is one of comments, which commenters may write
//
// Values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "campus/audience.h"
#include "campus/roster/directory.h"

namespace homeroom::features::documents {

enum class Role : std::uint8_t { none, viewer, pointer, commenter, drawer, editor, owner };
std::string_view to_string(Role role);
std::optional<Role> role_from(std::string_view word);

// What an owner made one person. In a group that keeps its past from newcomers it holds for who was
// there then, as all that is of a moment does: not for who has left and come back since.
struct Given {
    Role role = Role::none;
    store::Seq moment = 0;

    bool operator==(const Given&) const = default;
};

struct Access {
    std::string room{};
    store::Seq moment = 0;  // at which it came to be
    Role members = Role::none;
    std::map<std::string, Given, std::less<>> people{};
    std::int64_t version = 0;  // counts its changes
    bool is_locked = false;    // owners write, and nobody else

    bool is_open_to_members() const { return members != Role::none; }
};

// People need not be complete: it must have `user`, if he is in it.
Role role_of(const campus::Directory& directory, const Access& access, std::string_view user);

// Who is told of the document; `access` is complete.
campus::Audience audience_of(const Access& access);
// And beside them: to whom it was opened though it is from before he came to the room.
std::vector<std::string> latecomers_of(const campus::Directory& directory, const Access& access);

struct Name {
    std::string document{};
    bool comments = false;

    std::string text() const;
};
// Nothing for what can name no document.
std::optional<Name> parse_name(std::string_view text);
// A drawer may write, too; what, says board.h.
bool may_write(const Name& name, Role role);
// Who may write all of it: its history is his, too.
bool may_write_all(const Name& name, Role role);

// The same words for a document that is not the caller's to see and for none.
Error unknown_document();

}  // namespace homeroom::features::documents
