#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/jobs/place.hpp"
#include "engine/jobs/reader.hpp"

namespace allot::jobs {

/// What is wrong with a piece of text, and what to do.
struct fault {
    std::string problem;
    std::string mend;
};

/// The most errors that are kept of one file; the others are counted.
inline constexpr std::size_t errors_max = 10'000;

/// Gathers what is wrong and what is worth saying.
class problem_list {
 public:
    problem_list() = default;
    /// `each` is told of every error when it is added; empty: nobody is.
    explicit problem_list(std::function<void(input_error const&)> each) : each_{std::move(each)} {}

    /// `value` is shortened and made visible here.
    void add(place where, std::string_view field, std::string_view value, fault what);
    void note(place where, std::string_view field, fault what);

    [[nodiscard]] bool has_errors() const { return !errors_.empty(); }
    /// The first `errors_max`, in the file's order; what concerns the file as a whole comes first.
    std::vector<input_error> take_errors();
    /// How many there are besides.
    [[nodiscard]] std::uint64_t more() const { return more_; }
    std::vector<input_error> take_notes();

 private:
    std::vector<input_error> errors_;
    std::vector<input_error> notes_;
    std::function<void(input_error const&)> each_;
    std::uint64_t more_ = 0;  ///< errors beyond errors_max
};

}  // namespace allot::jobs
