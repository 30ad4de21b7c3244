#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/jobs/gathering.hpp"
#include "engine/jobs/json_scan.hpp"
#include "engine/jobs/json_targets.hpp"
#include "engine/jobs/place.hpp"

namespace allot::jobs {

/// The most bytes of one target, white space inside it included.
inline constexpr std::size_t object_bytes_max = 1024 * 1024;

/// A job in JSON: an array of objects, one object per line, or an object with `defaults` and
/// `targets`. The first two are read as they come; the last is held whole, since its defaults can
/// stand behind its targets.
class json_reader {
 public:
    /// `into` outlives it. `pass_size` is given by tests only.
    explicit json_reader(gathering& into, std::size_t pass_size = pass_bytes);

    void feed(std::string_view utf_8);
    void finish();
    /// Nothing that follows can be made sense of.
    [[nodiscard]] bool has_given_up() const { return stage_ == stage::stopped; }

 private:
    enum class stage : std::uint8_t {
        start,        ///< the form is not known yet
        first,        ///< in the array, before its first element
        next,         ///< in the array, after an element
        after_comma,  ///< in the array, where an element must come
        lines,
        document,  ///< gathering it
        end,       ///< after the array
        stopped    ///< nothing after this can be made sense of
    };

    void read_pass(bool last);
    bool read_start(bool last);
    bool read_array(bool last);
    bool read_element(bool last);
    bool read_line(bool last);
    void read_document();
    void read_member(outer_object const& outer, outer_member const& member,
                     outer_member const*& targets);

    [[nodiscard]] static bool is_document(std::string_view line);
    [[nodiscard]] std::string_view rest() const { return std::string_view{buffer_}.substr(at_); }
    [[nodiscard]] std::size_t readable() const { return buffer_.capacity() - at_; }
    [[nodiscard]] place place_of(std::size_t offset_in_rest) const;
    void advance(std::size_t bytes);
    bool skip_space(bool last);
    void report(std::size_t offset_in_rest, std::string_view value, fault what);
    /// Says it and gives up the rest of the file; false, for the caller to return.
    bool stop(std::size_t offset_in_rest, fault what);

    gathering& into_;
    json_targets targets_;
    std::string buffer_;  ///< from at_ on, what is not read yet
    std::size_t at_ = 0;
    place here_{1, 1};  ///< at_'s
    std::size_t pass_size_;
    std::size_t wanted_;  ///< how much unread text makes the next pass worth it
    stage stage_ = stage::start;
    bool skipping_line_ = false;
};

}  // namespace allot::jobs
