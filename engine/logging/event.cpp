#include "engine/logging/event.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/port/json_text.hpp"

namespace allot::logging {

namespace {

/// Control characters made visible; line ends stay when `lines` says so, indented.
void append_harmless(std::string& to, std::string_view text, bool lines) {
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '\n' && lines) {
            to += "\n    ";
        } else if (byte < 0x20 || byte == 0x7f) {
            to += fmt::format("\\x{:02x}", byte);
        } else {
            to += c;
        }
    }
}

std::string in_quotes_if_needed(std::string const& text) {
    if (!text.empty() && text.find_first_of(" \"=\\") == std::string::npos) return text;
    std::string out = "\"";
    for (auto const c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string in_words(field const& of) {
    if (auto const* const text = std::get_if<std::string>(&of.value)) {
        return in_quotes_if_needed(*text);
    }
    if (auto const* const number = std::get_if<std::int64_t>(&of.value)) {
        return fmt::format("{}", *number);
    }
    if (auto const* const number = std::get_if<double>(&of.value)) {
        return fmt::format("{:.3f}", *number);
    }
    return std::get<bool>(of.value) ? "true" : "false";
}

void append_member(std::string& to, std::string_view name) {
    to += to.size() == 1 ? "" : ",";
    append_json_string(to, name);
    to += ':';
}

}  // namespace

std::string_view name(level of) {
    switch (of) {
        case level::error:
            return "error";
        case level::warning:
            return "warning";
        case level::info:
            return "info";
        case level::debug:
            return "debug";
    }
    return {};
}

std::string as_text(event const& of, wall_time at) {
    auto text = fmt::format("{} {}: ", iso_8601(at), name(of.is));
    append_harmless(text, of.message, true);
    for (auto const& one : of.fields) {
        text += fmt::format(" {}=", one.name);
        append_harmless(text, in_words(one), false);
    }
    return text + '\n';
}

std::string as_json(event const& of, wall_time at) {
    std::string text = "{";
    auto const say = [&](std::string_view member, std::string_view value) {
        append_member(text, member);
        append_json_string(text, value);
    };
    say("time", iso_8601(at));
    say("level", name(of.is));
    if (!of.name.empty()) say("event", of.name);
    say("message", of.message);
    for (auto const& one : of.fields) {
        append_member(text, one.name);
        if (auto const* const words = std::get_if<std::string>(&one.value)) {
            append_json_string(text, *words);
        } else {
            text += in_words(one);
        }
    }
    return text + "}\n";
}

std::string for_journal(std::string_view text, level is) {
    // LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG of syslog(3).
    constexpr int priority[] = {3, 4, 6, 7};
    auto const prefix = fmt::format("<{}>", priority[static_cast<std::size_t>(is)]);
    std::string marked;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size() - 1) + 1;
        marked += prefix;
        marked += text.substr(0, end);
        text.remove_prefix(end);
    }
    return marked;
}

}  // namespace allot::logging
