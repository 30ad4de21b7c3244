#include "connectors/graph/wire/claims.hpp"

#include "connectors/port/base64.hpp"
#include "tests/support/catch.hpp"

using allot::base64url;
using allot::graph::wire::read_roles;

TEST_CASE("an access token tells the permissions that it grants", "[graph]") {
    auto const token = [](std::string const& claims) {
        return base64url(R"({"alg":"none"})") + "." + base64url(claims) + ".signature";
    };
    using roles = std::vector<std::string>;
    CHECK(read_roles(token(R"({"roles":["User.Read.All","A"],"exp":1})")) ==
          roles{"User.Read.All", "A"});
    CHECK(read_roles(token(R"({"exp":1})")) == roles{});
    CHECK(read_roles(token(R"({"roles":"A"})")) == roles{});
    CHECK(read_roles(token(R"({"roles":[1,"A"]})")) == roles{"A"});
    for (auto const* opaque : {"", "abc", "a.b", "simulated.x-y.z", "!!.!!.!!", "YQ.YQ.YQ"}) {
        INFO(opaque);
        CHECK_FALSE(read_roles(opaque));
    }
}
