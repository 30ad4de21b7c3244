#pragma once

#include <openssl/ssl.h>

#include "connectors/http/inspection.hpp"

/// Certificates as facts. For this folder only.
namespace allot::http {

/// Of a certificate, whether or not it is trusted.
void note_certificate(tls_facts& to, X509* certificate);

/// Of a connection whose handshake succeeded.
tls_facts facts_of(SSL* tls);

}  // namespace allot::http
