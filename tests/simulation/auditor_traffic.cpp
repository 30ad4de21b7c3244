#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "tests/simulation/auditor.hpp"

namespace allot::simulation {

namespace {

std::string lower(std::string_view text) {
    std::string made{text};
    for (auto& c : made) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return made;
}

/// How long a 429 says to stay away; empty when it does not say.
std::optional<duration> announced(http_headers const& headers, time_point now) {
    auto const* const said = find_header(headers, "Retry-After");
    if (said == nullptr) return std::nullopt;
    double seconds = 0;
    auto const* const end = said->data() + said->size();
    auto const [read, wrong] = std::from_chars(said->data(), end, seconds);
    if (wrong == std::errc{} && read == end) {
        return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000 + 0.5)};
    }
    auto const until = parse_http_date(*said);
    auto const start = *parse_iso_8601("2026-01-05T08:00:00Z");  // of the virtual clock
    if (!until) return std::nullopt;
    return std::max(duration{}, duration{*until - start} - now.time_since_epoch());
}

}  // namespace

std::string_view name(command of) {
    switch (of) {
        case command::plan:
            return "plan";
        case command::apply:
            return "apply";
        case command::resume:
            return "resume";
        case command::verify:
            return "verify";
        case command::undo:
            return "undo";
    }
    return "";
}

auditor::auditor(scenario const& of, simulated::tenant& judged) : of_{of}, tenant_{judged} {
    for (auto& one : tenant_.true_users()) {
        by_name_[lower(one.upn)] = one.id;
        by_name_[one.id.str()] = one.id;
        at_first_.emplace(one.id, std::move(one));
    }
    for (std::size_t at = 0; at < of_.job.size(); ++at) {
        if (of_.job[at].who) asks_of_[*of_.job[at].who].push_back(at);
    }
}

void auditor::complain(time_point now, std::string what) {
    if (!complaint_.empty()) return;
    auto const seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
    complaint_ = fmt::format("{} at {:.3f} s: {}", name(present_), seconds, what);
}

void auditor::begins(command what, std::string const& run, std::string const& undone,
                     time_point now) {
    if (current_ != nullptr) look_at_log(now);
    present_ = what;
    current_ = &runs_[run];
    if (what == command::resume) return;
    current_->is = what;
    for (auto& one : tenant_.true_users()) current_->before.emplace(one.id, std::move(one));
    for (auto const& one : of_.choices.via) {
        auto const members = tenant_.true_members(one.group);
        current_->members[one.group] = {members.begin(), members.end()};
    }
    if (what == command::undo) {
        current_->undoes = &runs_.at(undone);
    }
    subscriptions_ = tenant_.true_subscriptions();
}

void auditor::process_begins() {
    in_flight_.clear();
    left_at_.clear();
    closings_.clear();
    token_came_.reset();
}

std::optional<user_id> auditor::find(std::string_view name) const {
    auto const found = by_name_.find(lower(name));
    return found == by_name_.end() ? std::nullopt : std::optional{found->second};
}

/// Every write that took effect since the last look.
void auditor::look_at_log(time_point now) {
    auto const log = tenant_.log();
    for (; log_read_ < log.size(); ++log_read_) {
        auto const& one = log[log_read_];
        auto& own = current_->standings[one.user];
        own.accepted_at = one.at;
        std::uint32_t count = 0;
        switch (one.kind) {
            case operation_kind::set_usage_location:
                count = ++own.locations_accepted;
                break;
            case operation_kind::add_members:
                count = ++own.joins_accepted[*one.group];
                break;
            case operation_kind::remove_member:
                count = ++own.leaves_accepted[*one.group];
                break;
            default:
                count = ++own.licences_accepted;
                break;
        }
        auto const who = one.user.str();
        if (count > 1) {
            complain(now, fmt::format("{} was written to {} times", who, count));
        }
        if (!asks_of_.contains(one.user)) {
            complain(now, who + " is not in the job, and was written to");
        }
        if (!writing()) complain(now, "it wrote to " + who);
        // Who was refused is tried again, and with what is then left of his rows may be served.
        if (settled_ && !refused_last_.contains(one.user))
            complain(now, "all was done, and yet it wrote to " + who);
    }
}

void auditor::leaves(sent_request const& sent, time_point now) {
    look_at_log(now);
    if (!sent.error.empty()) {
        complain(now, sent.error);
        return;
    }
    left_at_[&sent] = now;
    check_gates(sent, now);
    std::set<user_id> written;
    for (auto const& part : sent.parts) {
        if (!part.writes()) continue;
        for (auto const& name : part.people()) {
            check_write(part, name, now);
            if (auto const who = find(name)) written.insert(*who);
        }
    }
    for (auto const who : written) {
        if (in_flight_.insert(who).second) continue;
        complain(now, "two writes are in flight for " + who.str());
    }
    check_intents(written, now);
}

