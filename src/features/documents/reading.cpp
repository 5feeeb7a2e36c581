// What documents there are, what stands in one, who wrote it and who took out what.
//
// What stands in a document is put together for the answer and forgotten with it: on a reader, in
// milliseconds for a book.
#include <algorithm>

#include "base/base64.h"
#include "campus/contract_json.h"
#include "campus/page.h"
#include "campus/personal_data.h"
#include "features/documents/asking.h"
#include "features/documents/board.h"
#include "features/documents/excalidraw/scene.h"
#include "features/documents/history.h"
#include "features/documents/limits.h"
#include "features/documents/log.h"
#include "features/documents/requests.h"
#include "features/documents/versions.h"
#include "features/documents/view.h"
#include "yjs/document.h"
#include "yjs/version.h"

namespace homeroom::features::documents {
namespace {

Error too_long() {
    return Error{Code::too_large, "the answer is too long; ask for a stretch of it", "doc"};
}

// The type that is meant: the one that is asked for, the only one, else the first that has text.
Result<std::string> requested_root(const Json& request, const yjs::Document& document) {
    TRY(auto root, campus::optional_text(request, "root", limits::document_root_bytes_max));
    if (root) return std::move(*root);
    const auto roots = document.roots();
    if (roots.empty()) return std::string{};
    const auto found = std::ranges::find_if(
        roots, [&](std::string_view one) { return !document.text(one).empty(); });
    return std::string{found == roots.end() ? roots.front() : *found};
}

Json names_of(const std::vector<std::string_view>& roots) {
    Json names = Json::array();
    for (const std::string_view root : roots) names.push_back(root);
    return names;
}

Result<Json> content_of(const Json& request, const std::string& update) {
    TRY(const auto format, campus::optional_text(request, "format", limits::identifier_bytes_max));
    const std::string wanted = format.value_or("text");
    if (wanted == "update") return Json{{"update", base64::encode(update)}};
    TRY(const auto decoded, yjs::decode_update(update, yjs::document_limits));
    TRY(const auto document, yjs::Document::load(decoded));
    TRY(const auto root, requested_root(request, document));
    Json content{{"root", root}, {"roots", names_of(document.roots())}};
    if (wanted == "text") {
        auto text = document.text(root);
        if (text.size() > limits::document_answer_bytes_max) return too_long();
        content["text"] = std::move(text);
    } else if (wanted == "list" || wanted == "map") {
        const auto json = wanted == "list" ? document.list_json(root) : document.map_json(root);
        if (json.size() > limits::document_answer_bytes_max) return too_long();
        // With the members in another order than ours, which looks each up among all before it.
        content[wanted] = Json(nlohmann::json::parse(json, nullptr, false));
    } else {
        return Error{Code::invalid, R"(format is "text", "list", "map", "update" or "excalidraw")",
                     "format"};
    }
    content["waiting"] = document.waiting();
    return content;
}

bool wants_excalidraw(const Json& request) {
    const auto format = request.find("format");
    return format != request.end() && *format == "excalidraw";
}

// --- Who wrote what

struct Stretch {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

Result<Stretch> requested_stretch(const Json& request) {
    constexpr std::int64_t all = INT64_MAX;
    TRY(const auto begin, campus::optional_number(request, "begin", 0, all));
    TRY(const auto end, campus::optional_number(request, "end", begin.value_or(0), all));
    return Stretch{begin.value_or(0), end.value_or(all)};
}

// A run of one client's units as many parts as it was written in.
class Parts {
public:
    Parts(ReadCall& call, std::string part) : call_(call), part_(std::move(part)) {}

    Status add(yjs::AuthoredText run, const Stretch& wanted) {
        const auto begin = static_cast<std::size_t>(wanted.begin);
        const auto end = static_cast<std::size_t>(wanted.end);
        if (run.begin >= end || run.begin + run.length <= begin) return Ok{};
        if (run.begin < begin) cut(run, begin - run.begin);
        run.length = std::min(run.length, end - run.begin);
        TRY(const auto author, author_of(call_.db, part_, run.first.client));
        while (run.length > 0) {
            if (parts_.size() == parts_max) return too_long();
            TRY(const auto edit, edit_with(call_.db, part_, run.first));
            const auto in_edit = edit ? edit->range.end() - run.first.clock : run.length;
            const auto length = std::min<std::size_t>(run.length, in_edit);
            parts_.push_back(part_json(run.begin, length, author, edit));
            cut(run, length);
        }
        return Ok{};
    }
    Json take() { return std::move(parts_); }

private:
    static constexpr std::size_t parts_max = 20'000;

