#include "rules.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

namespace broken {

namespace {

constexpr std::array names{
    std::pair{std::string_view{"raw"}, damage::raw},
    std::pair{std::string_view{"last"}, damage::last},
    std::pair{std::string_view{"flood"}, damage::flood},
    std::pair{std::string_view{"drip"}, damage::drip},
    std::pair{std::string_view{"silence"}, damage::silence},
    std::pair{std::string_view{"cut"}, damage::cut},
    std::pair{std::string_view{"half"}, damage::half},
    std::pair{std::string_view{"half-cut"}, damage::half_cut},
    std::pair{std::string_view{"endless"}, damage::endless},
    std::pair{std::string_view{"twice"}, damage::twice},
    std::pair{std::string_view{"stale"}, damage::stale},
    std::pair{std::string_view{"chain"}, damage::chain},
    std::pair{std::string_view{"echo"}, damage::echo},
    std::pair{std::string_view{"replace"}, damage::replace},
};

[[noreturn]] void give_up(std::string const& why) {
    std::fprintf(stderr, "broken_relay: %s\n", why.c_str());
    std::exit(2);
}

std::string take_until_colon(std::string_view& from) {
    auto const colon = from.find(':');
    std::string taken{from.substr(0, colon)};
    from.remove_prefix(colon == std::string_view::npos ? from.size() : colon + 1);
    return taken;
}

std::string bytes_of(std::string const& file) {
    std::ifstream from{file, std::ios::binary};
    if (!from) give_up("cannot read " + file);
    return {std::istreambuf_iterator<char>{from}, {}};
}

}  // namespace

rule read_rule(std::string_view text) {
    std::string const whole{text};
    rule read;
    read.where = take_until_colon(text);
    auto const every = take_until_colon(text);
    read.every = static_cast<unsigned>(std::strtoul(every.c_str(), nullptr, 10));
    auto const what = take_until_colon(text);
    bool known = false;
    for (auto const& [name, meaning] : names) {
        if (name != what) continue;
        read.what = meaning;
        known = true;
    }
    if (!known || read.every == 0) give_up("this is no WHERE:EVERY:WHAT[:ARGUMENT]: " + whole);
    read.argument = text;
    bool const of_file = read.what == damage::raw || read.what == damage::last ||
                         read.what == damage::flood || read.what == damage::drip;
    if (of_file) read.argument = bytes_of(read.argument);
    return read;
}

std::optional<rule> rule_book::next(std::string_view line) {
    std::lock_guard const held{lock_};
    std::optional<rule> applies;
    for (auto& each : rules_) {
        if (line.find(each.where) == std::string_view::npos) continue;
        if (++each.met % each.every == 0 && !applies) applies = each;
    }
    return applies;
}

}  // namespace broken
