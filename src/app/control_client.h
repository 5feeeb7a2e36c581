// Asks the server that runs on a data directory, over its control socket.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace homeroom::app {

// POSTs a JSON body; the answer's body. Blocks until the server has answered.
Result<std::string> ask_control_socket(const std::filesystem::path& socket, std::string_view path,
                                       std::string_view body);

}  // namespace homeroom::app
