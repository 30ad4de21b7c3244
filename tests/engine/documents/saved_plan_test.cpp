// Goal: the plan that is carried out is the plan that was looked at. Method: plans made by the
// engine from made-up jobs and tenants, there and back; every byte of one altered; parts that
// contradict each other under a hash that fits. The hash is a stand-in: it notices any one byte.
#include <fmt/format.h>

#include <string>

#include "engine/documents/saved_plan.hpp"
#include "engine/jobs/reader.hpp"
#include "made_up.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::documents;
using namespace allot::documents::testing;

namespace {

std::string sum(std::string_view text) {
    std::uint64_t state = 0xcbf29ce484222325U;
    for (auto const c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return fmt::format("{0:016x}{0:016x}{0:016x}{0:016x}", state);
}

/// Plans the job's file against what was seen of its users, in their order.
saved_plan planned(std::string_view file, plan::snapshot seen, std::int64_t free = 50,
                   plan::rules by = {}) {
    saved_plan made;
    made.by = std::move(by);
    made.id = "0b5c7a3e-1111-4222-8333-444455556666";
    made.made_at = *parse_iso_8601("2026-01-05T08:00:01.250Z");
    made.tenant = "contoso.onmicrosoft.com";
    made.job_hash = "00ff";
    made.job_path = "/srv/jobs/wave.csv";
    made.default_location = "GB";
    made.by.skip_redundant = true;
    auto read = jobs::read(file, {"wave.csv"});
    REQUIRE(read.errors.empty());
    made.job = std::move(read.read);
    made.subscriptions = support::subscriptions(free);
    made.seen = std::move(seen);
    auto const resolved = plan::resolve(made.job, made.subscriptions, {}, made.default_location);
    REQUIRE(resolved.errors.empty());
    auto planned = plan::make_plan(made.job, resolved.wanted, made.seen, made.by);
    REQUIRE(planned.errors.empty());
    made.made = std::move(planned.made);
    return made;
}

plan::sighting seen(user of) {
    return {plan::sighting::kind::seen, std::move(of), {}, {}};
}

plan::sighting unseen(plan::sighting::kind is, std::string detail) {
    return {is, {}, std::move(detail), {}};
}

plan::snapshot all_of(std::vector<plan::sighting> sightings) {
    plan::snapshot made;
    for (auto& one : sightings) made.add(std::move(one));
    return made;
}

saved_plan small_plan() {
    using kind = plan::sighting::kind;
    return planned(
        "user,sku,action,note\n"
        "p1@contoso.example,POWER_BI_PRO,,\n"
        "p2@contoso.example,POWER_BI_PRO,,hello\n"
        "p3@contoso.example,SPE_E3,remove,\n"
        "p4@contoso.example,POWER_BI_PRO,,\n"
        "p5@contoso.example,POWER_BI_PRO,,\n"
        "p6@contoso.example,POWER_BI_PRO,,\n",
        all_of({seen(support::person(1, {}, "")), seen(support::person(2)),
                seen(support::person(3, {support::direct(support::e3, {support::teams})})),
                seen(support::person(4, {support::inherited(support::power_bi)})),
                unseen(kind::not_found, ""), unseen(kind::unreadable, "503")}),
        1);
}

saved_plan random_plan(std::uint64_t seed) {
    made_up by{seed};
    std::string file = "user,sku,action,disabled_plans,usage_location,priority,note\n";
    plan::snapshot found;
    for (unsigned person = 1, last = 2 + static_cast<unsigned>(by.below(12)); person < last;
         ++person) {
        bool const is_group = by.one_in(6);
        auto const called = is_group ? fmt::format("group:Team {}", person)
                                     : fmt::format("p{}@contoso.example", person);
        std::vector<licence_state> held;
        for (auto const& sku : {support::power_bi, support::e3, support::e5}) {
            if (by.one_in(3)) held.push_back(support::direct(sku));
            if (!is_group && by.one_in(5)) held.push_back(support::inherited(sku));
            auto const name = sku == support::power_bi ? "POWER_BI_PRO"
                              : sku == support::e3     ? "SPE_E3"
                                                       : "SPE_E5";
            auto const remove = by.one_in(3);
            if (sku != support::power_bi && by.one_in(2)) continue;
            file +=
                fmt::format("{},{},{},{},{},{},{}\n", called, name, remove ? "remove" : "",
                            !remove && by.one_in(4) ? "none" : "",
                            is_group || by.one_in(9) ? "" : "NL", by.one_in(3) ? "2" : "", "note");
        }
        using kind = plan::sighting::kind;
        if (by.one_in(8)) {
            found.add(unseen(by.one_in(2) ? kind::not_found : kind::unreadable, by.text()));
            continue;
        }
        auto sighted = seen(support::person(person, held, by.one_in(4) ? "" : "NL"));
        if (is_group) {
            sighted.detail = by.text();
            sighted.members.resize(by.below(5));
            for (auto& one : sighted.members) one = {by.id<user_id>(), by.sorted_ids<sku_id>()};
        }
        found.add(std::move(sighted));
    }
    return planned(file, std::move(found), static_cast<std::int64_t>(by.below(6)));
}

bool same(plan::snapshot const& one, plan::snapshot const& other, jobs::string_list const& names) {
    if (one.size() != other.size()) return false;
    for (std::size_t user = 0; user < one.size(); ++user) {
        auto const a = one.whole(user, names[user]);
        auto const b = other.whole(user, names[user]);
        bool const alike =
            a.is == b.is && a.seen == b.seen && a.detail == b.detail && a.members == b.members;
        if (!alike) return false;
    }
    return true;
}

bool same(plan::plan const& one, plan::plan const& other) {
    auto const as_numbers = [](plan::change_counts const& of) {
        return std::array{of.assign,     of.modify,  of.remove,    of.locations,
                          of.as_desired, of.blocked, of.unreadable};
    };
    return std::ranges::equal(one.targets, other.targets,
                              [](auto const& a, auto const& b) {
                                  return a.is == b.is && a.why == b.why && a.detail == b.detail &&
                                         a.needs_seat == b.needs_seat &&
                                         a.frees_seat == b.frees_seat;
                              }) &&
           std::ranges::equal(one.changes, other.changes,
                              [](auto const& a, auto const& b) {
                                  return a.user == b.user && a.rank == b.rank && a.needs == b.needs;
                              }) &&
           one.seats == other.seats && one.barred == other.barred &&
           as_numbers(one.counts) == as_numbers(other.counts);
}

void check_same(saved_plan const& read, saved_plan const& written) {
    CHECK(read.id == written.id);
    CHECK(read.made_at == written.made_at);
    CHECK(read.tenant == written.tenant);
    CHECK(read.job_hash == written.job_hash);
    CHECK(read.job_path == written.job_path);
    CHECK(read.by == written.by);
    CHECK(read.default_location == written.default_location);
    CHECK(testing::same(read.job, written.job));
    CHECK(read.subscriptions == written.subscriptions);
    CHECK(same(read.seen, written.seen, written.job.users));
    CHECK(same(read.made, written.made));
}

/// The text with a piece replaced and a hash that fits.
std::string rewritten(std::string text, std::string_view what, std::string_view instead) {
    INFO(what);
    auto const at = text.find(what);
    REQUIRE(at != std::string::npos);
    text.replace(at, what.size(), instead);
    text.erase(text.rfind("\"sha256\""));
    return text + "\"sha256\":\"" + sum(text) + "\"}\n";
}

failure failure_of(std::string_view text) {
    auto const read = parse_plan(text, sum);
    REQUIRE(read.has_error());
    return read.error();
}

constexpr auto altered = "the plan was altered after it was made, or is cut short: ";

}  // namespace

TEST_CASE("a saved plan can be read by people", "[documents]") {
    auto const text = to_text(small_plan(), sum);
    std::string const expected =
        R"({"allot_plan":1,
"id":"0b5c7a3e-1111-4222-8333-444455556666",
"made_at":"2026-01-05T08:00:01.250Z",
"tenant":"contoso.onmicrosoft.com",
"no_changes":false,
"counts":{"assign":1,"modify":0,"remove":1,"locations":1,"as_desired":1,"blocked":2,"unreadable":1},
"job_hash":"00ff",
"job_path":"/srv/jobs/wave.csv",
"rules":{"always_set_usage_location":false,"skip_redundant":true,"default_usage_location":"GB"},
"seats":[
{"sku":"f8a1db68-be16-40ed-86d5-cb42ce701560","part_number":"POWER_BI_PRO","owned":100,"used":99,"free":1,"needed":2,"released":0,"short_by":1},
{"sku":"05e9a617-0261-4cee-bb44-138d3ef5d965","part_number":"SPE_E3","owned":100,"used":50,"free":50,"needed":0,"released":1,"short_by":0}
],
"subscriptions":[
)";
    CHECK(text.substr(0, expected.size()) == expected);
    std::string const rest = R"(
],
"source":"wave.csv",
"columns":["note"],
"skus":["POWER_BI_PRO","SPE_E3"],
"plan_rules":["keep"],
"users":[
{"user":"p1@contoso.example","seen":{"id":"00000000-0000-0000-0000-000000000001","upn":"p1@contoso.example"}},
{"user":"p2@contoso.example","seen":{"id":"00000000-0000-0000-0000-000000000002","upn":"p2@contoso.example","location":"NL"}},
{"user":"p3@contoso.example","seen":{"id":"00000000-0000-0000-0000-000000000003","upn":"p3@contoso.example","location":"NL","licences":[{"sku":"05e9a617-0261-4cee-bb44-138d3ef5d965","off":["57ff2da0-773e-42df-b2af-ffb7a2317929"]}]}},
{"user":"p4@contoso.example","seen":{"id":"00000000-0000-0000-0000-000000000004","upn":"p4@contoso.example","location":"NL","licences":[{"sku":"f8a1db68-be16-40ed-86d5-cb42ce701560","group":"22222222-aaaa-4bbb-8ccc-000000000002"}]}},
{"user":"p5@contoso.example","not_seen":"not_found"},
{"user":"p6@contoso.example","not_seen":"unreadable","detail":"503"}
],
"targets":[
{"line":2,"user":"p1@contoso.example","sku":"POWER_BI_PRO","column":20,"cells":[""],"standing":"to_change","needs_seat":true},
{"line":3,"user":"p2@contoso.example","sku":"POWER_BI_PRO","column":20,"cells":["hello"],"standing":"blocked","why":"no_seats","barred":"no_seats"},
{"line":4,"user":"p3@contoso.example","sku":"SPE_E3","action":"remove","column":20,"cells":[""],"standing":"to_change","frees_seat":true},
{"line":5,"user":"p4@contoso.example","sku":"POWER_BI_PRO","column":20,"cells":[""],"standing":"as_desired"},
{"line":6,"user":"p5@contoso.example","sku":"POWER_BI_PRO","column":20,"cells":[""],"standing":"blocked","why":"user_not_found"},
{"line":7,"user":"p6@contoso.example","sku":"POWER_BI_PRO","column":20,"cells":[""],"standing":"unreadable","why":"unreadable","detail":"503"}
],
"changes":[
{"user":"p1@contoso.example","location":"GB","add":[{"sku":"f8a1db68-be16-40ed-86d5-cb42ce701560"}]},
{"user":"p3@contoso.example","remove":["05e9a617-0261-4cee-bb44-138d3ef5d965"]}
],
)";
    auto const at = text.find("\n],\n\"source\"");
    REQUIRE(at != std::string::npos);
    auto const end = text.rfind("\"sha256\"");
    CHECK(text.substr(at, end - at) == rest);
    CHECK(text.substr(end) == "\"sha256\":\"" + sum(text.substr(0, end)) + "\"}\n");
}

