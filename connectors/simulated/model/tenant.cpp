#include "connectors/simulated/model/tenant.hpp"

#include <stdexcept>
#include <utility>

#include "connectors/simulated/model/service.hpp"

namespace allot::simulated {

tenant::tenant(tenant_description of, options chosen) {
    if (auto const wrong = find_error(of)) throw std::invalid_argument(*wrong);
    service_ = std::make_unique<service>(std::move(of), std::move(chosen));
}

tenant::~tenant() = default;
tenant::tenant(tenant&&) noexcept = default;
tenant& tenant::operator=(tenant&&) noexcept = default;

reply tenant::handle(http_request const& request, time_point now, wall_time wall) {
    return service_->handle(request, now, wall);
}

reply tenant::handle_identity(http_request const& request, time_point now, wall_time wall) {
    return service_->handle_identity(request, now, wall);
}

options& tenant::settings() {
    return service_->settings;
}

void tenant::revoke_tokens() {
    service_->issued.revoke_all();
}

void tenant::take_seats(sku_id of, std::int64_t seats, time_point now) {
    service_->take_seats(of, seats, now);
}

void tenant::remove_user(user_id of, time_point now, wall_time wall) {
    auto& held = service_->held;
    if (auto const found = held.find(of)) {
        moment const then{now, wall, service_->settings.read_lag};
        service_->all_groups.process(then);
        held.remove(*found, then);
        service_->all_groups.withdraw(*found, then);
    }
}

bool tenant::take_quota(std::int64_t writes, std::int64_t units, time_point now) {
    return service_->take_quota(writes, units, now);
}

std::optional<user> tenant::true_user(user_id of) const {
    auto const found = service_->held.find(of);
    bool const there = found && !service_->held.at(*found).removed;
    return there ? std::optional{service_->held.true_user(*found)} : std::nullopt;
}

std::vector<user> tenant::true_users() const {
    std::vector<user> users;
    users.reserve(service_->held.size());
    for (user_index which = 0; which < service_->held.size(); ++which) {
        if (!service_->held.at(which).removed) users.push_back(service_->held.true_user(which));
    }
    return users;
}

std::vector<subscription> tenant::true_subscriptions() const {
    std::vector<subscription> subscriptions;
    for (auto const& sku : service_->held.skus()) {
        subscriptions.push_back(sku.is.bought);
        subscriptions.back().consumed = sku.consumed();
    }
    return subscriptions;
}

std::optional<group> tenant::true_group(group_id of) const {
    auto const found = service_->all_groups.find(of);
    return found ? std::optional{service_->all_groups.seen(*found, service_->last_handled())}
                 : std::nullopt;
}

std::vector<user_id> tenant::true_members(group_id of) const {
    auto const found = service_->all_groups.find(of);
    return found ? service_->all_groups.described(*found).members : std::vector<user_id>{};
}

counts const& tenant::counted() const {
    return service_->counted;
}

std::uint32_t tenant::writes_accepted(user_id of) const {
    auto const found = service_->held.find(of);
    return found ? service_->held.at(*found).writes_accepted : 0;
}

std::span<accepted_write const> tenant::log() const {
    return service_->log;
}

tenant_description tenant::describe() const {
    return service_->describe();
}

}  // namespace allot::simulated