void auditor::check_gates(sent_request const& sent, time_point now) {
    std::erase_if(closings_, [now](closing const& one) { return one.until <= now; });
    // What had been let go before waited for a token, or is sent again with a new one.
    if (token_came_ == now) return;
    for (auto const& part : sent.parts) {
        for (auto const& one : closings_) {
            bool const concerned = one.of == gate::sign_in ? part.what == asked_for::sign_in
                                   : one.of == gate::units ? part.what != asked_for::sign_in
                                                           : part.writes();
            if (!concerned || one.told >= now) continue;
            complain(now,
                     fmt::format("it was told at {:.3f} s to stay away for another {}",
                                 std::chrono::duration<double>(one.told.time_since_epoch()).count(),
                                 for_people(one.until - now)));
        }
    }
}

void auditor::check_write(sent_part const& part, std::string const& name, time_point now) {
    if (!writing()) complain(now, "it sent a write");
    auto const who = find(name);
    auto const own = who ? asks_of_.find(*who) : asks_of_.end();
    if (own == asks_of_.end()) {
        complain(now, name + " is not in the job, and a write was sent for it");
        return;
    }
    if (!part.group.empty()) {
        check_membership(part, *who, now);
        return;
    }
    auto const asks = [&](sku_id sku, bool removes) {
        return std::ranges::any_of(own->second, [&](std::size_t at) {
            bool const right_way = current_->is == command::undo || of_.job[at].removes == removes;
            return of_.job[at].sku == sku && right_way;
        });
    };
    for (auto const& add : part.adds) {
        if (!asks(add.sku, false)) complain(now, "nobody asked for " + add.sku.str());
    }
    for (auto const sku : part.removes) {
        if (!asks(sku, true) && !may_drop(*who, sku)) {
            complain(now, "nobody asked to take away " + sku.str());
        }
    }
    if (current_->is == command::undo) {
        check_undoing(part, *who, now);
        return;
    }
    check_adds(*who, part.adds, now);
    if (part.what != asked_for::location) return;
    bool const given = part.location == of_.choices.default_location ||
                       std::ranges::any_of(own->second, [&](std::size_t at) {
                           return of_.job[at].location == part.location;
                       });
    auto const& had = current_->before.at(*who).usage_location;
    bool const moves = !had.empty() && had != part.location;
    if (!given || (moves && !of_.choices.always_set_usage_location)) {
        complain(now, "nobody asked for the usage location " + part.location);
    }
}

std::optional<group_id> auditor::way_of(sku_id sku) const {
    auto const found = std::ranges::find(of_.choices.via, sku, &way_of_sku::sku);
    return found == of_.choices.via.end() ? std::nullopt : std::optional{found->group};
}

bool auditor::is_member(user_id who, group_id of) const {
    auto const members = tenant_.true_members(of);
    return std::ranges::find(members, who) != members.end();
}

/// A direct copy goes only while a group gives the licence, actively, in the tenant as it truly is.
bool auditor::may_drop(user_id who, sku_id sku) const {
    if (!of_.choices.drop_direct) return false;
    auto const is = *tenant_.true_user(who);
    return std::ranges::any_of(is.licences, [&](licence_state const& one) {
        return one.sku == sku && one.by_group && one.active;
    });
}

/// People join the group of a SKU that is to be given to them, and leave that of one that is to be
/// taken; an undo puts back who was in it.
void auditor::check_membership(sent_part const& part, user_id who, time_point now) {
    auto const group = group_id::parse(part.group);
    bool const joins = part.what == asked_for::joining;
    if (current_->is == command::undo) {
        bool const ours = group && current_->undoes->members.contains(*group);
        if (!ours || (was_member(who, *group) != joins && !may_have_moved(who))) {
            complain(now, who.str() + " was otherwise before, and is to join or leave a group");
        }
        return;
    }
    bool const asked = std::ranges::any_of(asks_of_.at(who), [&](std::size_t at) {
        return of_.job[at].removes != joins && way_of(of_.job[at].sku) == group;
    });
    if (!asked) complain(now, "nobody asked that " + who.str() + " join or leave a group");
    if (group && is_member(who, *group) == joins) current_->standings[who].found_so = true;
}

/// Whether he was in the group before the run that is undone.
bool auditor::was_member(user_id who, group_id of) const {
    return current_->undoes->members.at(of).contains(who);
}

