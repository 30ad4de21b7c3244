#include "engine/jobs/did_you_mean.hpp"

#include <array>
#include <string>

#include "tests/support/catch.hpp"

using allot::jobs::did_you_mean;

namespace {

constexpr std::array<std::string_view, 4> skus{"POWER_BI_PRO", "POWER_BI_STANDARD", "SPE_E3",
                                               "SPE_E5"};

}  // namespace

TEST_CASE("a slip of the finger is understood", "[jobs]") {
    struct example {
        std::string_view given;
        std::string_view meant;
    };
    for (auto const& [given, meant] :
         {example{"POWER_BI_PR0", "POWER_BI_PRO"},   // replaced
          example{"POWERBI_PRO", "POWER_BI_PRO"},    // left out
          example{"POWER_BI__PRO", "POWER_BI_PRO"},  // put in
          example{"POWER_IB_PRO", "POWER_BI_PRO"},   // swapped
          example{"power bi pro", "POWER_BI_PRO"},   // case, and two replaced
          example{"PowerBIPro", "POWER_BI_PRO"}, example{"SPE_E3", "SPE_E3"},
          example{"SPEE5", "SPE_E5"}}) {
        CAPTURE(std::string{given});
        auto const found = did_you_mean(given, skus);
        REQUIRE(found);
        CHECK(*found == meant);
    }
}

TEST_CASE("what is not near is not guessed", "[jobs]") {
    for (std::string_view const given : {"", "X", "OFFICE_365", "POWER_BI_PREMIUM_PLUS", "E5"}) {
        CAPTURE(std::string{given});
        CHECK_FALSE(did_you_mean(given, skus));
    }
    CHECK_FALSE(did_you_mean(std::string(100'000, 'P'), skus));
}

TEST_CASE("of equally near words the first is meant", "[jobs]") {
    CHECK(did_you_mean("SPE_E4", skus) == std::optional<std::string_view>{"SPE_E3"});
}
