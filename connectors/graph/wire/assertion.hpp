#pragma once

#include <string>
#include <string_view>

#include "connectors/port/time.hpp"

/// Client assertions: a JSON Web Token that an application signs with the key of its certificate.
/// Source: learn.microsoft.com/entra/identity-platform/certificate-credentials.
namespace allot::graph::wire {

enum class signature_algorithm {
    ps256,  ///< RSASSA-PSS with SHA-256; what Microsoft asks for
    rs256   ///< RSASSA-PKCS1-v1_5 with SHA-256; for keys or services that cannot do better
};

/// Of the DER form of a certificate, in base64url.
struct thumbprints {
    std::string sha1;
    std::string sha256;
};

struct assertion_claims {
    std::string_view audience;   ///< the address of the token endpoint
    std::string_view client_id;  ///< issuer and subject
    std::string_view id;         ///< used once
    wall_time now{};             ///< it holds from now on, for ten minutes
};

/// `header.claims`, in base64url: what is signed. RS256 names the certificate by SHA-1 as well, as
/// older services look for it.
std::string signing_input(signature_algorithm by, thumbprints const& of,
                          assertion_claims const& claims);

}  // namespace allot::graph::wire
