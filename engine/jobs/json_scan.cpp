#include "engine/jobs/json_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace allot::jobs {

namespace {

bool is_space(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

/// Where the string that starts at `at` stops: after its quote, or at a line end or at the end of
/// the text when it is not closed.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        switch (text[at]) {
            case '"':
                return at + 1;
            case '\\':
                ++at;
                break;
            case '\n':
                return at;
            default:
                break;
        }
    }
    return text.size();
}

bool is_closed(std::string_view text, std::size_t begin, std::size_t end) {
    if (end - begin < 2 || end > text.size() || text[end - 1] != '"') return false;
    // Cut short by the end of the text, the last quote can be an escaped one.
    std::size_t slashes = 0;
    while (end - 2 - slashes > begin && text[end - 2 - slashes] == '\\') ++slashes;
    return slashes % 2 == 0;
}

std::size_t end_of_nested(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    while (at < text.size()) {
        switch (text[at]) {
            case '"':
                at = end_of_string(text, at);
                continue;
            case '{':
            case '[':
                ++depth;
                break;
            case '}':
            case ']':
                if (--depth == 0) return at + 1;
                break;
            default:
                break;
        }
        ++at;
    }
    return std::string_view::npos;
}

}  // namespace

fault json_syntax_fault(std::string_view expected) {
    return {"JSON syntax error", fmt::format("expected {}", expected)};
}

std::size_t skip_space(std::string_view text, std::size_t at) {
    while (at < text.size() && is_space(text[at])) ++at;
    return at;
}

std::size_t end_of_value(std::string_view text, std::size_t at) {
    switch (text[at]) {
        case '{':
        case '[':
            return end_of_nested(text, at);
        case '"': {
            auto const end = end_of_string(text, at);
            return is_closed(text, at, end) || end < text.size() ? end : std::string_view::npos;
        }
        default:
            break;
    }
    auto end = at;
    while (end < text.size() && !is_space(text[end]) &&
           std::string_view{",:]}[{\""}.find(text[end]) == std::string_view::npos) {
        ++end;
    }
    return end < text.size() ? std::max(end, at + 1) : std::string_view::npos;
}

std::optional<json_fault> find_string_fault(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '"') continue;
        auto const end = end_of_string(text, at);
        auto const content = text.substr(at + 1, end - at - 1);
        auto const control = std::find_if(content.begin(), content.end(), [](char letter) {
            return static_cast<std::uint8_t>(letter) < 0x20;
        });
        if (control != content.end()) {
            auto const offset = at + 1 + static_cast<std::size_t>(control - content.begin());
            return json_fault{offset,
                              {"a control character in a text", "write it as an escape: \\u0009"}};
        }
        if (!is_closed(text, at, end)) {
            return json_fault{at, {"a text that is not closed", "close it with a quote"}};
        }
        at = end - 1;
    }
    return std::nullopt;
}

outer_object read_outer_object(std::string_view text, std::size_t at) {
    outer_object found;
    auto const stop = [&](std::size_t offset, std::string_view expected) {
        found.end = offset;
        found.stopped = json_fault{offset, json_syntax_fault(expected)};
        return found;
    };
    auto const is = [&](char letter) { return at < text.size() && text[at] == letter; };
    at = skip_space(text, at + 1);
    bool first = true;
    while (!is('}')) {
        if (!first) {
            if (!is(',')) return stop(at, "a comma or }");
            at = skip_space(text, at + 1);
        }
        first = false;
        outer_member member;
        member.key_begin = at;
        if (!is('"')) return stop(at, "a key in quotes");
        auto const key_end = end_of_string(text, at);
        if (!is_closed(text, at, key_end)) return stop(at, "a key in quotes");
        member.key = text.substr(at + 1, key_end - at - 2);
        at = skip_space(text, key_end);
        if (!is(':')) return stop(at, "a colon after the key");
        at = skip_space(text, at + 1);
        if (is('}') || is(',') || is(']') || is(':') || at == text.size())
            return stop(at, "a value");
        member.begin = at;
        auto const end = end_of_value(text, at);
        member.end = std::min(end, text.size());
        found.members.push_back(member);
        if (end == std::string_view::npos) return stop(text.size(), "the end of the value, and }");
        at = skip_space(text, end);
    }
    found.end = at + 1;
    return found;
}

}  // namespace allot::jobs
