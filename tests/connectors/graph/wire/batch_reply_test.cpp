#include <vector>

#include "connectors/graph/wire/replies.hpp"
#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;
using namespace std::chrono_literals;
using kind = outcome_kind;

namespace {

std::vector<operation> three_writes() {
    return {shapes::assign_ana(), shapes::assign_ana(), shapes::assign_ana()};
}

std::vector<outcome> read(std::vector<operation> const& asked, int status, std::string body,
                          http_headers headers = {}) {
    return read_batch(asked, shapes::reply(status, std::move(body), std::move(headers)),
                      shapes::now);
}

std::vector<kind> kinds(std::vector<outcome> const& outcomes) {
    std::vector<kind> found;
    for (auto const& each : outcomes) found.push_back(each.kind);
    return found;
}

}  // namespace

TEST_CASE("parts are told apart by their ids, in whatever order they come", "[graph]") {
    // An envelope of 424 is what older descriptions of the service have; it makes no difference.
    auto const status = GENERATE(200, 424);
    auto const outcomes = read(three_writes(), status, shapes::batch, {{"request-id", "envelope"}});
    REQUIRE(kinds(outcomes) == std::vector{kind::done, kind::throttled, kind::transient});
    CHECK(outcomes[0].resource_units == 1.0);
    CHECK(outcomes[0].seen.http_status == 200);
    CHECK(outcomes[0].seen.request_id == "envelope");
    CHECK(outcomes[1].retry_after == 7s);
    CHECK(outcomes[1].scope == throttle_scope::writes);
    CHECK(outcomes[1].seen.http_status == 429);
    CHECK(outcomes[1].seen.request_id == "r-2");
    CHECK(outcomes[1].seen.client_request_id == "c-2");
    CHECK(outcomes[2].detail == "The parent failed");
    CHECK(outcomes[2].seen.http_status == 424);
}

TEST_CASE("a part that is missing, without a status or not ours is no answer", "[graph]") {
    auto const outcomes = read(three_writes(), 200, R"({"responses":[
        {"id":"4","status":200,"body":{}}, {"id":"0","status":200}, {"id":"x","status":200},
        {"id":"01","status":200}, {"id":"","status":200}, {"id":"1","status":"200"}, 7, null,
        {"status":200}, {"id":"3","status":99999999999}, {"id":"2","status":204,"body":null}]})");
    CHECK(kinds(outcomes) == std::vector{kind::lost, kind::done, kind::lost});
    CHECK(outcomes[0].why == reason::lost_reply);
    auto const reads = read({shapes::read_ana(), shapes::read_ana()}, 200, R"({"responses":[]})");
    CHECK(kinds(reads) == std::vector{kind::lost, kind::lost});
}

TEST_CASE("a part answered twice counts only when both say the same", "[graph]") {
    auto const same = read(three_writes(), 200, R"({"responses":[{"id":"1","status":204},
        {"id":"1","status":204},{"id":"2","status":204},{"id":"3","status":204}]})");
    CHECK(kinds(same) == std::vector{kind::done, kind::done, kind::done});
    auto const different = read(three_writes(), 200, R"({"responses":[{"id":"1","status":204},
        {"id":"1","status":400},{"id":"2","status":204},{"id":"3","status":204}]})");
    CHECK(kinds(different) == std::vector{kind::lost, kind::done, kind::done});
}

TEST_CASE("a part's body that is text is not the service's word", "[graph]") {
    auto const outcomes =
        read({shapes::assign_ana(), shapes::read_ana(), shapes::assign_ana()}, 200,
             R"({"responses":[{"id":"1","status":200,"body":"PGh0bWw+"},
        {"id":"2","status":200,"body":"PGh0bWw+"},{"id":"3","status":503,"body":"PGh0bWw+"}]})");
    CHECK(kinds(outcomes) == std::vector{kind::lost, kind::transient, kind::transient});
    CHECK_FALSE(outcomes[1].read);
}

TEST_CASE("users read in a batch are each their own", "[graph]") {
    auto const body = R"({"responses":[{"id":"2","status":404,"body":)" +
                      shapes::error("Request_ResourceNotFound", "Resource 'x' does not exist") +
                      R"(},{"id":"1","status":200,"body":)" + shapes::user + "}]}";
    auto const outcomes = read({shapes::read_ana(), shapes::read_ana()}, 200, body);
    REQUIRE(kinds(outcomes) == std::vector{kind::done, kind::refused});
    REQUIRE(outcomes[0].read);
    CHECK(outcomes[0].read->upn == "ana.q@contoso.example");
    CHECK(outcomes[0].read->licences.size() == 2);
    CHECK(outcomes[1].why == reason::user_not_found);
}

TEST_CASE("an envelope that failed settles all its parts", "[graph]") {
    std::vector<operation> const asked{shapes::read_ana(), shapes::assign_ana()};
    struct row {
        int status;
        std::string body;
        kind of_read;
        kind of_write;
        reason why_of_write;
    };
    std::vector<row> const table{
        {429, shapes::error("TooManyRequests", "x"), kind::throttled, kind::throttled,
         reason::throttled},
        {503, "", kind::transient, kind::transient, reason::service_error},
        {502, "<html>", kind::transient, kind::lost, reason::lost_reply},
        {504, "", kind::transient, kind::lost, reason::lost_reply},
        {401, "", kind::stopped, kind::stopped, reason::sign_in_refused},
        {403, shapes::error("Authorization_RequestDenied", "x"), kind::stopped, kind::stopped,
         reason::permission_refused},
        {400, shapes::error("BadRequest", "does not have any available licenses"), kind::refused,
         kind::refused, reason::refused},
        {404, shapes::error("Request_ResourceNotFound", "x"), kind::refused, kind::refused,
         reason::refused},
        {302, "", kind::refused, kind::lost, reason::lost_reply},
        {200, "<html>Hello</html>", kind::transient, kind::lost, reason::lost_reply},
        {200, "", kind::transient, kind::lost, reason::lost_reply},
        {200, "{}", kind::transient, kind::lost, reason::lost_reply},
        {200, R"({"responses":{}})", kind::transient, kind::lost, reason::lost_reply},
        {204, "", kind::transient, kind::lost, reason::lost_reply},
        {424, "", kind::transient, kind::lost, reason::lost_reply},
    };
    for (auto const& each : table) {
        INFO("HTTP " << each.status << " " << each.body);
        auto const outcomes = read(asked, each.status, each.body, {{"Retry-After", "4"}});
        REQUIRE(kinds(outcomes) == std::vector{each.of_read, each.of_write});
        CHECK(outcomes[1].why == each.why_of_write);
        CHECK(outcomes[1].skus.empty());
        CHECK(outcomes[1].seen.http_status == each.status);
        // Sent by themselves, they can fare better.
        CHECK(outcomes[1].whole_batch == (each.status == 400 || each.status == 404));
        bool const waits = each.of_write == kind::throttled || each.status == 503;
        CHECK(outcomes[1].retry_after == (waits ? std::optional<duration>{4s} : std::nullopt));
    }
}
