#include "connectors/graph/wire/assertion.hpp"

#include "connectors/port/base64.hpp"
#include "connectors/port/json_text.hpp"

namespace allot::graph::wire {

namespace {

/// The longest that Microsoft recommends: a clock may be a few minutes wrong.
constexpr std::chrono::minutes lifetime{10};

}  // namespace

std::string signing_input(signature_algorithm by, thumbprints const& of,
                          assertion_claims const& claims) {
    bool const pss = by == signature_algorithm::ps256;
    std::string header = R"({"alg":)";
    header += pss ? R"("PS256")" : R"("RS256")";
    header += R"(,"typ":"JWT","x5t#S256":)" + json_string(of.sha256);
    if (!pss) header += R"(,"x5t":)" + json_string(of.sha1);
    header += '}';
    auto const from = std::chrono::floor<std::chrono::seconds>(claims.now).time_since_epoch();
    auto const begin = std::to_string(from.count());
    auto const who = json_string(claims.client_id);
    auto const body = R"({"aud":)" + json_string(claims.audience) + R"(,"iss":)" + who +
                      R"(,"sub":)" + who + R"(,"jti":)" + json_string(claims.id) + R"(,"nbf":)" +
                      begin + R"(,"iat":)" + begin + R"(,"exp":)" +
                      std::to_string((from + lifetime).count()) + "}";
    return base64url(header) + "." + base64url(body);
}

}  // namespace allot::graph::wire
