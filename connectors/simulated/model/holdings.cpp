#include "connectors/simulated/model/holdings.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/random.hpp"

namespace allot::simulated {

namespace {

/// A licence that was not changed by a request.
constexpr wall_time long_ago =
    std::chrono::sys_days{std::chrono::year{2025} / 1 / 6} + std::chrono::hours{8};

/// FNV-1a, then mixed, so that the low bits differ.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (char const c : text) {
        auto const low = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        hash = (hash ^ static_cast<unsigned char>(low)) * 0x100000001B3ULL;
    }
    return hash ^ (hash >> 32);
}

/// Ids that are counted up differ in their last bytes only, so every bit has to reach the low ones.
std::uint64_t hash_of(user_id of) {
    std::uint64_t halves[2];
    std::memcpy(halves, of.value.bytes.data(), sizeof halves);
    return random{halves[0] ^ std::rotl(halves[1], 29)}.next();
}

/// The number of a value in a list of all different ones, added when it is new.
template <class Value>
std::uint16_t place_of(std::vector<Value>& known, Value const& value) {
    auto const at = std::ranges::find(known, value);
    auto const number = static_cast<std::uint16_t>(at - known.begin());
    if (at == known.end()) known.push_back(value);
    return number;
}

std::array<char, 2> compact_location(std::string const& text) {
    return text.size() == 2 ? std::array{text[0], text[1]} : std::array<char, 2>{};
}

/// The first thing of the past that still held at `as_of`; empty when the present did.
template <class Past>
auto still_held(Past& past, time_point as_of) {
    return std::ranges::find_if(past, [as_of](auto const& one) { return one.until > as_of; });
}

}  // namespace

holdings::holdings(std::vector<described_sku> const& skus, std::vector<described_user> users)
    : sets_(1), errors_(1), seats_past_(skus.size()) {
    set_numbers_.emplace(std::vector<plan_id>{}, 0);
    for (auto const& sku : skus) add_sku(sku);
    accounts_.reserve(users.size());
    by_id_.reserve(users.size());
    by_upn_.reserve(users.size());
    // One by one, so that a large tenant is not in memory twice.
    for (auto& user : users) add_user(std::move(user));
    for (auto& sku : skus_) {
        sku.elsewhere = std::max<std::int64_t>(0, sku.is.bought.consumed - sku.held);
    }
}

void holdings::add_sku(described_sku const& of) {
    sku_by_id_.emplace(of.bought.sku, static_cast<sku_index>(skus_.size()));
    auto& made = skus_.emplace_back();
    made.is = of;
    for (auto const& plan : of.bought.plans) made.plans.push_back(plan.id);
    std::ranges::sort(made.plans);
}

void holdings::add_user(described_user of) {
    auto const index = static_cast<user_index>(accounts_.size());
    auto& made = accounts_.emplace_back();
    made.id = of.who.id;
    made.upn = std::move(of.who.upn);
    made.location = compact_location(of.who.usage_location);
    made.enabled = of.who.account_enabled;
    made.address_clash = of.address_clash;
    made.writes_accepted = of.writes_accepted;
    if (of.appears_at) made.appears_at = *of.appears_at;
    made.changed_at = of.changed_at.value_or(long_ago);
    made.touched_at = std::max(of.changed_at.value_or(wall_time{}), made.appears_at);
    made.licences.reserve(of.who.licences.size());
    for (auto const& one : of.who.licences) made.licences.push_back(compact(one));
    count_seats(made.licences, 1, moment{});
    by_id_.add(hash_of(made.id), index);
    by_upn_.add(hash_of(made.upn), index);
}

licence holdings::compact(licence_state const& of) {
    licence made;
    made.sku = sku_by_id_.at(of.sku);
    if (of.by_group) made.group = number_of(*of.by_group);
    made.disabled = set_of(of.disabled_plans);
    made.error = number_of_error(of.error);
    made.active = of.active;
    return made;
}

std::optional<user_index> holdings::find(std::string_view id_or_upn, wall_time wall) const {
    auto const id = user_id::parse(id_or_upn);
    auto const found = id ? find(*id) : by_upn_.find(hash_of(id_or_upn), [&](user_index which) {
        return equal_whatever_case(accounts_[which].upn, id_or_upn);
    });
    return found && present(*found, wall) ? found : std::nullopt;
}

std::optional<user_index> holdings::find(user_id which) const {
    return by_id_.find(hash_of(which),
                       [&](user_index index) { return accounts_[index].id == which; });
}

std::optional<sku_index> holdings::find_sku(sku_id which) const {
    auto const found = sku_by_id_.find(which);
    return found == sku_by_id_.end() ? std::nullopt : std::optional{found->second};
}

