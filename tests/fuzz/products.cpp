// Microsoft's list of products, however broken: each id once, and names that can be shown.
#include <set>
#include <string>

#include "engine/jobs/product_list.hpp"
#include "tests/fuzz/csv_model.hpp"
#include "tests/fuzz/fuzzing.hpp"

using namespace allot;
using namespace allot::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    std::string const text{from.rest()};
    auto const read = jobs::read_product_list(text);
    if (!read) {
        must(read.error().code == errc::invalid_input && !read.error().message.empty(),
             "a list that is none is said to be none");
        return 0;
    }
    std::set<sku_id> skus;
    for (auto const& one : read->products) {
        must(skus.insert(one.sku).second, "each product once");
        must(!one.part_number.empty(), "a product has a part number");
        for (auto const& words : {one.part_number, one.name}) {
            must(utf_8_ends(words) == words.size(), "names are UTF-8", words);
            must(words.find_first_of("\r\n\t") == std::string::npos, "names are one line", words);
        }
    }
    std::set<plan_id> plans;
    for (auto const& one : read->plans) must(plans.insert(one.id).second, "each plan once");
    must(!read->products.empty(), "a list without products is none");
    must(read->products.size() + read->plans.size() + read->unreadable_rows <= text.size(),
         "no more than the text has");
    return 0;
}
