#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>

#include "tests/support/catch.hpp"

/// Certificates made when the test runs, so that none can expire or leak.
namespace certificates {

struct free_key {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct free_certificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

struct identity {
    std::unique_ptr<EVP_PKEY, free_key> key;
    std::unique_ptr<X509, free_certificate> certificate;
};

inline void add_extension(X509* to, X509* issuer, int which, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
    REQUIRE(extension != nullptr);
    X509_add_ext(to, extension, -1);
    X509_EXTENSION_free(extension);
}

/// A certificate signed by `issuer`, or by itself. `names` as in `DNS:localhost,IP:127.0.0.1`; none
/// for a CA. Valid from `since` days on, for `days` from now.
inline identity make(std::string const& subject, std::string const& names, identity const* issuer,
                     long days = 1, long since = -2) {
    identity made;
    made.key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    made.certificate.reset(X509_new());
    auto* const certificate = made.certificate.get();
    auto* const signer = issuer != nullptr ? issuer->certificate.get() : certificate;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer != nullptr ? 2 : 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), since * 24 * 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), days * 24 * 3600);
    X509_set_pubkey(certificate, made.key.get());
    auto* const name = X509_get_subject_name(certificate);
    auto const* const text = reinterpret_cast<unsigned char const*>(subject.c_str());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    if (names.empty()) {
        add_extension(certificate, signer, NID_basic_constraints, "critical,CA:TRUE");
    } else {
        add_extension(certificate, signer, NID_subject_alt_name, names);
    }
    auto* const key = issuer != nullptr ? issuer->key.get() : made.key.get();
    REQUIRE(X509_sign(certificate, key, EVP_sha256()) > 0);
    return made;
}

/// A CA file in a folder of its own, gone with the object.
class ca_file {
 public:
    explicit ca_file(identity const& authority) {
        folder_ = std::filesystem::temp_directory_path() /
                  ("allot-test-" + std::to_string(std::random_device{}()));
        std::filesystem::create_directory(folder_);
        auto* const bio = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(bio, authority.certificate.get());
        std::string text(BIO_ctrl_pending(bio), '\0');
        BIO_read(bio, text.data(), static_cast<int>(text.size()));
        BIO_free(bio);
        std::ofstream{path()} << text;
    }
    ~ca_file() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ca_file(ca_file const&) = delete;
    ca_file& operator=(ca_file const&) = delete;

    [[nodiscard]] std::string path() const { return (folder_ / "ca.pem").string(); }

 private:
    std::filesystem::path folder_;
};

}  // namespace certificates
