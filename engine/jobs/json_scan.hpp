#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/jobs/problem_list.hpp"

/// Where things are in JSON text: just enough of its grammar to cut it into pieces, which are then
/// parsed in full.
namespace allot::jobs {

/// A fault, and the byte where it is.
struct json_fault {
    std::size_t offset = 0;
    fault what;
};

fault json_syntax_fault(std::string_view expected);

/// The first byte from `at` that is not white space; the text's size when there is none.
std::size_t skip_space(std::string_view text, std::size_t at);

/// Where the value that starts at `at` ends; npos when the text ends before it does. A line end
/// inside a string, which JSON does not allow, is taken as the string's end: so a quote left out
/// spoils one value and not the rest of the file.
std::size_t end_of_value(std::string_view text, std::size_t at);

/// The first string that is not closed, or that holds a raw control character.
std::optional<json_fault> find_string_fault(std::string_view text);

/// A member of the outermost object.
struct outer_member {
    std::string_view key;  ///< without its quotes, escapes as written
    std::size_t key_begin = 0;
    std::size_t begin = 0;  ///< of the value
    std::size_t end = 0;
};

struct outer_object {
    std::vector<outer_member> members;
    std::size_t end = 0;                ///< after its brace
    std::optional<json_fault> stopped;  ///< why the members are not all
};

/// The members of the object that starts at `at`, their values not looked into.
outer_object read_outer_object(std::string_view text, std::size_t at);

}  // namespace allot::jobs
