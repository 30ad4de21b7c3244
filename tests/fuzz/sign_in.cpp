// What sign-in services and managed identities answer; tokens; claims challenges.
#include <simdjson.h>

#include <array>
#include <string>

#include "connectors/graph/wire/challenge.hpp"
#include "connectors/graph/wire/claims.hpp"
#include "connectors/graph/wire/identity.hpp"
#include "connectors/graph/wire/limits.hpp"
#include "connectors/graph/wire/token.hpp"
#include "connectors/port/base64.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/http.hpp"

using namespace allot;
using namespace allot::fuzzing;
namespace wire = allot::graph::wire;

namespace {

void check_token(http_response const& reply, wall_time now, wire::credential_kind with) {
    auto const read = wire::read_token(reply, now, with);
    bool const done = read.how.kind == outcome_kind::done;
    must(done != read.token.empty(), "a token, or the reason why there is none");
    must(!done || read.lifetime > duration{}, "a token holds for a while");
    must(!done || read.lifetime <= std::chrono::hours{24 * 366}, "but not for ever");
    must(read.how.kind != outcome_kind::lost && read.how.kind != outcome_kind::throttled &&
             read.how.kind != outcome_kind::refused,
         "a sign-in comes to a token, a stop or another try");
    must(done || !read.how.detail.empty(), "a refusal has words");
    for (auto const letter : read.token.reveal()) {
        must(letter > ' ' && letter < 127, "a token fits into a header");
    }
    if (read.how.retry_after) {
        must(*read.how.retry_after <= wire::retry_after_max, "a wait is bounded");
    }
    if (done) (void)wire::read_roles(read.token.reveal());
}

void check_claims(std::string const& sent) {
    simdjson::dom::parser parser;
    simdjson::dom::element whole;
    must(parser.parse(sent).get(whole) == simdjson::SUCCESS && whole.is_object(),
         "claims are a JSON object", sent);
    simdjson::dom::element own;
    must(whole.at_key("access_token").at_key("xms_cc").get(own) == simdjson::SUCCESS,
         "they say that challenges are understood", sent);
}

void check_base64(std::string_view text) {
    auto const bytes = parse_base64(text);
    if (!bytes) return;
    must(bytes->size() <= text.size(), "base64 is longer than its bytes");
    must(parse_base64(base64url(*bytes)) == bytes, "what is read can be written", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    constexpr std::array kinds{
        wire::credential_kind::client_secret, wire::credential_kind::certificate,
        wire::credential_kind::federated_token, wire::credential_kind::managed_identity};
    input from{data, size};
    auto const with = kinds[from.below(kinds.size())];
    auto const tries = from.byte();
    auto const reply = reply_of(from);
    wall_time const now{std::chrono::milliseconds{1'767'600'001'000}};
    check_token(reply, now, with);
    auto const challenge = wire::claims_challenge(reply);
    check_claims(wire::claims_to_send(challenge.value_or("")));
    check_claims(wire::claims_to_send(reply.body));
    (void)wire::read_roles(reply.body);
    check_base64(reply.body);
    for (auto const& [name, value] : reply.headers) check_base64(value);
    if (auto const again = wire::identity_retry(tries, reply.status, std::chrono::seconds{tries})) {
        must(*again > duration{} && *again <= std::chrono::minutes{2}, "a wait is bounded");
    }
    return 0;
}
