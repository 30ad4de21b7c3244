// Batches: what is refused as a whole, and how parts are answered one by one (graph-facts section
// 2).
#include <map>

#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;
namespace skus = allot::simulated::catalogue;

namespace {

std::string get(std::string_view id, std::uint32_t user, std::string_view more = "") {
    return R"({"id":")" + std::string{id} + R"(","method":"GET","url":"/users/p)" +
           std::to_string(user) + R"(@contoso.example?$select=id")" + std::string{more} + "}";
}

std::string assign(std::string_view id, std::uint32_t user, std::string_view more = "") {
    return R"({"id":")" + std::string{id} + R"(","method":"POST","url":"users/p)" +
           std::to_string(user) +
           R"(@contoso.example/assignLicense","headers":{"content-type":"application/json"},"body":)" +
           add(skus::power_bi_pro) + std::string{more} + "}";
}

std::string locate(std::string_view id, std::uint32_t user, std::string_view where = "DE") {
    return R"({"id":")" + std::string{id} + R"(","method":"PATCH","url":"/users/p)" +
           std::to_string(user) +
           R"(@contoso.example","headers":{"Content-Type":"application/json"},"body":{"usageLocation":")" +
           std::string{where} + R"("}})";
}

std::string after(std::string_view id) {
    return R"(,"dependsOn":[")" + std::string{id} + R"("])";
}

std::string batch(std::vector<std::string> const& parts) {
    std::string text = R"({"requests":[)";
    for (auto const& part : parts) text += (text.back() == '[' ? "" : ",") + part;
    return text + "]}";
}

/// The parts of an envelope by their ids: status, and where in the envelope.
std::map<std::string, std::pair<std::int64_t, std::size_t>> parts_of(json const& envelope) {
    std::map<std::string, std::pair<std::int64_t, std::size_t>> found;
    for (std::size_t at = 0; at < envelope.size("/responses"); ++at) {
        auto const here = "/responses/" + std::to_string(at);
        found[envelope.text(here + "/id")] = {envelope.number(here + "/status"), at};
    }
    return found;
}

std::map<std::string, std::int64_t> statuses(http_response const& reply) {
    CHECK(reply.status == 200);
    std::map<std::string, std::int64_t> found;
    for (auto const& [id, where] : parts_of(json{reply.body})) found[id] = where.first;
    return found;
}

using expected = std::map<std::string, std::int64_t>;

}  // namespace

TEST_CASE("the parts of a batch are answered one by one, in an envelope with 200") {
    caller client{plain_tenant(3)};
    auto const reply = client.ask(
        "POST", "/$batch", batch({get("a", 1), assign("b", 2), get("c", 99), locate("d", 3)}));
    json const envelope{reply.body};
    auto const parts = parts_of(envelope);
    CHECK(statuses(reply) == expected{{"a", 200}, {"b", 200}, {"c", 404}, {"d", 204}});
    auto const at = [&](std::string const& id) {
        return "/responses/" + std::to_string(parts.at(id).second);
    };
    CHECK(envelope.text(at("a") + "/headers/x-ms-resource-unit") == "1");
    CHECK(envelope.text(at("a") + "/body/id") == made_user_id(1).str());
    CHECK(envelope.text(at("b") + "/body/userPrincipalName") == "p2@contoso.example");
    CHECK(envelope.text(at("c") + "/body/error/code") == "Request_ResourceNotFound");
    CHECK_FALSE(envelope.has(at("d") + "/body"));
    CHECK(client.truly(2).licences == std::vector{direct(skus::power_bi_pro)});
    CHECK(client.truly(3).usage_location == "DE");
    CHECK(client.of.counted().batches == 1);
    CHECK(client.of.counted().parts == 4);
    CHECK(client.of.counted().requests == 2);
}

