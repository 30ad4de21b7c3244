// Other ways to sign in than a secret, and claims challenges.
#include "connectors/port/base64.hpp"
#include "fakes.hpp"

using namespace allot;
using namespace fakes;
using namespace std::chrono_literals;
using kind = outcome_kind;
using graph::wire::credential_kind;

namespace {

/// A bench whose client signs in otherwise.
struct other_bench : bench {
    explicit other_bench(credential_kind with, graph::assertion_maker assertion = {},
                         std::string const& secret = "") {
        client_options options;
        options.graph_url = "https://graph.example";
        options.login_url = "https://login.example";
        options.tenant = "contoso.example";
        options.client_id = "id";
        options.signs_in_with = with;
        options.assertion = std::move(assertion);
        options.identity.url = "http://169.254.169.254";
        options.identity.app_service = !secret.empty();
        options.identity.header = graph::wire::secret{secret};
        options.client_secret = graph::wire::secret{secret};
        options.seed = 7;
        under_test = std::make_unique<graph::client>(std::move(options), through, time);
        through.service = [](http_request const&) { return reply(200, ana); };
    }
};

std::string challenge_with(std::string const& claims) {
    return "Bearer realm=\"\", claims=\"" + base64url(claims) + "\", error=\"insufficient_claims\"";
}

std::string const asked = R"({"access_token":{"nbf":{"essential":true,"value":"17"}}})";
constexpr auto sent_claims =
    "&claims=%7B%22access_token%22%3A%7B%22nbf%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A"
    "%2217%22%7D%2C%22xms_cc%22%3A%7B%22values%22%3A%5B%22cp1%22%5D%7D%7D%7D";

/// A service that challenges the first so many tokens.
auto challenging(int tokens) {
    return [tokens](http_request const& request) {
        auto const token = token_of(request);
        if (std::stoi(token.substr(token.rfind('-') + 1)) > tokens) return reply(200, ana);
        return reply(401, "", {{"WWW-Authenticate", challenge_with(asked)}});
    };
}

}  // namespace

TEST_CASE("each request of a token has an assertion of its own, for the token endpoint",
          "[client]") {
    std::vector<std::string> ids;
    other_bench on{
        credential_kind::certificate, [&](graph::wire::assertion_claims const& claims) {
            CHECK(claims.audience == "https://login.example/contoso.example/oauth2/v2.0/token");
            CHECK(claims.client_id == "id");
            CHECK(claims.now == wall_time{1767600001000ms});
            ids.emplace_back(claims.id);
            return graph::wire::secret{"signed." + std::string{claims.id}};
        }};
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::done);
    on.time.advance(56min);
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::done);
    REQUIRE(on.through.sign_ins.size() == 2);
    REQUIRE(ids.size() == 2);
    CHECK(ids[0] != ids[1]);
    CHECK(on.through.sign_ins[0].body.ends_with("&client_assertion=signed." + ids[0]));
    CHECK(on.through.sign_ins[1].body.ends_with("&client_assertion=signed." + ids[1]));
}

TEST_CASE("a federated token is had anew for each request of a token", "[client]") {
    std::string file = "first";
    other_bench on{credential_kind::federated_token,
                   [&](graph::wire::assertion_claims const&) -> result<graph::wire::secret> {
                       if (file.empty()) return failure{errc::invalid_input, "the file is gone"};
                       return graph::wire::secret{std::string{file}};
                   }};
    on.run(on.under_test->perform(only(read_ana())));
    file = "second";
    on.time.advance(56min);
    on.run(on.under_test->perform(only(read_ana())));
    REQUIRE(on.through.sign_ins.size() == 2);
    CHECK(on.through.sign_ins[0].body.ends_with("&client_assertion=first"));
    CHECK(on.through.sign_ins[1].body.ends_with("&client_assertion=second"));
    file.clear();
    on.time.advance(61min);
    auto const outcomes = on.run(on.under_test->perform(only(assign_ana())));
    CHECK(outcomes[0].kind == kind::stopped);
    CHECK(outcomes[0].why == reason::sign_in_refused);
    CHECK(outcomes[0].detail == "the file is gone");
    CHECK(on.through.sign_ins.size() == 2);
}

