#include "engine/survey/survey.hpp"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <unordered_set>

#include "engine/survey/picker.hpp"
#include "engine/survey/reading.hpp"

namespace allot::survey {

namespace {

namespace asio = boost::asio;

constexpr std::string_view no_changes = "what has changed in the tenant could not be read";

/// At least so many pages of changes are read before everybody is read instead.
constexpr std::uint64_t changes_pages_min = 20;

failure unheard() {
    return failure{errc::could_not_run, std::string{no_changes}};
}

std::string requests_text(std::uint64_t requests) {
    return fmt::format("{} request{}", requests, requests == 1 ? "" : "s");
}

/// One survey of the users.
class survey_of_users {
 public:
    survey_of_users(tools& with, jobs::string_list const& names, look how)
        : with_{with}, names_{names}, how_{how}, named_{names} {
        seen_.snapshot = plan::snapshot{names.size()};
    }

    asio::awaitable<result<seen_tenant>> run() {
        if (auto const failed = co_await see_groups()) co_return *failed;
        bool const many = names_.size() > few_users || how_.by == way::changes;
        bool const remembers =
            how_.kept != nullptr && many && (how_.by == way::automatic || how_.by == way::changes);
        if (remembers) {
            if (auto const failed = co_await follow_changes()) co_return *failed;
        }
        if (auto const failed = co_await read_rest()) co_return *failed;
        seen_.way += note_;
        say_groups();
        if (remembers && how_.kept != nullptr && with_.stop.pulled() == reason::none) {
            if (auto const kept = keep(); !kept) say_unkept(kept.error());
        }
        co_return std::move(seen_);
    }

    asio::awaitable<result<void>> look_now(std::vector<std::uint32_t> which, seen_tenant& into) {
        seen_ = std::move(into);
        for (auto const user : which) seen_.snapshot.forget(user);
        picked_ = names_.size() - unseen().size();
        auto const members = seen_.head.members;
        auto const failed = co_await read_unseen(which.size());
        // What pages show on the way is of no use to the next survey as a count.
        if (seen_.head.members == 0) seen_.head.members = members;
        seen_.way += fmt::format("; looked again at {} before changing them", which.size());
        for (auto const user : which) seen_.from_memory[user] = false;
        into = std::move(seen_);
        if (failed) co_return *failed;
        if (how_.kept == nullptr || with_.stop.pulled() != reason::none) co_return result<void>{};
        std::vector<documents::kept_user> read;
        for (auto const user : which) {
            if (!into.snapshot.is_seen(user)) continue;
            read.push_back({into.snapshot.seen(user, names_[user]), false});
        }
        co_return how_.kept->keep({into.head, false, {}, read});
    }

 private:
    /// The groups among the names, each by itself and always anew.
    asio::awaitable<std::optional<failure>> see_groups() {
        for (std::uint32_t user = 0; user < names_.size(); ++user) {
            auto const group = jobs::group_in(names_[user]);
            if (!group) continue;
            if (with_.stop.pulled() != reason::none) co_return stopped();
            auto name = std::string{*group};
            auto sighted = co_await see_group(with_, std::move(name), seen_.requests);
            if (!sighted) co_return sighted.error();
            members_ += sighted->members.size();
            seen_.snapshot.put(user, std::move(*sighted), names_[user]);
            ++groups_;
        }
        picked_ = groups_;
        co_return std::nullopt;
    }

    void say_groups() {
        if (groups_ == 0) return;
        seen_.way +=
            fmt::format("{}read {} group{} with {} member{}", seen_.way.empty() ? "" : "; ",
                        groups_, groups_ == 1 ? "" : "s", members_, members_ == 1 ? "" : "s");
    }

    /// Reads what has changed since the last survey, and takes from its memory whom that leaves as
    /// he was.
    asio::awaitable<std::optional<failure>> follow_changes() {
        auto head = how_.kept->head();
        if (!head) {
            say_unkept(head.error());
            how_.kept = nullptr;
            co_return std::nullopt;
        }
        seen_.head = std::move(*head);
        auto const now = with_.time.wall_now();
        followed_ = usable_link(seen_.head, now);
        auto const trusted = usable_users(seen_.head, now);
        auto const before = seen_.head.whole_at;
        settled_ = settled_link(seen_.head, now);
        bool const nothing = !followed_ || before == wall_time{};
        if (nothing && how_.by == way::changes) {
            co_return co_await begin_with_everybody();
        }
        auto const from = followed_ ? seen_.head.link : std::string{changes_from_now};
        page_taker const none;
        auto changes = co_await read_changes(from, none);
        if (!changes) co_return do_without(changes.error());
        if (changes->expired) {
            note_ = "; the service had forgotten the last survey, so everybody was read anew";
            followed_ = false;
            settled_ = false;
            if (how_.by == way::changes) co_return co_await begin_with_everybody();
            auto const begun = std::string{changes_from_now};
            changes = co_await read_changes(begun, none);
            if (!changes) co_return do_without(changes.error());
            if (changes->expired) co_return do_without(unheard());
        } else if (!trusted && before != wall_time{}) {
            note_ = "; what was kept is older than three days, so everybody was read anew";
        }
        take_link(std::move(changes->link), now);
        changed_ = std::move(changes->changed);
        if (followed_ && trusted) co_return take_from_memory(before, now);
        co_return std::nullopt;
    }

