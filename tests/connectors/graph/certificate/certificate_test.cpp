// Certificates with their keys, from every kind of file; what they sign is held against OpenSSL's
// own verification, and against the simulated tenant.
#include "connectors/graph/certificate/certificate.hpp"

#include <openssl/rsa.h>
#include <simdjson.h>

#include <vector>

#include "connectors/port/base64.hpp"
#include "connectors/simulated/model/assertion.hpp"
#include "connectors/simulated/server/registered_certificate.hpp"
#include "keys.hpp"

using namespace allot;
using namespace allot::graph;
using namespace std::chrono_literals;
using wire::signature_algorithm;

namespace {

constexpr wall_time now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + 8h + 250ms;
std::string const address = "https://login.example/contoso.example/oauth2/v2.0/token";
std::string const client = "88888888-aaaa-4bbb-8ccc-000000000008";

wire::assertion_claims claims(std::string_view id = "id-1") {
    return {address, client, id, now};
}

std::string failure_of(certificate_text const& from) {
    auto const read = signing_certificate::read(from);
    REQUIRE(read.has_error());
    CHECK(read.error().code == errc::invalid_input);
    return read.error().message;
}

std::vector<std::string> parts_of(std::string const& token) {
    auto const first = token.find('.');
    auto const second = token.rfind('.');
    return {token.substr(0, first), token.substr(first + 1, second - first - 1),
            token.substr(second + 1)};
}

bool verifies(keys::key const& with, bool pss, std::string const& text,
              std::string const& signature) {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context{EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free};
    EVP_PKEY_CTX* chosen = nullptr;
    EVP_DigestVerifyInit(context.get(), &chosen, EVP_sha256(), nullptr, with.get());
    if (pss) {
        EVP_PKEY_CTX_set_rsa_padding(chosen, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(chosen, 32);
    }
    return EVP_DigestVerify(context.get(), reinterpret_cast<unsigned char const*>(signature.data()),
                            signature.size(), reinterpret_cast<unsigned char const*>(text.data()),
                            text.size()) == 1;
}

}  // namespace

TEST_CASE("key and certificate are read from one PEM file, from two, and from PFX",
          "[certificate]") {
    auto const key = keys::rsa();
    auto const certificate = keys::certify(key);
    auto const other = keys::certify(keys::rsa());
    auto const certificate_pem = keys::pem(certificate);
    auto const key_pem = keys::pem(key);
    std::string const password = "open sésame";
    auto const both = key_pem + certificate_pem;
    auto const chain = keys::pem(other) + certificate_pem;
    auto const locked = keys::pem(key, password);
    auto const pfx = keys::pfx(key, certificate, password);
    auto const unlocked_pfx = keys::pfx(key, certificate, "");
    std::vector<certificate_text> const all{
        {both, "", ""},           {chain, key_pem, ""}, {certificate_pem, locked, password},
        {both, "", "not needed"}, {pfx, "", password},  {unlocked_pfx, "", ""}};
    std::string thumbprint;
    for (auto const& each : all) {
        auto const read = signing_certificate::read(each);
        INFO((read ? std::string{} : read.error().message));
        REQUIRE(read.has_value());
        if (thumbprint.empty()) thumbprint = read->thumbprints().sha256;
        CHECK(read->thumbprints().sha256 == thumbprint);
        CHECK(read->thumbprints().sha1.size() == 27);
        CHECK(read->not_after() - read->not_before() == 3660s);
    }
    unsigned char digest[32];
    unsigned size = 0;
    X509_digest(certificate.get(), EVP_sha256(), digest, &size);
    CHECK(thumbprint == base64url({reinterpret_cast<char const*>(digest), size}));
}

TEST_CASE("what cannot sign in is refused with its reason", "[certificate]") {
    auto const key = keys::rsa();
    auto const certificate = keys::certify(key);
    auto const certificate_pem = keys::pem(certificate);
    auto const key_pem = keys::pem(key);
    auto const both = certificate_pem + key_pem;
    CHECK(failure_of({"nonsense", "", ""}).starts_with("it is neither PEM nor PFX"));
    CHECK(failure_of({key_pem, "", ""}).starts_with("there is no certificate in it"));
    CHECK(failure_of({certificate_pem, "", ""}).starts_with("there is no private key in it"));
    CHECK(failure_of({both.substr(0, both.size() - 200), "", ""})
              .starts_with("its private key cannot be read"));
    auto const locked = certificate_pem + keys::pem(key, "right");
    CHECK(failure_of({locked, "", ""}).starts_with("its key is encrypted, and no password"));
    CHECK(failure_of({locked, "", "wrong"}).starts_with("the password does not open its key"));
    auto const pfx = keys::pfx(key, certificate, "right");
    CHECK(failure_of({pfx, "", ""}).starts_with("it is protected by a password, and none"));
    CHECK(failure_of({pfx, "", "wrong"}).starts_with("the password does not open it"));
    CHECK(failure_of({pfx, key_pem, "right"}).starts_with("a PFX file holds its key itself"));
    CHECK(failure_of({certificate_pem, keys::pem(keys::rsa()), ""})
              .starts_with("key and certificate do not belong together"));
    auto const curve = keys::elliptic();
    CHECK(failure_of({keys::pem(keys::certify(curve)), keys::pem(curve), ""})
              .starts_with("its key is no RSA key"));
    auto const small = keys::rsa(1024);
    CHECK(failure_of({keys::pem(keys::certify(small)), keys::pem(small), ""})
              .starts_with("its key is shorter than 2048 bits"));
}

TEST_CASE("an assertion is signed as its header says, for this endpoint and ten minutes",
          "[certificate]") {
    auto const key = keys::rsa();
    auto const pem = keys::pem(keys::certify(key)) + keys::pem(key);
    auto const certificate = signing_certificate::read({pem, "", ""});
    REQUIRE(certificate.has_value());
    for (auto const by : {signature_algorithm::ps256, signature_algorithm::rs256}) {
        bool const pss = by == signature_algorithm::ps256;
        CAPTURE(pss);
        auto const made = certificate->sign(by, claims());
        REQUIRE(made.has_value());
        auto const parts = parts_of(made->reveal());
        auto const signature = *parse_base64(parts[2]);
        auto const text = parts[0] + "." + parts[1];
        CHECK(verifies(key, pss, text, signature));
        CHECK_FALSE(verifies(key, !pss, text, signature));
        CHECK_FALSE(verifies(keys::rsa(), pss, text, signature));
        CHECK_FALSE(verifies(key, pss, text + "x", signature));
        auto const& prints = certificate->thumbprints();
        CHECK(*parse_base64(parts[0]) ==
              (pss ? R"({"alg":"PS256","typ":"JWT","x5t#S256":")" + prints.sha256 + R"("})"
                   : R"({"alg":"RS256","typ":"JWT","x5t#S256":")" + prints.sha256 + R"(","x5t":")" +
                         prints.sha1 + R"("})"));
        CHECK(*parse_base64(parts[1]) ==
              R"({"aud":")" + address + R"(","iss":")" + client + R"(","sub":")" + client +
                  R"(","jti":"id-1","nbf":1767600000,"iat":1767600000,"exp":1767600600})");
    }
}

