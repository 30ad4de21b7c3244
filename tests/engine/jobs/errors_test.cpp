#include <string>

#include "reading.hpp"
#include "tests/support/catch.hpp"

using namespace allot::jobs;
using namespace allot::jobs::testing;

namespace {

constexpr std::string_view user_form =
    "write a user principal name (ann@contoso.com) or an object id";
constexpr std::string_view name_form =
    "the name before the @ has letters, digits and ' . - _ ! # ^ ~ + $ only";
constexpr std::string_view domain_form = "the domain after the @ has letters, digits, - and . only";
constexpr std::string_view id_form =
    "write the id as 8-4-4-4-12 hexadecimal digits with nothing around it";

}  // namespace

TEST_CASE("every error of the file is reported in one go, each with its place and mend",
          "[jobs][errors]") {
    CHECK(read_csv("user,sku,action,disabled_plans,usage_location,priority\n"
                   "ann@contoso.com,POWER_BI_PRO,asign,,,\n"
                   ",,,,,\n"
                   ",POWER_BI_PRO,,,,\n"
                   "bob@contoso.com,,,,XX,high\n"
                   "cid@contoso.com,SPE_E5\n"
                   "dan@contoso.com,SPE_E5,remove,TEAMS1,,\n"
                   "eve@contoso.com,SPE_E5,,A;;B,,\n") ==
          lines{"job.csv:2:30: action: unknown action \"asign\": write assign or remove (did you "
                "mean assign?)",
                "job.csv:4:1: user: no user: every target needs a user, or a group, and a sku",
                "job.csv:5:17: sku: no sku: every target needs a user, or a group, and a sku",
                "job.csv:5:20: usage_location: unknown country code \"XX\": write the two letters "
                "of ISO 3166-1, "
                "such as DE or US",
                "job.csv:5:23: priority: malformed priority \"high\": write a whole number of at "
                "most nine digits; "
                "lower numbers get seats first",
                "job.csv:6: 2 cells where the header names 6: give every cell; it may be empty",
                "job.csv:7:31: disabled_plans: service plans given with remove \"TEAMS1\": leave "
                "the cell empty: a "
                "removal takes the whole licence",
                "job.csv:8:25: disabled_plans: malformed list of service plans \"A;;B\": write "
                "names or ids with ; or "
                "+ between them, or none to switch every plan on"});
}

TEST_CASE("a user is an id or a well-formed user principal name", "[jobs][errors]") {
    for (std::string_view const good :
         {"ann@contoso.com", "o'neil@contoso.com", "a.b-c_d!e#f^g~h@sub.contoso.co.uk",
          "ANN@CONTOSO.COM", "ann_gmail.com#EXT#@contoso.onmicrosoft.com", "a+b@contoso.com",
          "1@2.de", "F8A1DB68-BE16-40ED-86D5-CB42CE701560"}) {
        CAPTURE(std::string{good});
        CHECK(read_csv(fmt::format("user,sku\n{},S\n", good)) ==
              lines{fmt::format("2: assign S to {}", good)});
    }
    struct example {
        std::string_view user;
        std::string_view problem;
        std::string_view mend;
    };
    for (auto const& [user, problem, mend] :
         {example{"ann", "neither a user principal name nor an id", user_form},
          example{"Ann Smith", "neither a user principal name nor an id", user_form},
          example{"@contoso.com", "nothing before the @", user_form},
          example{"ann@", "nothing after the @", user_form},
          example{"a@b@contoso.com", "more than one @ in the user principal name",
                  "one user to a row, with one @"},
          example{"an n@contoso.com", "a space in the user principal name", name_form},
          example{"ann@con toso.com", "a space in the user principal name", domain_form},
          example{"a/b@contoso.com", "the character '/' in the user principal name", name_form},
          example{"Ann <ann@contoso.com>", "a space in the user principal name", name_form},
          example{"müller@contoso.com", "the character 'ü' in the user principal name", name_form},
          example{"ann@contoso_x.com", "the character '_' in the user principal name", domain_form},
          example{"ann@contoso", "malformed domain after the @",
                  "write the whole domain: ann@contoso.com"},
          example{"ann@contoso..com", "malformed domain after the @",
                  "write the whole domain: ann@contoso.com"},
          example{"ann@.com", "malformed domain after the @",
                  "write the whole domain: ann@contoso.com"},
          example{"ann.@contoso.com", "a dot before the @", user_form},
          example{"f8a1db68-be16-40ed-86d5-cb42ce70156", "malformed id", id_form},
          example{"{f8a1db68-be16-40ed-86d5-cb42ce701560}", "malformed id", id_form},
          example{"f8a1db68be1640ed86d5cb42ce701560", "malformed id", id_form},
          example{"g8a1db68-be16-40ed-86d5-cb42ce701560", "malformed id", id_form}}) {
        CAPTURE(std::string{user});
        CHECK(read_csv(fmt::format("user,sku\n{},S\n", user)) ==
              lines{fmt::format("job.csv:2:1: user: {} \"{}\": {}", problem, user, mend)});
    }
    auto const long_user = std::string(100, 'a') + "@contoso-x.com";
    CHECK(read_csv("user,sku\n" + long_user + ",S\n") ==
          lines{fmt::format(
              "job.csv:2:1: user: user principal name too long \"{}…\": at most 113 characters",
              long_user.substr(0, 60))});
    CHECK(read_csv("user,sku\n" + long_user.substr(1) + ",S\n").front().starts_with("2: assign"));
}

