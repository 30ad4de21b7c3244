#include "connectors/simulated/model/groups.hpp"

#include <algorithm>
#include <utility>

namespace allot::simulated {

namespace {

std::optional<refusal> not_writable(group_kind kind) {
    switch (kind) {
        case group_kind::assigned:
            return std::nullopt;
        case group_kind::dynamic:
            return refusal{.message =
                               "The members of the group cannot be changed because the "
                               "group has dynamic membership."};
        case group_kind::synced:
            return refusal{.message =
                               "Unable to update the specified properties for on-premises "
                               "mastered Directory Sync objects or objects currently "
                               "undergoing migration."};
    }
    return std::nullopt;
}

refusal already_there() {
    return {.message =
                "One or more added object references already exist for the following "
                "modified properties: 'members'."};
}

auto of_sku(sku_id sku) {
    return [sku](licence_add const& one) { return one.sku == sku; };
}

bool twice_in(std::vector<user_index> who) {
    std::ranges::sort(who);
    return std::ranges::adjacent_find(who) != who.end();
}

}  // namespace

groups::groups(std::vector<described_group> of, holdings& in, plan_rules rules, random lags)
    : in_(in), rules_(std::move(rules)), lags_(lags) {
    groups_.reserve(of.size());
    for (auto& one : of) {
        by_id_.emplace(one.id, static_cast<group_index>(groups_.size()));
        auto& made = groups_.emplace_back();
        made.id = one.id;
        made.name = std::move(one.name);
        made.kind = one.kind;
        made.number = in_.number_of(one.id);
        made.licences = std::move(one.licences);
        std::ranges::sort(made.licences, {}, &licence_add::sku);
        for (auto const& who : one.members) {
            if (auto const user = in_.find(who)) {
                enrol(made, *user, time_point::min(), time_point::min());
            }
        }
    }
    for (auto& one : groups_) settle_described(one);
}

std::optional<group_index> groups::find(group_id which) const {
    auto const found = by_id_.find(which);
    return found == by_id_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<group_index> groups::find(std::string_view id) const {
    auto const parsed = group_id::parse(id);
    return parsed ? find(*parsed) : std::nullopt;
}

group groups::seen(group_index which, moment const& at) const {
    auto const& from = groups_[which];
    auto const as_of = at.now - at.lag;
    group made;
    made.id = from.id;
    made.name = from.name;
    made.dynamic = from.kind == group_kind::dynamic;
    made.synced = from.kind == group_kind::synced;
    auto const past = std::ranges::find_if(
        from.past, [as_of](past_licences const& one) { return one.until > as_of; });
    made.licences = past == from.past.end() ? from.licences : past->licences;
    bool queued = false;
    bool running = false;
    for (auto const& one : from.works) {
        if (one.asked > as_of || one.due <= as_of) continue;
        (one.starts <= as_of ? running : queued) = true;
    }
    if (running) {
        made.processing = "ProcessingInProgress";
    } else if (queued) {
        made.processing = "QueuedForProcessing";
    } else if (!made.licences.empty()) {
        made.processing = "ProcessingComplete";
    }
    return made;
}

std::optional<member> groups::next_seen(group_index which, std::uint32_t from,
                                        moment const& at) const {
    auto const& roll = groups_[which].roll;
    auto const as_of = at.now - at.lag;
    auto const begin = std::ranges::lower_bound(roll, from, {}, &membership::number);
    auto const found = std::find_if(begin, roll.end(), [&](membership const& one) {
        return one.joined <= as_of && as_of < one.left && in_.present(one.user, at.wall);
    });
    if (found == roll.end()) return std::nullopt;
    return member{found->number, found->user};
}

bool groups::seen_in_error(group_index which, user_index who, moment const& at) const {
    auto const number = groups_[which].number;
    return std::ranges::any_of(in_.seen(who, at).licences, [number](licence const& one) {
        return one.group == number && one.error != 0;
    });
}

std::optional<refusal> groups::add(group_index to, std::vector<user_index> const& who, duration lag,
                                   moment const& at) {
    auto& group = groups_[to];
    if (auto wrong = not_writable(group.kind)) return wrong;
    auto const is_in = [&](user_index one) { return group.members.contains(one); };
    if (std::ranges::any_of(who, is_in) || twice_in(who)) return already_there();
    forget(group, at);
    auto const due = at.now + lags_.around(lag);
    for (auto const one : who) enrol(group, one, at.now, due);
    schedule({.group = to, .joined = who, .left = {}}, due, at);
    return std::nullopt;
}

std::optional<refusal> groups::remove(group_index from, user_index who, duration lag,
                                      moment const& at) {
    auto& group = groups_[from];
    if (auto wrong = not_writable(group.kind)) return wrong;
    if (!group.members.contains(who)) return no_such_user(in_.at(who).id.str());
    strike(group, who, at);
    forget(group, at);
    schedule({.group = from, .joined = {}, .left = {who}}, at.now + lags_.around(lag), at);
    return std::nullopt;
}

void groups::withdraw(user_index who, moment const& at) {
    for (auto& one : groups_) {
        if (one.members.contains(who)) strike(one, who, at);
    }
}

std::optional<refusal> groups::assign(group_index to, assignment const& wanted, duration lag,
                                      moment const& at) {
    if (auto wrong = contradiction(wanted)) return wrong;
    auto& group = groups_[to];
    auto licences = group.licences;
    for (auto const sku : wanted.removes) {
        if (!in_.find_sku(sku)) return not_valid(sku);
        if (std::erase_if(licences, of_sku(sku)) == 0) {
            return refusal{.message = "Group does not have a corresponding license."};
        }
    }
    for (auto const& one : wanted.adds) {
        if (auto wrong = not_given(in_, one)) return wrong;
        std::erase_if(licences, of_sku(one.sku));
        licences.push_back(one);
        std::ranges::sort(licences.back().disabled_plans);
    }
    std::ranges::sort(licences, {}, &licence_add::sku);
    forget(group, at);
    if (at.lag > duration::zero()) group.past.push_back({at.now, group.licences});
    group.licences = std::move(licences);
    schedule({.group = to, .joined = {}, .left = {}, .licences = true}, at.now + lags_.around(lag),
             at);
    return std::nullopt;
}

void groups::process(moment const& at) {
    while (!jobs_.empty() && jobs_.begin()->first <= at.now) {
        auto const next = jobs_.extract(jobs_.begin());
        auto const ago = std::chrono::floor<std::chrono::milliseconds>(at.now - next.key());
        work_off(next.mapped(), {next.key(), at.wall - ago, at.lag});
    }
}

described_group groups::described(group_index which) const {
    auto const& from = groups_[which];
    described_group made;
    made.id = from.id;
    made.name = from.name;
    made.kind = from.kind;
    made.licences = from.licences;
    for (auto const& one : from.roll) {
        if (one.left == still) made.members.push_back(in_.at(one.user).id);
    }
    return made;
}

void groups::enrol(one_group& in, user_index who, time_point joined, time_point effective) {
    in.members.emplace(who, in.next_number);
    in.roll.push_back({in.next_number++, who, joined, effective});
}

void groups::strike(one_group& from, user_index who, moment const& at) {
    auto const number = from.members.extract(who).mapped();
    entry(from, number)->left = at.now;
    ++from.ended;
    from.errored.erase(number);
}

void groups::schedule(job what, time_point due, moment const& at) {
    groups_[what.group].works.push_back({at.now, at.now + (due - at.now) / 2, due});
    jobs_.emplace(due, std::move(what));
    process(at);
}

/// Lets go of what no read shows any more. Of the roll only when it pays.
void groups::forget(one_group& of, moment const& at) {
    auto const as_of = at.now - at.lag;
    std::erase_if(of.works, [as_of](work const& one) { return one.due <= as_of; });
    std::erase_if(of.past, [as_of](past_licences const& one) { return one.until <= as_of; });
    constexpr std::size_t worth_it = 64;
    if (of.ended < worth_it || of.ended * 2 < of.roll.size()) return;
    of.ended -=
        std::erase_if(of.roll, [as_of](membership const& one) { return one.left <= as_of; });
}

groups::membership* groups::entry(one_group& in, std::uint32_t number) {
    auto const found = std::ranges::lower_bound(in.roll, number, {}, &membership::number);
    return &*found;
}

/// Those who leave come first, so that their seats are there for others; those in error come last,
/// since every processing of a group tries them again, as long as there are seats.
void groups::work_off(job const& what, moment const& at) {
    auto& group = groups_[what.group];
    for (auto const who : what.left) {
        if (!group.members.contains(who)) take_from(group, who, at);
    }
    if (what.licences) {
        for (auto const& one : group.roll) {
            if (one.left == still && one.effective <= at.now) settle(group, one.user, at);
        }
        return;
    }
    for (auto const who : what.joined) {
        if (group.members.contains(who)) settle(group, who, at);
    }
    if (!has_seats(group)) return;
    std::vector<std::uint32_t> const errored{group.errored.begin(), group.errored.end()};
    for (auto const number : errored) {
        settle(group, entry(group, number)->user, at);
        if (!has_seats(group)) return;
    }
}

/// Without a seat of everything that the group gives, there is no use in trying those in error.
bool groups::has_seats(one_group const& of) const {
    return std::ranges::all_of(of.licences, [&](licence_add const& one) {
        return seated(in_, {}, *in_.find_sku(one.sku));
    });
}

/// The error of each licence that is to be added to those that are kept; empty texts when none has
/// one. When one fails, none of the group's licences is given: the others are in error with it.
std::vector<std::string_view> groups::errors_of(user_index who, std::span<licence const> kept,
                                                std::span<licence const> added) const {
    auto const& account = in_.at(who);
    std::vector<licence> after{kept.begin(), kept.end()};
    after.insert(after.end(), added.begin(), added.end());
    std::vector<std::string_view> errors(added.size());
    bool any = false;
    auto const fail = [&](std::size_t place, std::string_view error) {
        if (errors[place].empty()) errors[place] = error;
        any = true;
    };
    auto const has = [&](licence const& one, plan_id plan) {
        return in_.enabled(std::span{&one, 1}, plan);
    };
    for (std::size_t place = 0; place < added.size(); ++place) {
        auto const& one = added[place];
        if (account.address_clash) fail(place, "UniquenessViolation");
        if (!seated(in_, account.licences, one.sku)) fail(place, "CountViolation");
        for (auto const& rule : rules_.dependencies) {
            if (has(one, rule.plan) && lacks(in_, after, rule)) fail(place, "DependencyViolation");
        }
        for (auto const& rule : rules_.exclusions) {
            bool const part = has(one, rule.one) || has(one, rule.other);
            if (part && clashes(in_, after, rule)) fail(place, "MutuallyExclusiveViolation");
        }
    }
    for (std::size_t place = 0; any && place < errors.size(); ++place) fail(place, "Other");
    return errors;
}

/// Brings what a member holds of the group in line with what it gives.
void groups::settle(one_group& of, user_index who, moment const& at) {
    auto const& has = in_.at(who).licences;
    std::vector<licence> kept;
    std::vector<licence> added;
    for (auto const& one : has) {
        if (one.group != of.number) kept.push_back(one);
    }
    for (auto const& given : of.licences) {
        licence made;
        made.sku = *in_.find_sku(given.sku);
        made.group = of.number;
        made.disabled = in_.set_of(given.disabled_plans);
        bool const holds = std::ranges::any_of(has, [&](licence const& one) {
            return one.group == of.number && one.sku == made.sku && one.active && one.error == 0;
        });
        (holds ? kept : added).push_back(made);
    }
    auto const errors = errors_of(who, kept, added);
    bool failed = false;
    for (std::size_t place = 0; place < added.size(); ++place) {
        if (errors[place].empty()) continue;
        added[place].active = false;
        added[place].error = in_.number_of_error(std::string{errors[place]});
        failed = true;
    }
    auto const number = of.members.at(who);
    if (failed) {
        of.errored.insert(number);
    } else {
        of.errored.erase(number);
    }
    kept.insert(kept.end(), added.begin(), added.end());
    if (!std::ranges::is_permutation(kept, has)) in_.set_licences(who, std::move(kept), at);
}

void groups::take_from(one_group const& of, user_index who, moment const& at) {
    auto left = in_.at(who).licences;
    if (std::erase_if(left, [&](licence const& one) { return one.group == of.number; }) == 0) {
        return;
    }
    in_.set_licences(who, std::move(left), at);
}

/// What is described of users and of groups may not agree yet. A licence in error is as good as any
/// other here: it waits for the next processing.
void groups::settle_described(one_group& of) {
    for (user_index who = 0; who < in_.size(); ++who) {
        auto const& account = in_.at(who);
        auto const number = of.members.find(who);
        std::size_t rows = 0;
        bool errored = false;
        bool fitting = true;
        for (auto const& one : account.licences) {
            if (one.group != of.number) continue;
            ++rows;
            errored = errored || one.error != 0;
            auto const sku = in_.sku(one.sku).is.bought.sku;
            auto const given = std::ranges::find(of.licences, sku, &licence_add::sku);
            fitting = fitting && given != of.licences.end() &&
                      (one.error != 0 || in_.set(one.disabled) == given->disabled_plans);
        }
        moment const then{time_point{}, account.changed_at, duration::zero()};
        if (number == of.members.end()) {
            if (rows > 0) take_from(of, who, then);
        } else if (!fitting || rows != of.licences.size()) {
            settle(of, who, then);
        } else if (errored) {
            of.errored.insert(number->second);
        }
    }
}

}  // namespace allot::simulated
