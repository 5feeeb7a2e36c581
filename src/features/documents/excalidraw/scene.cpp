#include "features/documents/excalidraw/scene.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "codec/json_scan.h"
#include "features/documents/excalidraw/limits.h"

namespace homeroom::features::documents::excalidraw {
namespace {

using nlohmann::json;
using store::Database;

constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;

struct Type {
    std::string_view name;
    Saying saying;
};
constexpr std::array<Type, 5> types{{{"SCENE_INIT", Saying::scene},
                                     {"SCENE_UPDATE", Saying::scene},
                                     {"MOUSE_LOCATION", Saying::pointer},
                                     {"IDLE_STATUS", Saying::idle},
                                     {"USER_VISIBLE_SCENE_BOUNDS", Saying::viewport}}};

std::string text_of(const json& object, const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t number_of(const json& object, const char* member) {
    const auto found = object.find(member);
    if (found == object.end() || !found->is_number_integer()) return -1;
    const auto number = found->get<std::int64_t>();
    return number >= 0 && number <= number_max ? number : -1;
}

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Pictures are elsewhere: an element names its file.
bool has_a_file(std::string_view body) {
    return body.find(R"("data:image/)") != std::string_view::npos;
}

std::optional<Element> element_of(const json& value) {
    if (!value.is_object() || text_of(value, "type").empty()) return {};
    Element element{.id = text_of(value, "id"),
                    .version = number_of(value, "version"),
                    .nonce = number_of(value, "versionNonce")};
    if (element.id.empty() || element.id.size() > limits::excalidraw_element_id_bytes_max ||
        element.version < 0 || element.nonce < 0)
        return {};
    const auto deleted = value.find("isDeleted");
    element.is_deleted = deleted != value.end() && *deleted == true;
    element.body = dump(value);
    if (element.body.size() > limits::excalidraw_element_bytes_max || has_a_file(element.body))
        return {};
    return element;
}

}  // namespace

bool is_newer(std::int64_t version, std::int64_t nonce, const Element& than) {
    return version > than.version || (version == than.version && nonce < than.nonce);
}

Result<Said> read_said(std::string_view text) {
    TRY(const auto kind,
        codec::json::check(text, {.depth_max = limits::excalidraw_json_depth_max,
                                  .values_max = limits::excalidraw_json_values_max}));
    const Error nothing{Code::invalid, "nothing that is said on a board"};
    if (kind != codec::json::Kind::object) return nothing;
    json said = json::parse(codec::json::for_strict_parsers(text), nullptr, false);
    if (!said.is_object()) return nothing;
    const std::string name = text_of(said, "type");
    const auto type =
        std::ranges::find_if(types, [&](const Type& one) { return one.name == name; });
    const auto payload = said.find("payload");
    if (type == types.end() || payload == said.end() || !payload->is_object()) return nothing;
    Said read{.saying = type->saying};
    if (read.saying != Saying::scene) {
        read.payload = std::move(*payload);
        return read;
    }
    const auto elements = payload->find("elements");
    if (elements == payload->end() || !elements->is_array()) return nothing;
    if (elements->size() > limits::excalidraw_elements_per_message_max)
        return Error{Code::too_large, "too many elements at once"};
    for (const json& value : *elements) {
        if (auto element = element_of(value)) read.elements.push_back(std::move(*element));
    }
    return read;
}

std::string scene_text(Scene scene, std::string_view elements) {
    std::string text = R"({"type":")";
    text += scene == Scene::initial ? "SCENE_INIT" : "SCENE_UPDATE";
    text += R"(","payload":{"elements":)";
    text += elements;
    text += "}}";
    return text;
}

std::string elements_json(const std::vector<Element>& elements) {
    std::string list = "[";
    for (const Element& element : elements) {
        if (list.size() > 1) list += ',';
        list += element.body;
    }
    return list + "]";
}

std::string shown_text(Saying saying, json payload, std::string_view socket_id,
                       std::string_view name) {
    const auto type =
        std::ranges::find_if(types, [&](const Type& one) { return one.saying == saying; });
    payload.erase("socketID");  // as older clients had it
    payload["socketId"] = socket_id;
    payload["username"] = name;
    return dump(json{{"type", type->name}, {"payload", std::move(payload)}});
}

// --- Kept ----------------------------------------------------------------------------------------

namespace {

struct Stored {
    Element element{};  // without its body
    std::string user{};
    std::int64_t bytes = 0;
};

Result<std::optional<Stored>> load_one(Database& db, std::string_view document,
                                       const std::string& id) {
    auto select = db.statement(
        "SELECT version, nonce, deleted, user, length(body) FROM document_elements"
        " WHERE document = ? AND element = ?");
    select.bind_all(document, std::string_view{id});
    TRY(const bool found, select.step());
    if (!found) return std::optional<Stored>{};
    return std::optional<Stored>{Stored{.element = {.id = id,
                                                    .version = select.number(0),
                                                    .nonce = select.number(1),
                                                    .is_deleted = select.number(2) != 0},
                                        .user = std::string{select.text(3)},
                                        .bytes = select.number(4)}};
}

// How much there is of a board; written back once.
struct Measure {
    std::int64_t elements = 0;
    std::int64_t bytes = 0;
    std::string tidied_at{};

