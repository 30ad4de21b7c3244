#include <algorithm>
#include <vector>

#include "engine/store/tables.hpp"

namespace allot::store {

namespace {

/// Of whom, or of which target, an entry speaks.
struct range {
    std::vector<bool> const& changed;  ///< by user
    std::size_t targets = 0;

    bool operator()(schedule::bar const& one) const { return one.target < targets; }
    bool operator()(auto const& one) const {
        return one.user < changed.size() && changed[one.user];
    }
};

}  // namespace

void check_fit(stored_run const& of) {
    std::vector<bool> changed(of.job.users.size());
    bool fits = true;
    for (auto const& one : of.errands) {
        fits = fits && one.user < changed.size() && !changed[one.user];
        if (fits) changed[one.user] = true;
    }
    range const in_range{changed, of.job.targets.size()};
    fits = fits && std::ranges::all_of(of.entries, [&](schedule::dated_entry const& one) {
               return std::visit(in_range, one.what);
           });
    fits = fits && std::ranges::all_of(of.blocked, [&](auto const& one) {
               return one.first < of.job.targets.size();
           });
    if (!fits) {
        throw database_error{"it holds a run whose parts do not go together"};
    }
}

}  // namespace allot::store
