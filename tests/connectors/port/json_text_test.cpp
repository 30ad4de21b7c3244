#include "connectors/port/json_text.hpp"

#include "tests/support/catch.hpp"

using namespace allot;

TEST_CASE("any text becomes a JSON string", "[port]") {
    CHECK(json_string("") == R"("")");
    CHECK(json_string(R"(a"b\c/d)") == R"("a\"b\\c/d")");
    CHECK(json_string("\t\n\r\x01\x1f\x7f") == R"("\t\n\r\u0001\u001f\u007f")");
    CHECK(json_string(std::string{"\0x", 2}) == R"("\u0000x")");
    CHECK(json_string("a\xC2\x9B\x33\xC2\xA0z") == "\"a\\u009b3\xC2\xA0z\"");
    CHECK(json_string("j\xC3\xB8rgen \xF0\x9F\x99\x82") == "\"j\xC3\xB8rgen \xF0\x9F\x99\x82\"");
}

TEST_CASE("bytes that are no UTF-8 become the replacement character, one by one", "[port]") {
    CHECK(json_string("a\xC3(") == "\"a\xEF\xBF\xBD(\"");
    // Overlong, a surrogate, above U+10FFFF, and cut off at the end.
    CHECK(json_string("\xC0\xAF") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    CHECK(json_string("\xED\xA0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    CHECK(json_string("\xF0\x9F") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}
