#include "engine/documents/saved_plan.hpp"

#include "connectors/port/json_text.hpp"
#include "engine/documents/change_members.hpp"
#include "engine/documents/job_members.hpp"
#include "engine/documents/plan_words.hpp"
#include "engine/documents/rules.hpp"
#include "engine/documents/subscriptions.hpp"
#include "engine/documents/user.hpp"
#include "engine/documents/writing.hpp"

/// Writing a saved plan.
namespace allot::documents {

namespace {

void append_counts(std::string& out, plan::change_counts const& of) {
    object_text made{out};
    auto const count = [&made](std::string_view key, std::uint64_t value) {
        made.number(key, static_cast<std::int64_t>(value));
    };
    count("assign", of.assign);
    count("modify", of.modify);
    count("remove", of.remove);
    count("locations", of.locations);
    count("as_desired", of.as_desired);
    count("blocked", of.blocked);
    count("unreadable", of.unreadable);
}

void append_rules(std::string& out, saved_plan const& of) {
    object_text made{out};
    made.flag("always_set_usage_location", of.by.always_set_usage_location);
    made.flag("skip_redundant", of.by.skip_redundant);
    made.text("default_usage_location", of.default_location);
    // Left out where there are none, so that plans without groups are as they always were.
    if (!of.by.drop_direct && of.by.via.empty()) return;
    append_group_rules(made.member("groups"), of.by);
}

void append_seats(std::string& out, plan::seat_count const& of) {
    object_text made{out};
    made.text("sku", of.sku.str());
    made.text("part_number", of.part_number);
    made.number("owned", of.owned);
    made.number("used", of.used);
    made.number("free", of.free);
    made.number("needed", of.needed);
    made.number("released", of.released);
    made.number("short_by", of.short_by);
}

void append_members(std::string& out, std::vector<plan::member> const& of) {
    auto separator = '[';
    for (auto const& one : of) {
        out += separator;
        object_text made{out};
        made.text("id", one.id.str());
        made.ids_if_any("has", one.has);
        separator = ',';
    }
    out += ']';
}

void append_sighting(std::string& out, std::string_view user, plan::sighting const& of) {
    object_text made{out};
    made.text("user", user);
    if (of.is == plan::sighting::kind::seen) {
        append_user(made.member("seen"), of.seen);
        made.text_if_any("detail", of.detail);
        if (!of.members.empty()) append_members(made.member("members"), of.members);
    } else {
        made.text("not_seen", sighting_words[static_cast<std::size_t>(of.is)]);
        made.text_if_any("detail", of.detail);
    }
}

void append_target(std::string& out, saved_plan const& of, std::size_t index) {
    object_text made{out};
    append_target_members(made, of.job, index);
    auto const& stands = of.made.targets[index];
    made.text("standing", standing_words[static_cast<std::size_t>(stands.is)]);
    made.text_if_any("why", code(stands.why));
    made.text_if_any("detail", stands.detail.str());
    made.flag_unless(false, "needs_seat", stands.needs_seat);
    made.flag_unless(false, "frees_seat", stands.frees_seat);
    made.text_if_any("barred", code(of.made.barred[index]));
}

void append_user_change(std::string& out, jobs::job const& job, plan::user_change const& of) {
    object_text made{out};
    made.text("user", job.users[of.user]);
    made.number_if_any("rank", of.rank);
    append_change_members(made, *of.needs);
}

void append_head(std::string& out, saved_plan const& of) {
    out += plan_prefix;
    out += std::to_string(plan_version) + ",\n\"id\":";
    append_json_string(out, of.id);
    out += ",\n\"made_at\":\"" + iso_8601(of.made_at) + "\",\n\"tenant\":";
    append_json_string(out, of.tenant);
    out += ",\n\"no_changes\":";
    out += of.made.changes.empty() ? "true" : "false";
    out += ",\n\"counts\":";
    append_counts(out, of.made.counts);
    out += ",\n\"job_hash\":";
    append_json_string(out, of.job_hash);
    if (!of.job_path.empty()) {
        out += ",\n\"job_path\":";
        append_json_string(out, of.job_path);
    }
    out += ",\n\"rules\":";
    append_rules(out, of);
    out += ",\n";
}

}  // namespace

std::string to_text(saved_plan const& of, hash const& sha256) {
    constexpr std::size_t bytes_per_user = 300;
    constexpr std::size_t bytes_per_target = 150;
    std::string out;
    out.reserve(of.seen.size() * bytes_per_user + of.job.targets.size() * bytes_per_target);
    append_head(out, of);
    append_rows(out, "seats", of.made.seats, append_seats);
    out += ",\n";
    append_rows(out, "subscriptions", of.subscriptions, append_subscription);
    out += ",\n";
    append_job_head(out, of.job);
    append_rows(out, "users", indexes(of.seen.size()), [&of](std::string& to, std::uint32_t user) {
        auto const name = of.job.users[user];
        append_sighting(to, name, of.seen.whole(user, name));
    });
    out += ",\n";
    append_rows(out, "targets", of.job.targets, [&of](std::string& to, jobs::target const& one) {
        append_target(to, of, static_cast<std::size_t>(&one - of.job.targets.data()));
    });
    out += ",\n";
    append_rows(out, "changes", of.made.changes,
                [&of](std::string& to, plan::user_change const& one) {
                    append_user_change(to, of.job, one);
                });
    out += ",\n";
    auto const sum = sha256(out);
    out += hash_member;
    out += sum;
    out += "\"}\n";
    return out;
}

}  // namespace allot::documents