    /// The first survey that is told to follow changes: all users as the changes begin.
    asio::awaitable<std::optional<failure>> begin_with_everybody() {
        auto const now = with_.time.wall_now();
        std::uint64_t members = 0;
        std::unordered_set<user_id> known;
        std::unordered_set<user_id> repeated;
        auto const from = std::string{changes_from_the_beginning};
        page_taker take = [&](changed_user& one) {
            bool const again = !known.insert(one.id).second;
            if (!again && !one.removed) ++members;
            if (!one.is || again) {
                // Told twice, or not whole: which one holds is asked of the service itself.
                if (again) repeated.insert(one.id);
                return;
            }
            take_sighting(*one.is, false);
        };
        auto changes = co_await read_changes(from, take);
        forget(repeated);
        if (!changes) co_return do_without(changes.error());
        if (changes->expired) co_return do_without(unheard());
        take_link(std::move(changes->link), now);
        seen_.head.members = members;
        seen_.way = fmt::format(
            "read the list of changes from its beginning: {}, against {} for "
            "asking by name; the next survey reads only what has changed",
            requests_text(seen_.requests), by_name_expense(names_.size()).requests);
        began_ = true;
        co_return std::nullopt;
    }

    /// A tenant without a list of changes (some kinds have none) is read without it.
    std::optional<failure> do_without(failure const& because) {
        if (with_.stop.pulled() != reason::none) return std::nullopt;
        bool const refused =
            because.code == errc::sign_in_refused || because.code == errc::permission_refused;
        if (refused) return because;
        note_ = "; " + because.message;
        how_.kept = nullptr;
        return std::nullopt;
    }

    void say_unkept(failure const& because) {
        if (with_.say) {
            with_.say("the next survey cannot build on this one: " + because.message);
        }
    }

    using page_taker = std::function<void(changed_user&)>;

    struct changes_read {
        std::string link;
        std::vector<user_id> changed;
        bool expired = false;
    };

    /// All pages from there on. A place that is forgotten on the way is `expired`.
    asio::awaitable<result<changes_read>> read_changes(std::string from, page_taker const& take) {
        changes_read read;
        persistence patience{with_.chosen, with_.time.now()};
        page_chain chain;
        std::uint64_t pages = 0;
        auto const most =
            std::max<std::uint64_t>(changes_pages_min, pages_expense(seen_.head.members).requests);
        for (;;) {
            co_await wait_for_quota(with_, throttle::changes_page_cost);
            if (with_.stop.pulled() != reason::none) co_return stopped();
            auto const sent_at = with_.time.now();
            with_.paced.sent(sent_at, throttle::changes_page_cost);
            auto asked = from;
            auto page = co_await with_.tenant.read_changes(std::move(asked));
            auto const now = with_.time.now();
            with_.paced.settled(sent_at, now, throttle::changes_page_cost, page.how);
            ++seen_.requests;
            if (page.value.expired) {
                read.expired = true;
                co_return read;
            }
            if (page.how.kind != outcome_kind::done) {
                auto const again = patience.again(page.how, now, with_.paced.gate());
                if (!again) co_return failure_of(page.how, no_changes);
                say_waiting(with_, page.how, no_changes, *again - now);
                co_await rest(with_, *again);
                continue;
            }
            patience.succeeded(now);
            ++pages;
            for (auto& one : page.value.users) {
                if (take) {
                    take(one);
                } else {
                    read.changed.push_back(one.id);
                }
            }
            if (page.value.next.empty()) {
                read.link = std::move(page.value.link);
                co_return read;
            }
            auto const no_end = chain.count(!page.value.users.empty());
            if (no_end) co_return endless(no_changes, *no_end);
            // So much has changed that reading everybody is shorter.
            if (!take && pages >= most) {
                read.expired = true;
                co_return read;
            }
            from = std::move(page.value.next);
        }
    }

    void take_link(std::string link, wall_time now) {
        seen_.head.link = std::move(link);
        seen_.head.link_at = now;
    }

