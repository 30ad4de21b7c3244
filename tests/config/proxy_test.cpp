#include "config/proxy.hpp"

#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;

namespace {

proxy_server read_proxy(machine const& on) {
    return on.read().tenant.proxy;
}

machine with(std::map<std::string, std::string> const& variables,
             std::vector<std::string> arguments = {"skus"}) {
    auto made = able(std::move(arguments));
    made.variables.insert(variables.begin(), variables.end());
    return made;
}

}  // namespace

TEST_CASE("without a word of a proxy there is none", "[config]") {
    CHECK(read_proxy(able({"skus"})).host.empty());
    // That one is for http alone, which is not spoken here.
    CHECK(read_proxy(with({{"HTTP_PROXY", "http://p:1"}, {"NO_PROXY", "*"}})).host.empty());
    CHECK(read_proxy(with({{"HTTPS_PROXY", ""}})).host.empty());
}

TEST_CASE("a proxy's URL is taken apart", "[config]") {
    struct row {
        char const* url;
        char const* host;
        char const* port;
        char const* user;
        char const* password;
    };
    for (auto const& each :
         {row{"http://proxy.corp:3128", "proxy.corp", "3128", "", ""},
          row{"HTTP://Proxy.Corp:3128/", "proxy.corp", "3128", "", ""},
          row{"proxy.corp:8080", "proxy.corp", "8080", "", ""},
          row{"http://proxy.corp", "proxy.corp", "80", "", ""},
          row{"http://10.1.2.3:8080", "10.1.2.3", "8080", "", ""},
          row{"http://[fd00::1]:8080", "fd00::1", "8080", "", ""},
          row{"http://[fd00::1]", "fd00::1", "80", "", ""},
          row{"http://ada:l0ve%40%3a%25@proxy:1", "proxy", "1", "ada", "l0ve@:%"},
          row{"http://corp%5Cada@proxy:1", "proxy", "1", "corp\\ada", ""},
          row{"http://ada:a@b@proxy:1", "proxy", "1", "ada", "a@b"},
          row{"http://ada:a:b@proxy:1", "proxy", "1", "ada", "a:b"}}) {
        INFO(each.url);
        auto const found = read_proxy(with({{"ALLOT_PROXY", each.url}}));
        CHECK(found.host == each.host);
        CHECK(found.port == each.port);
        CHECK(found.user == each.user);
        CHECK(found.password == each.password);
        CHECK(found.source == "ALLOT_PROXY");
    }
}

TEST_CASE("what names no HTTP proxy is refused, without what may be a password", "[config]") {
    for (auto const* url : {"http://", "http://a b", "ftp://p:1", "http://p:0", "http://p:99999",
                            "http://p:1/path", "http://p:1?x", "http://user@", "p:x"}) {
        INFO(url);
        auto const message = with({{"ALLOT_PROXY", url}}).failure_message();
        CHECK(has(message, "ALLOT_PROXY: "));
        CHECK(has(message, "write http://HOST:PORT"));
    }
    for (auto const* url : {"socks5://p:1080", "https://p:443"}) {
        CHECK(has(with({{"ALL_PROXY", url}}).failure_message(), "is no plain HTTP proxy"));
    }
    for (auto const* name : {"ALLOT_PROXY", "HTTPS_PROXY"}) {
        for (auto const* url :
             {"socks5://ada:s3cret@p:1", "http://ada:s3cret%0A@p:1", "http://ada:s3cret%4@p:1",
              "http://:s3cret@p:1", "http://a%3Ab:s3cret@p:1", "http://ada:s3cret@p:1/x"}) {
            INFO(url);
            auto const message = with({{name, url}}).failure_message();
            CHECK(has(message, name));
            CHECK_FALSE(has(message, "s3cret"));
        }
    }
}