TEST_CASE("a SKU is any name, but not half an id", "[jobs][errors]") {
    for (std::string_view const good : {"POWER_BI_PRO", "Microsoft 365 E5 (no Teams)", "Büro",
                                        "SPE-E5", "F8A1DB68-be16-40ed-86d5-cb42ce701560"}) {
        CAPTURE(std::string{good});
        CHECK(read_csv(fmt::format("user,sku\nann@contoso.com,{}\n", good)) ==
              lines{fmt::format("2: assign {} to ann@contoso.com", good)});
    }
    for (std::string_view const bad :
         {"f8a1db68-be16-40ed-86d5-cb42ce70156", "{f8a1db68-be16-40ed-86d5-cb42ce701560}",
          "f8a1db68-be16-40ed-86d5-cb42ce70156x"}) {
        CAPTURE(std::string{bad});
        CHECK(read_csv(fmt::format("user,sku\nann@contoso.com,{}\n", bad)) ==
              lines{fmt::format("job.csv:2:17: sku: malformed id \"{}\": {}", bad, id_form)});
    }
    CHECK(read_csv("user,sku\nann@contoso.com,\"POWER\nBI\"\n") ==
          lines{"job.csv:2:17: sku: a line break or control character in the SKU \"POWER\\nBI\": "
                "write one SKU on one line"});
}

TEST_CASE("a country is one of the 249 codes of ISO 3166-1", "[jobs][errors]") {
    std::size_t known = 0;
    for (char first = 'A'; first <= 'Z'; ++first) {
        for (char second = 'A'; second <= 'Z'; ++second) {
            auto const read_one =
                read_csv(fmt::format("user,sku,country\na@contoso.com,S,{}{}\n", first, second));
            if (read_one ==
                lines{fmt::format("2: assign S to a@contoso.com in {}{}", first, second)})
                ++known;
        }
    }
    CHECK(known == 249);
    CHECK(read_csv("user,sku,country\na@contoso.com,S,uk\n") ==
          lines{"job.csv:2:17: usage_location: unknown country code \"uk\": write the two letters "
                "of ISO 3166-1, such as "
                "DE or US (did you mean GB?)"});
    CHECK(read_csv("user,sku,country\na@contoso.com,S,Germany\n")
              .front()
              .find("unknown country code \"Germany\"") != std::string::npos);
}

