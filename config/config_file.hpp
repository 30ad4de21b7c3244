#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/result.hpp"

namespace allot::config {

struct config_entry {
    std::string key;
    std::string value;
    std::size_t line = 0;  ///< from 1
};

/// `[name]` and what follows it.
struct config_section {
    std::string name;
    std::size_t line = 0;
    std::vector<config_entry> entries;
};

/// The configuration file, in its order.
struct config_file {
    std::string path;
    /// The first has no name: what stands above all sections counts for every profile.
    std::vector<config_section> sections;

    /// nullptr when there is none of that name.
    [[nodiscard]] config_section const* find(std::string_view name) const;
};

/// Reads `key = value` lines under `[profile]` lines; a line that starts with `#` or `;` is a
/// comment. Keys are checked against the table of options. A failure names file, line and key, and
/// never shows a value: it may be a secret.
result<config_file> parse_config_file(std::string path, std::string_view text);

}  // namespace allot::config