sight holdings::seen(user_index which, moment const& at) {
    auto const& now = accounts_[which];
    sight shown{now.location, now.licences, now.changed_at};
    auto const known = past_.find(which);
    if (known == past_.end()) return shown;
    auto& past = known->second;
    past.erase(past.begin(), still_held(past, at.now - at.lag));
    if (past.empty()) {
        past_.erase(known);
        return shown;
    }
    return sight{past.front().location, past.front().licences, past.front().changed_at};
}

std::int64_t holdings::seats_seen(sku_index which, moment const& at) {
    auto& past = seats_past_[which];
    past.erase(past.begin(), still_held(past, at.now - at.lag));
    return past.empty() ? skus_[which].consumed() : past.front().consumed;
}

void holdings::remember(user_index which, moment const& at) {
    if (at.lag <= duration::zero()) return;
    auto const& was = accounts_[which];
    past_[which].push_back({at.now, was.location, was.licences, was.changed_at});
}

void holdings::remember_seats(sku_index which, moment const& at) {
    if (at.lag <= duration::zero()) return;
    auto& past = seats_past_[which];
    past.erase(past.begin(), still_held(past, at.now - at.lag));
    past.push_back({at.now, skus_[which].consumed()});
}

void holdings::count_seats(std::span<licence const> licences, std::int64_t by, moment const& at) {
    for (std::size_t index = 0; index < licences.size(); ++index) {
        auto const sku = licences[index].sku;
        auto const counts = [sku](licence const& one) { return one.sku == sku && one.active; };
        bool const first =
            counts(licences[index]) && std::ranges::none_of(licences.first(index), counts);
        if (!first) continue;
        remember_seats(sku, at);
        skus_[sku].held += by;
    }
}

void holdings::set_licences(user_index which, std::vector<licence> to, moment const& at) {
    remember(which, at);
    auto& changed = accounts_[which];
    count_seats(changed.licences, -1, at);
    changed.licences = std::move(to);
    changed.changed_at = at.wall;
    changed.touched_at = at.wall;
    count_seats(changed.licences, 1, at);
}

void holdings::remove(user_index which, moment const& at) {
    auto& gone = accounts_[which];
    if (gone.removed) return;
    count_seats(gone.licences, -1, at);
    gone.licences.clear();
    gone.removed = true;
    gone.touched_at = at.wall;
}

void holdings::set_location(user_index which, std::array<char, 2> to, moment const& at) {
    remember(which, at);
    auto& changed = accounts_[which];
    if (changed.location[0] == 0) changed.location_set_at = at.now;
    changed.location = to;
    changed.touched_at = at.wall;
}

void holdings::take_seats(sku_index which, std::int64_t seats, moment const& at) {
    remember_seats(which, at);
    skus_[which].elsewhere = std::max<std::int64_t>(0, skus_[which].elsewhere + seats);
}

bool holdings::enabled(std::span<licence const> licences, plan_id plan) const {
    return std::ranges::any_of(licences, [&](licence const& one) {
        return one.active && std::ranges::binary_search(skus_[one.sku].plans, plan) &&
               !std::ranges::binary_search(sets_[one.disabled], plan);
    });
}

std::uint32_t holdings::set_of(std::vector<plan_id> plans) {
    std::ranges::sort(plans);
    auto const number = static_cast<std::uint32_t>(sets_.size());
    auto const [at, is_new] = set_numbers_.emplace(std::move(plans), number);
    if (is_new) sets_.push_back(at->first);
    return at->second;
}

std::uint16_t holdings::number_of(group_id group) {
    return place_of(groups_, group);
}

std::uint16_t holdings::number_of_error(std::string const& name) {
    return place_of(errors_, name);
}

user holdings::true_user(user_index which) const {
    auto const& from = accounts_[which];
    user made;
    made.id = from.id;
    made.upn = from.upn;
    made.account_enabled = from.enabled;
    if (from.location[0] != 0)
        made.usage_location.assign(from.location.begin(), from.location.end());
    made.licences.reserve(from.licences.size());
    for (auto const& one : from.licences) {
        auto& state = made.licences.emplace_back();
        state.sku = skus_[one.sku].is.bought.sku;
        state.disabled_plans = sets_[one.disabled];
        if (one.group != licence::direct) state.by_group = groups_[one.group];
        state.active = one.active;
        state.error = errors_[one.error];
    }
    return made;
}

described_user holdings::described(user_index which) const {
    auto const& from = accounts_[which];
    described_user made;
    made.who = true_user(which);
    if (from.appears_at != wall_time{}) made.appears_at = from.appears_at;
    if (from.changed_at != long_ago) made.changed_at = from.changed_at;
    made.address_clash = from.address_clash;
    made.writes_accepted = from.writes_accepted;
    return made;
}

}  // namespace allot::simulated