TEST_CASE("the strongest word on a proxy counts", "[config]") {
    auto machine = with({{"ALL_PROXY", "http://a:1"}});
    CHECK(read_proxy(machine).source == "ALL_PROXY");
    machine.variables["all_proxy"] = "http://b:1";
    CHECK(read_proxy(machine).host == "b");
    machine.variables["HTTPS_PROXY"] = "http://c:1";
    CHECK(read_proxy(machine).host == "c");
    machine.variables["https_proxy"] = "http://d:1";
    CHECK(read_proxy(machine).host == "d");
    CHECK_FALSE(read_proxy(machine).loopback_too);
    machine.files["/etc/allot/allot.conf"] = "proxy = http://e:1\n";
    CHECK(read_proxy(machine).host == "e");
    CHECK(read_proxy(machine).source == "/etc/allot/allot.conf:1: proxy");
    CHECK(read_proxy(machine).loopback_too);
    machine.variables["ALLOT_PROXY"] = "http://f:1";
    CHECK(read_proxy(machine).host == "f");
    machine.arguments = {"skus", "--proxy", "http://g:1"};
    CHECK(read_proxy(machine).host == "g");
    CHECK(read_proxy(machine).source == "--proxy");
    machine.arguments = {"skus", "--proxy", "none"};
    CHECK(read_proxy(machine).host.empty());
    machine.arguments = {"skus"};
    machine.variables["ALLOT_PROXY"] = "None";
    CHECK(read_proxy(machine).host.empty());
}

TEST_CASE("a flag takes no proxy password; variables do", "[config]") {
    auto machine = able({"skus", "--proxy", "http://ada:s3cret@p:1"});
    auto const message = machine.failure_message();
    CHECK(has(message, "ALLOT_PROXY_PASSWORD"));
    CHECK_FALSE(has(message, "s3cret"));

    machine.arguments = {"skus", "--proxy", "http://ada@p:1"};
    CHECK(read_proxy(machine).password.empty());
    machine.variables["ALLOT_PROXY_PASSWORD"] = "s3 cret";
    CHECK(read_proxy(machine).password == "s3 cret");
    machine.variables["ALLOT_PROXY_PASSWORD_FILE"] = "/p";
    CHECK(has(machine.failure_message(), "are both set"));
    machine.variables.erase("ALLOT_PROXY_PASSWORD");
    CHECK(machine.failure_message() ==
          "ALLOT_PROXY_PASSWORD_FILE: the file that it names does not exist");
    machine.files["/p"] = "s3cret\r\n";
    CHECK(read_proxy(machine).password == "s3cret");
    machine.files["/p"] = "s3cret\nand more\n";
    CHECK_FALSE(has(machine.failure_message(), "s3cret"));

    machine.files["/p"] = "s3cret\n";
    machine.arguments = {"skus", "--proxy", "http://p:1"};
    CHECK(has(machine.failure_message(), "names no user"));
    // Nobody to tell it to: no matter.
    machine.arguments = {"skus", "--proxy", "none"};
    CHECK(read_proxy(machine).host.empty());
}

TEST_CASE("what NO_PROXY lists goes along", "[config]") {
    auto machine = with({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", " .corp, 10.0.0.0/8,,x:1 y"}});
    CHECK(read_proxy(machine).except ==
          std::vector<std::string>{".corp", "10.0.0.0/8", "x:1", "y"});
    machine.variables["no_proxy"] = "*";
    CHECK(read_proxy(machine).except == std::vector<std::string>{"*"});
}

TEST_CASE("the tenant in this process has no proxy but one that a flag names", "[config]") {
    auto machine = with({{"ALLOT_PROXY", "http://p:1"}, {"HTTPS_PROXY", "socks5://x"}},
                        {"skus", "--profile", "simulated"});
    CHECK(read_proxy(machine).host.empty());
    machine.arguments.insert(machine.arguments.end(), {"--proxy", "http://q:1"});
    CHECK(read_proxy(machine).host == "q");
    CHECK(read_proxy(machine).loopback_too);
}
