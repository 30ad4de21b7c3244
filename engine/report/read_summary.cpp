#include <simdjson.h>

#include "engine/report/summary.hpp"

namespace allot::report {

namespace {

using element = simdjson::dom::element;
using object = simdjson::dom::object;
using array = simdjson::dom::array;

void take(element const& from, std::string& to) {
    std::string_view text;
    if (from.get_string().get(text) == simdjson::SUCCESS) to = text;
}
void take(element const& from, std::int64_t& to) {
    std::int64_t number = 0;
    if (from.get_int64().get(number) == simdjson::SUCCESS) to = number;
}
void take(element const& from, std::uint64_t& to) {
    std::uint64_t number = 0;
    if (from.get_uint64().get(number) == simdjson::SUCCESS) to = number;
}
void take(element const& from, int& to) {
    std::int64_t number = to;
    take(from, number);
    to = static_cast<int>(number);
}
void take(element const& from, double& to) {
    double number = 0;
    if (from.get_double().get(number) == simdjson::SUCCESS) to = number;
}
void take(element const& from, bool& to) {
    bool yes = false;
    if (from.get_bool().get(yes) == simdjson::SUCCESS) to = yes;
}
void take(element const& from, std::optional<double>& to) {
    double number = 0;
    if (from.get_double().get(number) == simdjson::SUCCESS) to = number;
}
void take(element const& from, wall_time& to) {
    std::string_view text;
    if (from.get_string().get(text) != simdjson::SUCCESS) return;
    if (auto const at = parse_iso_8601(text)) to = *at;
}

/// A member that may be missing.
template <class T>
void read(object const& from, std::string_view name, T& to) {
    element found;
    if (from.at_key(name).get(found) == simdjson::SUCCESS) take(found, to);
}

/// Calls `each` for the objects of an array that may be missing.
template <class Each>
void read_lines(object const& from, std::string_view name, Each each) {
    array lines;
    if (from.at_key(name).get_array().get(lines) != simdjson::SUCCESS) return;
    for (auto const line : lines) {
        object one;
        if (line.get_object().get(one) == simdjson::SUCCESS) each(one);
    }
}

seat_line seats_of(object const& from) {
    seat_line line;
    read(from, "sku", line.sku);
    read(from, "part_number", line.part_number);
    read(from, "owned", line.owned);
    read(from, "used_before", line.used_before);
    read(from, "needed", line.needed);
    read(from, "short", line.short_by);
    return line;
}

pacing_line pacing_of(object const& from) {
    pacing_line line;
    read(from, "bound_seconds", line.bound_seconds);
    read(from, "seconds", line.seconds);
    read(from, "refusals", line.refusals);
    read(from, "gates", line.gates);
    read(from, "limit_percentage_seen", line.limit_percentage_seen);
    read(from, "units_per_read", line.units_per_read);
    read_lines(from, "limits", [&](object const& one) {
        auto& limit = line.limits.emplace_back();
        read(one, "limit", limit.limit);
        read(one, "amount", limit.amount);
        read(one, "window_seconds", limit.window_seconds);
        read(one, "share", limit.share);
        read(one, "learned", limit.learned);
        read(one, "counting", limit.counting);
    });
    return line;
}

}  // namespace

std::optional<summary> read_summary(std::string_view json) {
    simdjson::dom::parser parser;
    simdjson::padded_string const padded{json};
    object from;
    if (parser.parse(padded).get_object().get(from) != simdjson::SUCCESS) return std::nullopt;
    summary of;
    read(from, "run_id", of.run_id);
    read(from, "command", of.command);
    read(from, "tenant", of.tenant);
    read(from, "started_at", of.started_at);
    read(from, "finished_at", of.finished_at);
    read(from, "seconds", of.seconds);
    read(from, "targets", of.targets);
    read(from, "users", of.users);
    read(from, "groups", of.groups);
    object inner;
    if (from.at_key("verdicts").get_object().get(inner) == simdjson::SUCCESS) {
        for (auto const each : reconcile::all_verdicts) {
            read(inner, reconcile::name(each), of.verdicts[static_cast<std::size_t>(each)]);
        }
    }
    if (from.at_key("reasons").get_object().get(inner) == simdjson::SUCCESS) {
        for (auto const each : all_reasons) {
            if (each == reason::none) continue;
            read(inner, code(each), of.reasons[static_cast<std::size_t>(each)]);
        }
    }
    read_lines(from, "seats", [&](object const& one) { of.seats.push_back(seats_of(one)); });
    if (from.at_key("waves").get_object().get(inner) == simdjson::SUCCESS) {
        auto& waves = of.waves.emplace();
        read(inner, "size", waves.size);
        read(inner, "count", waves.count);
        read(inner, "done", waves.done);
    }
    read(from, "requests", of.requests);
    read(from, "writes", of.writes);
    read(from, "refusals", of.refusals);
    read(from, "bound_seconds", of.bound_seconds);
    read(from, "forecast_seconds", of.forecast_seconds);
    if (from.at_key("pacing").get_object().get(inner) == simdjson::SUCCESS) {
        of.pacing = pacing_of(inner);
    }
    read(from, "exit_code", of.exit_code);
    return of;
}

}  // namespace allot::report
