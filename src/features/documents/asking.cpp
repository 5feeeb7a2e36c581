#include "features/documents/asking.h"

#include "base/limits.h"

namespace homeroom::features::documents {

using campus::Json;

Result<Asked> asked_document(store::Database& db, const Json& request, Comments comments) {
    TRY(const auto text, campus::required_text(request, "doc", limits::identifier_bytes_max));
    auto name = parse_name(text);
    if (!name || (name->comments && comments == Comments::not_meant)) return unknown_document();
    TRY(auto document, load_document(db, name->document));
    if (!document) return unknown_document();
    return Asked{std::move(*name), std::move(*document)};
}

Status judge(Asked& asked, const campus::Directory& directory, std::string_view user) {
    asked.role = role_of(directory, asked.document.access, user);
    if (asked.role == Role::none) return unknown_document();
    return Ok{};
}

Result<Role> given_role(const std::string& word, Role lowest, Role highest, std::string_view kind,
                        const char* field) {
    const auto role = role_from(word);
    const bool is_of_boards = role == Role::pointer || role == Role::drawer;
    const bool fits =
        role && *role >= lowest && *role <= highest && (!is_of_boards || kind == kind_whiteboard);
    if (!fits)
        return Error{Code::invalid, std::string{field} + " is no role that can be given so", field};
    return *role;
}

Result<Document> owned_document(const campus::WriteCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.transaction.db(), request, Comments::not_meant));
    TRY_OK(judge(asked, call.directory, call.who.user));
    if (asked.role != Role::owner)
        return Error{Code::forbidden, "only an owner of the document may do that", "doc"};
    return std::move(asked.document);
}

}  // namespace homeroom::features::documents
