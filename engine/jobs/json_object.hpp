#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "engine/jobs/json_scan.hpp"

namespace allot::jobs {

/// A member of an object, in the order of the text.
struct json_member {
    enum class kind : std::uint8_t {
        text,
        literal,  ///< a number, true or false, as written
        null,
        list,  ///< of texts; given as one, with `;` between them
        other  ///< an object, or a list of something else
    };
    std::string_view key;
    std::string_view value;
    std::size_t offset = 0;  ///< where the value starts
    kind is = kind::null;
};

/// Parses objects one at a time, each in full (RFC 8259). Holds its memory from one to the next.
class json_object {
 public:
    json_object();
    ~json_object();
    json_object(json_object const&) = delete;
    json_object& operator=(json_object const&) = delete;

    /// Parses the text, which starts with a brace and is nothing but one object. `readable` counts
    /// the bytes from the text's begin that can be looked at: at least 64 more than the text has.
    /// Empty: all is well. The members are those before the fault.
    std::optional<json_fault> parse(std::string_view text, std::size_t readable);

    /// Valid until the next parse.
    [[nodiscard]] std::span<json_member const> members() const;

 private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace allot::jobs
