#include "features/feed/target.h"

#include "base/limits.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

// The id within the target; the field of the request that is wrong is the target all the same.
Result<std::string> target_id(const Json& target, const char* member) {
    auto id = campus::required_text(target, member, limits::identifier_bytes_max);
    if (id.ok()) return id;
    Error error = id.error();
    error.field = "target";
    return error;
}

}  // namespace

Result<Target> requested_target(store::Database& db, const campus::Directory& directory,
                                std::string_view user, const Json& request) {
    const Error wrong{Code::invalid, R"(target is {"post": id} or {"comment": id})", "target"};
    const auto found = request.find("target");
    if (found == request.end() || !found->is_object() || found->size() != 1) return wrong;
    if (found->contains("post")) {
        TRY(auto id, target_id(*found, "post"));
        TRY(auto post, visible_post(db, directory, user, id, "target"));
        return Target{Json{{"post", id}}, id, std::move(post), std::nullopt};
    }
    if (found->contains("comment")) {
        TRY(auto id, target_id(*found, "comment"));
        TRY(auto both, visible_comment(db, directory, user, id, "target"));
        return Target{Json{{"comment", id}}, id, std::move(both.post), std::move(both.comment)};
    }
    return wrong;
}

}  // namespace homeroom::features::feed
