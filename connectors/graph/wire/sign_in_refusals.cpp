#include "connectors/graph/wire/sign_in_refusals.hpp"

#include <algorithm>
#include <array>

namespace allot::graph::wire {

namespace {

/// What is known to go wrong, and the mend.
/// Source: learn.microsoft.com/entra/identity-platform/reference-error-codes, and
/// learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust for 7002xx.
struct known_refusal {
    std::int64_t code;
    std::string_view sentence;
};
constexpr std::array known_refusals{
    // The credential.
    known_refusal{7000215, "the client secret is wrong: give the secret's value, not its id"},
    known_refusal{7000222, "the client secret has expired: make a new one for the application"},
    known_refusal{7000218,
                  "the application must prove who it is: give a client secret, a certificate or a "
                  "federated token"},
    known_refusal{700027,
                  "the signature of the client assertion is not accepted: register this very "
                  "certificate with the application (Certificates & secrets), and check that it "
                  "has not expired there"},
    known_refusal{700023,
                  "the client assertion is for another address: check that the login URL belongs "
                  "to this cloud"},
    known_refusal{700024,
                  "the client assertion does not hold now: set this machine's clock, or have the "
                  "federated token renewed"},
    known_refusal{50013,
                  "the client assertion is not accepted: check the certificate and this machine's "
                  "clock"},
    known_refusal{700021, "the client assertion names another application: check the client id"},
    known_refusal{7000214,
                  "the certificate or key is not registered with the application: add it under "
                  "Certificates & secrets"},
    known_refusal{1002012,
                  "the claims or the scope of the request are not accepted: check that the Graph "
                  "URL belongs to this cloud"},
    // Federation: the token must match what the application was told to trust.
    known_refusal{70021,
                  "the application trusts no such federated token: its federated credential must "
                  "name the token's issuer, subject and audience exactly"},
    known_refusal{700211,
                  "the application trusts no such issuer: correct the issuer of its federated "
                  "credential, to the letter of the token's `iss`"},
    known_refusal{700212,
                  "the federated token is for another audience: it must be "
                  "api://AzureADTokenExchange, or what the federated credential names"},
    known_refusal{700213,
                  "the application trusts no such subject: correct the subject of its federated "
                  "credential, to the letter of the token's `sub`"},
    known_refusal{700222,
                  "tokens that Microsoft issues cannot be exchanged: take one of another issuer"},
    known_refusal{50166,
                  "the issuer of the federated token does not answer: its keys must be readable "
                  "from the internet"},
    // The application and the tenant.
    known_refusal{700016,
                  "the application is not known in this tenant: check the client id and tenant"},
    known_refusal{7000112,
                  "the application is disabled in this tenant: enable it or use another one"},
    known_refusal{7000229,
                  "the application has no service principal in this tenant: grant admin consent, "
                  "or make one"},
    known_refusal{90002, "there is no such tenant: check its id or domain, and the cloud"},
    known_refusal{900023, "this is no name of a tenant: give its id or one of its domains"},
    known_refusal{900382, "the tenant is in another cloud: give --cloud"},
    known_refusal{50034,
                  "the account is not known in this tenant: check the tenant and the client id"},
    known_refusal{50059,
                  "the tenant cannot be told from the request: give its id or one of its domains"},
    // Permission and policy.
    known_refusal{53003,
                  "a Conditional Access policy forbids the sign-in: ask who keeps the policies"},
    known_refusal{530036,
                  "a Conditional Access policy blocks this workload identity as risky: ask who "
                  "keeps the policies"},
    known_refusal{530003, "a policy wants a managed device: ask who keeps the policies"},
    known_refusal{65001, "nobody has consented to the permissions: have an admin grant consent"},
    known_refusal{90094, "an administrator must consent first: have an admin grant consent"},
    known_refusal{70011,
                  "the scope is not accepted: check that the Graph URL belongs to this cloud"},
    known_refusal{500011, "Microsoft Graph is not known in this tenant: check the Graph URL"},
    known_refusal{9002313,
                  "the request is not understood: what stands between may have changed it; a "
                  "claims challenge may ask for what the service does not know"},
};

}  // namespace

std::string refusal_sentence(credential_kind with, std::int64_t code, std::string_view own_words) {
    auto sentence = "the sign-in with " + std::string{name(with)} + " was refused: ";
    auto const* const known = std::ranges::find(known_refusals, code, &known_refusal::code);
    if (known == known_refusals.end()) {
        sentence += own_words;
    } else {
        sentence += known->sentence;
        sentence += " (AADSTS" + std::to_string(code) + ")";
    }
    return sentence;
}

}  // namespace allot::graph::wire