TEST_CASE("a saved plan is read back as it was made", "[documents]") {
    auto const small = small_plan();
    auto const read = parse_plan(to_text(small, sum), sum);
    REQUIRE(read.has_value());
    check_same(*read, small);
    auto const nameless = parse_plan(
        rewritten(to_text(small, sum), "\"job_path\":\"/srv/jobs/wave.csv\",\n", ""), sum);
    REQUIRE(nameless.has_value());
    CHECK(nameless->job_path.empty());
    CHECK(parse_plan(rewritten(to_text(small, sum), "/srv/jobs/wave.csv", ""), sum).has_error());
    std::uint64_t with_changes = 0;
    std::uint64_t with_ranks = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        auto const made = random_plan(seed);
        auto const text = to_text(made, sum);
        INFO("seed " << seed << "\n" << text);
        auto const again = parse_plan(text, sum);
        INFO((again ? std::string{} : again.error().message));
        REQUIRE(again.has_value());
        check_same(*again, made);
        CHECK(to_text(*again, sum) == text);
        with_changes += made.made.changes.empty() ? 0 : 1;
        with_ranks += !made.made.changes.empty() && made.made.changes.back().rank > 0 ? 1 : 0;
    }
    CHECK(with_changes > 200);
    CHECK(with_ranks > 20);
}