    void take_sighting(user const& one, bool from_memory) {
        named_.find(one, [&](std::uint32_t user) {
            if (!seen_.snapshot.is_seen(user)) ++picked_;
            seen_.snapshot.put(user, one, names_[user]);
            if (!seen_.from_memory.empty()) seen_.from_memory[user] = from_memory;
        });
    }

    void forget(std::unordered_set<user_id> const& ids) {
        auto& seen = seen_.snapshot;
        for (std::size_t user = 0; user < seen.size() && !ids.empty(); ++user) {
            if (!seen.is_seen(user) || !ids.contains(seen.id(user))) continue;
            seen.forget(user);
            --picked_;
        }
    }

    std::optional<failure> take_from_memory(wall_time before, wall_time now) {
        std::unordered_set<user_id> const changed{changed_.begin(), changed_.end()};
        seen_.from_memory.assign(names_.size(), false);
        auto const read = how_.kept->each_user([&](documents::kept_user one) {
            if (changed.contains(one.seen.id) || is_doubtful(one)) return;
            take_sighting(one.seen, true);
        });
        if (!read) return read.error();
        taken_ = picked_ - groups_;
        auto const age = std::max<duration>(std::chrono::seconds{1},
                                            std::chrono::floor<std::chrono::seconds>(now - before));
        seen_.way = fmt::format("took {} users from the survey of {} ago", taken_, for_people(age));
        return std::nullopt;
    }

    /// Everybody not yet seen, in the cheapest way, and what is to be said of it.
    asio::awaitable<std::optional<failure>> read_rest() {
        auto const left = names_.size() - picked_;
        auto const before = seen_.requests;
        if (auto const failed = co_await read_unseen(left)) co_return *failed;
        if (!read_.pages) {
            say_by_name(left);
            co_return std::nullopt;
        }
        auto const then = read_.by_name == 0
                              ? std::string{}
                              : fmt::format(", then asked for {} by name", read_.by_name);
        seen_.way += fmt::format(
            "{}read {} page{} of the tenant's users{}: {}, against {} for asking by "
            "name",
            seen_.way.empty() ? "" : "; ", *read_.pages, *read_.pages == 1 ? "" : "s", then,
            requests_text(seen_.requests - before), by_name_expense(left).requests);
        co_return std::nullopt;
    }

    /// How the last users were read.
    struct cost_of_reading {
        std::optional<std::uint64_t> pages;  ///< empty: by name at once
        std::size_t by_name = 0;
    };

    asio::awaitable<std::optional<failure>> read_unseen(std::size_t left) {
        read_ = {};
        auto const cheaper = pages_are_cheaper(left, seen_.head.members);
        bool const pages =
            how_.by == way::pages || (how_.by != way::by_name && !began_ && cheaper.value_or(true));
        if (pages && left > 0) {
            // Nobody knows how many there are: as long as that is shorter. Told to, or known: all.
            auto const most = how_.by == way::pages || cheaper
                                  ? std::numeric_limits<std::uint64_t>::max()
                                  : left / batch_parts_max;
            auto const read = co_await read_pages(most);
            if (!read) co_return read.error();
            read_.pages = *read;
        }
        auto const missing = unseen();
        read_.by_name = missing.size();
        co_return co_await read_by_name(missing);
    }

    void say_by_name(std::size_t left) {
        if (groups_ == names_.size()) return;
        if (began_) {
            if (left > 0) seen_.way += fmt::format("; asked for {} by name", left);
        } else if (taken_ > 0) {
            auto const other =
                seen_.head.members > 0
                    ? fmt::format("{} for all pages", pages_expense(seen_.head.members).requests)
                    : fmt::format("{} for asking by name", by_name_expense(names_.size()).requests);
            auto const asked =
                left == 0 ? std::string{}
                          : fmt::format(", and asked for {} by name, who may have changed", left);
            seen_.way +=
                fmt::format("{}: {}, against {}", asked, requests_text(seen_.requests), other);
        } else {
            seen_.way = fmt::format("asked for {} user{} by name, in batches of {}", left,
                                    left == 1 ? "" : "s", batch_parts_max);
        }
    }

