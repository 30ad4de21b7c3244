#include "tests/simulation/mutations.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <map>
#include <vector>

namespace allot::simulation {

namespace {

using boost::asio::awaitable;

constexpr std::array mutations{
    mutation{"skip-read-back", "a lost reply is taken for a passing failure, and sent again"},
    mutation{"ignore-gate", "the Retry-After of a 429 is not heeded"},
    mutation{"believe-writes", "an accepted change is called seen without another look"},
    mutation{"see-more-seats", "three seats more than there are"},
    mutation{"write-on-plan", "a dry run writes"},
    mutation{"touch-a-stranger", "now and then a change goes to somebody else"},
    mutation{"switch-plans-on", "service plans that are to stay off are not said"},
    mutation{"write-twice", "each change is sent once more while it is in flight"},
    mutation{"lose-a-row", "a target is left without a verdict"},
    mutation{"forget-intents", "every third intent is not written down"},
    mutation{"hasty-resend", "who may have been written to is written to again at once"},
    mutation{"call-all-done", "what failed is called verified"},
    mutation{"believe-groups", "a member has what his group gives, whatever the tenant shows"},
};

bool is_write(operation const& one) {
    return !only_reads(one.kind);
}

/// Passes all on; the defects are made of it by overriding.
class defective : public directory {
 public:
    explicit defective(directory& behind) : behind_{behind} {}
    awaitable<reading<std::vector<subscription>>> read_subscriptions() override {
        return behind_.read_subscriptions();
    }
    awaitable<reading<user_page>> read_users(std::string from) override {
        return behind_.read_users(std::move(from));
    }
    awaitable<reading<std::vector<group>>> find_groups(std::string name) override {
        return behind_.find_groups(std::move(name));
    }
    awaitable<reading<user_page>> read_members(group_id of, bool in_error,
                                               std::string from) override {
        return behind_.read_members(of, in_error, std::move(from));
    }
    awaitable<reading<user_changes>> read_changes(std::string from) override {
        return behind_.read_changes(std::move(from));
    }
    awaitable<std::vector<outcome>> perform(std::vector<operation> operations) override {
        return behind_.perform(std::move(operations));
    }

 protected:
    directory& behind_;
};

/// Changes what is sent, or what came back.
class skewed final : public defective {
 public:
    using change_of_sent = void (*)(std::vector<operation>&);
    using change_of_came = void (*)(std::vector<outcome>&);
    skewed(directory& behind, change_of_sent sent, change_of_came came)
        : defective{behind}, sent_{sent}, came_{came} {}
    awaitable<std::vector<outcome>> perform(std::vector<operation> operations) override {
        if (sent_ != nullptr) sent_(operations);
        auto came = co_await behind_.perform(std::move(operations));
        if (came_ != nullptr) came_(came);
        co_return came;
    }

 private:
    change_of_sent sent_;
    change_of_came came_;
};

void call_lost_transient(std::vector<outcome>& came) {
    for (auto& one : came) {
        if (one.kind == outcome_kind::lost) one.kind = outcome_kind::transient;
    }
}

void forget_retry_after(std::vector<outcome>& came) {
    for (auto& one : came) {
        if (one.kind == outcome_kind::throttled) one.kind = outcome_kind::transient;
        one.retry_after.reset();
    }
}

void forget_disabled_plans(std::vector<operation>& sent) {
    for (auto& one : sent) {
        for (auto& add : one.adds) add.disabled_plans.clear();
    }
}

void believe_groups(std::vector<outcome>& came) {
    for (auto& one : came) {
        if (!one.read) continue;
        for (auto& state : one.read->licences) {
            if (!state.by_group) continue;
            state.active = true;
            state.error.clear();
        }
    }
}

/// Remembers what was read and written of each user, and answers further reads by itself.
class believer final : public defective {
 public:
    using defective::defective;
    awaitable<std::vector<outcome>> perform(std::vector<operation> operations) override {
        auto const sent = operations;
        bool const all_known = std::ranges::all_of(sent, [&](operation const& one) {
            return !is_write(one) && written_.contains(one.user);
        });
        std::vector<outcome> came(sent.size());
        if (!all_known) came = co_await behind_.perform(std::move(operations));
        for (std::size_t at = 0; at < sent.size(); ++at) settle(sent[at], came[at], all_known);
        co_return came;
    }