    static void cut(yjs::AuthoredText& run, std::size_t units) {
        run.begin += units;
        run.length -= units;
        run.first.clock += units;
    }
    Json part_json(std::size_t begin, std::size_t length, const std::optional<Author>& author,
                   const std::optional<Edit>& edit) const {
        Json by = nullptr;
        if (author) by = campus::person_json(call_.directory, author->user, author->name);
        return Json{{"begin", begin},
                    {"length", length},
                    {"by", std::move(by)},
                    {"beganAt", edit ? Json(edit->began_at) : Json(nullptr)},
                    {"endedAt", edit ? Json(edit->ended_at) : Json(nullptr)}};
    }

    ReadCall& call_;
    std::string part_;
    Json parts_ = Json::array();
};

std::string units_between(const std::string& text, const Stretch& wanted) {
    const yjs::TextSpan whole{.text = text};
    const std::size_t units = whole.units();
    const auto begin = std::min(units, static_cast<std::size_t>(wanted.begin));
    const auto end = std::min(units, static_cast<std::size_t>(wanted.end));
    if (begin == end) return {};
    yjs::TextSpan rest = begin == 0 ? whole : cut(whole, begin).right;
    if (end < units) rest = cut(rest, end - begin).left;
    return std::string{rest.text};
}

Json deletion_view(const campus::Directory& directory, const Deletion& one) {
    Json ranges = Json::array();
    for (const yjs::IdRange& range : one.ranges)
        ranges.push_back(
            Json{{"client", range.client}, {"clock", range.clock}, {"length", range.length}});
    return Json{{"by", campus::person_json(directory, one.by.user, one.by.name)},
                {"beganAt", one.began_at},
                {"endedAt", one.ended_at},
                {"ranges", std::move(ranges)},
                {"omitted", one.omitted}};
}

Status require_member(const ReadCall& call, const std::string& room) {
    if (call.directory.is_member(call.who.user, room)) return Ok{};
    return Error{Code::not_found, "there is no such room", "room"};
}

// Those of a page that he may see, and one more if there are more. What is from before he came is
// passed over: it must neither fill his page nor end the list. A room has so many and no more.
Result<std::vector<Document>> visible_documents(ReadCall& call, Listing wanted) {
    std::vector<Document> visible;
    while (true) {
        TRY(auto documents, load_documents(call.db, wanted));
        const bool is_last = documents.size() <= wanted.limit;
        if (!documents.empty()) wanted.before = documents.back().row;
        for (Document& one : documents) {
            if (role_of(call.directory, one.access, call.who.user) != Role::none)
                visible.push_back(std::move(one));
        }
        if (is_last || visible.size() > wanted.limit) return visible;
    }
}

}  // namespace

Result<Json> list_documents(ReadCall& call, const Json& request) {
    Listing wanted{.user = call.who.user};
    TRY(wanted.room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY(wanted.before, campus::requested_page(request));
    TRY(wanted.limit, campus::requested_limit(request, limits::documents_page_default,
                                              limits::documents_page_max));
    wanted.is_staff = call.directory.is_staff(call.who.user, wanted.room);
    // Before it is read, so that it takes no longer where there is much; and behind it.
    TRY_OK(require_member(call, wanted.room));
    TRY(auto documents, visible_documents(call, wanted));
    TRY_OK(require_member(call, wanted.room));
    TRY(auto page,
        campus::make_page(documents, wanted.limit, [&](const Document& one) -> Result<Json> {
            const Role role = role_of(call.directory, one.access, call.who.user);
            return Json{{"doc", view_of(call.directory, one)}, {"role", to_string(role)}};
        }));
    return Json{{"documents", std::move(page.views)}, {"next", std::move(page.next)}};
}

Result<Json> get_document(ReadCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.db, request, Comments::not_meant));
    TRY_OK(judge(asked, call.directory, call.who.user));
    Json answer{{"doc", view_of(call.directory, asked.document)}, {"role", to_string(asked.role)}};
    if (asked.role == Role::owner)
        answer["people"] = people_view(call.directory, asked.document.access);
    return answer;
}

Result<Json> export_document(ReadCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.db, request, Comments::too));
    // Before the work, too.
    TRY_OK(judge(asked, call.directory, call.who.user));
    if (wants_excalidraw(request)) {
        if (asked.document.kind != kind_whiteboard || asked.name.comments)
            return Error{Code::invalid, "Excalidraw draws on whiteboards", "format"};
        TRY(auto file, excalidraw::load_file(call.db, asked.document.id));
        TRY_OK(judge(asked, call.directory, call.who.user));
        return Json{{"excalidraw", std::move(file)}};
    }
    TRY(const auto whole, load_whole(call.db, asked.name.text(), {}));
    TRY(auto content, content_of(request, *whole.bytes));
    TRY_OK(judge(asked, call.directory, call.who.user));
    return content;
}