TEST_CASE("a plan without changes says so near its beginning", "[documents]") {
    auto const made =
        planned("user,sku\np1@contoso.example,POWER_BI_PRO\n",
                all_of({seen(support::person(1, {support::direct(support::power_bi)}))}));
    auto const text = to_text(made, sum);
    CHECK(text.find("\"no_changes\":true,\n") < 250);
    auto const read = parse_plan(text, sum);
    REQUIRE(read.has_value());
    CHECK(read->made.changes.empty());
}

TEST_CASE("a plan that was altered or cut short anywhere is refused", "[documents]") {
    auto const whole = to_text(small_plan(), sum);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        INFO("byte " << at);
        auto spoilt_text = whole;
        spoilt_text[at] = static_cast<char>(spoilt_text[at] ^ 1);
        CHECK(parse_plan(spoilt_text, sum).has_error());
        CHECK(parse_plan(whole.substr(0, at), sum).has_error());
    }
    CHECK(parse_plan(whole + "\n", sum).has_error());
    auto edited = whole;
    edited.replace(edited.find("p1@contoso"), 10, "p9@contoso");
    auto const refused = failure_of(edited);
    CHECK(refused.code == errc::refused_by_cap);
    CHECK(refused.message == std::string{altered} +
                                 "its sha256 does not fit. Nothing was written. Make it again with "
                                 "`allot plan JOB --out PLAN`.");
    auto const cut = failure_of(whole.substr(0, whole.size() / 2));
    CHECK(cut.code == errc::refused_by_cap);
    CHECK(cut.message.find("its last line, with the sha256, is missing") != std::string::npos);
    auto const anew = failure_of("{\n  \"allot_plan\": 1,\n  \"id\": \"x\"\n}\n");
    CHECK(anew.code == errc::refused_by_cap);
    CHECK(anew.message.find("its first line is not as allot writes it") != std::string::npos);
}

