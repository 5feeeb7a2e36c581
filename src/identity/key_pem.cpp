// A public key from PEM.
//
// pem := "-----BEGIN PUBLIC KEY-----" base64(SubjectPublicKeyInfo) "-----END PUBLIC KEY-----"
//                                                                                  (RFC 7468 §13)
#include <openssl/pem.h>

#include "base/limits.h"
#include "identity/key.h"
#include "identity/openssl_handles.h"

namespace homeroom::identity {
namespace {

constexpr std::string_view begin = "-----BEGIN ";

// OpenSSL's own one asks at the terminal, where nobody may sit.
int no_password(char*, int, int, void*) {
    return -1;
}

std::string_view label_of(std::string_view from_begin) {
    const std::string_view label = from_begin.substr(begin.size());
    return label.substr(0, label.find("-----"));
}

Status check_label(std::string_view pem) {
    const std::size_t at = pem.find(begin);
    if (at == std::string_view::npos) {
        return Error{Code::invalid, "no PEM: it has no line \"-----BEGIN PUBLIC KEY-----\""};
    }
    if (pem.find(begin, at + begin.size()) != std::string_view::npos) {
        return Error{Code::invalid, "more than one PEM block: one file holds one key"};
    }
    const std::string_view label = label_of(pem.substr(at));
    if (label == "PUBLIC KEY") return Ok{};
    if (label.ends_with("PRIVATE KEY")) {
        return Error{Code::invalid,
                     "this is a private key, and checking tokens needs only the public half: make "
                     "it with `openssl pkey -in FILE -pubout`"};
    }
    if (label == "CERTIFICATE") {
        return Error{Code::invalid,
                     "this is a certificate: take the key out of it with `openssl x509 -in FILE "
                     "-pubkey -noout`"};
    }
    return Error{Code::invalid, "the PEM block is not a \"PUBLIC KEY\""};
}

}  // namespace

Result<Key> Key::from_pem(std::string_view pem, std::string_view kid) {
    if (pem.size() > limits::pem_bytes_max) {
        return Error{Code::too_large, "the PEM file is too large for one key"};
    }
    TRY_OK(check_label(pem));
    const QuietErrors quiet;
    const BioHandle memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!memory) return Error{Code::internal, "no memory for a key"};
    Handle handle(PEM_read_bio_PUBKEY(memory.get(), nullptr, no_password, nullptr));
    if (!handle) {
        return Error{Code::invalid, "the PEM block holds no public key that can be read"};
    }
    return from_public(std::move(handle), kid);
}

}  // namespace homeroom::identity
