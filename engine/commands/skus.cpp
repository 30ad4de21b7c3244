#include <fmt/format.h>

#include <algorithm>

#include "connectors/port/json_text.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/products.hpp"
#include "engine/commands/session.hpp"
#include "engine/commands/waste.hpp"
#include "engine/report/text.hpp"

namespace allot::commands {

namespace {

namespace asio = boost::asio;

struct line {
    subscription const* of;
    std::string_view name;
    std::int64_t free;
};

std::string text_of(std::vector<line> const& lines) {
    std::size_t widest = 3;
    for (auto const& one : lines)
        widest = std::clamp(one.of->part_number.size(), widest, column_width_max);
    auto text = fmt::format("{:<{}} {:>8} {:>8} {:>8}  {:<10} {:<36}  {}\n", "SKU", widest, "owned",
                            "used", "free", "state", "id", "product");
    for (auto const& one : lines) {
        text +=
            fmt::format("{:<{}} {:>8} {:>8} {:>8}  {:<10} {:<36}  {}{}\n",
                        printable(one.of->part_number), widest, one.of->enabled, one.of->consumed,
                        one.free, printable(one.of->capability_status), one.of->sku.str(), one.name,
                        one.of->for_users ? "" : " (not assignable to users)");
    }
    return text;
}

std::string csv_cell(std::string_view text) {
    std::string cell;
    report::append_csv_cell(cell, text);
    return cell;
}

std::string csv_of(std::vector<line> const& lines) {
    std::string text = "part_number,sku,product,state,owned,used,free,assignable\n";
    for (auto const& one : lines) {
        text += fmt::format("{},{},{},{},{},{},{},{}\n", csv_cell(one.of->part_number),
                            one.of->sku.str(), csv_cell(one.name),
                            csv_cell(one.of->capability_status), one.of->enabled, one.of->consumed,
                            one.free, one.of->for_users ? "yes" : "no");
    }
    return text;
}

std::string json_of(std::vector<line> const& lines) {
    std::string text = "[";
    for (auto const& one : lines) {
        text += fmt::format(
            "{}\n{{\"part_number\":{},\"sku\":\"{}\",\"product\":{},\"state\":{},\"owned\":{},"
            "\"used\":{},\"free\":{},\"assignable\":{}}}",
            text.size() == 1 ? "" : ",", json_string(one.of->part_number), one.of->sku.str(),
            json_string(one.name), json_string(one.of->capability_status), one.of->enabled,
            one.of->consumed, one.free, one.of->for_users);
    }
    return text + "\n]\n";
}

asio::awaitable<exit_status> list(session& with, config::output_form form) {
    auto tools = with.tools();
    auto const read = co_await survey::read_subscriptions(tools);
    if (!read) co_return complain(read.error());
    std::vector<line> lines;
    for (auto const& one : *read) {
        auto const free = std::max<std::int64_t>(0, one.enabled - one.consumed);
        lines.push_back({&one, product_name(one.sku), free});
    }
    std::ranges::sort(lines, {}, [](line const& one) { return one.of->part_number; });
    switch (form) {
        case config::output_form::junit:  // the settings refuse these two here
        case config::output_form::markdown:
        case config::output_form::text:
            say(text_of(lines));
            break;
        case config::output_form::csv:
            say(csv_of(lines));
            break;
        case config::output_form::json:
            say(json_of(lines));
            break;
    }
    co_return as_the_job_says;
}

}  // namespace

exit_status skus(config::settings const& with) {
    auto opened = session::open(with);
    if (!opened) return complain(opened.error());
    auto& running = **opened;
    return running.run(with.tell.waste ? tell_waste(running, with) : list(running, with.output));
}

}  // namespace allot::commands
