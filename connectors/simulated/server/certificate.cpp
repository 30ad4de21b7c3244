#include "connectors/simulated/server/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>

namespace allot::simulated {

namespace {

constexpr long valid_seconds = 30L * 24 * 60 * 60;
/// For a client whose clock is a little behind.
constexpr long valid_before_seconds = 60L * 60;

bool set_name(X509* of) {
    static constexpr unsigned char name[] = "allot simulated tenant";
    auto* const subject = X509_get_subject_name(of);
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(of, subject) == 1;
}

/// Serial numbers are unlike, since clients may keep certificates of earlier runs.
bool set_serial_number(X509* of) {
    std::uint64_t number = 0;
    unsigned char bytes[8];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
    for (auto const byte : bytes) number = number << 8 | byte;
    return ASN1_INTEGER_set_uint64(X509_get_serialNumber(of), number >> 1) == 1;
}

bool add_extension(X509* to, int kind, char const* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, to, to, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> const made{
        X509V3_EXT_conf_nid(nullptr, &context, kind, value), X509_EXTENSION_free};
    return made != nullptr && X509_add_ext(to, made.get(), -1) == 1;
}

bool fill(X509* made, EVP_PKEY* key) {
    constexpr long version_3 = 2;
    return X509_set_version(made, version_3) == 1 && set_serial_number(made) && set_name(made) &&
           X509_gmtime_adj(X509_getm_notBefore(made), -valid_before_seconds) != nullptr &&
           X509_gmtime_adj(X509_getm_notAfter(made), valid_seconds) != nullptr &&
           X509_set_pubkey(made, key) == 1 &&
           add_extension(made, NID_basic_constraints, "critical,CA:TRUE") &&
           add_extension(made, NID_key_usage, "critical,digitalSignature,keyCertSign") &&
           add_extension(made, NID_ext_key_usage, "serverAuth") &&
           add_extension(made, NID_subject_key_identifier, "hash") &&
           add_extension(made, NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost") &&
           X509_sign(made, key, EVP_sha256()) > 0;
}

std::string as_pem(X509* of) {
    std::unique_ptr<BIO, decltype(&BIO_free)> const memory{BIO_new(BIO_s_mem()), BIO_free};
    if (memory == nullptr || PEM_write_bio_X509(memory.get(), of) != 1) return {};
    char* text = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string{};
}

}  // namespace

result<certificate> make_certificate() {
    certificate made;
    made.key.reset(EVP_EC_gen("P-256"), EVP_PKEY_free);
    made.signed_by_it.reset(X509_new(), X509_free);
    bool const filled = made.key != nullptr && made.signed_by_it != nullptr &&
                        fill(made.signed_by_it.get(), made.key.get());
    if (filled) made.pem = as_pem(made.signed_by_it.get());
    if (made.pem.empty()) {
        failure wrong;
        wrong.message = "OpenSSL could not make a certificate for the simulated tenant.";
        return wrong;
    }
    return made;
}

}  // namespace allot::simulated
