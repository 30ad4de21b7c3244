#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "engine/jobs/job.hpp"
#include "engine/plan/pool.hpp"

namespace allot::plan {

/// One member of a group.
struct member {
    user_id id;
    std::vector<sku_id> has;  ///< of which he has an active licence, however it comes; sorted

    bool operator==(member const&) const = default;
};

/// What the survey learned of one user, or group, of the job.
struct sighting {
    enum class kind : std::uint8_t { seen, not_found, unreadable };
    kind is = kind::unreadable;
    allot::user seen;               ///< seen only
    std::string detail;             ///< not seen: why; a group: what its members' errors are
    std::vector<member> members{};  ///< of a group
};

/// What was read of the tenant: one sighting per job user, in the job's order. Small, whatever the
/// number of users: how an account is, is kept once for all who have it alike. References that it
/// gives stay good as long as it is there.
class snapshot {
 public:
    /// Nobody of so many users has been seen.
    explicit snapshot(std::size_t users = 0) : entries_(users) {}

    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] sighting::kind is(std::size_t user) const { return entries_[user].is; }
    [[nodiscard]] bool is_seen(std::size_t user) const {
        return entries_[user].is == sighting::kind::seen;
    }
    // Of somebody who was seen.
    [[nodiscard]] user_id id(std::size_t user) const { return entries_[user].id; }
    [[nodiscard]] shared<account> const& account_of(std::size_t user) const {
        return accounts_[entries_[user].account];
    }
    /// `named`: as the job names him.
    [[nodiscard]] allot::user seen(std::size_t user, std::string_view named) const;
    // Of anybody.
    [[nodiscard]] std::string const& detail(std::size_t user) const;
    [[nodiscard]] std::span<member const> members(std::size_t user) const;
    [[nodiscard]] sighting whole(std::size_t user, std::string_view named) const;

    /// In place of what was known of him.
    void put(std::size_t user, sighting of, std::string_view named);
    void put(std::size_t user, allot::user const& seen, std::string_view named);
    void forget(std::size_t user) { put(user, sighting{}, {}); }
    /// The next user.
    void add(sighting of, std::string_view named = {}) {
        entries_.emplace_back();
        put(entries_.size() - 1, std::move(of), named);
    }

 private:
    struct entry {
        user_id id;
        std::uint32_t account = 0;  ///< seen only
        std::uint32_t upn = 0;      ///< index into `upns_`, from 1; 0: as the job names him
        sighting::kind is = sighting::kind::unreadable;
    };
    /// What few have.
    struct rest {
        std::string detail;
        std::vector<member> members;
    };
    std::vector<entry> entries_;
    pool<account> accounts_;
    jobs::string_list upns_;
    std::map<std::size_t, rest> rests_;
};

}  // namespace allot::plan
