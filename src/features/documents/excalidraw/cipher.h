// What Excalidraw's clients say to each other is sealed with AES-GCM, 128 bits, as WebCrypto has
// it.
//
// sealed := ciphertext tag        tag := 16 bytes        iv := 12 bytes, of this message alone
//
// The key of a board is this deployment's: it follows from its secret and the board, is given to
// whoever may see the board, and lets the server see that what is drawn is what may be. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace homeroom::features::documents::excalidraw {

struct Sealed {
    std::string bytes{};
    std::string iv{};
};

std::string key_of_board(std::string_view secret, std::string_view document);  // 16 bytes
Sealed seal(std::string_view key, std::string_view text);
// Nothing: it was not sealed with this key.
std::optional<std::string> unseal(std::string_view key, const Sealed& sealed);

}  // namespace homeroom::features::documents::excalidraw
