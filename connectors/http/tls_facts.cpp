#include "connectors/http/tls_facts.hpp"

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <ctime>

namespace allot::http {

namespace {

std::string text_of(X509_NAME_ENTRY const* entry) {
    auto const* const data = X509_NAME_ENTRY_get_data(entry);
    unsigned char* utf8 = nullptr;
    auto const size = ASN1_STRING_to_UTF8(&utf8, data);
    if (size < 0) return "";
    std::string text(reinterpret_cast<char const*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    return text;
}

/// The common name, else the organization, else the last part of the name.
std::string name_of(X509_NAME* name) {
    for (auto const kind : {NID_commonName, NID_organizationName}) {
        auto const at = X509_NAME_get_index_by_NID(name, kind, -1);
        if (at >= 0) return text_of(X509_NAME_get_entry(name, at));
    }
    auto const parts = X509_NAME_entry_count(name);
    return parts == 0 ? std::string{} : text_of(X509_NAME_get_entry(name, parts - 1));
}

}  // namespace

void note_certificate(tls_facts& to, X509* certificate) {
    to.subject = name_of(X509_get_subject_name(certificate));
    to.issuer = name_of(X509_get_issuer_name(certificate));
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1) {
        to.not_after = std::chrono::floor<wall_time::duration>(
            std::chrono::system_clock::from_time_t(::timegm(&end)));
    }
}

tls_facts facts_of(SSL* tls) {
    tls_facts facts;
    facts.protocol = SSL_get_version(tls);
    if (auto* const own = SSL_get0_peer_certificate(tls)) note_certificate(facts, own);
    auto* const chain = SSL_get0_verified_chain(tls);
    auto const length = chain == nullptr ? 0 : sk_X509_num(chain);
    if (length > 0) {
        facts.authority = name_of(X509_get_subject_name(sk_X509_value(chain, length - 1)));
    }
    return facts;
}

}  // namespace allot::http
