#include "campus/oneroster/digest.h"

#include <array>
#include <fmt/format.h>
#include <iterator>
#include <openssl/evp.h>

namespace homeroom::campus::oneroster {
namespace {

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), hash.data(), &length, EVP_sha256(), nullptr);
    std::string text;
    for (unsigned int i = 0; i < length; ++i)
        fmt::format_to(std::back_inserter(text), "{:02x}", hash[i]);
    return text;
}

}  // namespace

void Digest::add(std::string_view name, std::string_view contents) {
    files_[std::string{name}] = sha256(contents);
}

std::string Digest::finish() const {
    std::string all;
    for (const auto& [name, hash] : files_)
        all.append(name).append(1, '\n').append(hash).append(1, '\n');
    return sha256(all);
}

}  // namespace homeroom::campus::oneroster
