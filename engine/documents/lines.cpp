#include "engine/documents/lines.hpp"

namespace allot::documents {

std::optional<std::string_view> line_reader::next_line() {
    if (rest_.empty()) return std::nullopt;
    ++line_;
    auto const end = rest_.find('\n');
    auto const line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return line;
}

std::optional<std::string_view> line_reader::value_of(std::string_view name) {
    bool const first = line_ == 0;
    auto line = next_line();
    auto const skip = [&line](std::string_view prefix) {
        if (!line || !line->starts_with(prefix)) return false;
        line->remove_prefix(prefix.size());
        return true;
    };
    if (first && !skip("{")) return std::nullopt;
    if (!skip("\"") || !skip(name) || !skip("\":") || !line->ends_with(',')) return std::nullopt;
    line->remove_suffix(1);
    return line;
}

bool line_reader::begin_list(std::string_view name) {
    auto const line = next_line();
    return line && line->size() == name.size() + 4 && line->starts_with('"') &&
           line->substr(1, name.size()) == name && line->substr(name.size() + 1) == "\":[";
}

}  // namespace allot::documents
