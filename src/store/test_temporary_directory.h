// For tests: a scratch directory that is simply there.
#pragma once

#include <filesystem>
#include <memory>
#include <utility>

#include "store/scratch_directory.h"

namespace homeroom::store {

class TemporaryDirectory {
public:
    const std::filesystem::path& path() const { return scratch_->path(); }

private:
    std::unique_ptr<ScratchDirectory> scratch_ = std::move(ScratchDirectory::make()).value();
};

}  // namespace homeroom::store
