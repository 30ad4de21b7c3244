#include "engine/commands/waste.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "connectors/port/json_text.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/files.hpp"
#include "engine/commands/products.hpp"
#include "engine/commands/standing.hpp"
#include "engine/jobs/checks.hpp"
#include "engine/plan/waste.hpp"
#include "engine/report/text.hpp"

namespace allot::commands {

namespace {

namespace asio = boost::asio;
using plan::waste_kind;

/// Users with a wasted licence of a SKU.
struct counts {
    std::uint64_t disabled = 0;
    std::uint64_t redundant = 0;

    void add(waste_kind why) { ++(why == waste_kind::redundant ? redundant : disabled); }
    [[nodiscard]] std::uint64_t all() const { return disabled + redundant; }
};

/// What is wasted of one SKU.
struct sku_waste {
    counts direct;     ///< can be taken back
    counts inherited;  ///< comes through groups
    std::map<group_id, counts> groups;
};

struct job_row {
    std::string user;
    sku_id sku;
    std::string why;
};

/// Gathers what is wasted over all users.
class tally {
 public:
    explicit tally(std::vector<subscription> const& owned) : owned_{owned} {}

    void add(user const& one) {
        ++users_;
        bool any = false;
        for (auto const& wasted : plan::find_waste(one, owned_)) {
            auto& of = by_sku_[wasted.sku];
            if (!wasted.groups.empty()) {
                of.inherited.add(wasted.why);
                for (auto const& group : wasted.groups) of.groups[group].add(wasted.why);
                continue;
            }
            of.direct.add(wasted.why);
            any = true;
            bool const named = jobs::is_user(one.upn) &&
                               std::string_view{"=+-@'"}.find(one.upn[0]) == std::string_view::npos;
            rows_.push_back({named ? one.upn : one.id.str(), wasted.sku, why_text(wasted)});
        }
        if (any) ++reclaimable_users_;
    }

    /// A job that takes back what can be, sorted by user.
    std::string job() {
        std::ranges::sort(rows_, {}, [&](job_row const& one) {
            return std::pair{std::string_view{one.user}, part_number(one.sku)};
        });
        std::string text = "user,sku,action,because\n";
        for (auto const& one : rows_) {
            report::append_csv_cell(text, one.user);
            text += fmt::format(",{},remove,", one.sku.str());
            report::append_csv_cell(text, one.why);
            text += '\n';
        }
        return text;
    }

    [[nodiscard]] std::size_t rows() const { return rows_.size(); }
    [[nodiscard]] std::uint64_t users() const { return users_; }
    [[nodiscard]] std::uint64_t reclaimable_users() const { return reclaimable_users_; }

    /// By part number; only SKUs with something wasted.
    struct line {
        subscription const* of;
        sku_waste const* is;
    };
    [[nodiscard]] std::vector<line> lines() const {
        std::vector<line> all;
        for (auto const& one : owned_) {
            auto const found = by_sku_.find(one.sku);
            if (found != by_sku_.end()) all.push_back({&one, &found->second});
        }
        std::ranges::sort(all, {}, [](line const& one) {
            return std::pair{std::string_view{one.of->part_number}, one.of->sku};
        });
        return all;
    }

 private:
    std::string_view part_number(sku_id sku) const {
        auto const found = std::ranges::lower_bound(owned_, sku, {}, &subscription::sku);
        return found != owned_.end() && found->sku == sku ? std::string_view{found->part_number}
                                                          : std::string_view{};
    }
    std::string why_text(plan::wasted_licence const& of) const {
        if (of.why == waste_kind::disabled_account) return "the account is disabled";
        std::string text = "its plans are on through";
        for (auto const& sku : of.through) {
            text += fmt::format("{} {}", &sku == of.through.data() ? "" : ",", part_number(sku));
        }
        return text;
    }

