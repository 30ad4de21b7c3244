#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "connectors/port/directory_words.hpp"
#include "engine/jobs/job.hpp"
#include "engine/jobs/text.hpp"

namespace allot::survey {

/// Finds the users that the job names, by id or by UPN in any case. Its groups are none of them.
class picker {
 public:
    explicit picker(jobs::string_list const& names) {
        for (std::uint32_t user = 0; user < names.size(); ++user) {
            auto const name = names[user];
            if (jobs::group_in(name)) continue;
            if (auto const id = user_id::parse(name)) {
                by_id_.emplace(*id, user);
            } else {
                by_upn_.emplace(jobs::to_lower(name), user);
            }
        }
    }

    /// Calls `found` with the index of every name that is this user's: a person may be named by id
    /// in one row and by UPN in another, and both are told.
    template <class Found>
    void find(user const& one, Found found) const {
        if (auto const upn = by_upn_.find(jobs::to_lower(one.upn)); upn != by_upn_.end()) {
            found(upn->second);
        }
        if (auto const id = by_id_.find(one.id); id != by_id_.end()) found(id->second);
    }

 private:
    std::unordered_map<std::string, std::uint32_t> by_upn_;
    std::unordered_map<user_id, std::uint32_t> by_id_;
};

}  // namespace allot::survey
