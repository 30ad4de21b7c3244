#include "connectors/port/id.hpp"
#include "connectors/port/message.hpp"
#include "connectors/port/reason.hpp"

#include <set>
#include <string>

#include "tests/support/catch.hpp"

using namespace allot;

TEST_CASE("a GUID is read in any case and written in lower case", "[port]") {
    auto const read = sku_id::parse("F8A1DB68-be16-40ed-86d5-cb42ce701560");
    REQUIRE(read);
    CHECK(read->str() == "f8a1db68-be16-40ed-86d5-cb42ce701560");
}

TEST_CASE("what is not quite a GUID is none", "[port]") {
    for (auto const* text :
         {"", "f8a1db68be1640ed86d5cb42ce701560", "{f8a1db68-be16-40ed-86d5-cb42ce701560}",
          "f8a1db68-be16-40ed-86d5-cb42ce70156", "g8a1db68-be16-40ed-86d5-cb42ce701560",
          "f8a1db68-be16-40ed-86d5-cb42ce701560 "}) {
        INFO(text);
        CHECK_FALSE(guid::parse(text));
    }
}

TEST_CASE("every reason has a code of its own and says what to do", "[port]") {
    std::set<std::string_view> codes;
    for (auto const why : all_reasons) {
        CHECK(codes.insert(code(why)).second);
        CHECK(advice(why).empty() == (why == reason::none));
    }
    CHECK(codes.size() == static_cast<std::size_t>(reason::too_many_failures) + 1);
}

TEST_CASE("a header is found whatever its case", "[port]") {
    http_headers const headers{{"Retry-After", "7"}, {"retry-after", "9"}};
    REQUIRE(find_header(headers, "RETRY-AFTER"));
    CHECK(*find_header(headers, "RETRY-AFTER") == "7");
    CHECK_FALSE(find_header(headers, "Retry"));
}
