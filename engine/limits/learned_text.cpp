#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "connectors/port/json_text.hpp"
#include "engine/limits/learned.hpp"
#include "engine/throttle/seconds.hpp"

/// The file that learned limits are kept in.
namespace allot::limits {

namespace {

using simdjson::SUCCESS;
using throttle::counting;
using json_object = simdjson::dom::object;

constexpr std::array<std::string_view, 2> counting_names{"bucket", "window"};

failure broken(std::string_view why) {
    return failure{errc::could_not_run, std::string{why}};
}

bool read_text(json_object const& from, std::string_view key, std::string& to) {
    std::string_view text;
    if (from.at_key(key).get(text) != SUCCESS) return false;
    to = text;
    return true;
}

/// A number above `above` and up to `most`.
bool read_number(json_object const& from, std::string_view key, double above, double most,
                 double& to) {
    return from.at_key(key).get(to) == SUCCESS && to > above && to <= most;
}

bool read_time(json_object const& from, std::string_view key, wall_time& to) {
    std::string text;
    if (!read_text(from, key, text)) return false;
    auto const at = parse_iso_8601(text);
    if (at) to = *at;
    return at.has_value();
}

bool read_limit(json_object const& from, throttle::limit& to) {
    std::string text;
    if (!read_text(from, "limit", text)) return false;
    auto const found = std::ranges::find(throttle::all_limits, text, throttle::name);
    if (found == throttle::all_limits.end()) return false;
    to = *found;
    return true;
}

bool read_counting(json_object const& from, counting& to) {
    std::string text;
    if (!read_text(from, "counting", text)) return false;
    auto const found = std::ranges::find(counting_names, text);
    if (found == counting_names.end()) return false;
    to = static_cast<counting>(found - counting_names.begin());
    return true;
}

bool read_finding(json_object const& from, finding& to) {
    constexpr double amount_max = 1e12;
    constexpr double seconds_max = 1e8;
    double seconds = 0;
    bool const whole =
        read_text(from, "tenant", to.whose.tenant) &&
        read_text(from, "client_id", to.whose.client_id) && read_limit(from, to.of) &&
        read_number(from, "amount", 0, amount_max, to.published.amount) &&
        read_number(from, "window_seconds", 0, seconds_max, seconds) &&
        read_number(from, "share", 0, 1, to.is.share) && read_time(from, "share_at", to.share_at) &&
        read_number(from, "left", -1e-9, 1, to.is.left) && read_time(from, "left_at", to.left_at) &&
        read_counting(from, to.is.counts);
    to.published.window = duration{std::llround(seconds * 1e9)};
    return whole;
}

}  // namespace

std::string to_text(learned_limits const& of) {
    std::string text = "{\"limits\":[";
    for (auto const& one : of) {
        text += fmt::format(
            "{}\n{{\"tenant\":{},\"client_id\":{},\"limit\":\"{}\",\"amount\":{},"
            "\"window_seconds\":{},\"share\":{:.4f},\"share_at\":\"{}\",\"left\":{:.4f},"
            "\"left_at\":\"{}\",\"counting\":\"{}\"}}",
            &one == of.data() ? "" : ",", json_string(one.whose.tenant),
            json_string(one.whose.client_id), throttle::name(one.of), one.published.amount,
            throttle::in_seconds(one.published.window), one.is.share, iso_8601(one.share_at),
            one.is.left, iso_8601(one.left_at),
            counting_names[static_cast<std::size_t>(one.is.counts)]);
    }
    return text + "\n]}\n";
}

result<learned_limits> parse(std::string_view text) {
    simdjson::dom::parser parser;
    simdjson::dom::element whole;
    simdjson::dom::array rows;
    // An empty text may point nowhere, which the parser must not see.
    if (text.empty() || parser.parse(text.data(), text.size()).get(whole) != SUCCESS)
        return broken("is not JSON");
    if (whole.at_key("limits").get(rows) != SUCCESS) return broken("has no array `limits`");
    learned_limits read;
    for (auto const row : rows) {
        json_object from;
        if (row.get(from) != SUCCESS || !read_finding(from, read.emplace_back())) {
            return broken(fmt::format("does not say all that it should in entry {}", read.size()));
        }
    }
    return read;
}

}  // namespace allot::limits
