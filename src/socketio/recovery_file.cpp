#include "socketio/recovery_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

#include "base/log.h"

namespace homeroom::socketio {
namespace {

Error fault(const char* what, const std::string& path) {
    return {Code::unavailable, std::string{what} + " " + path + ": " + std::strerror(errno)};
}

}  // namespace

Result<Json> load_recovery_file(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return Json::object();
    std::ifstream stream{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream) return fault("cannot read", path);
    Json saved = Json::from_msgpack(bytes, true, false);
    if (!saved.is_object()) {
        log::error("socketio: {} is damaged; nobody recovers what was before", path);
        return Json::object();
    }
    return saved;
}

Status remove_recovery_file(const std::string& path) {
    if (std::remove(path.c_str()) != 0 && errno != ENOENT) return fault("cannot remove", path);
    return Ok{};
}

Status save_recovery_file(const std::string& path, const Json& saved) {
    // Private ids are in it: whoever has one can take a session over.
    const std::string fresh = path + ".new";
    ::unlink(fresh.c_str());
    const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return fault("cannot create", fresh);
    std::FILE* file = ::fdopen(descriptor, "wb");
    if (file == nullptr) {
        ::close(descriptor);
        return fault("cannot write", fresh);
    }
    const std::vector<std::uint8_t> bytes = Json::to_msgpack(saved);
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    if (std::fclose(file) != 0 || !written) return fault("cannot write", fresh);
    if (std::rename(fresh.c_str(), path.c_str()) != 0) return fault("cannot replace", path);
    return Ok{};
}

}  // namespace homeroom::socketio
