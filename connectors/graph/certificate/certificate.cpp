#include "connectors/graph/certificate/certificate.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "connectors/graph/certificate/reading.hpp"
#include "connectors/port/base64.hpp"

namespace allot::graph {

namespace {

/// As RFC 7518, section 3.3 wants it; Microsoft takes no shorter one either.
constexpr int rsa_bits_min = 2048;

std::string thumbprint(X509 const* of, EVP_MD const* by) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(of, by, digest.data(), &size) != 1) return {};
    return base64url({reinterpret_cast<char const*>(digest.data()), size});
}

wall_time time_of(ASN1_TIME const* from) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(from, &parts) != 1) return {};
    return wall_time{std::chrono::seconds{::timegm(&parts)}};
}

using context_handle = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

/// The raw signature; empty when OpenSSL cannot.
std::string signature_of(std::string_view text, EVP_PKEY* key, wire::signature_algorithm by) {
    context_handle const context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    EVP_PKEY_CTX* chosen = nullptr;
    if (!context || EVP_DigestSignInit(context.get(), &chosen, EVP_sha256(), nullptr, key) != 1) {
        return {};
    }
    // The salt of PS256 is as long as the digest (RFC 7518, section 3.5).
    bool const pss = by == wire::signature_algorithm::ps256;
    if (pss && (EVP_PKEY_CTX_set_rsa_padding(chosen, RSA_PKCS1_PSS_PADDING) != 1 ||
                EVP_PKEY_CTX_set_rsa_pss_saltlen(chosen, RSA_PSS_SALTLEN_DIGEST) != 1)) {
        return {};
    }
    auto const* const bytes = reinterpret_cast<unsigned char const*>(text.data());
    std::size_t size = 0;
    if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return {};
    std::string made(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, bytes,
                       text.size()) != 1) {
        return {};
    }
    made.resize(size);
    return made;
}

}  // namespace

result<signing_certificate> signing_certificate::read(certificate_text const& from) {
    auto files = read_files(from);
    if (!files) return files.error();
    auto* const key = files->key.get();
    if (EVP_PKEY_is_a(key, "RSA") != 1) {
        return not_usable("its key is no RSA key: Microsoft Entra takes RSA certificates only");
    }
    if (EVP_PKEY_get_bits(key) < rsa_bits_min) {
        return not_usable("its key is shorter than 2048 bits: make a new certificate");
    }
    auto const own = std::ranges::find_if(files->certificates, [&](auto const& one) {
        return X509_check_private_key(one.get(), key) == 1;
    });
    if (own == files->certificates.end()) {
        return not_usable(
            "key and certificate do not belong together: name the key that the "
            "certificate was made with");
    }
    signing_certificate made;
    made.key_ = std::move(files->key);
    made.thumbprints_ = {thumbprint(own->get(), EVP_sha1()), thumbprint(own->get(), EVP_sha256())};
    made.not_before_ = time_of(X509_get0_notBefore(own->get()));
    made.not_after_ = time_of(X509_get0_notAfter(own->get()));
    ERR_clear_error();
    return made;
}

result<wire::secret> signing_certificate::sign(wire::signature_algorithm by,
                                               wire::assertion_claims const& claims) const {
    auto text = wire::signing_input(by, thumbprints_, claims);
    auto const signature = signature_of(text, key_.get(), by);
    if (signature.empty()) {
        ERR_clear_error();
        return failure{errc::could_not_run, "OpenSSL cannot sign with the certificate's key"};
    }
    text += '.';
    text += base64url(signature);
    return wire::secret{std::move(text)};
}

}  // namespace allot::graph
