#include "engine/jobs/product_list.hpp"

#include "tests/support/catch.hpp"

using namespace allot;

namespace {

std::string const header =
    "Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,"
    "Service_Plans_Included_Friendly_Names\r\n";

}  // namespace

TEST_CASE("Microsoft's list of products is read as it is published", "[products]") {
    auto const read = jobs::read_product_list(
        "\xEF\xBB\xBF" + header +
        "Power BI\xC2\xA0Pro,POWER_BI_PRO\t,F8A1DB68-BE16-40ED-86D5-CB42CE701560,BI_AZURE_P2,"
        "70D33638-9c74-4d01-bfd3-562de28bd4ba, Power  BI\tPro \r\n"
        "Power BI Pro,POWER_BI_PRO,f8a1db68-be16-40ed-86d5-cb42ce701560,EXCHANGE_S_FOUNDATION,"
        "113feb6c-3fe4-4440-bddc-54d774bf0318,Exchange Foundation\r\n"
        "\"Phone, domestic\",MCOPSTN5,11dee6af-eca8-419f-8061-6864517c1875,MCOPSTN5,"
        "54a152dc-90de-4996-93d2-bc47e670fc06,Calling\r\n"
        "Phone 120,MCOPSTN5,54a152dc-90de-4996-93d2-bc47e670fc07,MCOPSTN5,"
        "54a152dc-90de-4996-93d2-bc47e670fc06,Calling\r\n"
        "broken,row,not-a-guid,,,\r\n");
    REQUIRE(read.has_value());
    REQUIRE(read->products.size() == 3);
    CHECK(read->products[0].name == "Power BI Pro");
    CHECK(read->products[0].part_number == "POWER_BI_PRO");
    CHECK(read->products[0].sku.str() == "f8a1db68-be16-40ed-86d5-cb42ce701560");
    CHECK(read->products[1].name == "Phone, domestic");
    CHECK(read->products[2].part_number == "MCOPSTN5");  // one part number, two products
    REQUIRE(read->plans.size() == 3);
    CHECK(read->plans[0].name == "Power BI Pro");
    CHECK(read->plans[0].id.str() == "70d33638-9c74-4d01-bfd3-562de28bd4ba");
    CHECK(read->unreadable_rows == 1);
}

TEST_CASE("columns of the list are found by their names", "[products]") {
    auto const read = jobs::read_product_list(
        "GUID,String_Id,Product_Display_Name\nf8a1db68-be16-40ed-86d5-cb42ce701560,X,An X\n");
    REQUIRE(read.has_value());
    CHECK(read->products[0].name == "An X");
    CHECK(read->plans.empty());
}

TEST_CASE("what is no list of products is refused with what is expected", "[products]") {
    for (auto const& text : {std::string{}, std::string{"user,sku\na@b.example,X\n"}, header,
                             std::string{"\x00\x01\xFF", 3}}) {
        auto const read = jobs::read_product_list(text);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == errc::invalid_input);
        CHECK(read.error().message.find("Product_Display_Name") != std::string::npos);
    }
}
