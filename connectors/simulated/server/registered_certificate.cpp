#include "connectors/simulated/server/registered_certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "connectors/port/base64.hpp"

namespace allot::simulated {

namespace {

failure unusable(std::string sentence) {
    ERR_clear_error();
    failure made;
    made.code = errc::invalid_input;
    made.message = std::move(sentence);
    return made;
}

std::string digest_of(X509 const* of, EVP_MD const* by) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    X509_digest(of, by, digest.data(), &size);
    return base64url({reinterpret_cast<char const*>(digest.data()), size});
}

unsigned char const* bytes_of(std::string_view text) {
    return reinterpret_cast<unsigned char const*>(text.data());
}

bool verifies(EVP_PKEY* key, bool pss, std::string_view text, std::string_view signature) {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context{EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free};
    EVP_PKEY_CTX* chosen = nullptr;
    bool good = context != nullptr &&
                EVP_DigestVerifyInit(context.get(), &chosen, EVP_sha256(), nullptr, key) == 1;
    // A salt as long as the digest, no other (RFC 7518, section 3.5).
    if (good && pss) {
        good = EVP_PKEY_CTX_set_rsa_padding(chosen, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(chosen, RSA_PSS_SALTLEN_DIGEST) == 1;
    }
    good = good && EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                    bytes_of(text), text.size()) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace

result<certificate_on_file> register_certificate(std::string_view pem) {
    std::unique_ptr<BIO, decltype(&BIO_free)> const from{
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
    std::unique_ptr<X509, decltype(&X509_free)> const certificate{
        PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr), X509_free};
    if (!certificate) return unusable("there is no certificate in PEM form in it");
    std::shared_ptr<EVP_PKEY> const key{X509_get_pubkey(certificate.get()), EVP_PKEY_free};
    if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) {
        return unusable("the certificate has no RSA key: Microsoft Entra takes no other");
    }
    certificate_on_file made;
    made.sha1 = digest_of(certificate.get(), EVP_sha1());
    made.sha256 = digest_of(certificate.get(), EVP_sha256());
    made.verifies = [key](bool pss, std::string_view text, std::string_view signature) {
        return verifies(key.get(), pss, text, signature);
    };
    return made;
}

}  // namespace allot::simulated
