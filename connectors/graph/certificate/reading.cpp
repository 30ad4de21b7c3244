#include "connectors/graph/certificate/reading.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

namespace allot::graph {

namespace {

using memory_handle = std::unique_ptr<BIO, decltype(&BIO_free)>;

/// Reads from where the text is: nothing is copied.
memory_handle reading(std::string_view text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

bool is_pem(std::string_view text) {
    return text.find("-----BEGIN ") != std::string_view::npos;
}

/// What OpenSSL asks for a password; it must never ask at the terminal instead.
struct asked_password {
    std::string_view is;
    bool asked = false;
};
int give_password(char* to, int size, int, void* from) {
    auto& password = *static_cast<asked_password*>(from);
    password.asked = true;
    if (size < 0 || password.is.empty() || password.is.size() > static_cast<std::size_t>(size)) {
        return -1;
    }
    std::ranges::copy(password.is, to);
    return static_cast<int>(password.is.size());
}

result<key_handle> read_key(std::string_view text, std::string_view password) {
    auto const from = reading(text);
    asked_password answer{password};
    key_handle key{PEM_read_bio_PrivateKey(from.get(), nullptr, give_password, &answer),
                   EVP_PKEY_free};
    if (key) return key;
    if (answer.asked && password.empty()) {
        return not_usable(
            "its key is encrypted, and no password was given: set "
            "ALLOT_CLIENT_CERTIFICATE_PASSWORD_FILE");
    }
    if (answer.asked) return not_usable("the password does not open its key: correct the password");
    if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
        return not_usable("its private key cannot be read: is the file whole?");
    }
    return not_usable(
        "there is no private key in it: append the key in PEM form, or name its file "
        "with --client-key-file");
}

std::vector<certificate_handle> read_certificates(std::string_view text) {
    std::vector<certificate_handle> found;
    auto const from = reading(text);
    while (auto* const one = PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr)) {
        found.emplace_back(one, X509_free);
    }
    ERR_clear_error();
    return found;
}

result<key_and_certificates> read_pem(certificate_text const& from) {
    key_and_certificates read;
    read.certificates = read_certificates(from.certificate);
    if (read.certificates.empty()) {
        return not_usable(
            "there is no certificate in it that can be read: it must begin with "
            "-----BEGIN CERTIFICATE-----");
    }
    auto const& holds_key = from.key.empty() ? from.certificate : from.key;
    auto key = read_key(holds_key, from.password);
    if (!key) return key.error();
    read.key = std::move(*key);
    return read;
}

/// Of the errors that OpenSSL left: ciphers that only its old provider knows.
bool left_unsupported() {
    while (auto const error = ERR_get_error()) {
        if (ERR_GET_REASON(error) == ERR_R_UNSUPPORTED) return true;
    }
    return false;
}

/// Without a password there may be an empty one, or none at all.
bool opens(PKCS12* pfx, std::string const& password) {
    if (!password.empty()) return PKCS12_verify_mac(pfx, password.c_str(), -1) == 1;
    return PKCS12_verify_mac(pfx, "", 0) == 1 || PKCS12_verify_mac(pfx, nullptr, 0) == 1;
}

result<key_and_certificates> read_pfx(certificate_text const& from) {
    auto const text = reading(from.certificate);
    std::unique_ptr<PKCS12, decltype(&PKCS12_free)> const pfx{d2i_PKCS12_bio(text.get(), nullptr),
                                                              PKCS12_free};
    if (!pfx) {
        return not_usable(
            "it is neither PEM nor PFX: name a file with certificate and key, as "
            "`openssl` or Windows export them");
    }
    if (!from.key.empty()) {
        return not_usable("a PFX file holds its key itself: take --client-key-file away");
    }
    wire::secret const password{std::string{from.password}};
    if (PKCS12_mac_present(pfx.get()) == 1 && !opens(pfx.get(), password.reveal())) {
        return not_usable(password.empty()
                              ? "it is protected by a password, and none was given: set "
                                "ALLOT_CLIENT_CERTIFICATE_PASSWORD_FILE"
                              : "the password does not open it: correct the password");
    }
    EVP_PKEY* key = nullptr;
    X509* own = nullptr;
    STACK_OF(X509)* others = nullptr;
    bool const parsed =
        PKCS12_parse(pfx.get(), password.reveal().c_str(), &key, &own, &others) == 1;
    key_and_certificates read;
    read.key = key_handle{key, EVP_PKEY_free};
    if (own != nullptr) read.certificates.emplace_back(own, X509_free);
    while (others != nullptr && sk_X509_num(others) > 0) {
        read.certificates.emplace_back(sk_X509_pop(others), X509_free);
    }
    sk_X509_free(others);
    if (!parsed) {
        return not_usable(left_unsupported()
                              ? "it is encrypted in an old way that OpenSSL 3 does not read by "
                                "itself: export it again with AES-256, or convert it with `openssl "
                                "pkcs12 -legacy`"
                              : "it cannot be read: is the file whole?");
    }
    if (!read.key) {
        return not_usable(
            "there is no private key in it: export the certificate together with its "
            "key");
    }
    if (read.certificates.empty()) return not_usable("there is no certificate in it");
    return read;
}

}  // namespace

failure not_usable(std::string sentence) {
    ERR_clear_error();
    return failure{errc::invalid_input, std::move(sentence)};
}

result<key_and_certificates> read_files(certificate_text const& from) {
    return is_pem(from.certificate) ? read_pem(from) : read_pfx(from);
}

}  // namespace allot::graph
