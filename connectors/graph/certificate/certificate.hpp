#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "connectors/graph/wire/assertion.hpp"
#include "connectors/graph/wire/secret.hpp"
#include "connectors/port/result.hpp"

namespace allot::graph {

/// Contents of files, as they are.
struct certificate_text {
    std::string_view certificate;  ///< PEM, or PFX (PKCS #12)
    std::string_view key;          ///< PEM; empty: the key is beside the certificate
    std::string_view password;     ///< of the key, or of the PFX; empty: none
};

/// An application's certificate with its RSA key, which proves who it is. The key is held by
/// OpenSSL alone, which overwrites it at the end.
///
/// Signing is OpenSSL's own EVP: Debian 12's libjwt and cpp-jwt know no PS256, cjose and jose take
/// keys only as JWK, rhonabwy brings GnuTLS as a second TLS library; and each would leave PFX,
/// passwords and thumbprints to OpenSSL all the same.
class signing_certificate {
 public:
    /// Of several certificates the one that belongs to the key is taken. Errors, all
    /// `invalid_input`, without the file's name: no certificate, no key, a password that is missing
    /// or wrong, key and certificate that do not belong together, another kind of key than RSA.
    static result<signing_certificate> read(certificate_text const& from);

    [[nodiscard]] wire::thumbprints const& thumbprints() const { return thumbprints_; }
    [[nodiscard]] wall_time not_before() const { return not_before_; }
    [[nodiscard]] wall_time not_after() const { return not_after_; }

    /// The claims as a signed token. Errors: `could_not_run` when OpenSSL cannot sign.
    [[nodiscard]] result<wire::secret> sign(wire::signature_algorithm by,
                                            wire::assertion_claims const& claims) const;

 private:
    std::shared_ptr<EVP_PKEY> key_;
    wire::thumbprints thumbprints_;
    wall_time not_before_{};
    wall_time not_after_{};
};

}  // namespace allot::graph
