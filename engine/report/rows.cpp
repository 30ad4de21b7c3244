#include "engine/report/rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "connectors/port/json_text.hpp"
#include "engine/report/text.hpp"

namespace allot::report {

namespace {

constexpr std::array<std::string_view, 15> fixed_columns{
    "line",     "user",        "user_id",    "sku",        "action",
    "verdict",  "reason",      "advice",     "before",     "after",
    "attempts", "http_status", "request_id", "changed_at", "verified_at"};

bool same_name(std::string_view left, std::string_view right) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

/// What to do, then the service's own words.
std::string advice_of(reconcile::row const& of) {
    std::string text{advice(of.why)};
    if (!text.empty() && !of.detail.empty()) text += ' ';
    return text + of.detail;
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace

std::vector<std::string> column_names(std::span<std::string const> extra_columns) {
    std::vector<std::string> names{fixed_columns.begin(), fixed_columns.end()};
    for (auto name : extra_columns) {
        auto const taken = [&](std::string const& other) { return same_name(name, other); };
        while (std::ranges::any_of(names, taken)) name.insert(0, "job_");
        names.push_back(std::move(name));
    }
    return names;
}

std::string csv_header(std::span<std::string const> columns) {
    std::string out;
    for (auto const& column : columns) {
        if (!out.empty()) out += ',';
        append_csv_cell(out, column);
    }
    return out + '\n';
}

void append_csv(std::string& out, reconcile::row const& of) {
    append_number(out, of.line);
    auto const cell = [&](std::string_view text) {
        out += ',';
        append_csv_cell(out, text);
    };
    cell(of.user);
    cell(of.user_id);
    cell(of.sku);
    cell(of.action);
    cell(reconcile::name(of.is));
    cell(code(of.why));
    cell(advice_of(of));
    cell(of.before);
    cell(of.after);
    out += ',';
    append_number(out, of.attempts);
    out += ',';
    if (of.http_status > 0) append_number(out, static_cast<std::uint64_t>(of.http_status));
    cell(of.request_id);
    cell(of.changed_at);
    cell(of.verified_at);
    for (auto const& text : of.extra) cell(text);
    out += '\n';
}

void append_jsonl(std::string& out, reconcile::row const& of,
                  std::span<std::string const> columns) {
    out += "{\"line\":";
    append_number(out, of.line);
    // The fixed names are plain words: only the job's own need escaping.
    auto const member = [&](std::string_view name, std::string_view text) {
        out += ",\"";
        out += name;
        out += "\":";
        append_json_string(out, text);
    };
    member("user", of.user);
    member("user_id", of.user_id);
    member("sku", of.sku);
    member("action", of.action);
    member("verdict", reconcile::name(of.is));
    member("reason", code(of.why));
    member("advice", advice_of(of));
    member("before", of.before);
    member("after", of.after);
    out += ",\"attempts\":";
    append_number(out, of.attempts);
    out += ",\"http_status\":";
    if (of.http_status > 0) {
        append_number(out, static_cast<std::uint64_t>(of.http_status));
    } else {
        out += "null";
    }
    member("request_id", of.request_id);
    member("changed_at", of.changed_at);
    member("verified_at", of.verified_at);
    for (std::size_t index = 0; index < of.extra.size(); ++index) {
        out += ',';
        append_json_string(out, columns[fixed_columns.size() + index]);
        out += ':';
        append_json_string(out, of.extra[index]);
    }
    out += "}\n";
}

}  // namespace allot::report