/// He was in the group, or out of it, already when the run sent what was to bring that about. What
/// it did not hear of that, or forgot in a crash, it takes for its own doing: nobody can tell.
bool auditor::may_have_moved(user_id who) const {
    auto const found = current_->undoes->standings.find(who);
    return found != current_->undoes->standings.end() && found->second.found_so;
}

/// Before a write leaves, the store says that it does.
void auditor::check_intents(std::set<user_id> const& written, time_point now) {
    for (auto const who : written) {
        auto const sent = ++current_->standings[who].sent;
        auto const own = asks_of_.find(who);
        if (own == asks_of_.end() || intents_(of_.job[own->second.front()].name) >= sent) continue;
        complain(now, "a write leaves without a durable intent for " + who.str());
    }
}

/// An undo gives what the user had before, and takes what he had not.
void auditor::check_undoing(sent_part const& part, user_id who, time_point now) {
    auto const& was = current_->undoes->before.at(who);
    auto const had = [&](sku_id sku) {
        auto const found = std::ranges::find_if(was.licences, [&](licence_state const& one) {
            return one.sku == sku && !one.by_group;
        });
        return found == was.licences.end() ? nullptr : &*found;
    };
    for (auto const& add : part.adds) {
        auto const* const licence = had(add.sku);
        if (licence != nullptr && licence->disabled_plans == add.disabled_plans) continue;
        complain(now, who.str() + " had no such licence before: " + add.sku.str());
    }
    for (auto const sku : part.removes) {
        if (had(sku) != nullptr) complain(now, who.str() + " had it before: " + sku.str());
    }
    if (part.what == asked_for::location && part.location != was.usage_location) {
        complain(now, who.str() + " had another usage location before than " + part.location);
    }
}

/// The service plans that are switched off are those that the row lists, or that were off before.
void auditor::check_adds(user_id who, std::vector<licence_add> const& adds, time_point now) {
    for (auto const& add : adds) {
        for (auto const at : asks_of_.at(who)) {
            auto const& row = of_.job[at];
            if (row.sku != add.sku) continue;
            auto off = row.off;
            if (row.plans == plans_asked::keep) {
                for (auto const& held : current_->before.at(who).licences) {
                    if (held.sku == row.sku && !held.by_group) off = held.disabled_plans;
                }
            }
            if (add.disabled_plans != off) {
                complain(now, "other service plans are switched off than should be: " + who.str());
            }
        }
    }
}

void auditor::arrives(sent_request const& sent, http::answer const& came, time_point now) {
    look_at_log(now);
    if (!sent.error.empty()) return;
    for (auto const& part : sent.parts) {
        if (!part.writes()) continue;
        for (auto const& name : part.people()) {
            if (auto const who = find(name)) in_flight_.erase(*who);
        }
    }
    bool const sign_in = sent.parts.front().what == asked_for::sign_in;
    if (sign_in || (came && came->status == 401)) token_came_ = now;
    if (came) {
        auto const answers = read_answers(sent, *came);
        auto const left = left_at_.at(&sent);
        std::set<user_id> sent_again;
        for (std::size_t at = 0; at < answers.size(); ++at) {
            if (answers[at].status != 401 || !sent.parts[at].writes()) continue;
            for (auto const& name : sent.parts[at].people()) {
                if (auto const who = find(name)) sent_again.insert(*who);
            }
        }
        for (auto const who : sent_again) --current_->standings[who].sent;
        for (std::size_t at = 0; at < answers.size(); ++at) {
            hear(sent.parts[at], answers[at], left, now);
        }
    }
    left_at_.erase(&sent);
}

void auditor::hear(sent_part const& part, part_answer const& answer, time_point left,
                   time_point now) {
    if (answer.status == 401) token_came_ = now;
    if (part.what == asked_for::user && answer.status == 200) {
        if (auto const who = find(part.user)) current_->standings[*who].read_at = left;
    }
    if (answer.status == 400 && part.writes() && part.people().size() == 1) {
        auto const who = find(part.people().front());
        if (who) current_->standings[*who].refused = true;
    }
    if (answer.status != 429) return;
    auto const wait = announced(answer.headers, now);
    if (!wait) return;
    auto of = gate::sign_in;
    if (auto const* const scope = find_header(answer.headers, "x-ms-throttle-scope")) {
        of = scope->starts_with("Tenant/")                 ? gate::tenant_writes
             : scope->find("/Write/") != std::string::npos ? gate::writes
                                                           : gate::units;
    }
    closings_.push_back({of, now, now + *wait});
}

}  // namespace allot::simulation
