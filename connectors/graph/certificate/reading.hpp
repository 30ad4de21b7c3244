#pragma once

#include <openssl/types.h>

#include <memory>
#include <vector>

#include "connectors/graph/certificate/certificate.hpp"

/// Reading key and certificates from files. For this folder only.
namespace allot::graph {

using key_handle = std::shared_ptr<EVP_PKEY>;
using certificate_handle = std::shared_ptr<X509>;

struct key_and_certificates {
    key_handle key;                                ///< never empty
    std::vector<certificate_handle> certificates;  ///< at least one
};

/// A failure of the input with that sentence. OpenSSL's own errors are forgotten.
failure not_usable(std::string sentence);

/// Errors: as `signing_certificate::read`, but for what key and certificate say.
result<key_and_certificates> read_files(certificate_text const& from);

}  // namespace allot::graph
