#include "engine/jobs/problem_list.hpp"

#include <algorithm>
#include <utility>

#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

input_error make(place where, std::string_view field, std::string_view value, fault what) {
    return {where.line,
            where.column,
            std::string{field},
            shown(value),
            std::move(what.problem),
            std::move(what.mend)};
}

std::vector<input_error> in_order(std::vector<input_error> list) {
    std::stable_sort(
        list.begin(), list.end(), [](input_error const& one, input_error const& other) {
            return std::pair{one.line, one.column} < std::pair{other.line, other.column};
        });
    return list;
}

}  // namespace

void problem_list::add(place where, std::string_view field, std::string_view value, fault what) {
    bool const full = errors_.size() == errors_max;
    if (full) ++more_;
    if (full && !each_) return;
    auto made = make(where, field, value, std::move(what));
    if (each_) each_(made);
    if (!full) errors_.push_back(std::move(made));
}

void problem_list::note(place where, std::string_view field, fault what) {
    notes_.push_back(make(where, field, {}, std::move(what)));
}

std::vector<input_error> problem_list::take_errors() {
    return in_order(std::move(errors_));
}

std::vector<input_error> problem_list::take_notes() {
    return in_order(std::move(notes_));
}

}  // namespace allot::jobs
