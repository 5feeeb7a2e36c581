// For tests: where the project's own files are, such as those in tests/data.
#pragma once

#include <filesystem>

namespace homeroom {

std::filesystem::path source_folder();

}  // namespace homeroom