Result<Json> tell_authors(ReadCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.db, request, Comments::too));
    TRY_OK(judge(asked, call.directory, call.who.user));
    TRY(const auto stretch, requested_stretch(request));
    const std::string part = asked.name.text();
    TRY(const auto whole, load_whole(call.db, part, {}));
    TRY(const auto update, yjs::decode_update(*whole.bytes, yjs::document_limits));
    TRY(const auto document, yjs::Document::load(update));
    TRY(const auto root, requested_root(request, document));
    Parts parts{call, part};
    for (const yjs::AuthoredText& run : document.authors(root)) TRY_OK(parts.add(run, stretch));
    auto text = units_between(document.text(root), stretch);
    if (text.size() > limits::document_answer_bytes_max) return too_long();
    TRY_OK(judge(asked, call.directory, call.who.user));
    return Json{{"root", root}, {"text", std::move(text)}, {"parts", parts.take()}};
}

Result<Json> list_deletions(ReadCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.db, request, Comments::too));
    TRY(const auto before, campus::requested_page(request));
    TRY(const auto limit, campus::requested_limit(request, limits::document_deletions_page_default,
                                                  limits::document_deletions_page_max));
    TRY(auto deletions, load_deletions(call.db, asked.name.text(), before, limit));
    TRY(auto page,
        campus::make_page(deletions.entries, limit, [&](const Deletion& one) -> Result<Json> {
            return deletion_view(call.directory, one);
        }));
    if (page.next.is_null() && deletions.more)
        page.next = campus::page_token(deletions.entries.back().row);
    TRY_OK(judge(asked, call.directory, call.who.user));
    if (!may_write_all(asked.name, asked.role))
        return Error{Code::forbidden, "only editors see what was taken out", "doc"};
    return Json{{"deletions", std::move(page.views)}, {"next", std::move(page.next)}};
}

// --- Shapes of a board, and whose they are

Result<Json> list_shapes(ReadCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.db, request, Comments::not_meant));
    TRY(const auto after,
        campus::optional_text(request, "after", limits::document_shape_id_bytes_max));
    TRY(const auto limit, campus::requested_limit(request, limits::document_shapes_page_default,
                                                  limits::document_shapes_page_max));
    TRY(auto shapes, load_shapes(call.db, asked.name.text(), after.value_or(""), limit));
    TRY_OK(judge(asked, call.directory, call.who.user));
    const bool more = shapes.size() > limit;
    if (more) shapes.resize(limit);
    Json views = Json::array();
    for (const OwnedShape& one : shapes)
        views.push_back(Json{
            {"id", one.id},
            {"by",
             campus::person_json(call.directory, one.user,
                                 one.user == campus::erased_id ? campus::erased_name : one.user)}});
    return Json{{"shapes", std::move(views)},
                {"next", more ? Json(shapes.back().id) : Json(nullptr)}};
}

// --- Versions

Result<Json> list_versions(ReadCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.db, request, Comments::not_meant));
    TRY(const auto versions, load_versions(call.db, asked.document.id));
    TRY_OK(judge(asked, call.directory, call.who.user));
    Json views = Json::array();
    for (const StoredVersion& one : versions) views.push_back(version_view(call.directory, one));
    return Json{{"versions", std::move(views)}};
}

Result<Json> view_version(ReadCall& call, const Json& request) {
    TRY(auto asked, asked_document(call.db, request, Comments::not_meant));
    TRY_OK(judge(asked, call.directory, call.who.user));
    TRY(const auto version, requested_version(call.db, request, asked.document.id));
    TRY(const auto then, yjs::Version::decode(version.bytes, yjs::document_limits));
    TRY(const auto whole, load_whole(call.db, asked.document.id, {}));
    TRY(const auto update, yjs::decode_update(*whole.bytes, yjs::document_limits));
    TRY(auto content, content_of(request, yjs::as_of(update, then)));
    TRY_OK(judge(asked, call.directory, call.who.user));
    content["version"] = version_view(call.directory, version);
    return content;
}

}  // namespace homeroom::features::documents
