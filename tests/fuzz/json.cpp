// JSON jobs in every form, in any blocks: the same job or the same errors, each in its place.
#include <simdjson.h>

#include <string>

#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/jobs.hpp"

using namespace allot;
using namespace allot::fuzzing;

namespace {

/// What is read from JSON without a complaint is JSON to others too, with as many targets.
void check_against_parser(std::string_view text, jobs::read_result const& read) {
    simdjson::dom::parser parser;
    simdjson::dom::element whole;
    std::string const own{text};
    bool const is_json = parser.parse(own).get(whole) == simdjson::SUCCESS;
    simdjson::dom::array items;
    simdjson::dom::element targets;
    if (is_json && whole.get_array().get(items) == simdjson::SUCCESS) {
        must(items.size() == read.read.targets.size(), "a target for each object of the array");
    } else if (is_json && whole.at_key("targets").get(targets) == simdjson::SUCCESS) {
        must(targets.get_array().get(items) == simdjson::SUCCESS &&
                 items.size() == read.read.targets.size(),
             "a target for each object in targets");
    } else {
        // One object to a line.
        std::size_t objects = 0;
        for (std::size_t at = 0; at < text.size();) {
            auto const line = text.substr(at, text.find('\n', at) - at);
            if (line.find_first_not_of(" \t\r\n") != std::string_view::npos) {
                std::string const row{line};
                must(parser.parse(row).get(whole) == simdjson::SUCCESS && whole.is_object(),
                     "each line is an object", row);
                ++objects;
            }
            at += line.size() + 1;
        }
        must(objects == read.read.targets.size(), "a target for each line");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    auto const blocks = from.byte();
    auto const text = from.rest();
    jobs::read_options options;
    options.form = jobs::file_form::json;
    options.encoded = jobs::encoding::utf_8;
    options.strict = blocks % 16 == 15;
    auto const read = read_both_ways(text, options, blocks);
    auto decoded = text;
    if (decoded.starts_with("\xEF\xBB\xBF")) decoded.remove_prefix(3);
    check_result(decoded, read);
    if (read.errors.empty()) check_against_parser(decoded, read);
    return 0;
}