TEST_CASE("a priority is a whole number", "[jobs][errors]") {
    for (std::string_view const good : {"0", "-1", "2147483647", "-2147483648", "007"}) {
        CAPTURE(std::string{good});
        CHECK(read_csv(fmt::format("user,sku,priority\na@contoso.com,S,{}\n", good)) ==
              lines{fmt::format("2: assign S to a@contoso.com priority {}",
                                std::stoi(std::string{good}))});
    }
    for (std::string_view const bad :
         {"1.5", "1e3", "2147483648", "99999999999999999999", "+1", "1 2", "one", "0x1"}) {
        CAPTURE(std::string{bad});
        CHECK(read_csv(fmt::format("user,sku,priority\na@contoso.com,S,{}\n", bad))
                  .front()
                  .starts_with(
                      fmt::format("job.csv:2:17: priority: malformed priority \"{}\"", bad)));
    }
}

TEST_CASE("a list of service plans is names with ; or + between them", "[jobs][errors]") {
    for (std::string_view const bad : {";", "A;", ";A", "A++B", "none;A", "A+none"}) {
        CAPTURE(std::string{bad});
        CHECK(read_csv(fmt::format("user,sku,disabled_plans\na@contoso.com,S,\"{}\"\n", bad)) ==
              lines{fmt::format("job.csv:2:17: disabled_plans: malformed list of service plans "
                                "\"{}\": write names or ids "
                                "with ; or + between them, or none to switch every plan on",
                                bad)});
    }
    CHECK(read_csv("user,sku,disabled_plans\na@contoso.com,S,\"A,B\"\n") ==
          lines{"job.csv:2:17: disabled_plans: malformed list of service plans \"A,B\": separate "
                "the names with ; or +"});
}

TEST_CASE("the same target twice names the line of the first", "[jobs][errors]") {
    CHECK(read_csv("user,sku,action\n"
                   "ann@contoso.com,POWER_BI_PRO,\n"
                   "bob@contoso.com,POWER_BI_PRO,\n"
                   "ann@contoso.com,SPE_E5,\n"
                   "ANN@contoso.com,Power_BI_Pro,assign\n"
                   "ann@contoso.com,spe_e5,remove\n"
                   "bob@contoso.com,SPE_E5,remove\n"
                   "bob@contoso.com,SPE_E5,\n"
                   "ann@contoso.com,POWER_BI_PRO,\n") ==
          lines{"job.csv:5:1: user: the same user and SKU as on line 2 \"ANN@contoso.com\": keep "
                "one of the two",
                "job.csv:6:1: user: removes the SKU that is assigned on line 4 "
                "\"ann@contoso.com\": keep the one that is meant",
                "job.csv:8:1: user: assigns the SKU that is removed on line 7 \"bob@contoso.com\": "
                "keep the one that is meant",
                "job.csv:9:1: user: the same user and SKU as on line 2 \"ann@contoso.com\": keep "
                "one of the two"});
}

TEST_CASE("a double is found even when its first row has another fault", "[jobs][errors]") {
    CHECK(read_csv("user,sku,country\nann@contoso.com,S,QQ\nann@contoso.com,S,DE\n").size() == 2);
}

TEST_CASE("doubles are found among many users with many SKUs", "[jobs][errors]") {
    std::string file = "user,sku\n";
    for (int user = 0; user < 300; ++user) {
        for (int sku = 0; sku < 20; ++sku)
            file += fmt::format("u{}@contoso.com,SKU{}\n", user, sku);
    }
    CHECK(read_csv(file).size() == 6000);
    CHECK(read_csv(file + "u150@contoso.com,SKU7\n") ==
          lines{"job.csv:6002:1: user: the same user and SKU as on line 3009 \"u150@contoso.com\": "
                "keep one of the two"});
}

