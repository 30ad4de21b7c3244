#include "connectors/simulated/model/assertion.hpp"

#include <simdjson.h>

#include <cstdint>

#include "connectors/port/base64.hpp"
#include "connectors/simulated/model/address.hpp"

namespace allot::simulated {

namespace {

using simdjson::dom::object;
using namespace std::chrono_literals;

constexpr auto lifetime_max = 10min;
constexpr auto clock_slack = 2min;  ///< between the caller's clock and the service's
constexpr std::string_view exchange_audience = "api://AzureADTokenExchange";

/// What matters of a JSON Web Token; absent texts are empty, absent times 0.
struct token {
    std::string signed_text;
    std::string signature;
    std::string algorithm;
    std::string type;
    std::string sha1;
    std::string sha256;
    std::string audience;
    std::string issuer;
    std::string subject;
    std::string id;
    std::int64_t not_before = 0;
    std::int64_t expires = 0;
};

std::string text_at(object const& from, std::string_view key) {
    std::string_view text;
    if (from.at_key(key).get_string().get(text) != simdjson::SUCCESS) return {};
    return std::string{text};
}

std::int64_t number_at(object const& from, std::string_view key) {
    std::int64_t number = 0;
    if (from.at_key(key).get_int64().get(number) != simdjson::SUCCESS) return 0;
    return number;
}

/// A part that is the base64url of a JSON object. Valid until the parser's next use.
std::optional<object> decoded(std::string_view part, simdjson::dom::parser& with) {
    auto const text = parse_base64(part);
    object parsed;
    if (!text || with.parse(*text).get_object().get(parsed) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return parsed;
}

std::optional<token> read(std::string_view text) {
    auto const first = text.find('.');
    auto const second = text.rfind('.');
    if (first == second || text.find('.', first + 1) != second) return std::nullopt;
    token made;
    made.signed_text = text.substr(0, second);
    auto signature = parse_base64(text.substr(second + 1));
    if (!signature) return std::nullopt;
    made.signature = std::move(*signature);
    simdjson::dom::parser parser;
    auto const header = decoded(text.substr(0, first), parser);
    if (!header) return std::nullopt;
    made.algorithm = text_at(*header, "alg");
    made.type = text_at(*header, "typ");
    made.sha1 = text_at(*header, "x5t");
    made.sha256 = text_at(*header, "x5t#S256");
    auto const claims = decoded(text.substr(first + 1, second - first - 1), parser);
    if (!claims) return std::nullopt;
    made.audience = text_at(*claims, "aud");
    made.issuer = text_at(*claims, "iss");
    made.subject = text_at(*claims, "sub");
    made.id = text_at(*claims, "jti");
    made.not_before = number_at(*claims, "nbf");
    made.expires = number_at(*claims, "exp");
    return made;
}

using answer = std::optional<assertion_refusal>;

answer refuse(int code, std::string message) {
    return assertion_refusal{code, std::move(message)};
}

answer check_signature(token const& of, certificate_on_file const& known) {
    bool const pss = of.algorithm == "PS256";
    if (!pss && of.algorithm != "RS256") {
        return refuse(700027, "Client assertion uses an algorithm that is not supported.");
    }
    bool const named =
        pss ? of.sha256 == known.sha256 : of.sha256 == known.sha256 || of.sha1 == known.sha1;
    if (!named || (!of.sha1.empty() && of.sha1 != known.sha1)) {
        return refuse(700027,
                      "The certificate with identifier used to sign the client assertion is not "
                      "registered on application.");
    }
    if (!known.verifies(pss, of.signed_text, of.signature)) {
        return refuse(700027, "Client assertion failed signature validation.");
    }
    return std::nullopt;
}

answer check_times(token const& of, wall_time wall) {
    auto const now = std::chrono::floor<std::chrono::seconds>(wall).time_since_epoch();
    auto const begin = std::chrono::seconds{of.not_before};
    auto const end = std::chrono::seconds{of.expires};
    bool const holds = begin <= now + clock_slack && now < end + clock_slack;
    if (of.not_before == 0 || of.expires == 0 || !holds || end - begin > lifetime_max) {
        return refuse(700024, "Client assertion is not within its valid time range.");
    }
    return std::nullopt;
}

answer refuse_own(token const& of, assertion_terms const& terms) {
    if (!terms.registered.certificate) {
        return refuse(700027, "No certificate is registered on application.");
    }
    if (auto wrong = check_signature(of, *terms.registered.certificate)) return wrong;
    if (of.subject != of.issuer) {
        return refuse(
            700021, "Client assertion application identifier doesn't match 'client_id' parameter.");
    }
    if (of.audience != terms.address) {
        return refuse(700023, "Client assertion audience claim does not match Realm issuer.");
    }
    if (auto wrong = check_times(of, terms.now)) return wrong;
    if (of.id.empty() || !terms.used.insert(of.id).second) {
        return refuse(50013, "Assertion failed: its identifier is missing or was used before.");
    }
    return std::nullopt;
}

/// The token must be the very one that was registered; where it is not, the first claim that
/// differs says why.
answer refuse_federated(token const& of, std::string_view text, assertion_terms const& terms) {
    auto const known =
        terms.registered.federated_token ? terms.registered.federated_token() : std::string{};
    auto const trusted = read(known);
    if (!trusted) {
        return refuse(70021,
                      "No matching federated identity record found for presented assertion.");
    }
    if (of.issuer != trusted->issuer) {
        return refuse(
            700211, "No matching federated identity record found for presented assertion issuer '" +
                        of.issuer + "'.");
    }
    if (of.audience != exchange_audience && of.audience != trusted->audience) {
        return refuse(
            700212,
            "No matching federated identity record found for presented assertion audience "
            "'" +
                of.audience + "'.");
    }
    if (of.subject != trusted->subject) {
        return refuse(700213,
                      "No matching federated identity record found for presented assertion subject "
                      "'" +
                          of.subject + "'.");
    }
    auto const now = std::chrono::floor<std::chrono::seconds>(terms.now).time_since_epoch();
    if (of.expires == 0 || now >= std::chrono::seconds{of.expires} + clock_slack) {
        return refuse(700024, "Client assertion is not within its valid time range.");
    }
    if (text != known) {
        return refuse(700027, "Client assertion failed signature validation.");
    }
    return std::nullopt;
}

}  // namespace

std::optional<assertion_refusal> refuse_assertion(std::string_view assertion,
                                                  assertion_terms const& terms) {
    auto const read_as = read(assertion);
    if (!read_as || read_as->type != "JWT") {
        return refuse(50027, "JWT token is invalid or malformed.");
    }
    bool const own = equal_whatever_case(read_as->issuer, terms.client_id);
    return own ? refuse_own(*read_as, terms) : refuse_federated(*read_as, assertion, terms);
}

}  // namespace allot::simulated
