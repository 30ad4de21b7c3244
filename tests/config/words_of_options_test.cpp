#include <set>
#include <string>

#include "config/completion.hpp"
#include "config/manual.hpp"
#include "config/options.hpp"
#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;

TEST_CASE("every option is explained, in the manual too", "[config]") {
    auto const page = manual();
    for (auto const& each : all_options()) {
        CAPTURE(each.name);
        CHECK_FALSE(each.help.empty());
        CHECK_FALSE(each.help.ends_with('.'));
        CHECK(has(page, "\\fB\\-\\-" + roff(each.name) + "\\fR"));
    }
    for (auto const each : all_commands) CHECK(has(page, ".B allot " + std::string{name(each)}));
}

TEST_CASE("what completion offers as a value can be written as one", "[config]") {
    std::set<std::string> checked;
    for (auto const& each : all_options()) {
        for (auto const word : listed_values(each)) {
            CAPTURE(each.name, word);
            settings into;
            CHECK_FALSE(each.set(into, word).has_value());
            checked.insert(std::string{each.name});
        }
    }
    for (auto const* name : {"output", "survey", "auth", "cloud", "encoding", "set-usage-location",
                             "assertion-algorithm", "log-level", "progress"}) {
        CAPTURE(name);
        CHECK(checked.contains(name));
    }
}

TEST_CASE("the manual's text is never read as an instruction of roff", "[config]") {
    CHECK(roff("a-b") == "a\\-b");
    CHECK(roff("C:\\x") == "C:\\ex");
    CHECK(roff(".TH") == "\\&.TH");
    CHECK(roff("'quote") == "\\&'quote");
    CHECK(roff("").empty());
}

TEST_CASE("completion names the profiles of the file, and is told of nothing that is wrong",
          "[config]") {
    machine on;
    on.arguments = {"completion", "profiles"};
    CHECK(on.read().profiles == std::vector<std::string>{"simulated"});
    on.files["/etc/allot/allot.conf"] =
        "state-dir = /s\n[contoso]\ntenant = x.example\n[fabrikam]\n";
    CHECK(on.read().profiles == std::vector<std::string>{"simulated", "contoso", "fabrikam"});
    CHECK(on.read().state_dir == "/s");
    on.files["/etc/allot/allot.conf"] = "what is this\n";
    CHECK(on.read().profiles == std::vector<std::string>{"simulated"});
    on.variables["ALLOT_PROFILE"] = "gone";
    on.arguments = {"completion", "bash"};
    CHECK(on.read().topic == "bash");
    CHECK(on.read().what == command::completion);
    on.arguments = {"man"};
    CHECK(on.read().topic.empty());
}

TEST_CASE("each shell's script knows every flag of every command", "[config]") {
    for (auto const* shell : {"bash", "zsh", "fish"}) {
        auto const script = completion_script(shell);
        for (auto const& each : all_options()) {
            CAPTURE(shell, each.name);
            auto const flag = shell == std::string{"fish"} ? " -l " + std::string{each.name}
                                                           : "--" + std::string{each.name};
            CHECK(has(script, flag));
        }
    }
}
