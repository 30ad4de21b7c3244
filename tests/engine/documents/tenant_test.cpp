// Goal: what is kept of a tenant is read back as it was, and nothing else is read. Method: seeded
// made-up values there and back; every prefix and many spoilt copies of their texts.
#include <string>
#include <vector>

#include "engine/documents/change.hpp"
#include "engine/documents/subscriptions.hpp"
#include "engine/documents/user.hpp"
#include "made_up.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::documents;
using namespace allot::documents::testing;

namespace {

constexpr std::uint64_t seeds = 300;

template <class T, class Append>
std::string text_of(T const& of, Append append) {
    std::string text;
    append(text, of);
    return text;
}

/// Whether no beginning of the text, but the whole, is read.
template <class Parse>
bool only_whole(std::string const& text, Parse parse) {
    for (std::size_t length = 0; length < text.size(); ++length) {
        if (parse(std::string_view{text}.substr(0, length))) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("a user is kept on one short line", "[documents]") {
    auto one = support::person(7, {support::inherited(support::e3, {support::teams})});
    one.licences.front().active = false;
    one.licences.front().error = "CountViolation";
    CHECK(text_of(one, append_user) ==
          "{\"id\":\"00000000-0000-0000-0000-000000000007\",\"upn\":\"p7@contoso.example\","
          "\"location\":\"NL\",\"licences\":[{\"sku\":\"05e9a617-0261-4cee-bb44-138d3ef5d965\","
          "\"off\":[\"57ff2da0-773e-42df-b2af-ffb7a2317929\"],"
          "\"group\":\"22222222-aaaa-4bbb-8ccc-000000000002\",\"active\":false,"
          "\"error\":\"CountViolation\"}]}");
    auto plain = support::person(1, {}, "");
    CHECK(text_of(plain, append_user) ==
          "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"upn\":\"p1@contoso.example\"}");
    plain.account_enabled = false;
    CHECK(text_of(plain, append_user) ==
          "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"upn\":\"p1@contoso.example\","
          "\"enabled\":false}");
}

TEST_CASE("a change is kept on one short line", "[documents]") {
    plan::change one;
    CHECK(text_of(one, append_change) == "{}");
    one.usage_location = "GB";
    one.adds.push_back({support::power_bi, {support::bi_azure_p2}});
    one.removes.push_back(support::e5);
    CHECK(text_of(one, append_change) ==
          "{\"location\":\"GB\",\"add\":[{\"sku\":\"f8a1db68-be16-40ed-86d5-cb42ce701560\","
          "\"off\":[\"70d33638-9c74-4d01-bfd3-562de28bd4ba\"]}],"
          "\"remove\":[\"06ebc4ee-1bb5-47dd-8120-11324bc54e06\"]}");
}

TEST_CASE("users, changes and subscriptions are read back as they were", "[documents]") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        made_up by{seed};
        auto const user = by.user();
        auto const user_text = text_of(user, append_user);
        INFO(user_text);
        auto const user_read = parse_user(user_text);
        REQUIRE(user_read.has_value());
        CHECK(*user_read == user);

        auto const change = by.change();
        auto const change_text = text_of(change, append_change);
        INFO(change_text);
        auto const change_read = parse_change(change_text);
        REQUIRE(change_read.has_value());
        CHECK(*change_read == change);

        auto const owned = by.subscriptions();
        auto const owned_text = text_of(owned, append_subscriptions);
        INFO(owned_text);
        auto const owned_read = parse_subscriptions(owned_text);
        REQUIRE(owned_read.has_value());
        CHECK(*owned_read == owned);

        // A line stays a line, whatever is in it.
        CHECK(user_text.find('\n') == std::string::npos);
        CHECK(change_text.find('\n') == std::string::npos);
    }
}

TEST_CASE("what was cut short is not read", "[documents]") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        made_up by{seed};
        CHECK(only_whole(text_of(by.user(), append_user), parse_user));
        CHECK(only_whole(text_of(by.change(), append_change), parse_change));
        CHECK(only_whole(text_of(by.subscriptions(), append_subscriptions), parse_subscriptions));
    }
}