    std::vector<subscription> const& owned_;
    std::map<sku_id, sku_waste> by_sku_;
    std::vector<job_row> rows_;
    std::uint64_t users_ = 0;
    std::uint64_t reclaimable_users_ = 0;
};

std::string text_of(tally const& of) {
    auto const lines = of.lines();
    if (lines.empty()) return fmt::format("No waste found among {} users.\n", of.users());
    std::size_t widest = 3;
    for (auto const& one : lines)
        widest = std::clamp(one.of->part_number.size(), widest, column_width_max);
    auto text = fmt::format(
        "{:<{}} {:>8} {:>8} {:>9}  {:>8} {:>9}  {}\n{:<{}} {:>8} {:>8} {:>9}  "
        "{:>8} {:>9}\n",
        "", widest, "", "-- to be", "taken back", "-- by", "groups --", "", "SKU", widest, "used",
        "disabled", "redundant", "disabled", "redundant");
    for (auto const& one : lines) {
        text += fmt::format(
            "{:<{}} {:>8} {:>8} {:>9}  {:>8} {:>9}  {}\n", printable(one.of->part_number), widest,
            one.of->consumed, one.is->direct.disabled, one.is->direct.redundant,
            one.is->inherited.disabled, one.is->inherited.redundant, product_name(one.of->sku));
    }
    bool title = false;
    for (auto const& one : lines) {
        for (auto const& [group, count] : one.is->groups) {
            if (!title) text += "\nThrough groups, where only the group can take it back\n";
            title = true;
            text +=
                fmt::format("  group {}  {}: {} of disabled accounts, {} redundant\n", group.str(),
                            printable(one.of->part_number), count.disabled, count.redundant);
        }
    }
    return text + fmt::format("\n{} of {} can be taken back, of {} read.\n",
                              plural(of.rows(), "licence"), plural(of.reclaimable_users(), "user"),
                              plural(of.users(), "user"));
}

std::string csv_of(tally const& of) {
    std::string text =
        "part_number,sku,product,used,disabled,redundant,inherited_disabled,inherited_redundant\n";
    for (auto const& one : of.lines()) {
        report::append_csv_cell(text, one.of->part_number);
        text += fmt::format(",{},", one.of->sku.str());
        report::append_csv_cell(text, product_name(one.of->sku));
        text += fmt::format(",{},{},{},{},{}\n", one.of->consumed, one.is->direct.disabled,
                            one.is->direct.redundant, one.is->inherited.disabled,
                            one.is->inherited.redundant);
    }
    return text;
}

std::string json_of(tally const& of) {
    std::string text = "[";
    for (auto const& one : of.lines()) {
        text += fmt::format(
            "{}\n{{\"part_number\":{},\"sku\":\"{}\",\"product\":{},\"used\":{},\"disabled\":{},"
            "\"redundant\":{},\"groups\":[",
            text.size() == 1 ? "" : ",", json_string(one.of->part_number), one.of->sku.str(),
            json_string(product_name(one.of->sku)), one.of->consumed, one.is->direct.disabled,
            one.is->direct.redundant);
        for (auto const& [group, count] : one.is->groups) {
            text += fmt::format("{}{{\"group\":\"{}\",\"disabled\":{},\"redundant\":{}}}",
                                text.back() == '[' ? "" : ",", group.str(), count.disabled,
                                count.redundant);
        }
        text += "]}";
    }
    return text + "\n]\n";
}

}  // namespace

asio::awaitable<exit_status> tell_waste(session& with, config::settings const& chosen) {
    auto tools = with.tools();
    auto const owned = co_await survey::read_subscriptions(tools);
    if (!owned) co_return complain(owned.error());
    mention({logging::level::info, "reading", "reading all users of the tenant …"});
    reading_progress stands{with, chosen, 0};
    tools.watch = [&stands](std::uint64_t seen) { stands.seen(seen); };
    std::optional<progress_show> shown;
    shown.emplace(with.show(chosen, [&stands](time_point now) { return stands.at(now); }));
    tally found{*owned};
    std::function<void(user &&)> const take = [&](user&& one) { found.add(one); };
    auto const read = co_await survey::each_user(tools, take);
    shown.reset();
    if (with.stop().pulled() != reason::none) co_return interrupted;
    if (!read) co_return complain(read.error());
    bool const any = found.rows() > 0;
    if (!chosen.tell.out.empty() && !any) {
        note(fmt::format("allot: nothing can be taken back: {} is not written", chosen.tell.out));
    }
    if (!chosen.tell.out.empty() && any) {
        auto const job = found.job();
        if (auto const written = write_file(chosen.tell.out, job); !written) {
            co_return complain(written.error());
        }
    }
    switch (chosen.output) {
        case config::output_form::junit:  // the settings refuse these two here
        case config::output_form::markdown:
        case config::output_form::text:
            say(text_of(found));
            break;
        case config::output_form::csv:
            say(csv_of(found));
            break;
        case config::output_form::json:
            say(json_of(found));
            break;
    }
    if (!chosen.tell.out.empty() && any && !chosen.quiet) {
        note(fmt::format("{0} written to {1}: look at `allot plan {1}`, then `allot apply {1}`{2}",
                         plural(found.rows(), "removal"), chosen.tell.out,
                         found.rows() > 500 ? fmt::format(" with --max-removals {}", found.rows())
                                            : std::string{}));
    }
    co_return as_the_job_says;
}

}  // namespace allot::commands
