#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "engine/documents/job_members.hpp"
#include "engine/documents/plan_words.hpp"
#include "engine/documents/saved_plan.hpp"

/// Reading a saved plan.
namespace allot::documents {

namespace {

/// One of the words, as the enumerator of that place.
template <class Enum, std::size_t count>
bool read_word(json_object const& from, std::string_view key,
               std::array<std::string_view, count> const& words, Enum& to) {
    std::string word;
    if (!read(from, key, word)) return false;
    auto const found = std::ranges::find(words, word);
    to = static_cast<Enum>(found - words.begin());
    return found != words.end();
}

bool read_reason_if_given(json_object const& from, std::string_view key, reason& to) {
    std::optional<std::string> word;
    if (!read_if_given(from, key, word)) return false;
    if (!word) return true;
    auto const found = std::ranges::find(all_reasons, std::string_view{*word}, code);
    if (found == all_reasons.end()) return false;
    to = *found;
    return true;
}

bool read_counts(json_object const& from, plan::change_counts& to) {
    return read(from, "assign", to.assign) && read(from, "modify", to.modify) &&
           read(from, "remove", to.remove) && read(from, "locations", to.locations) &&
           read(from, "as_desired", to.as_desired) && read(from, "blocked", to.blocked) &&
           read(from, "unreadable", to.unreadable);
}

bool read_seats(json_object const& from, plan::seat_count& to) {
    return read(from, "sku", to.sku) && read(from, "part_number", to.part_number) &&
           read(from, "owned", to.owned) && read(from, "used", to.used) &&
           read(from, "free", to.free) && read(from, "needed", to.needed) &&
           read(from, "released", to.released) && read(from, "short_by", to.short_by);
}

bool read_members(json_object const& from, plan::sighting& to) {
    json_array members;
    if (!read_if_given(from, "detail", to.detail)) return false;
    if (from.at_key("members").get(members) != simdjson::SUCCESS) return true;
    for (auto const item : members) {
        json_object one;
        auto& made = to.members.emplace_back();
        bool const whole =
            take(item, one) && read(one, "id", made.id) && read_if_given(one, "has", made.has);
        if (!whole || !std::ranges::is_sorted(made.has)) return false;
    }
    return true;
}

bool read_sighting(json_object const& from, plan::sighting& to) {
    using kind = plan::sighting::kind;
    std::optional<user> seen;
    if (!read_if_given(from, "seen", seen)) return false;
    if (!seen) {
        return read_word(from, "not_seen", sighting_words, to.is) && to.is != kind::seen &&
               read_if_given(from, "detail", to.detail);
    }
    to.is = kind::seen;
    to.seen = std::move(*seen);
    return read_members(from, to);
}

bool read_standing(json_object const& from, plan::target_standing& to) {
    std::string detail;
    bool const whole = read_word(from, "standing", standing_words, to.is) &&
                       read_reason_if_given(from, "why", to.why) &&
                       read_if_given(from, "detail", detail) &&
                       read_if_given(from, "needs_seat", to.needs_seat) &&
                       read_if_given(from, "frees_seat", to.frees_seat);
    to.detail = std::move(detail);
    return whole;
}

/// Reads the lines between the first and the one with the hash.
class plan_reader {
 public:
    explicit plan_reader(std::string_view text) : from_{text} {}

    bool read_all() {
        if (!read_head() || !read_tenant() || !builder_.read_head(from_) || !read_rows()) {
            return false;
        }
        plan_.job = builder_.finish();
        return from_.at_end();
    }

    /// Whether the parts fit together.
    [[nodiscard]] bool agrees() const {
        auto const& made = plan_.made;
        auto const found = counted();
        auto const& said = made.counts;
        return no_changes_ == made.changes.empty() && found.assign == said.assign &&
               found.modify == said.modify && found.remove == said.remove &&
               found.locations == said.locations && found.as_desired == said.as_desired &&
               found.blocked == said.blocked && found.unreadable == said.unreadable &&
               changes_fit();
    }

    [[nodiscard]] std::size_t line() const { return from_.line(); }
    saved_plan finish() { return std::move(plan_); }

 private:
    bool read_head() {
        std::uint32_t version = 0;
        std::string made_at;
        json_object members;
        bool const begun =
            from_.member("allot_plan", version) && version == plan_version &&
            from_.member("id", plan_.id) && from_.member("made_at", made_at) &&
            from_.member("tenant", plan_.tenant) && from_.member("no_changes", no_changes_) &&
            from_.member("counts", members) && read_counts(members, plan_.made.counts) &&
            from_.member("job_hash", plan_.job_hash) &&
            from_.text_if_given("job_path", plan_.job_path) && from_.member("rules", members);
        auto const at = parse_iso_8601(made_at);
        if (!begun || !at) return false;
        plan_.made_at = *at;
        auto& location = plan_.default_location;
        std::optional<json_object> groups;
        if (!read_if_given(members, "groups", groups)) return false;
        if (groups && !take_group_rules(*groups, plan_.by)) return false;
        return read(members, "always_set_usage_location", plan_.by.always_set_usage_location) &&
               read(members, "skip_redundant", plan_.by.skip_redundant) &&
               read(members, "default_usage_location", location) &&
               (location.empty() || is_location(location));
    }

    bool read_tenant() {
        return from_.rows("seats", "],", [&](json_object const& row) {
            return read_seats(row, plan_.made.seats.emplace_back());
        }) && from_.rows("subscriptions", "],", [&](json_object const& row) {
            return take(row, plan_.subscriptions.emplace_back());
        });
    }

