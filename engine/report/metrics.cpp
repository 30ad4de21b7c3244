#include "engine/report/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace allot::report {

namespace {

using labels = std::vector<std::pair<std::string, std::string>>;

enum class kind {
    gauge,
    counter  ///< goes on from what the file held
};

struct metric {
    std::string_view name;
    kind is;
    std::string_view help;
};

/// In the order of the file. Names and units by prometheus.io/docs/practices/naming.
constexpr std::array all_metrics{
    metric{"allot_build_info", kind::gauge, "Always 1; the version that wrote this file last."},
    metric{"allot_last_run_timestamp_seconds", kind::gauge, "When the command last ended."},
    metric{"allot_last_success_timestamp_seconds", kind::gauge,
           "When the command last ended with exit status 0."},
    metric{"allot_last_run_exit_code", kind::gauge, "Exit status of the last end."},
    metric{"allot_run_duration_seconds", kind::gauge, "How long the last run took."},
    metric{"allot_runs_total", kind::counter, "Ends, by exit status."},
    metric{"allot_users", kind::gauge, "Users in the job of the last run."},
    metric{"allot_targets", kind::gauge, "Targets of the last run, by verdict."},
    metric{"allot_targets_by_reason", kind::gauge,
           "Targets of the last run that have a reason, by it."},
    metric{"allot_requests_total", kind::counter, "Request parts sent, retries included."},
    metric{"allot_write_requests_total", kind::counter, "Of them, those that change something."},
    metric{"allot_throttled_responses_total", kind::counter, "Replies 429."},
    metric{"allot_seats_owned", kind::gauge, "Seats that the tenant has of a SKU of the job."},
    metric{"allot_seats_free", kind::gauge, "Seats left of a SKU of the job."},
    metric{"allot_seats_short", kind::gauge,
           "Seats of a SKU that would have to be bought for the whole job."},
};

metric const* find_metric(std::string_view name) {
    auto const found = std::ranges::find(all_metrics, name, &metric::name);
    return found == all_metrics.end() ? nullptr : &*found;
}

/// Samples of one metric, by their labels.
using samples = std::map<labels, double>;
using family = std::map<std::string, samples, std::less<>>;

std::string escaped(std::string_view text) {
    std::string out;
    for (auto const c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

/// `name="value",…}`, of which the opening brace was taken; takes it off the line. False when it is
/// broken.
bool take_labels(std::string_view& line, labels& into) {
    while (!line.starts_with('}')) {
        auto const equals = line.find("=\"");
        if (equals == std::string_view::npos) return false;
        std::string name{line.substr(0, equals)};
        line.remove_prefix(equals + 2);
        std::string value;
        while (!line.empty() && line.front() != '"') {
            if (line.front() == '\\' && line.size() > 1) {
                line.remove_prefix(1);
                value += line.front() == 'n' ? '\n' : line.front();
            } else {
                value += line.front();
            }
            line.remove_prefix(1);
        }
        if (line.empty()) return false;
        line.remove_prefix(1);
        into.emplace_back(std::move(name), std::move(value));
        if (line.starts_with(',')) line.remove_prefix(1);
        if (line.empty()) return false;
    }
    line.remove_prefix(1);
    return true;
}

void read_sample(std::string_view line, family& into) {
    auto const end = line.find_first_of("{ ");
    if (end == std::string_view::npos) return;
    auto const name = line.substr(0, end);
    if (find_metric(name) == nullptr) return;
    line.remove_prefix(end);
    labels with;
    if (line.front() == '{') {
        line.remove_prefix(1);
        if (!take_labels(line, with)) return;
    }
    if (!line.starts_with(' ')) return;
    line.remove_prefix(1);
    double value = 0;
    auto const* const last = line.data() + line.size();
    auto const [stopped, error] = std::from_chars(line.data(), last, value);
    if (error != std::errc{} || stopped != last) return;
    into[std::string{name}][std::move(with)] = value;
}

family read_samples(std::string_view text) {
    family read;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        auto const line = text.substr(0, end);
        if (!line.starts_with('#')) read_sample(line, read);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return read;
}

class writer {
 public:
    writer(metrics_of_end const& of, family& into)
        : own_{{"command", of.command}, {"tenant", of.tenant}}, into_{into} {}

    /// Takes away what an earlier end of the same command and tenant left, but for what goes on.
    void forget_earlier() {
        into_.erase("allot_build_info");
        for (auto& [name, known] : into_) {
            bool const goes_on = find_metric(name)->is == kind::counter ||
                                 name == "allot_last_success_timestamp_seconds";
            if (goes_on) continue;
            std::erase_if(known, [&](auto const& one) {
                return std::ranges::all_of(own_, [&](auto const& label) {
                    return std::ranges::find(one.first, label) != one.first.end();
                });
            });
        }
    }

    void set(std::string_view name, double value, labels more = {}) {
        into_[std::string{name}][with(std::move(more))] = value;
    }
    void add(std::string_view name, double value, labels more = {}) {
        into_[std::string{name}][with(std::move(more))] += value;
    }

 private:
    [[nodiscard]] labels with(labels more) const {
        labels all = own_;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    labels own_;
    family& into_;
};

void write_counts(writer& to, summary const& of) {
    to.set("allot_users", static_cast<double>(of.users));
    for (auto const each : reconcile::all_verdicts) {
        to.set("allot_targets", static_cast<double>(of.verdicts[static_cast<std::size_t>(each)]),
               {{"verdict", std::string{reconcile::name(each)}}});
    }
    for (auto const each : all_reasons) {
        auto const times = of.reasons[static_cast<std::size_t>(each)];
        if (each == reason::none || times == 0) continue;
        to.set("allot_targets_by_reason", static_cast<double>(times),
               {{"reason", std::string{code(each)}}});
    }
    to.add("allot_requests_total", static_cast<double>(of.requests));
    to.add("allot_write_requests_total", static_cast<double>(of.writes));
    to.add("allot_throttled_responses_total", static_cast<double>(of.refusals));
    for (auto const& one : of.seats) {
        labels const sku{{"sku", one.part_number.empty() ? one.sku : one.part_number}};
        to.set("allot_seats_owned", static_cast<double>(one.owned), sku);
        to.set("allot_seats_short", static_cast<double>(one.short_by), sku);
    }
}

std::string text_of(family const& of) {
    std::string text;
    for (auto const& each : all_metrics) {
        auto const found = of.find(each.name);
        if (found == of.end() || found->second.empty()) continue;
        text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", each.name, each.help,
                            each.is == kind::counter ? "counter" : "gauge");
        for (auto const& [with, value] : found->second) {
            text += each.name;
            std::string_view before = "{";
            for (auto const& [label, is] : with) {
                text += fmt::format("{}{}=\"{}\"", before, label, escaped(is));
                before = ",";
            }
            if (!with.empty()) text += '}';
            text += fmt::format(" {}\n", value);
        }
    }
    return text;
}

}  // namespace

std::string to_metrics(metrics_of_end const& of, std::string_view before) {
    auto known = read_samples(before);
    writer to{of, known};
    to.forget_earlier();
    known["allot_build_info"][{{"version", of.version}}] = 1;
    auto const ended = std::chrono::duration<double>(of.ended_at.time_since_epoch()).count();
    to.set("allot_last_run_timestamp_seconds", ended);
    if (of.exit_code == 0) to.set("allot_last_success_timestamp_seconds", ended);
    to.set("allot_last_run_exit_code", of.exit_code);
    to.set("allot_run_duration_seconds", of.seconds);
    to.add("allot_runs_total", 1, {{"exit_code", fmt::format("{}", of.exit_code)}});
    if (of.counted) write_counts(to, *of.counted);
    for (auto const& [sku, left] : of.seats_free) {
        to.set("allot_seats_free", static_cast<double>(left), {{"sku", sku}});
    }
    return text_of(known);
}

}  // namespace allot::report
