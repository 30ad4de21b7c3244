// Bytes in any encoding against a model of it, in any blocks; and what is then read of them.
#include <array>
#include <string>

#include "engine/jobs/decoder.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/jobs.hpp"

using namespace allot;
using namespace allot::fuzzing;
using jobs::encoding;

namespace {

/// RFC 3629's scheme, surrogates included: they come out as bytes that are no UTF-8.
void add(std::string& to, std::uint32_t code) {
    auto const put = [&to](std::uint32_t byte) { to += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
        return;
    }
    if (code < 0x800) {
        put(0xC0U | code >> 6U);
    } else {
        if (code < 0x10000) {
            put(0xE0U | code >> 12U);
        } else {
            put(0xF0U | code >> 18U);
            put(0x80U | (code >> 12U & 0x3FU));
        }
        put(0x80U | (code >> 6U & 0x3FU));
    }
    put(0x80U | (code & 0x3FU));
}

std::string model_utf_16(std::string_view bytes, bool little) {
    std::string made;
    auto const unit = [&](std::size_t at) {
        auto const one = static_cast<std::uint8_t>(bytes[at]);
        auto const two = static_cast<std::uint8_t>(bytes[at + 1]);
        return static_cast<std::uint32_t>(little ? two << 8 | one : one << 8 | two);
    };
    std::size_t at = 0;
    for (; at + 1 < bytes.size(); at += 2) {
        auto const here = unit(at);
        bool const high = here >= 0xD800 && here < 0xDC00;
        auto const next = high && at + 3 < bytes.size() ? unit(at + 2) : 0U;
        if (next >= 0xDC00 && next < 0xE000) {
            add(made, 0x10000U + (here - 0xD800U) * 0x400U + (next - 0xDC00U));
            at += 2;
        } else {
            add(made, here);
        }
    }
    return made;
}

/// Without what the last bytes come to when they are no whole character.
std::string model(std::string_view bytes, encoding given) {
    auto const takes = [&](std::string_view mark) {
        if (!bytes.starts_with(mark)) return false;
        bytes.remove_prefix(mark.size());
        return true;
    };
    bool const any = given == encoding::automatic;
    if (given == encoding::windows_1252) {
        // https://encoding.spec.whatwg.org/index-windows-1252.txt, from 0x80.
        constexpr std::u16string_view upper =
            u"\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D"
            u"\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A"
            u"\u0153\u009D\u017E\u0178";
        std::string made;
        for (auto const letter : bytes) {
            auto const byte = static_cast<std::uint8_t>(letter);
            add(made, byte >= 0x80 && byte < 0xA0 ? upper[byte - 0x80U] : byte);
        }
        return made;
    }
    if ((any || given == encoding::utf_8) && takes("\xEF\xBB\xBF")) return std::string{bytes};
    if ((any || given == encoding::utf_16_le) && takes("\xFF\xFE")) {
        return model_utf_16(bytes, true);
    }
    if ((any || given == encoding::utf_16_be) && takes("\xFE\xFF")) {
        return model_utf_16(bytes, false);
    }
    if (given == encoding::utf_16_le) return model_utf_16(bytes, true);
    if (given == encoding::utf_16_be) return model_utf_16(bytes, false);
    return std::string{bytes};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    constexpr std::array encodings{encoding::automatic, encoding::utf_8, encoding::utf_16_le,
                                   encoding::utf_16_be, encoding::windows_1252};
    input from{data, size};
    auto const given = encodings[from.below(encodings.size())];
    auto const blocks = from.byte();
    auto const bytes = from.rest();

    jobs::decoder decoder{given};
    std::string text;
    in_blocks(bytes, blocks, [&](std::string_view block) { text += decoder.decode(block); });
    text += decoder.finish();
    auto const expected = model(bytes, given);
    must(text.starts_with(expected), "the model's text", text);
    must(text.size() <= expected.size() + 1, "and at most a sign of half a character after it");
    must(text.size() <= bytes.size() * 3 + 1, "text is at most three times its bytes");
    must(text == expected || utf_8_ends(text) == expected.size() ||
             utf_8_ends(expected) < expected.size(),
         "half a character is seen to be none");

    jobs::read_options options;
    options.encoded = given;
    check_result(text, read_both_ways(bytes, options, blocks));
    return 0;
}