TEST_CASE("a header must name a user and a SKU, once each", "[jobs][errors]") {
    CHECK(read_csv("user,lisence,when\nann@contoso.com,S,now\n") ==
          lines{"job.csv:1: sku: no such column: name a column sku; found: user, lisence, when "
                "(did you mean licence where it says lisence?)",
                "job.csv:1:6: lisence: unknown column: did you mean licence? A column of your own "
                "needs a name that is further from ours"});
    CHECK(read_csv("name,thing\nx,y\n") ==
          lines{"job.csv:1: user: no such column: name a column user; found: name, thing",
                "job.csv:1: sku: no such column: name a column sku; found: name, thing"});
    CHECK(read_csv("user|sku\nann@contoso.com|S\n").size() == 2);
    CHECK(read_csv("user,sku,UPN\nann@contoso.com,S,ann@contoso.com\n") ==
          lines{"job.csv:1:10: UPN: the same column as user: keep one of the two"});
    CHECK(read_csv("user,sku,Note,note\nann@contoso.com,S,1,2\n") ==
          lines{"job.csv:1:15: note: the same column as Note: keep one of the two"});
}

TEST_CASE("rows are checked even when the header lacks a column", "[jobs][errors]") {
    CHECK(read_csv("user,action\nann,assign\nbob@contoso.com,delete\n") ==
          lines{"job.csv:1: sku: no such column: name a column sku; found: user, action",
                "job.csv:2:1: user: neither a user principal name nor an id \"ann\": " +
                    std::string{user_form},
                "job.csv:3:17: action: unknown action \"delete\": write assign or remove"});
}

TEST_CASE("a file without a header is told so, once", "[jobs][errors]") {
    for (std::string_view const first :
         {"ann@contoso.com,POWER_BI_PRO", "f8a1db68-be16-40ed-86d5-cb42ce701560,S"}) {
        CAPTURE(std::string{first});
        CHECK(read_csv(fmt::format("{}\nbob@contoso.com,SPE_E5\n", first)) ==
              lines{fmt::format("job.csv:1: no header: the first line holds values \"{}\": put a "
                                "line above it that names the "
                                "columns: user,sku",
                                first)});
    }
}

TEST_CASE("a file with nothing to do is an error", "[jobs][errors]") {
    lines const empty{"job.csv: the file is empty: the first line names the columns: user,sku"};
    CHECK(read_csv("") == empty);
    CHECK(read_csv("\n \r\n") == empty);
    CHECK(read_csv("\xEF\xBB\xBF") == empty);
    CHECK(read_csv("user,sku\n\n,\n") ==
          lines{"job.csv: the file has no targets: add a row for each user and SKU"});
}

TEST_CASE("the number of cells must be the header's", "[jobs][errors]") {
    CHECK(read_csv("user,sku\nann@contoso.com,S,x\nbob@contoso.com\nNight, Ann@contoso.com,S\n") ==
          lines{"job.csv:2:19: 3 cells where the header names 2: put quotes around a cell that "
                "holds the separator",
                "job.csv:3: 1 cell where the header names 2: give every cell; it may be empty",
                "job.csv:4:24: 3 cells where the header names 2: put quotes around a cell that "
                "holds the separator"});
}

TEST_CASE("a quote that is not closed is named where it opens, and the rest is read",
          "[jobs][errors]") {
    CHECK(read_csv("user,sku\nann@contoso.com,\"S\nbob,S\ncid@contoso.com,S\n") ==
          lines{"job.csv:2:17: a quote that is not closed: close it, or double a quote that is "
                "part of the text",
                "job.csv:3:1: user: neither a user principal name nor an id \"bob\": " +
                    std::string{user_form}});
    CHECK(read_csv("user,sku\nann@contoso.com,\"S") ==
          lines{"job.csv:2:17: a quote that is not closed: close it, or double a quote that is "
                "part of the text"});
    CHECK(read_csv("user,\"sku\nann@contoso.com,S\n") ==
          lines{"job.csv:1:6: a quote that is not closed: close it, or double a quote that is part "
                "of the text"});
}

