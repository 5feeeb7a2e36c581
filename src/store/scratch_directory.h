// A directory in the system's place for temporary files, gone with all that is in it when the
// object is. Its owner's alone (mkdtemp(3): mode 0700).
#pragma once

#include <filesystem>
#include <memory>
#include <stdlib.h>
#include <string>
#include <utility>

#include "base/result.h"

namespace homeroom::store {

class ScratchDirectory {
public:
    static Result<std::unique_ptr<ScratchDirectory>> make() {
        std::error_code error;
        std::string name =
            (std::filesystem::temp_directory_path(error) / "homeroom-XXXXXX").string();
        if (error || ::mkdtemp(name.data()) == nullptr)
            return Error{Code::unavailable, "cannot make a temporary directory"};
        return std::unique_ptr<ScratchDirectory>{new ScratchDirectory(std::move(name))};
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    explicit ScratchDirectory(std::string name) : path_(std::move(name)) {}

    std::filesystem::path path_;
};

}  // namespace homeroom::store
