#include "engine/progress/block.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/progress/cells.hpp"

namespace allot::progress {

namespace {

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view plain = "\x1b[0m";

/// `12,345`.
std::string grouped(std::int64_t number) {
    auto text = fmt::format("{}", number);
    auto const first = number < 0 ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > first; at -= 3) {
        text.insert(static_cast<std::size_t>(at), ",");
    }
    return text;
}

std::string grouped(std::uint64_t number) {
    return grouped(static_cast<std::int64_t>(number));
}

std::string_view word(stage at) {
    switch (at) {
        case stage::reading:
            return "reading";
        case stage::changing:
            return "changing";
        case stage::looking:
            return "looking again";
    }
    return {};
}

/// Whole percent, 100 only when all is done; empty without a total.
std::optional<std::uint64_t> percent(standing const& of) {
    if (!of.total || *of.total == 0) return std::nullopt;
    return std::min<std::uint64_t>(of.done, *of.total) * 100 / *of.total;
}

/// To the second, when it is long enough for that: what counts down is not read to the tenth.
std::string span_text(duration span) {
    using namespace std::chrono_literals;
    auto const whole = std::chrono::ceil<std::chrono::seconds>(span);
    if (whole < 60s) return fmt::format("{} s", whole.count());
    return for_people(whole);
}

std::string count_text(standing const& of) {
    auto text = fmt::format("{} ", grouped(of.done));
    if (of.total) text += fmt::format("of {} ", grouped(*of.total));
    text += of.total.value_or(of.done) == 1 ? "user" : "users";
    if (of.at != stage::reading) text += " through";
    if (auto const share = percent(of)) text += fmt::format(", {} %", *share);
    return text;
}

std::string pace_text(standing const& of) {
    std::string text;
    if (of.at != stage::looking && of.per_second) {
        text = fmt::format("{:.1f} users/s, ", *of.per_second);
    }
    if (of.left) return text + span_text(*of.left) + " left";
    return text + "time left unknown";
}

std::string facts_text(standing const& of) {
    std::vector<std::string> parts;
    if (of.at != stage::reading) parts.push_back(fmt::format("{} accepted", grouped(of.accepted)));
    if (of.waves > 1) parts.push_back(fmt::format("wave {} of {}", of.wave, of.waves));
    parts.push_back(fmt::format("{} refusal{}", grouped(of.refusals), of.refusals == 1 ? "" : "s"));
    if (!of.seats.empty()) {
        std::string seats = "seats left:";
        for (auto const& one : of.seats) {
            seats += fmt::format("{} {} {}", &one == &of.seats.front() ? "" : ",",
                                 harmless(one.sku), grouped(one.left));
        }
        parts.push_back(std::move(seats));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string wait_text(standing const& of) {
    auto const span = span_text(of.wait);
    switch (of.waits) {
        case waiting_for::none:
            return {};
        case waiting_for::quota:
            return fmt::format("waiting {}: the service has no quota for us (429)", span);
        case waiting_for::wave:
            return fmt::format("waiting {}: then wave {} of {} begins", span, of.wave + 1,
                               of.waves);
        case waiting_for::trouble:
            return fmt::format("waiting {}: the service failed, then it is tried again", span);
        case waiting_for::showing:
            return fmt::format("waiting {}: the tenant does not show every change yet", span);
    }
    return {};
}

/// `[=====>    ]`, so many columns in all; empty when they are too few to say anything.
std::string bar(standing const& of, std::size_t columns) {
    constexpr std::size_t least = 12;
    constexpr std::size_t most = 40;
    auto const share = percent(of);
    if (!share || columns < least) return {};
    auto const inside = std::min(columns, most) - 2;
    auto const full = inside * *share / 100;
    std::string text(inside, ' ');
    std::fill_n(text.begin(), full, '=');
    if (full < inside) text[full] = '>';
    return "[" + text + "]";
}

std::string coloured(std::string text, std::string_view how, bool colour) {
    return colour ? fmt::format("{}{}{}", how, text, plain) : text;
}

}  // namespace

std::vector<std::string> block(standing const& of, std::size_t columns, bool colour) {
    std::vector<std::string> lines;
    auto const add = [&](std::string const& text, std::string_view how = {}) {
        lines.push_back(coloured(fitted(text, columns), how, colour && !how.empty()));
    };
    add(of.title, bold);
    auto counts = fmt::format("{}: {}", word(of.at), count_text(of));
    auto const used = columns_of(counts) + 2;
    if (auto const drawn = bar(of, columns > used ? columns - used : 0); !drawn.empty()) {
        counts += "  " + drawn;
    }
    add(counts);
    add(pace_text(of));
    add(facts_text(of));
    if (auto const why = wait_text(of); !why.empty()) add(why, yellow);
    return lines;
}

std::string line(standing const& of) {
    auto text =
        fmt::format("{}: {}, {}, {}", word(of.at), count_text(of), pace_text(of), facts_text(of));
    if (auto const why = wait_text(of); !why.empty()) text += ", " + why;
    return text;
}

std::string erasure(std::vector<std::string> const& drawn, std::size_t columns) {
    if (drawn.empty()) return {};
    std::size_t rows = 0;
    for (auto const& one : drawn) {
        // Escape sequences of colour take no room: each begins with ESC and ends with m.
        std::string bare;
        bool escaped = false;
        for (auto const c : one) {
            if (c == '\x1b') escaped = true;
            if (!escaped) bare += c;
            if (escaped && c == 'm') escaped = false;
        }
        auto const wide = columns_of(bare);
        rows += columns == 0 || wide == 0 ? 1 : (wide + columns - 1) / columns;
    }
    // Row by row: tmux keeps what is erased from the top of the screen to its end in its history.
    std::string text = "\r\x1b[2K";
    for (std::size_t row = 1; row < rows; ++row) text += "\x1b[1A\x1b[2K";
    return text;
}

}  // namespace allot::progress
