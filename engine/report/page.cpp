#include "engine/report/page.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iterator>
#include <string_view>

#include "connectors/port/json_text.hpp"
#include "engine/report/page_template.hpp"
#include "engine/report/page_top.hpp"
#include "engine/report/text.hpp"

namespace allot::report {

namespace {

/// The frame's parts between its marks.
struct frame {
    std::string_view before_title;
    std::string_view before_data;
    std::string_view before_top;
    std::string_view rest;
};

/// The text up to a mark; takes both away. The marks are in page.html.
std::string_view up_to(std::string_view& text, std::string_view mark) {
    auto const at = text.find(mark);
    if (at == std::string_view::npos) std::abort();
    auto const part = text.substr(0, at);
    text.remove_prefix(at + mark.size());
    return part;
}

frame frame_of(std::string_view text) {
    frame made;
    made.before_title = up_to(text, "<!--title-->");
    made.before_data = up_to(text, "<!--data-->");
    made.before_top = up_to(text, "<!--top-->");
    made.rest = text;
    return made;
}

/// JSON inside of a script element: only `<` could end it, and in JSON it stands in strings only.
void embed(std::string& out, std::size_t from) {
    for (auto at = out.find('<', from); at != std::string::npos; at = out.find('<', at)) {
        out.replace(at, 1, "\\u003c");
    }
}

/// An array's next items, each with a comma in front.
class items {
 public:
    explicit items(std::string& out) : out_{out} {}
    items& operator<<(std::string_view text) {
        out_ += ',';
        append_json_string(out_, text);
        return *this;
    }
    items& operator<<(std::uint64_t number) {
        fmt::format_to(std::back_inserter(out_), ",{}", number);
        return *this;
    }

 private:
    std::string& out_;
};

}  // namespace

page::page(std::string run_id, std::vector<std::string> columns)
    : run_id_{std::move(run_id)}, columns_{std::move(columns)} {}

std::string page::begin() const {
    auto const parts = frame_of(page_template());
    std::string out{parts.before_title};
    append_html(out, run_id_);
    out += parts.before_data;
    auto const from = out.size();
    out += "{\"columns\":[\"\"";
    items columns{out};
    for (auto const& name : columns_) columns << name;
    out += "],\n\"verdicts\":[\"\"";
    items verdicts{out};
    for (auto const each : reconcile::all_verdicts) verdicts << reconcile::name(each);
    out += "],\n\"reasons\":[\"\"";
    for (auto const each : all_reasons) {
        out += ",[\"\"";
        items{out} << code(each) << meaning(each) << advice(each);
        out += ']';
    }
    out += "],\n\"rows\":[\n";
    embed(out, from);
    return out;
}

void page::append(std::string& out, reconcile::row const& of) {
    counted_.add(of);
    auto const from = out.size();
    out += any_row_ ? ",[" : "[";
    any_row_ = true;
    fmt::format_to(std::back_inserter(out), "{}", of.line);
    items cells{out};
    cells << of.user << of.user_id << of.sku << of.action << static_cast<std::uint64_t>(of.is)
          << static_cast<std::uint64_t>(of.why) << of.detail << of.before << of.after
          << std::uint64_t{of.attempts} << static_cast<std::uint64_t>(of.http_status)
          << of.request_id << of.changed_at << of.verified_at;
    for (auto const& text : of.extra) cells << text;
    out += "]\n";
    embed(out, from);
}

void page::append_attempt(std::string& out, reconcile::attempt_line const& of) {
    sent_.add(of);
    auto const from = out.size();
    if (!any_attempt_) out += "],\n\"attempts\":[\n";
    if (!any_attempt_ || of.user != sent_for_) {
        out += any_attempt_ ? "],[" : "[";
        append_json_string(out, of.user);
        sent_for_ = of.user;
    }
    any_attempt_ = true;
    out += ",[\"";
    out += iso_8601(of.at);
    out += '"';
    items{out} << of.what << of.came << static_cast<std::uint64_t>(of.why)
               << static_cast<std::uint64_t>(of.http_status) << of.request_id
               << of.client_request_id
               << (of.retry_after ? for_people(*of.retry_after) : std::string{}) << of.detail;
    out += "]\n";
    embed(out, from);
}

std::string page::end(summary const& of) const {
    auto const parts = frame_of(page_template());
    std::string out = any_attempt_ ? "]]}" : "],\n\"attempts\":[]}";
    out += parts.before_top;
    out += page_top(of, counted_, sent_);
    out += parts.rest;
    return out;
}

}  // namespace allot::report
