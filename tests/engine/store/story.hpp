#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/jobs/reader.hpp"
#include "engine/store/run_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

/// A run to be written down, and a folder to do it in.
namespace allot::store_testing {

using namespace allot::support;
using namespace std::chrono_literals;

inline wall_time const began{1767600000000ms};

/// A folder that is gone with the test.
struct temporary_folder {
    std::string path;

    temporary_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "allot-store-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~temporary_folder() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::string file() const { return path + "/runs.db"; }
};

inline jobs::job job_of(std::string_view csv) {
    auto read = jobs::read(csv, jobs::read_options{});
    REQUIRE(read.errors.empty());
    return std::move(read.read);
}

inline store::run_head head_of(std::string name) {
    store::run_head head;
    head.name = std::move(name);
    head.command = "apply";
    head.tenant = "contoso.example";
    head.client_id = "client";
    head.job_path = "/jobs/wave.csv";
    head.started_at = began;
    head.report_dir = "/reports";
    head.plan_id = "plan-1";
    head.agreed.by.skip_redundant = true;
    head.agreed.by.drop_direct = true;
    head.agreed.by.via[power_bi] = {
        sales_group, "Licence \"Power BI\"", {bi_azure_p2}, {{e3, {teams}}}};
    head.agreed.default_location = "NL";
    head.agreed.verify_timeout = 7min;
    head.agreed.waves.size = 100;
    head.agreed.waves.pause = 3s;
    head.agreed.waves.failures_max = plan::limit{5, true};
    head.way = "asked for by name";
    head.requests = 3;
    head.forecast_seconds = 12.5;
    return head;
}

/// A row of the report and the target that it speaks of.
struct target_row {
    std::uint32_t target = 0;
    reconcile::row row;
};

inline store::row_giver giver(std::vector<target_row> rows) {
    return [rows = std::move(rows)](auto const& take) {
        for (auto const& [target, row] : rows) take(target, row);
    };
}

/// A job of three targets: one to be changed, one as desired, one blocked.
struct story {
    jobs::job job = job_of(
        "user,sku,action,disabled_plans,usage_location,priority,note\n"
        "p1@contoso.example,POWER_BI_PRO,,BI_AZURE_P2,NL,3,\"a, \"\"b\"\"\"\n"
        "p2@contoso.example,POWER_BI_PRO,remove,,,,\n"
        "p3@contoso.example,SPE_E3,,none,,,3:x\n");
    std::vector<subscription> subscriptions = support::subscriptions();
    std::vector<plan::seat_count> seats;
    std::vector<schedule::errand> errands;
    std::vector<target_row> settled;

    story() {
        plan::seat_count seat;
        seat.sku = power_bi;
        seat.part_number = "POWER_BI_PRO";
        seat.owned = 100;
        seat.used = 50;
        seat.free = 50;
        seat.needed = 1;
        seats.push_back(seat);
        schedule::errand one;
        one.user = 0;
        one.seen = person(1, {inherited(e3)});
        one.id = person(1).id;
        plan::change needs;
        needs.adds.push_back({power_bi, {bi_azure_p2}});
        one.needs = needs;
        errands.push_back(one);
        settled.push_back(row_of(1, reconcile::verdict::already, reason::none));
        settled.push_back(row_of(2, reconcile::verdict::blocked, reason::no_seats));
    }

    target_row row_of(std::uint32_t target, reconcile::verdict is, reason why) const {
        target_row made;
        made.target = target;
        auto& row = made.row;
        row.line = job.targets[target].line;
        row.user = job.users[job.targets[target].user];
        row.user_id = person(target + 1).id.str();
        row.sku = job.skus[job.targets[target].sku];
        row.action = job.targets[target].act == jobs::action::assign ? "assign" : "remove";
        row.is = is;
        row.why = why;
        row.detail = "as seen";
        row.before = "none";
        row.verified_at = "2026-01-05T08:00:00.000Z";
        row.extra.emplace_back(job.extra_cells[target]);
        return made;
    }

    std::int64_t begin(store::run_store& in, std::string name = "run-1") const {
        auto const head = head_of(std::move(name));
        auto const run = in.begin({head, job, subscriptions, seats, errands, giver(settled)});
        REQUIRE(run.has_value());
        return *run;
    }
};

inline std::vector<schedule::dated_entry> entries_of_every_kind() {
    schedule::intent whole;
    whole.user = 0;
    plan::change sent;
    sent.adds.push_back({power_bi, {bi_azure_p2}});
    whole.sent = sent;
    schedule::intent part;
    part.user = 0;
    plan::change location;
    location.usage_location = "NL";
    part.sent = location;
    schedule::attempt refused;
    refused.user = 0;
    refused.kind = operation_kind::assign_licences;
    refused.came = outcome_kind::throttled;
    refused.retry_after = 1500ms;
    refused.seen.http_status = 429;
    refused.seen.request_id = "5f0c2a44-2229-4c7e-8bfb-4b47f0e486cd";
    refused.detail = "slow down";
    schedule::attempt lost;
    lost.user = 0;
    lost.kind = operation_kind::set_usage_location;
    lost.seen.client_request_id = "not a GUID";
    lost.whole_batch = true;
    schedule::ending end;
    end.user = 0;
    end.is.end = schedule::errand_end::verified;
    end.is.attempts = 2;
    end.is.changed_at = began + 1s;
    end.is.verified_at = began + 2s;
    end.is.seen = person(1, {direct(power_bi, {bi_azure_p2}), inherited(e3)});
    end.is.detail = "so";
    return {{began, whole},
            {began + 1ms, refused},
            {began + 2ms, part},
            {began + 3ms, lost},
            {began + 4ms, schedule::bar{2, power_bi, true}},
            {began + 5ms, schedule::acceptance{0}},
            {began + 6ms, end}};
}

inline store::run_store opened(std::string const& path) {
    auto made = store::run_store::open(path);
    REQUIRE(made.has_value());
    return std::move(*made);
}

inline void write_bytes(std::string const& path, std::string_view bytes, std::streamoff at) {
    std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(at);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(file.good());
}

}  // namespace allot::store_testing