TEST_CASE("text after a closing quote is an error at its place", "[jobs][errors]") {
    CHECK(read_csv("user,sku\nann@contoso.com,\"S\" "
                   "x\n\"bob@contoso.com,S\n\"cid\"@contoso.com,S\nbad,S\n") ==
          lines{"job.csv:2:21: text after the closing quote of the cell that starts on line 2, "
                "column 17: double a quote that "
                "is part of the text; put a separator after the cell",
                "job.csv:4:2: text after the closing quote of the cell that starts on line 3, "
                "column 1: double a quote that "
                "is part of the text; put a separator after the cell",
                "job.csv:5:1: user: neither a user principal name nor an id \"bad\": " +
                    std::string{user_form}});
}

TEST_CASE("columns are counted in characters", "[jobs][errors]") {
    CHECK(read_csv("note,user,sku\nMüller 😀,ann,S\n") ==
          lines{"job.csv:2:10: user: neither a user principal name nor an id \"ann\": " +
                std::string{user_form}});
    CHECK(read_csv("note,user,sku\n\"two\nlines, ü\",ann,S\n") ==
          lines{"job.csv:3:11: user: neither a user principal name nor an id \"ann\": " +
                std::string{user_form}});
}

TEST_CASE("with strict, an unknown column is an error", "[jobs][errors]") {
    auto options = options_for("job.csv");
    options.strict = true;
    auto const result = read("user,sku,ticket,Ort\nann@contoso.com,S,7,x\n", options);
    CHECK(describe(result) ==
          lines{"job.csv:1:10: ticket: unknown column: leave it out, or read without --strict",
                "job.csv:1:17: Ort: unknown column: leave it out, or read without --strict"});
    CHECK(result.notes.empty());
    CHECK(result.read.targets.empty());
}

TEST_CASE("the first 10,000 errors are kept, all are counted, and each is told of when it is found",
          "[jobs][errors]") {
    std::string file = "user,sku\n";
    for (int row = 0; row < 10'123; ++row) file += "nobody,S\n";
    auto options = options_for("job.csv");
    std::uint32_t told = 0;
    options.each_error = [&](input_error const& one) {
        ++told;
        CHECK(one.line == told + 1);
    };
    auto const result = read(file, options);
    REQUIRE(result.errors.size() == 10'000);
    CHECK(result.errors.back().line == 10'001);
    CHECK(result.errors_more == 123);
    CHECK(told == 10'123);
    CHECK(result.read.targets.empty());
}

TEST_CASE("a file that stopped making sense need not be read to its end", "[jobs][errors]") {
    reader endless{options_for("job.csv")};
    std::string const zeros(std::size_t{1} << 20, '\0');
    endless.feed("user,");
    CHECK(!endless.has_given_up());
    endless.feed(zeros);
    CHECK(endless.has_given_up());
    CHECK(endless.finish().errors.size() == 1);

    reader broken{options_for("job.json")};
    broken.feed(R"([{"user":"ann@contoso.com","sku":"S"}] x)" +
                std::string(std::size_t{1} << 20, ' '));
    CHECK(broken.has_given_up());
}

TEST_CASE("a header in the middle, as two files put together have it, is called one",
          "[jobs][errors]") {
    CHECK(read_csv("user,sku\nann@contoso.com,S\nUser , SKU\nbob@contoso.com,S\n") ==
          lines{"job.csv:3: the header once more: take this line out"});
}

TEST_CASE("an error text shows what a terminal would act on or hide", "[jobs][errors]") {
    CHECK(read_csv("user,sku\n\x1B[31mred\x1B[0m\x7F,S\n")
              .front()
              .find("\"\\x1B[31mred\\x1B[0m\\x7F\"") != std::string::npos);
    input_error const error{3, 0, "sku\n", "a\xE2\x80\xAE\tb\xFF", "bad\x07", ""};
    CHECK(to_text("x\x1B.csv", error) == "x\\x1B.csv:3: sku\\n: bad\\x07 \"a\\u202E\\tb\\xFF\"");
}
