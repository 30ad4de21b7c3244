#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/jobs/place.hpp"
#include "engine/jobs/reader.hpp"

namespace allot::jobs {

/// What is wrong with a piece of text, and what to do.
struct fault {
    std::string problem;
    std::string mend;
};

/// The most errors that are kept of one file; then the last one says how many more there are.
inline constexpr std::size_t errors_max = 10'000;

/// Gathers what is wrong and what is worth saying.
class problem_list {
 public:
    /// `value` is shortened and made visible here.
    void add(place where, std::string_view field, std::string_view value, fault what);
    void note(place where, std::string_view field, fault what);

    [[nodiscard]] bool has_errors() const { return !errors_.empty(); }
    /// Everything, in the file's order; what concerns the file as a whole comes first.
    std::vector<input_error> take_errors();
    std::vector<input_error> take_notes();

 private:
    std::vector<input_error> errors_;
    std::vector<input_error> notes_;
    std::size_t more_ = 0;  ///< errors beyond errors_max
};

}  // namespace allot::jobs