 private:
    void settle(operation const& sent, outcome& came, bool answered_here) {
        if (answered_here) {
            came.kind = outcome_kind::done;
            came.read = written_.at(sent.user);
        }
        if (came.kind != outcome_kind::done) return;
        if (came.read) known_[came.read->id.str()] = *came.read;
        if (!is_write(sent) || !known_.contains(sent.user)) return;
        auto& now = written_[sent.user] = known_[sent.user];
        if (!sent.usage_location.empty()) now.usage_location = sent.usage_location;
        for (auto const& add : sent.adds) {
            std::erase_if(now.licences, [&](auto const& has) { return has.sku == add.sku; });
            auto& state = now.licences.emplace_back();
            state.sku = add.sku;
            state.disabled_plans = add.disabled_plans;
        }
        for (auto const sku : sent.removes) {
            std::erase_if(now.licences, [&](auto const& has) { return has.sku == sku; });
        }
    }

    std::map<std::string, user> known_;
    std::map<std::string, user> written_;
};

class generous final : public defective {
 public:
    using defective::defective;
    awaitable<reading<std::vector<subscription>>> read_subscriptions() override {
        auto read = co_await behind_.read_subscriptions();
        for (auto& one : read.value) one.enabled += 3;
        co_return read;
    }
};

/// Writes a usage location to whom it was asked to read.
class scribbler final : public defective {
 public:
    using defective::defective;
    awaitable<std::vector<outcome>> perform(std::vector<operation> operations) override {
        operation scribble;
        scribble.kind = operation_kind::set_usage_location;
        scribble.user = operations.front().user;
        scribble.usage_location = "NL";
        std::vector<operation> more{scribble};
        co_await behind_.perform(std::move(more));
        co_return co_await behind_.perform(std::move(operations));
    }
};

class confused final : public defective {
 public:
    confused(directory& behind, user_id other) : defective{behind}, other_{other.str()} {}
    awaitable<std::vector<outcome>> perform(std::vector<operation> operations) override {
        for (auto& one : operations) {
            if (is_write(one) && ++writes_ % 5 == 0) one.user = other_;
        }
        return behind_.perform(std::move(operations));
    }

 private:
    std::string other_;
    int writes_ = 0;
};

class hasty final : public defective {
 public:
    using defective::defective;
    awaitable<std::vector<outcome>> perform(std::vector<operation> operations) override {
        if (std::ranges::any_of(operations, is_write)) {
            auto twin = behind_.perform(std::vector{operations});
            auto const executor = co_await boost::asio::this_coro::executor;
            boost::asio::co_spawn(executor, std::move(twin), boost::asio::detached);
        }
        co_return co_await behind_.perform(std::move(operations));
    }
};

}  // namespace

std::span<mutation const> all_mutations() {
    return mutations;
}

std::unique_ptr<directory> mutated(std::string_view mutation, directory& behind, command present,
                                   user_id known) {
    if (mutation == "skip-read-back") {
        return std::make_unique<skewed>(behind, nullptr, &call_lost_transient);
    }
    if (mutation == "ignore-gate") {
        return std::make_unique<skewed>(behind, nullptr, &forget_retry_after);
    }
    if (mutation == "switch-plans-on") {
        return std::make_unique<skewed>(behind, &forget_disabled_plans, nullptr);
    }
    if (mutation == "believe-groups") {
        return std::make_unique<skewed>(behind, nullptr, &believe_groups);
    }
    if (mutation == "believe-writes") return std::make_unique<believer>(behind);
    if (mutation == "see-more-seats") return std::make_unique<generous>(behind);
    if (mutation == "write-on-plan" && present == command::plan) {
        return std::make_unique<scribbler>(behind);
    }
    if (mutation == "touch-a-stranger") return std::make_unique<confused>(behind, known);
    if (mutation == "write-twice") return std::make_unique<hasty>(behind);
    return {};
}

void mutate(std::string_view mutation, std::vector<reconcile::row>& rows) {
    if (mutation == "lose-a-row" && rows.size() > 1) rows.pop_back();
    if (mutation != "call-all-done") return;
    for (auto& one : rows) {
        if (one.is == reconcile::verdict::failed) one.is = reconcile::verdict::verified;
    }
}

void mutate(std::string_view mutation, schedule::options& chosen) {
    if (mutation == "hasty-resend") chosen.read_back_patience = duration{};
}

std::string defect_of_store(std::string_view mutation) {
    if (mutation != "forget-intents") return {};
    return "CREATE TRIGGER forget BEFORE INSERT ON intents WHEN new.n % 3 = 0 "
           "BEGIN SELECT RAISE(IGNORE); END";
}

}  // namespace allot::simulation
