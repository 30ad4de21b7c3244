#include "engine/report/summary.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "connectors/port/json_text.hpp"

namespace allot::report {

namespace {

/// Writes the members of one JSON object, one on a line.
class members {
 public:
    members(std::string& out, std::string_view indent) : out_{out}, indent_{indent} { out_ += '{'; }

    void text(std::string_view name, std::string_view value) {
        begin(name);
        append_json_string(out_, value);
    }

    template <class Number>
    void number(std::string_view name, Number value) {
        begin(name);
        fmt::format_to(std::back_inserter(out_), "{}", value);
    }

    /// Seconds to the millisecond.
    void seconds(std::string_view name, double value) {
        begin(name);
        fmt::format_to(std::back_inserter(out_), "{:.3f}", value);
    }

    /// A number to four places, or null.
    void figure(std::string_view name, std::optional<double> value) {
        begin(name);
        if (value) {
            fmt::format_to(std::back_inserter(out_), "{:.4f}", *value);
        } else {
            out_ += "null";
        }
    }

    void flag(std::string_view name, bool value) {
        begin(name);
        out_ += value ? "true" : "false";
    }

    /// The name of a member whose value the caller appends.
    void begin(std::string_view name) {
        out_ += empty_ ? "\n" : ",\n";
        empty_ = false;
        out_ += indent_;
        out_ += "  ";
        append_json_string(out_, name);
        out_ += ": ";
    }

    void end() {
        if (!empty_) {
            out_ += '\n';
            out_ += indent_;
        }
        out_ += '}';
    }

 private:
    std::string& out_;
    std::string_view indent_;
    bool empty_ = true;
};

void append_verdicts(std::string& out, summary const& of) {
    members object{out, "  "};
    for (auto const each : reconcile::all_verdicts) {
        object.number(reconcile::name(each), of.verdicts[static_cast<std::size_t>(each)]);
    }
    object.end();
}

void append_reasons(std::string& out, summary const& of) {
    members object{out, "  "};
    for (auto const each : all_reasons) {
        auto const times = of.reasons[static_cast<std::size_t>(each)];
        if (each != reason::none && times > 0) object.number(code(each), times);
    }
    object.end();
}

/// An array of objects; `fill` names the members of one.
template <class Line, class Fill>
void append_lines(std::string& out, std::string const& indent, std::vector<Line> const& lines,
                  Fill fill) {
    auto const inner = indent + "  ";
    out += '[';
    for (std::size_t index = 0; index < lines.size(); ++index) {
        out += index == 0 ? "\n" : ",\n";
        out += inner;
        members object{out, inner};
        fill(object, lines[index]);
        object.end();
    }
    if (!lines.empty()) out += "\n" + indent;
    out += ']';
}

void append_seats(std::string& out, summary const& of) {
    append_lines(out, "  ", of.seats, [](members& object, seat_line const& line) {
        object.text("sku", line.sku);
        object.text("part_number", line.part_number);
        object.number("owned", line.owned);
        object.number("used_before", line.used_before);
        object.number("needed", line.needed);
        object.number("short", line.short_by);
    });
}

void append_waves(std::string& out, wave_line const& of) {
    members object{out, "  "};
    object.number("size", of.size);
    object.number("count", of.count);
    object.number("done", of.done);
    object.end();
}

void append_pacing(std::string& out, pacing_line const& of) {
    members object{out, "  "};
    object.seconds("bound_seconds", of.bound_seconds);
    object.seconds("seconds", of.seconds);
    object.figure("ratio", of.ratio());
    object.number("refusals", of.refusals);
    object.number("gates", of.gates);
    object.flag("limit_percentage_seen", of.limit_percentage_seen);
    object.figure("units_per_read", of.units_per_read);
    object.begin("limits");
    append_lines(out, "    ", of.limits, [](members& limit, limit_line const& line) {
        limit.text("limit", line.limit);
        limit.number("amount", line.amount);
        limit.number("window_seconds", line.window_seconds);
        limit.figure("share", line.share);
        limit.flag("learned", line.learned);
        limit.text("counting", line.counting);
    });
    object.end();
}

}  // namespace

void count(summary& into, reconcile::row const& of) {
    ++into.targets;
    ++into.verdicts[static_cast<std::size_t>(of.is)];
    ++into.reasons[static_cast<std::size_t>(of.why)];
}

std::string to_json(summary const& of) {
    std::string out;
    members object{out, ""};
    object.text("run_id", of.run_id);
    object.text("command", of.command);
    object.text("tenant", of.tenant);
    object.text("started_at", iso_8601(of.started_at));
    object.text("finished_at", iso_8601(of.finished_at));
    object.seconds("seconds", of.seconds);
    object.number("targets", of.targets);
    object.number("users", of.users);
    object.number("groups", of.groups);
    object.begin("verdicts");
    append_verdicts(out, of);
    object.begin("reasons");
    append_reasons(out, of);
    object.begin("seats");
    append_seats(out, of);
    if (of.waves) {
        object.begin("waves");
        append_waves(out, *of.waves);
    }
    object.number("requests", of.requests);
    object.number("writes", of.writes);
    object.number("refusals", of.refusals);
    object.seconds("bound_seconds", of.bound_seconds);
    if (of.forecast_seconds) object.seconds("forecast_seconds", *of.forecast_seconds);
    if (of.pacing) {
        object.begin("pacing");
        append_pacing(out, *of.pacing);
    }
    object.number("exit_code", of.exit_code);
    object.end();
    return out + '\n';
}

}  // namespace allot::report