TEST_CASE("a malformed batch is refused whole and does nothing") {
    caller client{plain_tenant(3)};
    std::vector<std::string> many;
    for (int number = 0; number < 21; ++number) many.push_back(get(std::to_string(number), 1));
    struct row {
        std::string what;
        std::string body;
    };
    std::vector<row> const rows{
        {"more than 20 parts", batch(many)},
        {"no parts", batch({})},
        {"no list", R"({"responses":[]})"},
        {"cut short", batch({assign("1", 1)}).substr(0, 60)},
        {"the same id twice", batch({assign("1", 1), get("1", 2)})},
        {"ids that differ in case only", batch({assign("a", 1), get("A", 2)})},
        {"no id", R"({"requests":[{"method":"GET","url":"/users"}]})"},
        {"an absolute address",
         R"({"requests":[{"id":"1","method":"GET","url":"https://graph.example/v1.0/users"}]})"},
        {"a body without its type",
         R"({"requests":[{"id":"1","method":"PATCH","url":"/users/p1@contoso.example","body":{}}]})"},
        {"a dependency on nothing", batch({assign("1", 1), get("2", 2, after("9"))})},
        {"a dependency on itself", batch({assign("1", 1, after("1"))})},
        {"two dependencies",
         batch({assign("1", 1), get("2", 1), get("3", 1, R"(,"dependsOn":["1","2"])")})},
        {"a pair beside a part that is free",
         batch({assign("1", 1), get("2", 2, after("1")), get("3", 3)})},
        {"two pairs",
         batch({assign("1", 1), get("2", 2, after("1")), get("3", 3), get("4", 3, after("3"))})},
    };
    for (auto const& [what, body] : rows) {
        CAPTURE(what);
        auto const reply = client.ask("POST", "/$batch", body);
        CHECK(reply.status == 400);
        CHECK(json{reply.body}.text("/error/code") == "Request_BadRequest");
    }
    CHECK(client.of.counted().writes_accepted == 0);
    CHECK(client.ask("POST", "/$batch").status == 400);
}

TEST_CASE("what depends on a part that failed is not done") {
    caller client{plain_tenant(3)};
    SECTION("each on the one before") {
        auto const reply =
            client.ask("POST", "/$batch",
                       batch({get("1", 1), assign("2", 99, after("1")), assign("3", 3, after("2")),
                              assign("4", 2, after("3"))}));
        CHECK(statuses(reply) == expected{{"1", 200}, {"2", 404}, {"3", 424}, {"4", 424}});
    }
    SECTION("all on one, wherever that stands") {
        auto const reply = client.ask(
            "POST", "/$batch",
            batch({assign("1", 2, after("X")), get("x", 99), assign("3", 3, after("x"))}));
        CHECK(statuses(reply) == expected{{"1", 424}, {"x", 404}, {"3", 424}});
    }
    CHECK(client.of.counted().writes_accepted == 0);
}

TEST_CASE("a usage location and the licence that needs it go in one batch") {
    auto nowhere = person(1);
    nowhere.who.usage_location.clear();
    caller client{tenant_of({nowhere})};
    auto const reply =
        client.ask("POST", "/$batch", batch({locate("1", 1), assign("2", 1, after("1"))}));
    CHECK(statuses(reply) == expected{{"1", 204}, {"2", 200}});
    CHECK(client.truly(1).licences.size() == 1);
    CHECK(client.of.counted().overlapping_writes == 0);
}

TEST_CASE("two writes to one user in parts that run at once collide") {
    caller client{plain_tenant(1)};
    auto const reply = client.ask("POST", "/$batch", batch({locate("1", 1), assign("2", 1)}));
    json const envelope{reply.body};
    auto const parts = parts_of(envelope);
    CHECK(parts.at("1").first == 204);
    CHECK(parts.at("2").first == 409);
    CHECK(envelope.text("/responses/" + std::to_string(parts.at("2").second) +
                        "/body/error/code") == "Directory_ConcurrencyViolation");
    CHECK(client.truly(1).licences.empty());
}

TEST_CASE("writes to one user at a time are told from those that overlap") {
    options chosen;
    chosen.latency_median = 100ms;
    caller client{plain_tenant(2), chosen};
    auto const first =
        client.send("POST", "/users/p1@contoso.example/assignLicense", add(skus::power_bi_pro));
    client.assign(2, add(skus::power_bi_pro));
    CHECK(client.of.counted().overlapping_writes == 0);
    client.pass(first.delay - 1ns);
    auto const second =
        client.send("POST", "/users/p1@contoso.example/assignLicense", add(skus::power_bi_pro));
    CHECK(client.of.counted().overlapping_writes == 1);
    client.pass(second.delay);
    client.assign(1, add(skus::power_bi_pro));
    CHECK(client.of.counted().overlapping_writes == 1);
}

TEST_CASE("answers come in any order unless that is switched off") {
    std::vector<std::string> parts;
    for (int number = 1; number <= 20; ++number) parts.push_back(get(std::to_string(number), 1));
    auto const order = [&](options const& chosen) {
        caller client{plain_tenant(1), chosen};
        json const envelope{client.ask("POST", "/$batch", batch(parts)).body};
        std::vector<std::string> ids;
        for (std::size_t at = 0; at < 20; ++at) {
            ids.push_back(envelope.text("/responses/" + std::to_string(at) + "/id"));
        }
        return ids;
    };
    std::vector<std::string> straight;
    for (int number = 1; number <= 20; ++number) straight.push_back(std::to_string(number));
    options plain;
    plain.shuffle_parts = false;
    CHECK(order(plain) == straight);
    auto shuffled = order(options{});
    CHECK(shuffled != straight);
    options other;
    other.seed = 2;
    CHECK(order(other) != shuffled);
    std::ranges::sort(shuffled);
    std::ranges::sort(straight);
    CHECK(shuffled == straight);
}
