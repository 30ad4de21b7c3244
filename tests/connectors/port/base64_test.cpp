#include "connectors/port/base64.hpp"

#include "tests/support/catch.hpp"

using namespace allot;

TEST_CASE("bytes become base64url and come back, whatever their number", "[port]") {
    struct row {
        std::string bytes;
        std::string text;
    };
    // RFC 4648, section 10, and bytes that need the letters 62 and 63.
    for (auto const& [bytes, text] :
         {row{"", ""}, row{"f", "Zg"}, row{"fo", "Zm8"}, row{"foo", "Zm9v"}, row{"foob", "Zm9vYg"},
          row{"fooba", "Zm9vYmE"}, row{"foobar", "Zm9vYmFy"}, row{"\xFB\xFF\xBF", "-_-_"}}) {
        CAPTURE(text);
        CHECK(base64url(bytes) == text);
        CHECK(parse_base64(text) == bytes);
    }
    std::string all;
    for (int byte = 255; byte >= 0; --byte) all += static_cast<char>(byte);
    CHECK(parse_base64(base64url(all)) == all);
}

TEST_CASE("base64 is read in both alphabets, with and without padding", "[port]") {
    CHECK(parse_base64("+/+/") == "\xFB\xFF\xBF");
    CHECK(parse_base64("Zg==") == "f");
    CHECK(parse_base64("Zm8=") == "fo");
    for (auto const* const text : {"Z", "Zg===", "Zm9vY", "Zm 9v", "Zm9v\n", "Zh", "Z=g", "ä"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_base64(text));
    }
}
