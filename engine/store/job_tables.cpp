#include <fmt/format.h>

#include <charconv>

#include "engine/documents/job.hpp"
#include "engine/store/tables.hpp"

namespace allot::store {

namespace {

/// A target's extra cells, each with its length in front (`3:abc`): quick, and unlike any quoting
/// safe for whatever a cell holds.
std::string pack_cells(jobs::job const& of, std::size_t target) {
    std::string packed;
    auto const columns = of.extra_columns.size();
    for (std::size_t at = 0; at < columns; ++at) {
        auto const cell = of.extra_cells[target * columns + at];
        packed += fmt::format("{}:{}", cell.size(), cell);
    }
    return packed;
}

/// Everything of a job but its users and targets.
std::string shape_of(jobs::job const& of) {
    jobs::job shape;
    shape.source = of.source;
    shape.skus = of.skus;
    shape.plan_rules = of.plan_rules;
    shape.extra_columns = of.extra_columns;
    std::string text;
    documents::append_job(text, shape);
    return text;
}

void insert_targets(database& in, std::int64_t job, jobs::job const& of) {
    statement insert{in, "INSERT INTO targets VALUES (?,?,?,?,?,?,?,?,?,?,?)"};
    for (std::uint32_t target = 0; target < of.targets.size(); ++target) {
        auto const& one = of.targets[target];
        auto const cells = pack_cells(of, target);
        insert << job << target << one.line << one.user << one.sku << one.plans
               << std::string_view{one.act == jobs::action::assign ? "assign" : "remove"};
        if (one.has_priority) {
            insert << one.priority;
        } else {
            insert.null();
        }
        bool const located = one.usage_location[0] != 0;
        insert << (located ? std::string_view{one.usage_location.data(), 2} : std::string_view{});
        insert << one.sku_column << std::string_view{cells};
        insert.run();
    }
}

}  // namespace

std::vector<std::string> unpack_cells(std::string_view packed, std::size_t columns) {
    std::vector<std::string> cells;
    for (std::size_t at = 0; at < columns; ++at) {
        std::size_t size = 0;
        auto const* const end = packed.data() + packed.size();
        auto const [colon, wrong] = std::from_chars(packed.data(), end, size);
        auto const begin = static_cast<std::size_t>(colon - packed.data()) + 1;
        if (wrong != std::errc{} || begin > packed.size() || size > packed.size() - begin) {
            throw database_error{"the run store holds a target with broken extra cells"};
        }
        cells.emplace_back(packed.substr(begin, size));
        packed.remove_prefix(begin + size);
    }
    return cells;
}

std::int64_t keep_job(database& in, jobs::job const& of, std::string const& hash) {
    statement known{in, "SELECT job FROM jobs WHERE hash=?"};
    known << std::string_view{hash};
    if (known.next()) return known.integer();
    auto const shape = shape_of(of);
    statement insert{in, "INSERT INTO jobs(hash, shape) VALUES (?,?) RETURNING job"};
    insert << std::string_view{hash} << std::string_view{shape};
    insert.next();
    auto const job = insert.integer();
    insert.reset();
    statement users{in, "INSERT INTO job_users VALUES (?,?,?)"};
    for (std::uint32_t user = 0; user < of.users.size(); ++user) {
        (users << job << user << of.users[user]).run();
    }
    insert_targets(in, job, of);
    return job;
}

jobs::job load_job_shape(database& in, std::int64_t job) {
    statement asked{in, "SELECT shape FROM jobs WHERE job=?"};
    asked << job;
    if (!asked.next()) throw database_error{"the run store has lost a job"};
    return whole(documents::parse_job(asked.bytes()), "job");
}

jobs::job load_job(database& in, std::int64_t job) {
    auto loaded = load_job_shape(in, job);
    statement users{in, "SELECT name FROM job_users WHERE job=? ORDER BY user"};
    users << job;
    while (users.next()) loaded.users.add(users.bytes());
    statement targets{
        in,
        "SELECT line, user, sku, plans, action, priority, usage_location, sku_column, "
        "extra FROM targets WHERE job=? ORDER BY target"};
    targets << job;
    while (targets.next()) {
        jobs::target one;
        one.line = targets.number();
        one.user = targets.number();
        one.sku = targets.number();
        one.plans = targets.number();
        one.act = targets.bytes() == "remove" ? jobs::action::remove : jobs::action::assign;
        auto const priority = targets.maybe_integer();
        one.has_priority = priority.has_value();
        one.priority = static_cast<std::int32_t>(priority.value_or(0));
        auto const location = targets.bytes();
        if (location.size() == 2) one.usage_location = {location[0], location[1]};
        one.sku_column = targets.number();
        for (auto const& cell : unpack_cells(targets.bytes(), loaded.extra_columns.size())) {
            loaded.extra_cells.add(cell);
        }
        if (one.user >= loaded.users.size() || one.sku >= loaded.skus.size() ||
            one.plans >= loaded.plan_rules.size()) {
            throw database_error{"the run store holds a target of no user or SKU"};
        }
        loaded.targets.push_back(one);
    }
    return loaded;
}

}  // namespace allot::store
