#include "engine/commands/exchange_log.hpp"

#include <fmt/format.h>

#include "connectors/http/exchange.hpp"
#include "engine/commands/console.hpp"

namespace allot::commands {

namespace {

logging::event event_of(http::shown_exchange const& of) {
    logging::event made{logging::level::debug, "exchange", "exchange"};
    auto const add = [&](std::string_view name, auto value) {
        made.fields.push_back({std::string{name}, std::move(value)});
    };
    add("method", of.method);
    add("url", of.url);
    if (of.status != 0) add("status", std::int64_t{of.status});
    if (!of.failed.empty()) add("failed", of.failed);
    add("milliseconds", of.milliseconds);
    add("sent_bytes", static_cast<std::int64_t>(of.sent_bytes));
    add("came_bytes", static_cast<std::int64_t>(of.came_bytes));
    if (!of.request_id.empty()) add("request_id", of.request_id);
    if (!of.retry_after.empty()) add("retry_after", of.retry_after);
    auto const joined = [](std::vector<std::string> const& lines) {
        return fmt::format("{}", fmt::join(lines, "; "));
    };
    if (!of.sent_headers.empty()) add("sent_headers", joined(of.sent_headers));
    if (!of.sent_body.empty()) add("sent_body", of.sent_body);
    if (!of.came_headers.empty()) add("came_headers", joined(of.came_headers));
    if (!of.came_body.empty()) add("came_body", of.came_body);
    return made;
}

}  // namespace

std::unique_ptr<http::transport> log_exchanges(config::settings const& with,
                                               std::string const& graph_url,
                                               http::transport& through, clock& time) {
    if (!logs(logging::level::debug)) return nullptr;
    auto const how = with.work.debug_http ? http::detail::whole : http::detail::heads;
    return http::make_watched(through, time, graph_url, how,
                              [](http::shown_exchange const& each) { log(event_of(each)); });
}

}  // namespace allot::commands