    bool fits() const {
        return elements <= limits::excalidraw_elements_max &&
               bytes <= limits::excalidraw_scene_bytes_max;
    }
};

Result<Measure> load_measure(Database& db, std::string_view document) {
    auto select =
        db.statement("SELECT elements, bytes, tidied_at FROM document_scenes WHERE document = ?");
    select.bind(1, document);
    TRY(const bool found, select.step());
    if (!found) return Measure{};
    return Measure{select.number(0), select.number(1), std::string{select.text(2)}};
}

Status save_measure(Database& db, std::string_view document, const Measure& measure) {
    return db
        .statement(
            "INSERT INTO document_scenes (document, elements, bytes, tidied_at)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (document) DO UPDATE SET"
            " elements = excluded.elements, bytes = excluded.bytes,"
            " tidied_at = excluded.tidied_at")
        .bind_all(document, measure.elements, measure.bytes, std::string_view{measure.tidied_at})
        .run();
}

// What was deleted long ago goes; its clients have forgotten it, too. Not all the time, where there
// is nothing to be had by it.
Status make_room(store::Transaction& transaction, std::string_view document, Measure& measure) {
    Database& db = transaction.db();
    const auto now = parse_rfc3339(transaction.at()).value_or(wall_now());
    if (measure.tidied_at > to_rfc3339(now - limits::excalidraw_tidy_interval)) return Ok{};
    const std::string before = to_rfc3339(now - limits::excalidraw_deleted_time);
    TRY_OK(db.statement("DELETE FROM document_elements WHERE document = ? AND deleted = 1"
                        " AND at < ?")
               .bind_all(document, std::string_view{before})
               .run());
    auto count = db.statement(
        "SELECT count(*), coalesce(sum(length(body)), 0) FROM document_elements WHERE document = "
        "?");
    count.bind(1, document);
    TRY([[maybe_unused]] const bool row, count.step());
    measure = {count.number(0), count.number(1), transaction.at()};
    return Ok{};
}

bool would_fit(const Measure& measure, const std::vector<Element>& elements) {
    Measure with_all = measure;
    for (const Element& element : elements) {
        ++with_all.elements;
        with_all.bytes += static_cast<std::int64_t>(element.body.size());
    }
    return with_all.fits();
}

Status save_element(store::Transaction& transaction, std::string_view document,
                    std::string_view user, const Element& element) {
    return transaction.db()
        .statement(
            "INSERT INTO document_elements (document, element, version, nonce, deleted, user, at,"
            " body) VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS BLOB))"
            " ON CONFLICT (document, element) DO UPDATE SET version = excluded.version,"
            " nonce = excluded.nonce, deleted = excluded.deleted, at = excluded.at,"
            " body = excluded.body")
        .bind_all(document, std::string_view{element.id}, element.version, element.nonce,
                  std::int64_t{element.is_deleted}, user, std::string_view{transaction.at()},
                  std::string_view{element.body})
        .run();
}

}  // namespace

Result<std::string> load_elements_json(Database& db, std::string_view document, Deleted deleted) {
    auto select = db.statement(
        "SELECT body FROM document_elements WHERE document = ? AND (deleted = 0 OR ? = 1)"
        " ORDER BY row");
    select.bind_all(document, std::int64_t{deleted == Deleted::too});
    std::string list = "[";
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return list + "]";
        if (list.size() > 1) list += ',';
        list += select.text(0);
    }
}

Result<std::string> load_file(Database& db, std::string_view document) {
    TRY(const auto elements, load_elements_json(db, document, Deleted::left_out));
    return R"({"type":"excalidraw","version":2,"source":"homeroom","elements":)" + elements +
           R"(,"appState":{},"files":{}})";
}

Result<std::vector<Element>> store_elements(store::Transaction& transaction,
                                            std::string_view document, std::string_view user,
                                            Touching touching, std::vector<Element> elements) {
    Database& db = transaction.db();
    TRY(Measure measure, load_measure(db, document));
    if (!would_fit(measure, elements)) TRY_OK(make_room(transaction, document, measure));
    std::vector<Element> news;
    for (Element& element : elements) {
        TRY(const auto stored, load_one(db, document, element.id));
        if (stored && !is_newer(element.version, element.nonce, stored->element)) continue;
        if (stored && touching == Touching::own_only && stored->user != user) continue;
        Measure grown = measure;
        grown.elements += stored ? 0 : 1;
        grown.bytes +=
            static_cast<std::int64_t>(element.body.size()) - (stored ? stored->bytes : 0);
        // To take something off goes always.
        if (!grown.fits() && !(stored && element.is_deleted)) continue;
        TRY_OK(save_element(transaction, document, user, element));
        measure = std::move(grown);
        news.push_back(std::move(element));
    }
    if (news.empty()) return news;
    TRY_OK(save_measure(db, document, measure));
    return news;
}

Result<std::vector<Element>> clear_elements(store::Transaction& transaction,
                                            std::string_view document) {
    auto select = transaction.db().statement(
        "SELECT element, version, nonce, body FROM document_elements WHERE document = ?"
        " AND deleted = 0 ORDER BY row");
    select.bind(1, document);
    std::vector<Element> gone;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        json body = json::parse(select.text(3), nullptr, false);
        if (!body.is_object()) continue;
        Element element{.id = std::string{select.text(0)},
                        .version = select.number(1) + 1,
                        .nonce = select.number(2),
                        .is_deleted = true};
        body["isDeleted"] = true;
        body["version"] = element.version;
        element.body = dump(body);
        gone.push_back(std::move(element));
    }
    for (const Element& element : gone) TRY_OK(save_element(transaction, document, "", element));
    return gone;
}

}  // namespace homeroom::features::documents::excalidraw
