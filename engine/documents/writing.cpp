#include "engine/documents/writing.hpp"

#include <numeric>

#include "connectors/port/json_text.hpp"

namespace allot::documents {

std::string& object_text::member(std::string_view key) {
    if (!empty_) out_ += ',';
    empty_ = false;
    append_json_string(out_, key);
    out_ += ':';
    return out_;
}

void object_text::text(std::string_view key, std::string_view value) {
    append_json_string(member(key), value);
}

void object_text::flag(std::string_view key, bool value) {
    member(key) += value ? "true" : "false";
}

void object_text::number(std::string_view key, std::int64_t value) {
    member(key) += std::to_string(value);
}

void object_text::texts(std::string_view key, std::vector<std::string> const& values) {
    append_texts(member(key), values);
}

void object_text::text_if_any(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
}

void object_text::flag_unless(bool usual, std::string_view key, bool value) {
    if (value != usual) flag(key, value);
}

void object_text::number_if_any(std::string_view key, std::int64_t value) {
    if (value != 0) number(key, value);
}

std::vector<std::uint32_t> indexes(std::size_t count) {
    std::vector<std::uint32_t> made(count);
    std::iota(made.begin(), made.end(), 0);
    return made;
}

void append_texts(std::string& out, std::vector<std::string> const& values) {
    out += '[';
    for (auto const& one : values) {
        if (&one != values.data()) out += ',';
        append_json_string(out, one);
    }
    out += ']';
}

}  // namespace allot::documents
