#include "engine/doctor/judge.hpp"

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::doctor;
using namespace std::chrono_literals;

namespace {

wall_time const noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h};

standing clock_at(duration ahead) {
    auto const here = noon + std::chrono::duration_cast<std::chrono::milliseconds>(ahead);
    return judge_clock(noon, here, here + 200ms).status;
}

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

step const& named(std::vector<step> const& steps, std::string_view name) {
    for (auto const& each : steps) {
        if (each.name == name) return each;
    }
    FAIL("no step " << name);
    return steps.front();
}

}  // namespace

TEST_CASE("a clock that is a minute off is worth a word, five minutes are too much", "[doctor]") {
    for (auto const sign : {1, -1}) {
        CHECK(clock_at(sign * 0s) == standing::ok);
        CHECK(clock_at(sign * 59s) == standing::ok);
        CHECK(clock_at(sign * 70s) == standing::warn);
        CHECK(clock_at(sign * 299s) == standing::warn);
        CHECK(clock_at(sign * 310s) == standing::fail);
    }
    // The header has whole seconds, and the reply took its time: neither is the clock's fault.
    CHECK(judge_clock(noon, noon + 800ms, noon + 900ms).detail == "agrees with the service's");
    CHECK(judge_clock(noon, noon - 2min, noon + 2min).status == standing::ok);
    CHECK(has(judge_clock(noon, noon - 10min, noon - 10min).detail,
              "10 min 0 s behind the service's"));
    CHECK(has(judge_clock(noon, noon + 10min, noon + 10min).detail, "ahead of the service's"));
    CHECK(has(judge_clock(noon, noon + 10min, noon + 10min).mend, "timedatectl"));
    CHECK(judge_clock(std::nullopt, noon, noon).status == standing::warn);
}

TEST_CASE("a certificate that ends within two weeks is worth a word", "[doctor]") {
    tls_seen seen{"graph", "TLSv1.3", "Issuer", "Root", noon + std::chrono::days{20}};
    auto const good = judge_tls(seen, noon);
    CHECK(good.status == standing::ok);
    CHECK(good.detail ==
          "TLSv1.3; certificate issued by \"Issuer\", ends in 20 days; trusted through \"Root\"");
    seen.not_after = noon + std::chrono::days{13};
    CHECK(judge_tls(seen, noon).status == standing::warn);
}

TEST_CASE("permissions are told by what they are needed for", "[doctor]") {
    using roles = std::vector<std::string>;
    auto const least = judge_roles(
        roles{"LicenseAssignment.ReadWrite.All", "User.Read.All", "Organization.Read.All"});
    CHECK(first_failure(least) == nullptr);
    CHECK(named(least, "permission to assign licences").detail ==
          "LicenseAssignment.ReadWrite.All");
    CHECK(named(least, "permission to set usage locations").status == standing::warn);
    CHECK(named(least, "permission to change group members").status == standing::ok);

    // A higher one does for all.
    for (auto const& each : judge_roles(roles{"Directory.ReadWrite.All"})) {
        INFO(each.name);
        CHECK(each.status == standing::ok);
        CHECK(each.mend.empty());
        CHECK(each.detail == "Directory.ReadWrite.All");
    }

    auto const readers = judge_roles(roles{"User.Read.All", "Organization.Read.All"});
    auto const* const missing = first_failure(readers);
    REQUIRE(missing != nullptr);
    CHECK(missing->name == "permission to assign licences");
    CHECK(missing->kind == errc::sign_in_refused);
    CHECK(has(missing->mend, "LicenseAssignment.ReadWrite.All"));
    CHECK(has(missing->mend, "admin consent"));
    CHECK(named(judge_roles(roles{"LicenseAssignment.ReadWrite.All"}), "permission to read users")
              .status == standing::fail);
    CHECK(named(judge_roles(roles{"LicenseAssignment.ReadWrite.All"}),
                "permission to read subscriptions")
              .status == standing::ok);

    auto const opaque = judge_roles(std::nullopt);
    REQUIRE(opaque.size() == 1);
    CHECK(opaque[0].status == standing::warn);
}

TEST_CASE("an answer is a proof, or a failure of its kind", "[doctor]") {
    outcome how;
    how.kind = outcome_kind::done;
    CHECK(judge_answer("users", how, "can be read").detail == "can be read");
    how.kind = outcome_kind::stopped;
    how.why = reason::permission_refused;
    how.detail = "Insufficient privileges";
    auto const refused = judge_answer("users", how, "can be read");
    CHECK(refused.status == standing::fail);
    CHECK(refused.kind == errc::sign_in_refused);
    CHECK(refused.detail == "Insufficient privileges");
    CHECK_FALSE(refused.mend.empty());
    how.why = reason::service_error;
    CHECK(judge_answer("users", how, "").kind == errc::could_not_run);
}

TEST_CASE("the steps are told for people and for programs", "[doctor]") {
    std::vector<step> const steps{
        {"clock", standing::ok, "agrees", "", errc::could_not_run},
        {"lock", standing::fail, "a \"run\"", "wait", errc::refused_by_cap},
        skipped("users", "sign-in")};
    CHECK(as_text(steps) ==
          "ok      clock: agrees\n"
          "FAIL    lock: a \"run\"\n"
          "        > wait\n"
          "skipped users: not tried: sign-in failed\n");
    CHECK(
        as_json(steps) ==
        "[\n{\"step\":\"clock\",\"status\":\"ok\",\"detail\":\"agrees\",\"mend\":\"\"},\n"
        "{\"step\":\"lock\",\"status\":\"fail\",\"detail\":\"a \\\"run\\\"\",\"mend\":\"wait\"},\n"
        "{\"step\":\"users\",\"status\":\"skipped\",\"detail\":\"not tried: sign-in failed\","
        "\"mend\":\"\"}\n]\n");
    REQUIRE(first_failure(steps) != nullptr);
    CHECK(first_failure(steps)->name == "lock");
}
