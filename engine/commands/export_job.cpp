#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "connectors/port/json_text.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/files.hpp"
#include "engine/commands/products.hpp"
#include "engine/commands/session.hpp"
#include "engine/commands/standing.hpp"
#include "engine/jobs/checks.hpp"
#include "engine/jobs/columns.hpp"
#include "engine/jobs/text.hpp"
#include "engine/plan/current.hpp"
#include "engine/report/text.hpp"

/// `export`: how things are, as a job that asks for just that.
namespace allot::commands {

namespace {

namespace asio = boost::asio;

/// What is gathered before it goes on to where it belongs.
constexpr std::size_t chunk_bytes = std::size_t{64} * 1024;

/// The names in a list of users: one to a line, or the first column of a CSV whose first line may
/// name it. Empty lines and those that begin with # do not count. Errors: `invalid_input`, with
/// every line that names no user.
result<jobs::string_list> read_names(std::string const& path) {
    auto const text = read_file(path);
    if (!text) return text.error();
    if (!*text) {
        return failure{errc::invalid_input,
                       fmt::format("{}: there is no such file: --users takes a list of users, one "
                                   "to a line",
                                   path)};
    }
    jobs::string_list names;
    std::vector<std::string> seen;
    std::string wrong;
    std::string_view left = **text;
    if (left.starts_with("\xEF\xBB\xBF")) left.remove_prefix(3);
    for (std::size_t line = 1; !left.empty(); ++line) {
        auto const end = std::min(left.find('\n'), left.size());
        auto cell = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        cell = jobs::trim(cell.substr(0, cell.find_first_of(",;\t")));
        if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
            cell = jobs::trim(cell.substr(1, cell.size() - 2));
        }
        if (cell.empty() || cell.front() == '#') continue;
        if (jobs::is_user(cell)) {
            seen.push_back(jobs::to_lower(cell));
            names.add(cell);
        } else if (line > 1 || jobs::field_named(cell) != jobs::field::user) {
            auto const what = jobs::user_fault(cell);
            wrong += fmt::format("\n  line {}: {}: {}: {}", line, jobs::shown(cell), what.problem,
                                 what.mend);
        }
    }
    if (!wrong.empty()) {
        return failure{errc::invalid_input,
                       fmt::format("{}: not every line names a user:{}", path, wrong)};
    }
    std::ranges::sort(seen);
    if (auto const twice = std::ranges::adjacent_find(seen); twice != seen.end()) {
        return failure{errc::invalid_input,
                       fmt::format("{}: {} is named twice: name everybody once", path, *twice)};
    }
    if (names.size() == 0) {
        return failure{errc::invalid_input, fmt::format("{}: it names no user", path)};
    }
    return names;
}

result<std::vector<sku_id>> read_skus(std::vector<std::string> const& typed,
                                      std::vector<subscription> const& owned) {
    std::vector<sku_id> skus;
    for (auto const& name : typed) {
        auto const found = plan::find_sku(name, owned, known_products());
        if (!found.sku) {
            return failure{errc::invalid_input,
                           fmt::format("--sku {}: no such SKU: {}", printable(name), found.mend)};
        }
        skus.push_back(*found.sku);
    }
    return skus;
}

void append_csv(std::string& to, plan::current_row const& one) {
    report::append_csv_cell(to, one.user);
    to += ',';
    report::append_csv_cell(to, one.sku);
    to += ",assign,";
    report::append_csv_cell(to, one.disabled_plans);
    to += ',';
    to += one.usage_location;
    to += ',';
    report::append_csv_cell(to, one.via);
    to += '\n';
}

void append_member(std::string& to, std::string_view key, std::string_view value) {
    if (value.empty()) return;
    to += fmt::format("{}\"{}\":", to.back() == '{' ? "" : ",", key);
    append_json_string(to, value);
}

void append_json(std::string& to, plan::current_row const& one) {
    to += '{';
    append_member(to, "user", one.user);
    append_member(to, "sku", one.sku);
    append_member(to, "action", "assign");
    append_member(to, "disabled_plans", one.disabled_plans);
    append_member(to, "usage_location", one.usage_location);
    append_member(to, "via", one.via);
    to += '}';
}

/// Hands the whole file over, piece by piece.
void write_job(plan::current_assignments& of, bool json,
               std::function<void(std::string_view)> const& take) {
    std::string text = json ? "[" : "user,sku,action,disabled_plans,usage_location,via\n";
    bool first = true;
    of.each([&](plan::current_row const& one) {
        if (json) {
            text += first ? "\n" : ",\n";
            append_json(text, one);
        } else {
            append_csv(text, one);
        }
        first = false;
        if (text.size() < chunk_bytes) return;
        take(text);
        text.clear();
    });
    if (json) text += "\n]\n";
    take(text);
}

/// Users by name, where a list of them was given. Names that nobody has are told.
asio::awaitable<result<std::size_t>> read_named(survey::tools& tools,
                                                jobs::string_list const& names,
                                                plan::current_assignments& into) {
    auto const seen = co_await survey::read_users(tools, names);
    if (!seen) co_return seen.error();
    std::size_t missing = 0;
    for (std::size_t at = 0; at < names.size(); ++at) {
        auto const& read = seen->snapshot;
        switch (read.is(at)) {
            case plan::sighting::kind::seen:
                into.add(read.seen(at, names[at]));
                break;
            case plan::sighting::kind::not_found:
                ++missing;
                note(fmt::format("allot: {}: the tenant has no such user", printable(names[at])),
                     logging::level::warning);
                break;
            case plan::sighting::kind::unreadable:
                co_return failure{errc::could_not_run, fmt::format("{} could not be read: {}",
                                                                   names[at], read.detail(at))};
        }
    }
    co_return missing;
}

/// What is not in the file, and why.
void tell_left_out(plan::current_assignments const& of) {
    auto const& failed = of.in_error();
    if (failed.count > 0) {
        note(fmt::format(
            "allot: left out: {} assignment{} in error or not active, which a job would "
            "try again:",
            failed.count, failed.count == 1 ? "" : "s"));
        for (auto const& one : failed.first) note("  " + printable(one));
        if (failed.count > failed.first.size()) {
            note(fmt::format("  … and {} more", failed.count - failed.first.size()));
        }
    }
    for (auto const& [sku, count] : of.not_owned()) {
        auto const name = product_name(sku);
        note(fmt::format("allot: {} row{} of a SKU that the tenant has no subscription of: {}{}",
                         count, count == 1 ? "" : "s", sku.str(),
                         name.empty() ? std::string{} : fmt::format(" ({})", name)));
    }
}

asio::awaitable<exit_status> write_current(session& with, config::settings const& chosen,
                                           std::optional<jobs::string_list> names) {
    auto tools = with.tools();
    auto const owned = co_await survey::read_subscriptions(tools);
    if (!owned) co_return complain(owned.error());
    auto skus = read_skus(chosen.tell.skus, *owned);
    if (!skus) co_return complain(skus.error());
    plan::current_assignments gathered{*owned, {std::move(*skus), chosen.tell.inherited}};
    std::size_t missing = 0;
    if (names) {
        auto const read = co_await read_named(tools, *names, gathered);
        if (with.stop().pulled() != reason::none) co_return interrupted;
        if (!read) co_return complain(read.error());
        missing = *read;
    } else {
        mention({logging::level::info, "reading", "reading all users of the tenant …"});
        reading_progress stands{with, chosen, 0};
        tools.watch = [&stands](std::uint64_t seen) { stands.seen(seen); };
        std::optional<progress_show> shown;
        shown.emplace(with.show(chosen, [&stands](time_point now) { return stands.at(now); }));
        std::function<void(user &&)> const take = [&](user&& one) { gathered.add(one); };
        auto const read = co_await survey::each_user(tools, take);
        shown.reset();
        if (with.stop().pulled() != reason::none) co_return interrupted;
        if (!read) co_return complain(read.error());
    }
    bool const json = chosen.output == config::output_form::json;
    if (chosen.tell.out.empty()) {
        write_job(gathered, json, say);
    } else {
        std::string text;
        write_job(gathered, json, [&](std::string_view piece) { text += piece; });
        if (auto const written = write_file(chosen.tell.out, text); !written) {
            co_return complain(written.error());
        }
    }
    tell_left_out(gathered);
    if (!chosen.quiet) {
        note(fmt::format("exported {} assignments of {} users{}", gathered.rows(), gathered.users(),
                         chosen.tell.out.empty() ? std::string{} : " to " + chosen.tell.out));
    }
    co_return missing > 0 ? some_targets_not : as_the_job_says;
}

}  // namespace

exit_status export_job(config::settings const& with) {
    std::optional<jobs::string_list> names;
    if (!with.tell.users_file.empty()) {
        auto read = read_names(with.tell.users_file);
        if (!read) return complain(read.error());
        names = std::move(*read);
    }
    auto opened = session::open(with);
    if (!opened) return complain(opened.error());
    auto& running = **opened;
    return running.run(write_current(running, with, std::move(names)));
}

}  // namespace allot::commands
