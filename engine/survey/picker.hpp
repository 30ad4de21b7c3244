#pragma once

#include <cstdint>
#include <string_view>

#include "connectors/port/directory_words.hpp"
#include "engine/jobs/index_table.hpp"
#include "engine/jobs/job.hpp"
#include "engine/jobs/text.hpp"

namespace allot::survey {

/// Finds the users that the job names, by id or by UPN in any case. Its groups are none of them.
class picker {
 public:
    /// The names must outlive it.
    explicit picker(jobs::string_list const& names) : names_{names} {
        for (std::uint32_t user = 0; user < names.size(); ++user) {
            auto const name = names[user];
            if (jobs::group_in(name)) continue;
            if (auto const id = user_id::parse(name)) {
                by_id_.add(std::hash<user_id>{}(*id), user);
            } else {
                by_upn_.add(jobs::hash_ignoring_case(name), user);
            }
        }
    }

    /// Calls `found` with the index of every name that is this user's: a person may be named by id
    /// in one row and by UPN in another, and both are told.
    template <class Found>
    void find(user const& one, Found found) const {
        auto const by_upn = by_upn_.find(
            jobs::hash_ignoring_case(one.upn),
            [&](std::uint32_t user) { return jobs::equal_ignoring_case(names_[user], one.upn); });
        if (by_upn) found(*by_upn);
        auto const by_id = by_id_.find(std::hash<user_id>{}(one.id), [&](std::uint32_t user) {
            return user_id::parse(names_[user]) == one.id;
        });
        if (by_id) found(*by_id);
    }

 private:
    jobs::string_list const& names_;
    jobs::index_table by_upn_;
    jobs::index_table by_id_;
};

}  // namespace allot::survey
