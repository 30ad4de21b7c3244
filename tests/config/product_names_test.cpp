#include "config/product_names.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::config;

TEST_CASE("products are known by id, part number and name", "[config]") {
    auto const names = product_names();
    auto const found = std::ranges::find(names, "POWER_BI_PRO", &product_name::part_number);
    REQUIRE(found != names.end());
    CHECK(found->name == "Power BI Pro");
    CHECK(found->sku.str() == "f8a1db68-be16-40ed-86d5-cb42ce701560");
    CHECK(std::ranges::count(names, "Microsoft Fabric (Free)", &product_name::name) == 1);
    CHECK(std::ranges::count(names, "SPE_E5", &product_name::part_number) == 1);
}

TEST_CASE("no product has another one's id, part number or name", "[config]") {
    std::set<sku_id> skus;
    std::set<std::string_view> part_numbers;
    std::set<std::string_view> names;
    for (auto const& each : product_names()) {
        INFO(each.part_number);
        CHECK(skus.insert(each.sku).second);
        CHECK(part_numbers.insert(each.part_number).second);
        CHECK(names.insert(each.name).second);
    }
    CHECK(skus.size() == 45);
}
