#include "connectors/graph/wire/address.hpp"

#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

using namespace allot::graph::wire;

TEST_CASE("a user's address reaches that user whatever is in the name", "[graph]") {
    std::vector<std::pair<std::string, std::string>> const table{
        {"ana.q@contoso.example", "/users/ana.q@contoso.example"},
        {"11111111-aaaa-4bbb-8ccc-000000000001", "/users/11111111-aaaa-4bbb-8ccc-000000000001"},
        {"a_b.com#EXT#@t.onmicrosoft.com", "/users/a_b.com%23EXT%23@t.onmicrosoft.com"},
        {"a+b@x.y", "/users/a%2Bb@x.y"},
        {"o'brien@x.y", "/users/o%27brien@x.y"},
        {"$x@y.com", "/users('$x@y.com')"},
        {"$o'x@y.com", "/users('$o%27%27x@y.com')"},
        {"a/b?c=d&e%f@x.y", "/users/a%2Fb%3Fc%3Dd%26e%25f@x.y"},
        {"j\xC3\xB8rgen@x.y", "/users/j%C3%B8rgen@x.y"},
        {"a b\r\n@x.y", "/users/a%20b%0D%0A@x.y"},
        // Not names of users, and not to be taken for something else either.
        {"delta", "/users('delta')"},
        {"..", "/users('..')"},
        {"", "/users('')"},
        {"x')/manager", "/users('x%27%27%29%2Fmanager')"},
    };
    for (auto const& [user, path] : table) {
        INFO(user);
        CHECK(user_path(user) == path);
    }
}

TEST_CASE("an address is the service's own only on the same scheme, host and port", "[graph]") {
    std::string const root = "https://graph.microsoft.com";
    for (auto const* const own :
         {"https://graph.microsoft.com/v1.0/users?$skiptoken=x", "https://GRAPH.microsoft.com/x",
          "HTTPS://graph.microsoft.com/x", "https://graph.microsoft.com:443/x"}) {
        INFO(own);
        CHECK(same_origin(own, root));
    }
    for (auto const* const other :
         {"", "/v1.0/users", "http://graph.microsoft.com/x", "https://graph.microsoft.com",
          "https://graph.microsoft.com.evil.example/x", "https://evil.example/graph.microsoft.com/",
          "https://graph.microsoft.com@evil.example/x", "https://graph.microsoft.com:444/x",
          "https://graph.microsoft.com\\@evil.example/x", "https://graph.microsoft.com /x",
          "https://graph.microsoft.com/x\r\nX: y", "https://graph.microsoft.com?x=/",
          "//graph.microsoft.com/x", "https:/graph.microsoft.com/x",
          "https://graph.microsoft.co/x"}) {
        INFO(other);
        CHECK_FALSE(same_origin(other, root));
    }
    CHECK(same_origin("https://127.0.0.1:8443/v1.0/users", "https://127.0.0.1:8443"));
    CHECK(same_origin("https://[::1]:8443/v1.0/users", "https://[::1]:8443"));
    CHECK(same_origin("https://[::1]/v1.0/users", "https://[::1]:443"));
    CHECK_FALSE(same_origin("https://127.0.0.1:8444/v1.0/users", "https://127.0.0.1:8443"));
}
