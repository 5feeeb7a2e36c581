// Keys join the set one by one, or many at once from a JSON Web Key Set.
//
// jwks := { "keys": [ jwk, … ] }                                                   (RFC 7517 §5)
#include "identity/key_set.h"

#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/limits.h"
#include "identity/strict_json.h"

namespace homeroom::identity {
namespace {

Error too_many() {
    return Error{Code::too_large, fmt::format("more than {} keys", limits::keys_max)};
}

// Why none of the keys is of use: the first few reasons, each with the first key that it is true
// of.
class Skipped {
public:
    void add(std::size_t index, const std::string& why) {
        if (reasons_ == reasons_max || words_.find(why) != std::string::npos) return;
        words_ += fmt::format("{}key {}: {}", words_.empty() ? "" : "; ", index + 1, why);
        ++reasons_;
    }
    const std::string& words() const { return words_; }

private:
    static constexpr int reasons_max = 4;
    std::string words_;
    int reasons_ = 0;
};

}  // namespace

Status KeySet::add(Result<Key> made) {
    TRY(Key key, std::move(made));
    if (keys_.size() >= limits::keys_max) return too_many();
    keys_.push_back(std::move(key));
    return Ok{};
}

Status KeySet::add_secret(std::string_view secret, std::string_view kid) {
    return add(Key::from_secret(secret, kid));
}

Status KeySet::add_pem(std::string_view pem, std::string_view kid) {
    return add(Key::from_pem(pem, kid));
}

Status KeySet::add_jwks(std::string_view json) {
    if (json.size() > limits::jwks_bytes_max) {
        return Error{Code::too_large,
                     fmt::format("the key set has more than {} bytes", limits::jwks_bytes_max)};
    }
    TRY(const nlohmann::json set, parse_strict_object(json, "the key set"));
    const auto entries = set.find("keys");
    if (entries == set.end() || !entries->is_array()) {
        return Error{Code::invalid, "the key set has no array \"keys\""};
    }
    // RFC 7517 §5: "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" values that
    // are not understood by them, that are missing required members, or for which values are out of
    // the supported ranges."
    std::vector<Key> found;
    Skipped skipped;
    for (std::size_t i = 0; i < entries->size(); ++i) {
        auto key = Key::from_jwk((*entries)[i]);
        if (!key.ok()) {
            skipped.add(i, key.error().message);
            continue;
        }
        if (keys_.size() + found.size() >= limits::keys_max) return too_many();
        found.push_back(std::move(key).value());
    }
    if (found.empty()) {
        return Error{Code::invalid,
                     entries->empty()
                         ? std::string("the key set is empty")
                         : fmt::format("the key set has no usable key ({})", skipped.words())};
    }
    std::move(found.begin(), found.end(), std::back_inserter(keys_));
    return Ok{};
}

}  // namespace homeroom::identity
