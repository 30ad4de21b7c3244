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

void append_seats(std::string& out, summary const& of) {
    out += '[';
    for (std::size_t index = 0; index < of.seats.size(); ++index) {
        auto const& line = of.seats[index];
        out += index == 0 ? "\n    " : ",\n    ";
        members object{out, "    "};
        object.text("sku", line.sku);
        object.text("part_number", line.part_number);
        object.number("owned", line.owned);
        object.number("used_before", line.used_before);
        object.number("needed", line.needed);
        object.number("short", line.short_by);
        object.end();
    }
    out += of.seats.empty() ? "]" : "\n  ]";
}

void append_waves(std::string& out, wave_line const& of) {
    members object{out, "  "};
    object.number("size", of.size);
    object.number("count", of.count);
    object.number("done", of.done);
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
    object.number("exit_code", of.exit_code);
    object.end();
    return out + '\n';
}

}  // namespace allot::report