TEST_CASE("a managed identity's endpoint is asked again by its own rules", "[client]") {
    other_bench on{credential_kind::managed_identity};
    // Its address does not end in /token.
    int asked_times = 0;
    int good_from = 4;
    on.through.service = [&](http_request const& request) {
        if (!request.url.starts_with("http://")) return reply(200, ana);
        CHECK(request.plain_allowed);
        CHECK(*find_header(request.headers, "Metadata") == "true");
        CHECK(find_header(request.headers, "Authorization") == nullptr);
        if (++asked_times < good_from) return reply(asked_times == 1 ? 404 : 429, "");
        return reply(200, R"({"access_token":"of-machine","expires_in":"3599"})");
    };
    std::optional<std::vector<outcome>> made;
    on.start(on.under_test->perform(only(read_ana())), made);
    CHECK(asked_times == 1);
    for (auto const wait : {2s, 6s, 14s}) {
        CHECK_FALSE(made);
        on.time.advance(wait - 1s);
        on.poll();
        auto const before = asked_times;
        on.time.advance(1s);
        on.poll();
        CHECK(asked_times == before + 1);
    }
    REQUIRE(made);
    CHECK((*made)[0].kind == kind::done);
    CHECK(token_of(on.through.requests.back()) == "Bearer of-machine");
    CHECK(on.through.sign_ins.empty());
}

TEST_CASE("without a managed identity endpoint the run ends and says so", "[client]") {
    other_bench on{credential_kind::managed_identity};
    on.through.service = [](http_request const&) { return no_reply(false, false); };
    std::optional<std::vector<outcome>> made;
    on.start(on.under_test->perform(only(read_ana())), made);
    for (auto const wait : {2s, 6s, 14s, 30s}) {
        CHECK_FALSE(made);
        on.time.advance(wait);
        on.poll();
    }
    REQUIRE(made);
    CHECK((*made)[0].kind == kind::stopped);
    CHECK((*made)[0].why == reason::sign_in_refused);
    CHECK((*made)[0].detail.starts_with("no managed identity endpoint answers"));
    CHECK(on.through.requests.size() == 5);
}

TEST_CASE("a refusal says where the credential comes from", "[client]") {
    bench on;
    bench::client_options options;
    options.graph_url = "https://graph.example";
    options.login_url = "https://login.example";
    options.credential_source = "AZURE_CLIENT_SECRET";
    on.through.sign_in = [](http_request const&) {
        return reply(401, R"({"error":"invalid_client","error_codes":[7000215]})");
    };
    on.under_test = std::make_unique<graph::client>(std::move(options), on.through, on.time);
    auto const outcomes = on.run(on.under_test->perform(only(read_ana())));
    CHECK(outcomes[0].detail ==
          "the sign-in with a client secret was refused: the client secret is wrong: give the "
          "secret's value, not its id (AADSTS7000215); the credential is the one of "
          "AZURE_CLIENT_SECRET");
}

TEST_CASE("a claims challenge is answered once, and later renewals answer it too", "[client]") {
    bench on;
    on.through.service = challenging(1);
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::done);
    REQUIRE(on.through.sign_ins.size() == 2);
    CHECK(on.through.sign_ins[0].body.find("claims") == std::string::npos);
    CHECK(on.through.sign_ins[1].body.ends_with(sent_claims));
    CHECK(on.through.requests.size() == 2);
    on.time.advance(56min);
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::done);
    REQUIRE(on.through.sign_ins.size() == 3);
    CHECK(on.through.sign_ins[2].body.ends_with(sent_claims));
}

TEST_CASE("a part of a batch and a page are challenged like a request", "[client]") {
    bench on;
    on.through.service = [](http_request const& request) {
        bool const first = token_of(request) == "Bearer token-1";
        if (!request.url.ends_with("/$batch")) {
            if (!first) return reply(200, R"({"value":[]})");
            return reply(401, "", {{"www-authenticate", challenge_with(asked)}});
        }
        return reply(200, R"({"responses":[{"id":"1","status":204},{"id":"2","status":401,"headers":
            {"WWW-Authenticate":"Bearer error=\"insufficient_claims\", claims=\")" +
                              base64url(asked) + R"(\""}}]})");
    };
    SECTION("a page") {
        CHECK(on.run(on.under_test->read_users("")).how.kind == kind::done);
    }
    SECTION("a part") {
        // What is sent again is no batch any more.
        auto second = read_ana();
        std::vector<operation> const both{assign_ana(), second};
        auto const outcomes = on.run(on.under_test->perform(both));
        CHECK(outcomes[0].kind == kind::done);
    }
    REQUIRE(on.through.sign_ins.size() == 2);
    CHECK(on.through.sign_ins[1].body.ends_with(sent_claims));
}

