#include "tests/simulation/observer.hpp"

#include <array>
#include <string>
#include <utility>

namespace allot::simulation {

namespace {

std::string in_words(sent_request const& sent) {
    static constexpr std::array words{"sign in", "subscriptions", "users", "read", "group",
                                      "locate",  "assign",        "join",  "leave"};
    std::string text;
    for (auto const& part : sent.parts) {
        if (!text.empty()) text += ", ";
        text += words[static_cast<std::size_t>(part.what)];
        if (!part.group.empty()) text += " " + part.group;
        for (auto const& name : part.people()) text += " " + name;
    }
    return text;
}

std::string in_words(sent_request const& sent, http::answer const& came) {
    if (!came) return came.error().what;
    auto text = std::to_string(came->status);
    for (auto const& one : read_answers(sent, *came)) {
        text += " " + std::to_string(one.status);
        auto const* const wait = find_header(one.headers, "Retry-After");
        if (wait != nullptr) text += " (retry after " + *wait + ")";
    }
    return text;
}

}  // namespace

/// FNV-1a over eight bytes at a time, which is enough to tell two traces apart.
void trace::add(std::uint64_t number) {
    sum_ = (sum_ ^ number) * 0x100000001B3ULL;
    sum_ ^= sum_ >> 29;
}

void trace::add(std::string_view text) {
    add(std::hash<std::string_view>{}(text));
}

boost::asio::awaitable<void> observer::never_goes_on() {
    for (;;) co_await clock_.sleep_until(time_point::max());
}

boost::asio::awaitable<http::answer> observer::send(http_request request) {
    trace_.add(static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()));
    trace_.add(request.method);
    trace_.add(request.url);
    trace_.add(request.body);
    auto const sent = read_request(request);
    if (hooks_.dies(moment::leaving)) {
        if (hooks_.strays(request)) auditor_.leaves(sent, clock_.now());
        co_await never_goes_on();
    }
    if (hooks_.say) hooks_.say("-> " + in_words(sent));
    auditor_.leaves(sent, clock_.now());
    auto came = co_await behind_.send(std::move(request));
    if (hooks_.dies(moment::arriving)) co_await never_goes_on();
    trace_.add(static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()));
    if (came) {
        trace_.add(static_cast<std::uint64_t>(came->status));
        trace_.add(came->body);
    } else {
        trace_.add(came.error().what);
    }
    if (hooks_.say) hooks_.say("<- " + in_words(sent) + ": " + in_words(sent, came));
    auditor_.arrives(sent, came, clock_.now());
    co_return came;
}

}  // namespace allot::simulation
