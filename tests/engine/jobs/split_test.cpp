// Goal: what is read depends on the bytes alone, never on the pieces they come in. Method: every
// place to cut, and pieces of every small size, against the file as a whole; and the readers' own
// passes, made small, over files with every kind of quote, line end, wide character and fault.
#include <cstdint>
#include <string>
#include <vector>

#include "engine/jobs/csv_reader.hpp"
#include "engine/jobs/json_reader.hpp"
#include "reading.hpp"
#include "tests/support/catch.hpp"

using namespace allot::jobs;
using namespace allot::jobs::testing;

namespace {

lines with_notes(read_result const& result) {
    auto all = describe(result);
    for (auto& note : describe(result.read.source, result.notes)) all.push_back(std::move(note));
    return all;
}

lines read_in_pieces(std::string_view bytes, std::size_t first, std::size_t piece,
                     std::string const& name) {
    reader pieces{options_for(name)};
    pieces.feed(bytes.substr(0, first));
    for (auto at = first; at < bytes.size(); at += piece) pieces.feed(bytes.substr(at, piece));
    return with_notes(pieces.finish());
}

std::string utf_16_le(std::u16string_view text) {
    std::string bytes = "\xFF\xFE";
    for (auto const unit : text) {
        bytes += static_cast<char>(unit & 0xFF);
        bytes += static_cast<char>(unit >> 8);
    }
    return bytes;
}

std::vector<std::pair<std::string, std::string>> const files{
    {"job.csv",
     "\xEF\xBB\xBFsep=;\r\nuser;sku;note\r\n\r\nann@contoso.com;\"S;1\";\"two\r\nlines "
     "\"\"ü\"\"\"\r\n"
     "bob@contoso.com;S2;😀\r\n"},
    {"job.csv", "user,sku,action\rann@contoso.com,S,\rbob@contoso.com, \"T\" ,remove\r"},
    {"job.csv",
     "user,sku\nann,S\n\"bob@contoso.com\"x,S\n\"cid@contoso.com,\"\"S\nü\xFF,S\ndan@contoso.com,"
     "\"S\neve,\n"},
    {"job.csv",
     utf_16_le(u"user\tsku\tnote\r\nann@contoso.com\tS\t😀\r\nbob@contoso.com\tS\t\xD83D\r\n")},
    {"job.jsonl",
     "{\"user\":\"ann@contoso.com\",\"sku\":\"S\",\"note\":\"ü\\n\"}\r\n\r\n{\"user\":\"bob\","
     "\"sku\":\"S\"}\r\n{\"user\":\"c\r\n"},
    {"job.json",
     "[ "
     "{\"user\":\"ann@contoso.com\",\r\n\"sku\":\"S}]\\\"\",\"x\":[1,{\"y\":\"]\"}]},\r\n{\"user\":"
     "\"bob@contoso.com\",\"sku\":\"\\\\\"} ]\r\n"},
    {"job.json",
     "[{\"user\":\"ann@contoso.com\",\"sku\":\"S\"} "
     ",\r{\"user\":\"bob@contoso.com\",\"sku\":\"S\"}\r\n] "},
    {"job.json",
     "{ \"targets\" : [{\"user\":\"ann@contoso.com\"},\r\n5], "
     "\"defaults\":{\"sku\":\"S\",\"country\":\"xx\"} }\r\n"},
};

/// The reader of a form on its own, with passes of a given size.
template <class Reader>
lines read_in_passes(std::string_view utf_8, std::size_t pass_size, std::string const& name) {
    gathering gathered{false};
    Reader one{gathered, pass_size};
    one.feed(utf_8);
    one.finish();
    read_result result;
    result.errors = gathered.problems.take_errors();
    result.notes = gathered.problems.take_notes();
    result.read = std::move(gathered.into);
    result.read.source = name;
    return with_notes(result);
}

}  // namespace

TEST_CASE("a file cut anywhere reads the same", "[jobs][split]") {
    for (auto const& [name, bytes] : files) {
        auto const whole = with_notes(read(bytes, options_for(name)));
        CHECK(whole.size() >= 2);
        for (std::size_t first = 0; first <= bytes.size(); ++first) {
            CAPTURE(bytes, first);
            REQUIRE(read_in_pieces(bytes, first, bytes.size(), name) == whole);
        }
        for (std::size_t piece = 1; piece <= 9; ++piece) {
            CAPTURE(bytes, piece);
            REQUIRE(read_in_pieces(bytes, 0, piece, name) == whole);
        }
    }
}

TEST_CASE("a file read in passes of any size reads the same", "[jobs][split]") {
    for (auto const& [name, bytes] : files) {
        if (bytes.starts_with("\xFF\xFE")) continue;
        auto const text = std::string_view{bytes}.substr(bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0);
        bool const is_csv = name == "job.csv";
        auto const in_passes = is_csv ? read_in_passes<csv_reader> : read_in_passes<json_reader>;
        auto const whole = in_passes(text, text.size() + 1, name);
        for (std::size_t pass_size = 1; pass_size <= text.size(); ++pass_size) {
            CAPTURE(bytes, pass_size);
            REQUIRE(in_passes(text, pass_size, name) == whole);
        }
    }
}

TEST_CASE("rows longer and shorter than what is scanned at once read the same", "[jobs][split]") {
    for (std::size_t length = 1; length <= 200; ++length) {
        auto const sku = std::string(length, 'S');
        for (std::string const end : {"\n", "\r\n", "\r"}) {
            for (std::string const quote : {"", "\""}) {
                std::string file = "user,sku" + end;
                lines expected;
                for (int row = 2; row < 9; ++row) {
                    file += fmt::format("u{0}@contoso.com,{3}{1}{0}{3}{2}", row, sku, end, quote);
                    expected.push_back(
                        fmt::format("{0}: assign {1}{0} to u{0}@contoso.com", row, sku));
                }
                CAPTURE(length, end, quote);
                REQUIRE(read_csv(file) == expected);
            }
        }
    }
}