TEST_CASE("a second challenge ends the run", "[client]") {
    bench on;
    on.through.service = challenging(100);
    auto const outcomes = on.run(on.under_test->perform(only(assign_ana())));
    CHECK(outcomes[0].kind == kind::stopped);
    CHECK(outcomes[0].why == reason::sign_in_refused);
    CHECK(outcomes[0].detail.find("claims challenge") != std::string::npos);
    CHECK(on.through.requests.size() == 2);
    auto const users = on.run(on.under_test->read_users(""));
    CHECK(users.how.kind == kind::stopped);
    CHECK(users.how.detail.find("claims challenge") != std::string::npos);
}

TEST_CASE("twenty challenged requests make one renewal", "[client]") {
    bench on;
    on.through.service = challenging(1);
    std::vector<std::optional<std::vector<outcome>>> made(20);
    on.through.hold_requests = true;
    for (auto& each : made) on.start(on.under_test->perform(only(read_ana())), each);
    on.through.hold_requests = false;
    for (std::size_t place = 0; place < made.size(); ++place) {
        on.through.let_request_go(place);
        on.poll();
    }
    for (auto const& each : made) {
        REQUIRE(each);
        CHECK((*each)[0].kind == kind::done);
    }
    CHECK(on.through.sign_ins.size() == 2);
}

TEST_CASE("while the next token is being asked for, the one that holds is used", "[client]") {
    bench on;
    on.through.service = [](http_request const&) { return reply(200, ana); };
    on.run(on.under_test->perform(only(read_ana())));
    on.time.advance(56min);
    on.through.hold_sign_ins = true;
    std::optional<std::vector<outcome>> renews;
    on.start(on.under_test->perform(only(read_ana())), renews);
    CHECK_FALSE(renews);
    CHECK(on.through.sign_ins.size() == 2);
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::done);
    CHECK(token_of(on.through.requests.back()) == "Bearer token-1");
    on.through.let_sign_ins_go();
    on.poll();
    REQUIRE(renews);
    CHECK(token_of(on.through.requests.back()) == "Bearer token-2");
    CHECK(on.through.sign_ins.size() == 2);
}

TEST_CASE("a sign-in service that repeats what proves who we are is not quoted with it",
          "[client]") {
    auto const repeating = [](std::string told) {
        return [told = std::move(told)](http_request const& sent) {
            auto const said = told.empty() ? sent.body : told;
            auto const* const in_header = find_header(sent.headers, "X-IDENTITY-HEADER");
            auto const all = said + (in_header == nullptr ? std::string{} : *in_header);
            return reply(400, R"({"error":"x","error_description":")" + all + "\"}",
                         {{"request-id", all}, {"client-request-id", all}});
        };
    };
    auto const told_by = [](bench& on) {
        auto const made = on.run(on.under_test->perform(only(read_ana())));
        CHECK(made[0].kind == kind::stopped);
        return made[0].detail + " " + made[0].seen.request_id.str() + " " +
               made[0].seen.client_request_id.str();
    };
    std::string const secret = "s3cret~VALUE+/1";
    for (auto const& words : {secret, std::string{}}) {
        other_bench with_secret{credential_kind::client_secret, {}, secret};
        with_secret.through.sign_in = repeating(words);
        auto const told = told_by(with_secret);
        CHECK(told.find("VALUE") == std::string::npos);
        CHECK(told.find("(withheld)") != std::string::npos);
    }
    other_bench certified{credential_kind::certificate, [](graph::wire::assertion_claims const&) {
                              return graph::wire::secret{"signed.assertion"};
                          }};
    certified.through.sign_in = repeating("");
    CHECK(told_by(certified).find("signed.assertion") == std::string::npos);
    other_bench identified{credential_kind::managed_identity, {}, secret};
    identified.through.service = repeating("you sent ");
    CHECK(told_by(identified).find("VALUE") == std::string::npos);
}