TEST_CASE("the simulated tenant takes what the registered certificate signed, once",
          "[certificate]") {
    auto const key = keys::rsa();
    auto const public_part = keys::pem(keys::certify(key));
    auto const certificate = signing_certificate::read({public_part, keys::pem(key), ""});
    REQUIRE(certificate.has_value());
    simulated::options chosen;
    auto registered = simulated::register_certificate(public_part);
    REQUIRE(registered.has_value());
    chosen.certificate = *registered;
    std::set<std::string> used;
    auto const judge = [&](signature_algorithm by, wire::assertion_claims const& of,
                           wall_time at = now) {
        auto const made = certificate->sign(by, of);
        REQUIRE(made.has_value());
        auto const refused =
            simulated::refuse_assertion(made->reveal(), {address, client, chosen, used, at});
        return refused ? refused->code : 0;
    };
    CHECK(judge(signature_algorithm::ps256, claims("a")) == 0);
    CHECK(judge(signature_algorithm::rs256, claims("b")) == 0);
    CHECK(judge(signature_algorithm::ps256, claims("a")) == 50013);
    CHECK(judge(signature_algorithm::ps256, claims("")) == 50013);
    CHECK(judge(signature_algorithm::ps256, claims("c"), now + 13min) == 700024);
    CHECK(judge(signature_algorithm::ps256, claims("d"), now - 13min) == 700024);
    auto elsewhere = claims("e");
    elsewhere.audience = "https://login.example/fabrikam.example/oauth2/v2.0/token";
    CHECK(judge(signature_algorithm::ps256, elsewhere) == 700023);
    auto const stranger = keys::certify(keys::rsa());
    chosen.certificate = *simulated::register_certificate(keys::pem(stranger));
    CHECK(judge(signature_algorithm::ps256, claims("f")) == 700027);
    // The right name, and a signature of another key.
    chosen.certificate->sha256 = certificate->thumbprints().sha256;
    CHECK(judge(signature_algorithm::ps256, claims("g")) == 700027);
    chosen.certificate.reset();
    CHECK(judge(signature_algorithm::ps256, claims("h")) == 700027);
}