TEST_CASE("what is no plan, or of a later format, is invalid input", "[documents]") {
    for (auto const* text : {"", "{}", "user,sku\n", "[{\"user\":\"a\"}]", "\"allot_plan\""}) {
        INFO(text);
        auto const wrong = failure_of(text);
        CHECK(wrong.code == errc::invalid_input);
        CHECK(wrong.message == "this is no saved plan");
    }
    auto const later = failure_of("{\"allot_plan\":2,\n\"all\":\"else\"}\n");
    CHECK(later.code == errc::invalid_input);
    CHECK(later.message ==
          "the plan was made by a newer allot: it is of format 2, and this one knows 1. Update "
          "allot, or make the plan again.");
    auto const odd = failure_of(
        rewritten(to_text(small_plan(), sum), "\"line\":3,\"user\"", "\"row\":3,\"user\""));
    CHECK(odd.code == errc::invalid_input);
    CHECK(odd.message == "this is no plan that allot has made: line 33 is not understood");
}

TEST_CASE("a plan whose parts contradict each other is refused though its hash fits",
          "[documents]") {
    auto const whole = to_text(small_plan(), sum);
    struct mistake {
        std::string_view what;
        std::string_view instead;
    };
    for (auto const& one : std::initializer_list<mistake>{
             {"\"no_changes\":false", "\"no_changes\":true"},
             {"\"assign\":1", "\"assign\":2"},
             {"\"modify\":0", "\"modify\":1"},
             {"\"remove\":1", "\"remove\":0"},
             {"\"locations\":1", "\"locations\":0"},
             {"\"as_desired\":1", "\"as_desired\":2"},
             {"\"blocked\":2", "\"blocked\":1"},
             {"\"unreadable\":1", "\"unreadable\":0"},
             {"\"standing\":\"as_desired\"", "\"standing\":\"blocked\""},
             {",\"needs_seat\":true", ""},
             {"\"action\":\"remove\",", ""},
             {"{\"user\":\"p3@contoso.example\",\"remove\"",
              "{\"user\":\"p1@contoso.example\",\"remove\""},
             {"{\"user\":\"p3@contoso.example\",\"remove\"",
              "{\"user\":\"p4@contoso.example\",\"remove\""},
             {"{\"user\":\"p3@contoso.example\",\"remove\"",
              "{\"user\":\"p5@contoso.example\",\"remove\""},
             {",\"remove\":[\"05e9a617-0261-4cee-bb44-138d3ef5d965\"]}", "}"},
             {"\"location\":\"GB\",\"add\"", "\"location\":\"GB\",\"rank\":1,\"add\""}}) {
        INFO(one.what << " as " << one.instead);
        auto const refused = failure_of(rewritten(whole, one.what, one.instead));
        CHECK(refused.code == errc::refused_by_cap);
        CHECK(refused.message.find("its parts contradict each other") != std::string::npos);
    }
}

TEST_CASE("a spoilt plan under a hash that fits never harms", "[documents]") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        INFO("seed " << seed);
        made_up by{seed};
        auto text = spoilt(by, to_text(random_plan(seed % 20 + 1), sum));
        auto const at = text.rfind("\"sha256\"");
        if (at != std::string::npos) text.erase(at);
        text += "\"sha256\":\"" + sum(text) + "\"}\n";
        if (auto const read = parse_plan(text, sum)) {
            auto const again = parse_plan(to_text(*read, sum), sum);
            REQUIRE(again.has_value());
            check_same(*again, *read);
        }
    }
}

TEST_CASE("a plan is told from a job by its first bytes", "[documents]") {
    CHECK(looks_like_plan(to_text(small_plan(), sum).substr(0, 64)));
    CHECK(looks_like_plan("{\"allot_plan\":7,"));
    CHECK(looks_like_plan("\xEF\xBB\xBF{\r\n\t\"allot_plan\" : 1"));
    for (auto const* text :
         {"", "{", "{\"allot_pla", "user,sku\n", "{\"targets\":[", "[{\"user\":1}",
          "{\"defaults\":{\"allot_plan\":1}}", "\"allot_plan\""}) {
        INFO(text);
        CHECK_FALSE(looks_like_plan(text));
    }
}
