#include "engine/survey/page_chain.hpp"

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::survey;

namespace {

user_id person(std::uint64_t number) {
    user_id made;
    for (std::size_t byte = 0; byte < 8; ++byte) {
        made.value.bytes[byte] = static_cast<std::uint8_t>(number >> (8 * byte));
    }
    return made;
}

}  // namespace

TEST_CASE("a list of ten thousand pages with somebody new on each is followed", "[survey]") {
    page_chain chain;
    for (std::uint64_t page = 0; page < 10'000; ++page) {
        REQUIRE_FALSE(chain.follow(person(page)));
    }
}

TEST_CASE("a list that goes in a circle is found out, however long the way into it", "[survey]") {
    auto const way_in = GENERATE(0U, 1U, 7U, 300U);
    auto const round = GENERATE(1U, 2U, 3U, 64U, 1000U);
    page_chain chain;
    std::uint64_t page = 0;
    std::optional<std::string_view> wrong;
    while (!wrong) {
        auto const at = page < way_in ? page : way_in + (page - way_in) % round;
        wrong = chain.follow(person(at));
        ++page;
        REQUIRE(page <= 4 * (way_in + round) + 4);
    }
    CHECK(*wrong == "begins again with a page that was there before");
}

TEST_CASE("a few pages may have nobody on them, but not one after the other for ever", "[survey]") {
    page_chain chain;
    for (std::uint64_t times = 0; times < 5; ++times) {
        for (std::uint64_t page = 1; page < barren_pages_max; ++page) {
            REQUIRE_FALSE(chain.follow(std::nullopt));
        }
        REQUIRE_FALSE(chain.follow(person(times)));
    }
    for (std::uint64_t page = 1; page < barren_pages_max; ++page) {
        REQUIRE_FALSE(chain.follow(std::nullopt));
    }
    CHECK(chain.follow(std::nullopt) == "goes on and on with nobody on its pages");
}

TEST_CASE("somebody new on page after page is believed up to a hundred million users", "[survey]") {
    page_chain chain;
    for (std::uint64_t page = 1; page < pages_max; ++page) {
        REQUIRE_FALSE(chain.follow(person(page)));
    }
    CHECK(chain.follow(person(pages_max)) == "has more pages than any tenant fills");
}