    bool read_rows() {
        return from_.rows("users", "],", [&](json_object const& row) {
            std::string name;
            plan::sighting sighted;
            if (!read(row, "user", name) || !builder_.add_user(name) ||
                !read_sighting(row, sighted)) {
                return false;
            }
            plan_.seen.add(std::move(sighted), name);
            return true;
        }) && from_.rows("targets", "],", [&](json_object const& row) {
            auto& barred = plan_.made.barred.emplace_back(reason::none);
            return builder_.add_target(row) &&
                   read_standing(row, plan_.made.targets.emplace_back()) &&
                   read_reason_if_given(row, "barred", barred);
        }) && from_.rows("changes", "],", [&](json_object const& row) { return read_change(row); });
    }

    bool read_change(json_object const& row) {
        std::string name;
        if (!read(row, "user", name)) return false;
        auto const user = builder_.find_user(name);
        if (!user) return false;
        auto& made = plan_.made.changes.emplace_back();
        made.user = *user;
        plan::change needs;
        bool const whole = read_if_given(row, "rank", made.rank) && take(row, needs);
        made.needs = std::move(needs);
        return whole;
    }

    /// What the counts must be, by what is in the lists.
    [[nodiscard]] plan::change_counts counted() const {
        plan::change_counts found;
        for (std::size_t at = 0; at < plan_.made.targets.size(); ++at) {
            auto const& target = plan_.made.targets[at];
            switch (target.is) {
                case plan::standing::as_desired:
                    ++found.as_desired;
                    break;
                case plan::standing::blocked:
                    ++found.blocked;
                    break;
                case plan::standing::unreadable:
                    ++found.unreadable;
                    break;
                case plan::standing::to_change:
                    if (plan_.job.targets[at].act == jobs::action::remove) {
                        ++found.remove;
                    } else {
                        ++(target.needs_seat ? found.assign : found.modify);
                    }
                    break;
            }
        }
        for (auto const& one : plan_.made.changes) {
            if (!one.needs->usage_location.empty()) ++found.locations;
        }
        return found;
    }

    /// A change at most for each user, of somebody who was seen, in the order of sending; and one
    /// for each user of a target that is to change.
    [[nodiscard]] bool changes_fit() const {
        std::vector<bool> changes(plan_.seen.size(), false);
        std::uint32_t rank = 0;
        for (auto const& one : plan_.made.changes) {
            bool const is_seen = plan_.seen.is_seen(one.user);
            if (!is_seen || changes[one.user] || one.needs->empty() || one.rank < rank)
                return false;
            changes[one.user] = true;
            rank = one.rank;
        }
        for (std::size_t at = 0; at < plan_.made.targets.size(); ++at) {
            bool const to_change = plan_.made.targets[at].is == plan::standing::to_change;
            if (to_change && !changes[plan_.job.targets[at].user]) return false;
        }
        return true;
    }

    line_reader from_;
    saved_plan plan_;
    job_builder builder_;
    bool no_changes_ = false;
};

failure no_plan(std::string why) {
    return failure{errc::invalid_input, std::move(why)};
}

failure altered(std::string_view why) {
    return failure{
        errc::refused_by_cap,
        fmt::format("the plan was altered after it was made, or is cut short: {}. Nothing was "
                    "written. Make it again with `allot plan JOB --out PLAN`.",
                    why)};
}

/// The number after `{"allot_plan":`; empty when there is none, or the line was written anew.
std::optional<std::uint32_t> version_of(std::string_view text) {
    if (!text.starts_with(plan_prefix)) return std::nullopt;
    text.remove_prefix(plan_prefix.size());
    std::uint32_t version = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), version);
    if (read.ec != std::errc{} || version == 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (!text.starts_with(',')) return std::nullopt;
    return version;
}

}  // namespace

bool looks_like_plan(std::string_view first_bytes) {
    static constexpr std::string_view blank = " \t\r\n";
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    auto const skip = [&first_bytes](std::string_view prefix) {
        first_bytes.remove_prefix(
            std::min(first_bytes.find_first_not_of(blank), first_bytes.size()));
        if (!first_bytes.starts_with(prefix)) return false;
        first_bytes.remove_prefix(prefix.size());
        return true;
    };
    if (first_bytes.starts_with(byte_order_mark)) first_bytes.remove_prefix(byte_order_mark.size());
    return skip("{") && skip("\"allot_plan\"");
}

result<saved_plan> parse_plan(std::string_view text, hash const& sha256) {
    if (!looks_like_plan(text)) return no_plan("this is no saved plan");
    auto const version = version_of(text);
    if (!version) return altered("its first line is not as allot writes it");
    if (*version != plan_version) {
        return no_plan(
            fmt::format("the plan was made by a newer allot: it is of format {}, and this one "
                        "knows {}. Update allot, or make the plan again.",
                        *version, plan_version));
    }
    auto const body = text.substr(0, text.rfind(hash_member));
    if (body.size() == text.size()) return altered("its last line, with the sha256, is missing");
    auto const written = text.substr(body.size() + hash_member.size());
    if (written != sha256(body) + "\"}\n") return altered("its sha256 does not fit");
    plan_reader reader{body};
    if (!reader.read_all()) {
        return no_plan(fmt::format("this is no plan that allot has made: line {} is not understood",
                                   reader.line()));
    }
    if (!reader.agrees()) return altered("its parts contradict each other");
    return reader.finish();
}

}  // namespace allot::documents