    /// Reads pages until everybody was picked, or the last, or `most`. What was read before a page
    /// failed for good still counts.
    asio::awaitable<result<std::uint64_t>> read_pages(std::uint64_t most) {
        std::uint64_t pages = 0;
        std::uint64_t members = 0;
        std::string next;
        persistence patience{with_.chosen, with_.time.now()};
        page_chain chain;
        while (pages < most && with_.stop.pulled() == reason::none) {
            auto page = co_await read_page(with_, patience, next);
            if (!page && with_.stop.pulled() != reason::none) break;
            if (!page) co_return page.error();
            ++pages;
            ++seen_.requests;
            members += page->users.size();
            if (auto const no_end = may_follow(chain, *page, users_unlisted)) co_return *no_end;
            // Who could not be read on it is asked for by name, if he is of the job.
            for (auto const& one : page->users) take_sighting(one, false);
            if (with_.watch) with_.watch(picked_);
            next = std::move(page->next);
            if (next.empty()) seen_.head.members = members;
            if (next.empty() || picked_ == names_.size()) break;
        }
        co_return pages;
    }

    std::vector<std::uint32_t> unseen() const {
        std::vector<std::uint32_t> left;
        for (std::uint32_t user = 0; user < names_.size(); ++user) {
            if (jobs::group_in(names_[user])) continue;
            if (!seen_.snapshot.is_seen(user)) left.push_back(user);
        }
        return left;
    }

    asio::awaitable<std::optional<failure>> read_by_name(std::vector<std::uint32_t> which) {
        if (which.empty()) co_return std::nullopt;
        std::vector<schedule::errand> errands;
        for (auto const user : which) {
            schedule::errand one;
            one.user = user;
            one.key = std::string{names_[user]};
            errands.push_back(std::move(one));
        }
        schedule::schedule looking{with_.paced, with_.chosen, std::move(errands), schedule::aim{}};
        execute::tools driven{with_.tenant, with_.time, with_.stop};
        auto const before = names_.size() - which.size();
        if (with_.watch) {
            driven.watch = [&](time_point) { with_.watch(before + looking.done().settled); };
        }
        co_await execute::run(looking, driven);
        seen_.requests += looking.done().requests;
        if (looking.stopped()) {
            co_return failure_of(*looking.stopped(), "the users could not be read");
        }
        if (with_.stop.pulled() != reason::none) co_return stopped();
        for (std::size_t at = 0; at < looking.errands().size(); ++at) {
            auto const user = looking.errands()[at].user;
            auto const& record = looking.records()[at];
            plan::sighting sighted;
            sighted.detail = record.detail;
            if (record.end == schedule::errand_end::seen) {
                sighted.is = plan::sighting::kind::seen;
                auto const& one = looking.errands()[at];
                sighted.seen = {**record.seen, one.id, one.upn};
            } else if (record.end == schedule::errand_end::not_found) {
                sighted.is = plan::sighting::kind::not_found;
            }
            seen_.snapshot.put(user, std::move(sighted), names_[user]);
        }
        co_return std::nullopt;
    }

    /// Writes down what the next survey may build on.
    result<void> keep() {
        bool const trusted = !seen_.from_memory.empty();
        bool const trust = trusted || settled_ || began_;
        std::vector<documents::kept_user> users;
        if (trust) {
            std::unordered_set<user_id> const changed{changed_.begin(), changed_.end()};
            for (std::uint32_t user = 0; user < names_.size(); ++user) {
                auto const& seen = seen_.snapshot;
                bool const old = trusted && seen_.from_memory[user];
                if (old || !seen.is_seen(user)) continue;
                if (jobs::group_in(names_[user])) continue;
                users.push_back({seen.seen(user, names_[user]), changed.contains(seen.id(user))});
            }
        }
        if (!trusted) seen_.head.whole_at = trust ? with_.time.wall_now() : wall_time{};
        return how_.kept->keep({seen_.head, !trusted, changed_, users});
    }

    tools& with_;
    jobs::string_list const& names_;
    look how_;
    picker named_;
    seen_tenant seen_;
    cost_of_reading read_;
    std::size_t picked_ = 0;
    std::size_t groups_ = 0;        ///< among the names; they count as picked
    std::uint64_t members_ = 0;     ///< theirs
    std::size_t taken_ = 0;         ///< from memory
    bool followed_ = false;         ///< there was a link, and the changes since were read
    bool settled_ = false;          ///< and that link was older than any reading of now
    bool began_ = false;            ///< everybody was read from the list of changes
    std::vector<user_id> changed_;  ///< since the last survey
    std::string note_;              ///< said of the way
};

}  // namespace

asio::awaitable<result<seen_tenant>> read_users(tools& with, jobs::string_list const& names,
                                                look how) {
    survey_of_users surveyed{with, names, how};
    co_return co_await surveyed.run();
}

asio::awaitable<result<void>> look_now(tools& with, jobs::string_list const& names,
                                       std::vector<std::uint32_t> which, look how,
                                       seen_tenant& into) {
    survey_of_users surveyed{with, names, how};
    co_return co_await surveyed.look_now(std::move(which), into);
}

}  // namespace allot::survey
