// What is said on a board of Excalidraw's, and the elements that stand on it.
//
// said    := { type, payload }
//   SCENE_INIT, SCENE_UPDATE      { elements }                     kept
//   MOUSE_LOCATION, IDLE_STATUS, USER_VISIBLE_SCENE_BOUNDS         shown, not kept
// element := { id, version, versionNonce, isDeleted, … }
//
// Of two states of an element the one with the higher version holds, of equal versions the one with
// the lower nonce: its clients decide so, and so does the server, so all come to the same scene.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace homeroom::features::documents::excalidraw {

struct Element {
    std::string id{};
    std::int64_t version = 0;
    std::int64_t nonce = 0;
    bool is_deleted = false;
    std::string body{};  // JSON
};
bool is_newer(std::int64_t version, std::int64_t nonce, const Element& than);

enum class Saying : std::uint8_t { scene, pointer, idle, viewport };
struct Said {
    Saying saying = Saying::scene;
    std::vector<Element> elements{};  // of a scene; what is no element is left out
    nlohmann::json payload{};         // of the others
};
// Errors: invalid, too_large.
Result<Said> read_said(std::string_view text);

// The messages that the server says itself.
enum class Scene : std::uint8_t { initial, update };
std::string scene_text(Scene scene, std::string_view elements_json);
std::string elements_json(const std::vector<Element>& elements);
// With who it is as the server knows him.
std::string shown_text(Saying saying, nlohmann::json payload, std::string_view socket_id,
                       std::string_view name);

// --- Kept. On the connection's thread.

// They as a JSON list, the first drawn first.
enum class Deleted : bool { left_out, too };
Result<std::string> load_elements_json(store::Database& db, std::string_view document,
                                       Deleted deleted);
// What is to be seen, as a file that Excalidraw opens.
Result<std::string> load_file(store::Database& db, std::string_view document);
// On the writer. Those that were news, and are stored; without those that this user may not change,
// or for which there is no room.
enum class Touching : bool { own_only, any };
Result<std::vector<Element>> store_elements(store::Transaction& transaction,
                                            std::string_view document, std::string_view user,
                                            Touching touching, std::vector<Element> elements);
// All that stands there, taken off: as they are now.
Result<std::vector<Element>> clear_elements(store::Transaction& transaction,
                                            std::string_view document);

}  // namespace homeroom::features::documents::excalidraw
