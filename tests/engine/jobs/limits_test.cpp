#include <string>

#include "reading.hpp"
#include "tests/support/catch.hpp"

using namespace allot::jobs;
using namespace allot::jobs::testing;

TEST_CASE("a cell of 64 KiB is read, and one of more is an error", "[jobs][limits]") {
    std::string const most(std::size_t{64} * 1024, 'x');
    for (std::string const quote : {"", "\""}) {
        CAPTURE(quote);
        auto const file = [&](std::string const& note) {
            return "user,sku,note\nann@contoso.com,S," + quote + note + quote + "\nbob,S,\n";
        };
        CHECK(read_csv(file(most)) == lines{"job.csv:3:1: user: neither a user principal name nor "
                                            "an id \"bob\": write a user principal name "
                                            "(ann@contoso.com) or an object id"});
        auto const more = read_csv(file(most + "x"));
        REQUIRE(more.size() == 2);
        CHECK(more[0].starts_with(quote.empty() ? "job.csv:2:19: a cell of more than 64 KiB"
                                                : "job.csv:2:19: a quote that is not closed"));
        CHECK(more[1].starts_with("job.csv:3:1: user: neither"));
    }
}

TEST_CASE("a quote that swallows the rest of a long file costs one row", "[jobs][limits]") {
    std::string file = "user,sku\nann@contoso.com,\"S\n";
    for (int row = 0; row < 20'000; ++row) file += fmt::format("u{}@contoso.com,S\n", row);
    CHECK(read_csv(file) == lines{"job.csv:2:17: a quote that is not closed: close it, or double a "
                                  "quote that is part of the text"});
}

TEST_CASE("a file of one endless line is refused without holding it", "[jobs][limits]") {
    for (std::string const start : {"", "user,sku\n", "user,sku\n\""}) {
        CAPTURE(start);
        reader one{options_for("job.csv")};
        one.feed(start);
        std::string const megabyte(std::size_t{1} << 20, 'x');
        for (int count = 0; count < 64; ++count) one.feed(megabyte);
        auto const errors = describe(one.finish());
        REQUIRE(errors.size() == 1);
        CHECK((errors.front().find("a cell of more than 64 KiB") != std::string::npos ||
               errors.front().find("a quote that is not closed") != std::string::npos));
    }
}

TEST_CASE("a thousand columns are read, and more are an error", "[jobs][limits]") {
    std::string head = "user,sku";
    std::string row = "ann@contoso.com,S";
    for (int column = 2; column < 1'000; ++column) {
        head += fmt::format(",c{}", column);
        row += fmt::format(",{}", column);
    }
    auto const result = read(head + "\n" + row + "\n", options_for("job.csv"));
    CHECK(result.errors.empty());
    REQUIRE(result.read.extra_columns.size() == 998);
    CHECK(result.read.extra_cells[997] == "999");
    auto const more = read_csv(head + ",one_more\n" + row + ",1\n");
    REQUIRE(more.size() == 1);
    CHECK(more.front().find("more than 1000 cells in a row") != std::string::npos);
}

TEST_CASE("a target in JSON has at most 1 MiB, and the file at most 100 unknown keys",
          "[jobs][limits]") {
    std::string const space(std::size_t{1} << 20, ' ');
    auto const good = R"({"user":"ann@contoso.com","sku":"S"})";
    auto const large = R"({"user":"bob@contoso.com",)" + space + R"("sku":"S"})";
    auto const after_line = read_json(std::string{good} + "\n" + large + "\n{}\n");
    REQUIRE(after_line.size() == 3);
    CHECK(after_line[0] ==
          "job.json:2:1: a target of more than 1024 KiB: look for a brace or quote that is not "
          "closed");
    CHECK(after_line[1].starts_with("job.json:3:1: user: no user"));
    auto const in_array = read_json("[" + std::string{good} + ",\n" + large + "]");
    REQUIRE(in_array.size() == 1);
    CHECK(in_array[0].starts_with("job.json:2:1: a target of more than 1024 KiB"));

    std::string keys = R"([{"user":"ann@contoso.com","sku":"S")";
    for (int key = 0; key < 100; ++key) keys += fmt::format(",\"k{}\":{}", key, key);
    CHECK(read(keys + "}]", options_for("job.json")).read.extra_cells.size() == 100);
    auto const more = read_json(keys + ",\"last\":1}]");
    REQUIRE(more.size() == 1);
    CHECK(more.front().find("last: more than 100 unknown keys in the file \"1\"") !=
          std::string::npos);
}

TEST_CASE("deep nesting in JSON is refused, not followed", "[jobs][limits]") {
    auto const deep = std::string(100'000, '[') + std::string(100'000, ']');
    auto const errors = read_json(R"([{"user":"ann@contoso.com","sku":"S","x":)" + deep + "}]");
    REQUIRE(errors.size() == 1);
    CHECK(errors.front().starts_with("job.json:1:"));
}

TEST_CASE("a large job reads in passes as it does in one", "[jobs][limits]") {
    std::string csv = "user,sku,note\n";
    std::string json = "[";
    lines expected;
    for (int row = 0; row < 12'000; ++row) {
        csv += fmt::format("user{0}@contoso.com,SKU{1},\"note\n{0}\"\n", row, row % 7);
        json += fmt::format(
            "{2}{{\"user\":\"user{0}@contoso.com\",\"sku\":\"SKU{1}\",\"note\":\"note\\n{0}\"}}",
            row, row % 7, row == 0 ? "" : ",\n");
    }
    auto const from_csv = read(csv, options_for("job.csv"));
    auto const from_json = read(json + "]", options_for("job.json"));
    REQUIRE(from_csv.errors.empty());
    REQUIRE(from_json.errors.empty());
    REQUIRE(from_csv.read.targets.size() == 12'000);
    REQUIRE(from_json.read.targets.size() == 12'000);
    for (std::size_t row = 0; row < 12'000; row += 97) {
        auto const sku_and_user =
            fmt::format("assign SKU{1} to user{0}@contoso.com note=<note\n{0}>", row, row % 7);
        CHECK(describe(from_csv.read, row) == fmt::format("{}: {}", 2 + row * 2, sku_and_user));
        CHECK(describe(from_json.read, row) == fmt::format("{}: {}", 1 + row, sku_and_user));
    }
}
