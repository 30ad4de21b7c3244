#include "connectors/port/withhold.hpp"

#include "tests/support/catch.hpp"

using namespace allot;

namespace {

std::string without(std::string text, std::string_view secret) {
    withhold(text, secret);
    return text;
}

}  // namespace

TEST_CASE("a secret is withheld wherever a text repeats it", "[port][withhold]") {
    std::string const token = "eyJ0eXAiOiJKV1QifQ.eyJ" + std::string(1500, 'a') + ".signature";
    CHECK(without("You sent Bearer " + token, token) == "You sent Bearer (withheld)");
    CHECK(without(token + "," + token + token + "!", token) == "(withheld),(withheld)(withheld)!");
    CHECK(without("all but its end: " + token.substr(1), token) ==
          "all but its end: " + token.substr(1));
    CHECK(without("all but its last: " + token.substr(0, token.size() - 1), token) ==
          "all but its last: " + token.substr(0, token.size() - 1));
    CHECK(without("", token).empty());
    CHECK(without("aaaaaaaaaaaaaaaaa", "aaaaaaaa") == "(withheld)(withheld)a");
    CHECK(without({"\0twelve bytes\0", 14}, {"\0twelve bytes", 13}) ==
          std::string{"(withheld)\0", 11});
}

TEST_CASE("what is too short to be a secret is part of any word", "[port][withhold]") {
    CHECK(without("a password of seven", "passwor") == "a password of seven");
    CHECK(without("nothing is withheld", "") == "nothing is withheld");
}