TEST_CASE("what was spoilt is read as something whole or not at all", "[documents]") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        INFO("seed " << seed);
        made_up by{seed};
        if (auto const user = parse_user(spoilt(by, text_of(by.user(), append_user)))) {
            CHECK(parse_user(text_of(*user, append_user)).value() == *user);
        }
        if (auto const change = parse_change(spoilt(by, text_of(by.change(), append_change)))) {
            CHECK(parse_change(text_of(*change, append_change)).value() == *change);
        }
        auto const owned = text_of(by.subscriptions(), append_subscriptions);
        if (auto const read = parse_subscriptions(spoilt(by, owned))) {
            CHECK(parse_subscriptions(text_of(*read, append_subscriptions)).value() == *read);
        }
    }
}

TEST_CASE("what lacks a part, or has one of another kind, is an error with a sentence",
          "[documents]") {
    std::string const id = "\"00000000-0000-0000-0000-000000000001\"";
    for (std::string const text : {"",
                                   " ",
                                   "null",
                                   "[]",
                                   "7",
                                   "{}",
                                   "{\"upn\":\"a\"}",
                                   "{\"id\":7}",
                                   "{\"id\":\"\"}",
                                   "{\"id\":\"00000000\"}",
                                   "{\"id\":null}",
                                   "{\"id\":ID}x",
                                   "{\"id\":ID}{\"id\":ID}",
                                   "{\"id\":ID,\"upn\":7}",
                                   "{\"id\":ID,\"upn\":null}",
                                   "{\"id\":ID,\"enabled\":\"no\"}",
                                   "{\"id\":ID,\"licences\":{}}",
                                   "{\"id\":ID,\"licences\":[7]}",
                                   "{\"id\":ID,\"licences\":[{}]}",
                                   "{\"id\":ID,\"licences\":[{\"sku\":\"E5\"}]}",
                                   "{\"id\":ID,\"licences\":[{\"sku\":ID,\"off\":ID}]}",
                                   "{\"id\":ID,\"licences\":[{\"sku\":ID,\"off\":[1]}]}",
                                   "{\"id\":ID,\"licences\":[{\"sku\":ID,\"group\":\"sales\"}]}",
                                   "{\"id\":ID,\"licences\":[{\"sku\":ID,\"active\":0}]}",
                                   "{\"id\":ID,\"licences\":[{\"sku\":ID,\"error\":[]}]}",
                                   "{\"id\":ID,\"upn\":\"\xFF\"}",
                                   "{\"id\":ID,\"upn\":\"\\ud800\"}"}) {
        auto filled = text;
        for (auto at = filled.find("ID"); at != std::string::npos; at = filled.find("ID")) {
            filled.replace(at, 2, id);
        }
        INFO(filled);
        auto const read = parse_user(filled);
        REQUIRE(read.has_error());
        CHECK(read.error().code == errc::could_not_run);
        CHECK(read.error().message == "what is kept of a user is not as allot writes it");
    }
    for (auto const* text :
         {"", "[]", "{\"location\":\"nl\"}", "{\"location\":\"NLD\"}", "{\"location\":\"\"}",
          "{\"add\":[{}]}", "{\"add\":{}}", "{\"remove\":[null]}", "{\"remove\":\"\"}", "{},"}) {
        INFO(text);
        CHECK(parse_change(text).has_error());
    }
    for (auto const* text :
         {"", "{}", "[{}]", "[[]]", "[] []", "null",
          "[{\"sku\":\"f8a1db68-be16-40ed-86d5-cb42ce701560\",\"part_number\":\"A\",\"enabled\":1}"
          "]",
          "[{\"sku\":\"f8a1db68-be16-40ed-86d5-cb42ce701560\",\"part_number\":\"A\",\"enabled\":1,"
          "\"consumed\":1.5}]",
          "[{\"sku\":\"f8a1db68-be16-40ed-86d5-cb42ce701560\",\"part_number\":\"A\",\"enabled\":1,"
          "\"consumed\":18446744073709551615}]",
          "[{\"sku\":\"f8a1db68-be16-40ed-86d5-cb42ce701560\",\"part_number\":\"A\",\"enabled\":1,"
          "\"consumed\":1,\"plans\":[{\"name\":\"X\"}]}]"}) {
        INFO(text);
        CHECK(parse_subscriptions(text).has_error());
    }
    // Deeper than anything that allot writes, and than a stack would bear.
    CHECK(parse_user(std::string(100'000, '[')).has_error());
}
