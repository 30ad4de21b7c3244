#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "tests/support/catch.hpp"

/// Keys and certificates made when the test runs, so that none can expire or leak.
namespace keys {

using key = std::shared_ptr<EVP_PKEY>;
using certificate = std::shared_ptr<X509>;

inline key rsa(unsigned bits = 2048) {
    key made{EVP_RSA_gen(bits), EVP_PKEY_free};
    REQUIRE(made);
    return made;
}

inline key elliptic() {
    key made{EVP_EC_gen("P-256"), EVP_PKEY_free};
    REQUIRE(made);
    return made;
}

/// Signed by itself; valid from and to so many seconds from now.
inline certificate certify(key const& of, long from = -60, long to = 3600) {
    certificate made{X509_new(), X509_free};
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), to);
    X509_set_pubkey(made.get(), of.get());
    auto* const name = X509_get_subject_name(made.get());
    auto const* const text = reinterpret_cast<unsigned char const*>("app");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    REQUIRE(X509_sign(made.get(), of.get(), EVP_sha256()) > 0);
    return made;
}

class memory {
 public:
    memory() : bio_(BIO_new(BIO_s_mem()), BIO_free) {}
    BIO* to() { return bio_.get(); }
    [[nodiscard]] std::string text() const {
        std::string made(BIO_ctrl_pending(bio_.get()), '\0');
        BIO_read(bio_.get(), made.data(), static_cast<int>(made.size()));
        return made;
    }

 private:
    std::unique_ptr<BIO, decltype(&BIO_free)> bio_;
};

inline std::string pem(certificate const& of) {
    memory made;
    PEM_write_bio_X509(made.to(), of.get());
    return made.text();
}

inline std::string pem(key const& of, std::string const& password = {}) {
    memory made;
    if (password.empty()) {
        PEM_write_bio_PKCS8PrivateKey(made.to(), of.get(), nullptr, nullptr, 0, nullptr, nullptr);
    } else {
        PEM_write_bio_PKCS8PrivateKey(made.to(), of.get(), EVP_aes_256_cbc(), password.data(),
                                      static_cast<int>(password.size()), nullptr, nullptr);
    }
    return made.text();
}

inline std::string pfx(key const& of, certificate const& with, std::string const& password) {
    std::unique_ptr<PKCS12, decltype(&PKCS12_free)> const made{
        PKCS12_create(password.c_str(), "app", of.get(), with.get(), nullptr, 0, 0, 0, 0, 0),
        PKCS12_free};
    REQUIRE(made);
    memory out;
    i2d_PKCS12_bio(out.to(), made.get());
    return out.text();
}

}  // namespace keys
