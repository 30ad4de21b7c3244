#include "engine/report/summary.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::report;
using reconcile::verdict;

TEST_CASE("rows are counted by verdict and by reason", "[report]") {
    summary total;
    reconcile::row of;
    of.is = verdict::verified;
    count(total, of);
    of.is = verdict::blocked;
    of.why = reason::no_seats;
    count(total, of);
    count(total, of);
    CHECK(total.targets == 3);
    CHECK(total.verdicts[static_cast<std::size_t>(verdict::verified)] == 1);
    CHECK(total.verdicts[static_cast<std::size_t>(verdict::blocked)] == 2);
    CHECK(total.reasons[static_cast<std::size_t>(reason::no_seats)] == 2);
}

TEST_CASE("the summary is one JSON object that names every verdict", "[report]") {
    summary total;
    total.run_id = "20260105T080000Z-1";
    total.command = "apply";
    total.tenant = "contoso.example";
    total.started_at = *parse_iso_8601("2026-01-05T08:00:00Z");
    total.finished_at = *parse_iso_8601("2026-01-05T08:01:40.5Z");
    total.seconds = 100.5;
    total.targets = 3;
    total.users = 2;
    total.verdicts[static_cast<std::size_t>(verdict::verified)] = 1;
    total.verdicts[static_cast<std::size_t>(verdict::blocked)] = 2;
    total.reasons[static_cast<std::size_t>(reason::none)] = 1;
    total.reasons[static_cast<std::size_t>(reason::no_seats)] = 2;
    total.seats.push_back({"f8a1db68-be16-40ed-86d5-cb42ce701560", "POWER_BI_PRO", 10, 9, 3, 2});
    total.requests = 7;
    total.writes = 1;
    total.refusals = 2;
    total.bound_seconds = 0.1;
    total.exit_code = 3;
    CHECK(to_json(total) == R"({
  "run_id": "20260105T080000Z-1",
  "command": "apply",
  "tenant": "contoso.example",
  "started_at": "2026-01-05T08:00:00.000Z",
  "finished_at": "2026-01-05T08:01:40.500Z",
  "seconds": 100.500,
  "targets": 3,
  "users": 2,
  "groups": 0,
  "verdicts": {
    "already": 0,
    "verified": 1,
    "would_change": 0,
    "unverified": 0,
    "blocked": 2,
    "failed": 0,
    "drifted": 0,
    "cancelled": 0
  },
  "reasons": {
    "no_seats": 2
  },
  "seats": [
    {
      "sku": "f8a1db68-be16-40ed-86d5-cb42ce701560",
      "part_number": "POWER_BI_PRO",
      "owned": 10,
      "used_before": 9,
      "needed": 3,
      "short": 2
    }
  ],
  "requests": 7,
  "writes": 1,
  "refusals": 2,
  "bound_seconds": 0.100,
  "exit_code": 3
}
)");
}

TEST_CASE("the waves are in the summary only where there were any", "[report]") {
    summary total;
    CHECK(to_json(total).find("waves") == std::string::npos);
    total.waves = wave_line{1000, 7, 2};
    auto const text = to_json(total);
    INFO(text);
    CHECK(text.find(R"(  "waves": {
    "size": 1000,
    "count": 7,
    "done": 2
  },
)") != std::string::npos);
}

TEST_CASE("a run that changes says how near it came to what the limits allow", "[report]") {
    summary total;
    CHECK(to_json(total).find("pacing") == std::string::npos);
    CHECK(to_json(total).find("forecast") == std::string::npos);
    total.forecast_seconds = 851.5;
    pacing_line paced;
    paced.bound_seconds = 850;
    paced.seconds = 867;
    paced.refusals = 12;
    paced.gates = 2;
    paced.limit_percentage_seen = true;
    paced.units_per_read = 1;
    paced.limits.push_back({"writes", 3000, 150, 0.5, true, "bucket"});
    paced.limits.push_back({"units", 8000, 10, std::nullopt, false, "window"});
    total.pacing = paced;
    auto const text = to_json(total);
    INFO(text);
    CHECK(text.find(R"(  "forecast_seconds": 851.500,
  "pacing": {
    "bound_seconds": 850.000,
    "seconds": 867.000,
    "ratio": 1.0200,
    "refusals": 12,
    "gates": 2,
    "limit_percentage_seen": true,
    "units_per_read": 1.0000,
    "limits": [
      {
        "limit": "writes",
        "amount": 3000,
        "window_seconds": 150,
        "share": 0.5000,
        "learned": true,
        "counting": "bucket"
      },
      {
        "limit": "units",
        "amount": 8000,
        "window_seconds": 10,
        "share": null,
        "learned": false,
        "counting": "window"
      }
    ]
  },
)") != std::string::npos);
}

TEST_CASE("a run that the limits did not hold up has no ratio to a bound", "[report]") {
    summary total;
    total.pacing.emplace().seconds = 3;
    auto const text = to_json(total);
    INFO(text);
    CHECK(text.find("\"ratio\": null,\n") != std::string::npos);
    CHECK(text.find("\"limits\": []\n") != std::string::npos);
}

TEST_CASE("a summary of nothing has no reasons and no seats", "[report]") {
    auto const text = to_json(summary{});
    INFO(text);
    CHECK(text.find("\"reasons\": {},\n") != std::string::npos);
    CHECK(text.find("\"seats\": [],\n") != std::string::npos);
}
