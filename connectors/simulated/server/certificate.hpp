#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "connectors/port/result.hpp"

namespace allot::simulated {

/// A key and the certificate that it signed itself, both in memory only.
struct certificate {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> signed_by_it;
    std::string pem;  ///< the certificate, to be trusted as an authority
};

/// A fresh P-256 key and a certificate for 127.0.0.1, ::1 and localhost, good for 30 days.
/// Errors: `could_not_run` when OpenSSL cannot make them.
result<certificate> make_certificate();

}  // namespace allot::simulated
