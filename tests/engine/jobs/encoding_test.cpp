#include <cstdint>
#include <string>

#include "engine/jobs/decoder.hpp"
#include "reading.hpp"
#include "tests/support/catch.hpp"

using namespace allot::jobs;
using namespace allot::jobs::testing;

namespace {

std::string utf_16(std::u16string_view text, bool little) {
    std::string bytes;
    for (auto const unit : text) {
        auto const low = static_cast<char>(unit & 0xFF);
        auto const high = static_cast<char>(unit >> 8);
        bytes += little ? low : high;
        bytes += little ? high : low;
    }
    return bytes;
}

lines read_as(std::string_view bytes, encoding encoded) {
    return describe(read(bytes, options_for("job.csv", encoded)));
}

constexpr std::u16string_view wide_job = u"user;sku;note\r\nann@contoso.com;POWER_BI_PRO;Zoë 😀\r\n";
lines const expected{"2: assign POWER_BI_PRO to ann@contoso.com note=<Zoë 😀>"};

}  // namespace

TEST_CASE("UTF-8 is read with and without a byte-order mark", "[jobs][encoding]") {
    std::string const text = "user;sku;note\r\nann@contoso.com;POWER_BI_PRO;Zoë 😀\r\n";
    CHECK(read_as(text, encoding::automatic) == expected);
    CHECK(read_as("\xEF\xBB\xBF" + text, encoding::automatic) == expected);
    CHECK(read_as("\xEF\xBB\xBF" + text, encoding::utf_8) == expected);
}

TEST_CASE("UTF-16 is read by its byte-order mark, or when told", "[jobs][encoding]") {
    CHECK(read_as("\xFF\xFE" + utf_16(wide_job, true), encoding::automatic) == expected);
    CHECK(read_as("\xFE\xFF" + utf_16(wide_job, false), encoding::automatic) == expected);
    CHECK(read_as(utf_16(wide_job, true), encoding::utf_16_le) == expected);
    CHECK(read_as(utf_16(wide_job, false), encoding::utf_16_be) == expected);
    CHECK(read_as("\xFF\xFE" + utf_16(wide_job, true), encoding::utf_16_le) == expected);
    CHECK(read_as("\xFE\xFF" + utf_16(wide_job, false), encoding::utf_16_be) == expected);
    CHECK(
        describe(read("\xFF\xFE" + utf_16(u"[{\"user\":\"ann@contoso.com\",\"sku\":\"S\"}]", true),
                      options_for("-"))) == lines{"1: assign S to ann@contoso.com"});
}

TEST_CASE("UTF-16 without a mark is not taken for UTF-8", "[jobs][encoding]") {
    CHECK(read_as(utf_16(wide_job, true), encoding::automatic) ==
          lines{"job.csv:1:2: a NUL byte: save the file as text; if it is UTF-16, give its "
                "encoding (utf-16le or utf-16be)"});
}

TEST_CASE("Windows-1252 is read when told", "[jobs][encoding]") {
    CHECK(read_as("user,sku,note\nann@contoso.com,S,M\xFCller \x80\x92\xFF\n",
                  encoding::windows_1252) ==
          lines{"2: assign S to ann@contoso.com note=<Müller €’ÿ>"});
}

TEST_CASE("bytes that are not UTF-8 are named with their place, row by row", "[jobs][encoding]") {
    CHECK(read_as("user,sku,note\na@contoso.com,S,M\xFCller\nb@contoso.com,S,Müller\nc@contoso.com,"
                  "S,ü\xC3\n",
                  encoding::automatic) == lines{"job.csv:2:18: not valid UTF-8: save the file as "
                                                "UTF-8, or give its encoding (windows-1252)",
                                                "job.csv:4:18: not valid UTF-8: save the file as "
                                                "UTF-8, or give its encoding (windows-1252)"});
    for (std::string_view const bad : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80",
                                       "\xF4\x90\x80\x80", "\xF0\x9F\x98", "\xFF", "\xC3("}) {
        auto const found =
            read_as(fmt::format("user,sku,note\na@contoso.com,S,{}\n", bad), encoding::automatic);
        CHECK(found.front().starts_with("job.csv:2:17: not valid UTF-8"));
    }
}

TEST_CASE("half characters in UTF-16 are named with their place", "[jobs][encoding]") {
    auto const wrong = [](std::u16string_view note) {
        return read_as(utf_16(u"user,sku,note\na@contoso.com,S," + std::u16string{note}, true),
                       encoding::utf_16_le);
    };
    lines const at_17{
        "job.csv:2:17: not valid UTF-16: save the file as UTF-8, or give its encoding "
        "(windows-1252)"};
    CHECK(wrong(std::u16string{0xD83D}) == at_17);
    CHECK(wrong(std::u16string{0xDE00}) == at_17);
    CHECK(wrong(std::u16string{0xD83D, u'x'}) == at_17);
    CHECK(wrong(std::u16string{0xD83D, 0xD83D, 0xDE00}) == at_17);
    CHECK(read_as(utf_16(u"user,sku,note\na@contoso.com,S,x", true) + "y", encoding::utf_16_le) ==
          lines{"job.csv:2:18: not valid UTF-16: save the file as UTF-8, or give its encoding "
                "(windows-1252)"});
}

TEST_CASE("half a pair and half a unit at the end of UTF-16 come out in their order",
          "[jobs][encoding]") {
    decoder read{encoding::utf_16_le};
    std::string text{read.decode(utf_16(std::u16string{u'x', 0xD83D}, true) + "y")};
    text += read.finish();
    CHECK(text == "x\xED\xA0\xBD\xFF");
}

TEST_CASE("a NUL byte is an error in its row", "[jobs][encoding]") {
    using namespace std::string_literals;
    CHECK(read_as("user,sku\na@contoso.com,S\0\nb,S\n"s, encoding::automatic) ==
          lines{"job.csv:2:16: a NUL byte: save the file as text; if it is UTF-16, give its "
                "encoding (utf-16le or utf-16be)",
                "job.csv:3:1: user: neither a user principal name nor an id \"b\": write a user "
                "principal name "
                "(ann@contoso.com) or an object id"});
}
