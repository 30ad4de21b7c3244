#include "engine/jobs/reader.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "engine/jobs/csv_reader.hpp"
#include "engine/jobs/decoder.hpp"
#include "engine/jobs/gathering.hpp"
#include "engine/jobs/json_reader.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

/// White space at the start of a file beyond which it is not JSON.
constexpr std::size_t lead_max = 64 * 1024;

bool has_json_ending(std::string_view source) {
    auto const name = to_lower(source);
    return name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".ndjson");
}

}  // namespace

struct reader::state {
    explicit state(read_options given)
        : options(std::move(given)),
          gathered(options.strict, options.each_error),
          decoded(options.encoded),
          form(options.form) {}

    read_options options;
    gathering gathered;
    decoder decoded;
    file_form form;    ///< automatic until it is known
    std::string lead;  ///< what came until then
    std::optional<csv_reader> csv;
    std::optional<json_reader> json;

    void take(std::string_view utf_8, bool last);
    void find_form(std::string_view utf_8, bool last);
    void hand_on(std::string_view utf_8);
};

/// The first byte that is not white space tells the form; then the name's ending does.
void reader::state::find_form(std::string_view utf_8, bool last) {
    lead += utf_8;
    auto const first = lead.find_first_not_of(" \t\r\n");
    if (first == std::string::npos && lead.size() < lead_max && !last) return;
    bool const starts_json =
        first != std::string::npos && (lead[first] == '[' || lead[first] == '{');
    form = starts_json || has_json_ending(options.source) ? file_form::json : file_form::csv;
}

void reader::state::take(std::string_view utf_8, bool last) {
    if (form == file_form::automatic) {
        find_form(utf_8, last);
        if (form == file_form::automatic) return;
        hand_on(lead);
        lead = {};
    } else {
        hand_on(utf_8);
    }
}

void reader::state::hand_on(std::string_view utf_8) {
    if (form == file_form::json) {
        if (!json) json.emplace(gathered);
        json->feed(utf_8);
    } else {
        if (!csv) csv.emplace(gathered);
        csv->set_encoding(decoded.name());
        csv->feed(utf_8);
    }
}

reader::reader(read_options options) : state_(std::make_unique<state>(std::move(options))) {}
reader::~reader() = default;
reader::reader(reader&&) noexcept = default;
reader& reader::operator=(reader&&) noexcept = default;

void reader::feed(std::string_view bytes) {
    state_->take(state_->decoded.decode(bytes), false);
}

bool reader::has_given_up() const {
    return (state_->csv && state_->csv->has_given_up()) ||
           (state_->json && state_->json->has_given_up());
}

read_result reader::finish() {
    auto const own = std::move(state_);
    own->take(own->decoded.finish(), true);
    if (own->json) own->json->finish();
    if (own->csv) own->csv->finish();
    auto& gathered = own->gathered;
    if (gathered.into.targets.empty() && !gathered.problems.has_errors()) {
        gathered.problems.add({}, {}, {},
                              {"the file has no targets", "add a row for each user and SKU"});
    }
    read_result result;
    if (!gathered.problems.has_errors()) result.read = std::move(gathered.into);
    result.read.source = own->options.source;
    result.errors = gathered.problems.take_errors();
    result.errors_more = gathered.problems.more();
    result.notes = gathered.problems.take_notes();
    return result;
}

read_result read(std::string_view bytes, read_options options) {
    reader whole{std::move(options)};
    whole.feed(bytes);
    return whole.finish();
}

std::string to_text(std::string_view source, input_error const& error) {
    auto text = visible(source);
    if (error.line != 0) text += fmt::format(":{}", error.line);
    if (error.line != 0 && error.column != 0) text += fmt::format(":{}", error.column);
    text += ": ";
    if (!error.field.empty()) text += visible(error.field) + ": ";
    text += visible(error.problem);
    if (!error.value.empty()) text += fmt::format(" \"{}\"", visible(error.value));
    if (!error.mend.empty()) text += ": " + visible(error.mend);
    return text;
}

}  // namespace allot::jobs
