#include "engine/commands/simulated_tenant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "connectors/simulated/model/make_tenant.hpp"
#include "connectors/simulated/model/tenant_json.hpp"
#include "connectors/simulated/server/registered_certificate.hpp"
#include "engine/commands/files.hpp"
#include "engine/commands/session.hpp"

namespace allot::commands {

namespace {

using simulated::fault_shares;

/// On loopback a reply takes far less than this; a caller that sends later knew of the 429.
constexpr duration announcement_travel = std::chrono::milliseconds{200};

struct fault_kind {
    std::string_view name;
    double fault_shares::*share;
};

constexpr std::array fault_kinds{
    fault_kind{"throttled_integer", &fault_shares::throttled_integer},
    fault_kind{"throttled_decimal", &fault_shares::throttled_decimal},
    fault_kind{"throttled_dated", &fault_shares::throttled_dated},
    fault_kind{"throttled_absent", &fault_shares::throttled_absent},
    fault_kind{"error_500", &fault_shares::error_500},
    fault_kind{"error_502", &fault_shares::error_502},
    fault_kind{"error_503", &fault_shares::error_503},
    fault_kind{"error_504", &fault_shares::error_504},
    fault_kind{"concurrency", &fault_shares::concurrency},
    fault_kind{"part_missing", &fault_shares::part_missing},
    fault_kind{"reset_before", &fault_shares::reset_before},
    fault_kind{"reset_during", &fault_shares::reset_during},
    fault_kind{"reply_lost", &fault_shares::reply_lost},
    fault_kind{"silent", &fault_shares::silent},
    fault_kind{"slow", &fault_shares::slow},
    fault_kind{"not_json", &fault_shares::not_json},
    fault_kind{"truncated", &fault_shares::truncated},
    fault_kind{"connection_close", &fault_shares::connection_close},
    fault_kind{"empty_page", &fault_shares::empty_page},
};

result<fault_shares> faults_of(config::simulation const& with) {
    fault_shares shares;
    std::vector<fault_kind> chosen{fault_kinds.begin(), fault_kinds.end()};
    if (!with.fault_kinds.empty()) {
        chosen.clear();
        for (auto const& name : with.fault_kinds) {
            auto const known = std::ranges::find(fault_kinds, name, &fault_kind::name);
            if (known == fault_kinds.end()) {
                std::string names;
                for (auto const& one : fault_kinds) {
                    names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
                }
                return failure{errc::invalid_input,
                               fmt::format("--fault-kinds: no fault is called {}: choose from {}",
                                           name, names)};
            }
            chosen.push_back(*known);
        }
    }
    for (auto const& one : chosen) {
        shares.*one.share = with.faults / static_cast<double>(chosen.size());
    }
    shares.html = 0.5;
    return shares;
}

simulated::counting counting_of(config::limit_kind kind) {
    switch (kind) {
        case config::limit_kind::sliding_window:
            return simulated::counting::sliding_window;
        case config::limit_kind::fixed_window:
            return simulated::counting::fixed_window;
        case config::limit_kind::token_bucket:
            break;
    }
    return simulated::counting::token_bucket;
}

result<std::optional<simulated::quota>> quota_of(std::string_view flag,
                                                 std::optional<config::quota> const& limit,
                                                 config::limit_kind kind) {
    if (!limit) return std::optional<simulated::quota>{};
    // What the model can count with (simulated::quota).
    constexpr auto too_much = static_cast<double>(std::int64_t{1} << 62);
    if (limit->amount * static_cast<double>(limit->window.count()) >= too_much) {
        return failure{errc::invalid_input,
                       fmt::format("{}: so many in so long a time are too much to simulate: write "
                                   "a smaller limit, or none",
                                   flag)};
    }
    return std::optional{simulated::quota{static_cast<std::int64_t>(limit->amount), limit->window,
                                          counting_of(kind)}};
}

/// What is asked of the tenant's limits.
result<void> set_limits(simulated::options& to, config::simulation const& with) {
    auto const writes = quota_of("--write-limit", with.write_limit, with.limits);
    if (!writes) return writes.error();
    auto const units = quota_of("--unit-limit", with.unit_limit, with.limits);
    if (!units) return units.error();
    to.writes = *writes;
    to.resource_units = *units;
    to.tenant_writes->counts = counting_of(with.limits);
    // Who wants no limit to writes wants none of the whole tenant's either.
    if (!to.writes) to.tenant_writes.reset();
    to.refused_requests_cost = with.refused_cost;
    to.limit_percentage = with.limit_percentage;
    to.quota_retry_after = with.retry_after.is;
    if (!with.retry_after.given) to.quota_retry_after_form = simulated::retry_after_form::absent;
    return {};
}

/// Who may sign in besides the one with the secret.
result<void> set_credentials(simulated::options& to, config::simulation const& with) {
    if (!with.certificate_file.empty()) {
        auto const pem = read_file(with.certificate_file);
        if (!pem) return pem.error();
        auto registered = simulated::register_certificate(pem->value_or(""));
        if (!registered) {
            return failure{errc::invalid_input,
                           fmt::format("--client-certificate: {}: {}", with.certificate_file,
                                       *pem ? registered.error().message : "no such file")};
        }
        to.certificate = std::move(*registered);
    }
    if (!with.token_file.empty()) {
        to.federated_token = [path = with.token_file]() -> std::string {
            auto const text = read_file(path);
            if (!text || !*text) return {};
            auto token = **text;
            token.erase(token.find_last_not_of(" \t\r\n") + 1);
            return token;
        };
        if (to.federated_token().empty()) {
            return failure{errc::invalid_input,
                           fmt::format("--federated-token-file: {}: there is no token in it",
                                       with.token_file)};
        }
    }
    if (with.challenges == config::challenge_kind::once) {
        to.challenges = simulated::challenging::once;
    } else if (with.challenges == config::challenge_kind::always) {
        to.challenges = simulated::challenging::always;
    }
    return {};
}

/// The state of before, else what the tenant file says, else a made-up tenant.
result<simulated::tenant_description> describe(config::simulation const& with) {
    for (auto const& path : {with.state_file, with.tenant_file}) {
        if (path.empty()) continue;
        auto const text = read_file(path);
        if (!text) return text.error();
        if (!*text) {
            if (path == with.state_file) continue;
            return failure{errc::invalid_input, fmt::format("{}: there is no such file", path)};
        }
        auto read = simulated::from_json(**text);
        if (!read) {
            return failure{read.error().code, fmt::format("{}: {}", path, read.error().message)};
        }
        return read;
    }
    simulated::tenant_wishes wishes;
    wishes.users = static_cast<std::size_t>(with.users);
    wishes.seed = with.seed;
    return simulated::make_tenant(wishes);
}

}  // namespace

result<std::unique_ptr<simulated_tenant>> simulated_tenant::make(
    boost::asio::any_io_executor executor, clock& time, config::simulation const& with) {
    auto const shares = faults_of(with);
    if (!shares) return shares.error();
    auto description = describe(with);
    if (!description) return description.error();

    std::unique_ptr<simulated_tenant> made{new simulated_tenant};
    made->state_file_ = with.state_file;
    made->tenant_id_ = description->tenant_id;
    made->client_id_ = description->client_id;
    made->client_secret_ = fmt::format("{:016x}{:016x}", unforeseen(), unforeseen());
    simulated::options options;
    if (auto const limited = set_limits(options, with); !limited) return limited.error();
    if (auto const able = set_credentials(options, with); !able) return able.error();
    if (with.identity == config::identity_kind::app_service) {
        made->identity_header_ = fmt::format("{:016x}{:016x}", unforeseen(), unforeseen());
        options.identity_header = made->identity_header_;
    }
    options.seed = with.seed;
    options.client_secret = made->client_secret_;
    options.date_shift = with.date_shift;
    if (with.roles) options.roles = *with.roles;
    options.token_lifetime = with.token_lifetime;
    options.latency_median = with.latency;
    options.read_lag = with.lag;
    options.group_lag = with.group_lag;
    options.changes_page_size = with.delta_page;
    options.changes_lifetime = with.delta_lifetime;
    options.announcement_travel = announcement_travel;
    options.faults = *shares;
    options.part_faults = *shares;
    if (auto const error = simulated::find_error(*description)) {
        return failure{errc::invalid_input, *error};
    }
    made->model_ = std::make_unique<simulated::tenant>(std::move(*description), options);
    simulated::server_options serving;
    serving.address = with.address;
    serving.port = with.port;
    if (with.identity != config::identity_kind::none) {
        auto identity =
            simulated::make_identity_server(executor, *made->model_, time, with.address);
        if (!identity) return identity.error();
        made->identity_ = std::move(*identity);
    }
    auto server = simulated::make_server(std::move(executor), *made->model_, time, serving);
    if (!server) return server.error();
    made->server_ = std::move(*server);
    return made;
}

result<std::unique_ptr<simulated_tenant>> simulated_tenant::start(
    boost::asio::any_io_executor executor, clock& time, config::settings const& with) {
    auto const folder = (std::filesystem::path{with.state_dir} / "simulated").string();
    if (auto const there = make_folder(folder); !there) return there.error();
    auto simulation = with.simulated;
    simulation.state_file = folder + "/tenant.json";
    auto made = make(std::move(executor), time, simulation);
    if (!made) return made;
    (*made)->ca_file_ = folder + "/ca.pem";
    auto const written = write_file((*made)->ca_file_, (*made)->server_->ca_pem());
    if (!written) return written.error();
    return made;
}

result<std::unique_ptr<simulated_tenant>> simulated_tenant::serve(
    boost::asio::any_io_executor executor, clock& time, config::simulation const& with) {
    return make(std::move(executor), time, with);
}

void simulated_tenant::point_to(config::connection& where) const {
    where.tenant = tenant_id_;
    where.client_id = client_id_;
    where.auth = config::auth_kind::secret;
    where.client_secret = client_secret_;
    where.graph_url = url();
    where.login_url = url();
    where.ca_file = ca_file_;
}

result<std::string> simulated_tenant::write_credentials(std::string const& folder) {
    if (auto const there = make_folder(folder); !there) return there.error();
    auto const whole = std::filesystem::absolute(folder).lexically_normal();
    auto const path = [&](std::string_view name) { return (whole / name).string(); };
    std::pair<std::string, std::string> const files[]{
        {path("ca.pem"), server_->ca_pem()},
        {path("client_secret"), client_secret_},
        {path("identity_header"), identity_header_},
        {path("allot.env"),
         fmt::format("export ALLOT_GRAPH_URL='{0}'\nexport ALLOT_LOGIN_URL='{0}'\n"
                     "export ALLOT_CA_FILE='{1}'\nexport ALLOT_TENANT='{2}'\n"
                     "export ALLOT_CLIENT_ID='{3}'\nexport ALLOT_CLIENT_SECRET_FILE='{4}'\n",
                     url(), path("ca.pem"), tenant_id_, client_id_, path("client_secret")) +
             identity_variables(path("identity_header"))},
    };
    for (auto const& [name, contents] : files) {
        if (contents.empty()) continue;
        if (auto const written = write_file(name, contents); !written) return written.error();
    }
    return path("allot.env");
}

/// As Azure sets them, and that they count.
std::string simulated_tenant::identity_variables(std::string const& header_file) const {
    if (!identity_) return {};
    if (identity_header_.empty()) {
        return fmt::format(
            "export ALLOT_AUTH=managed-identity\nexport AZURE_POD_IDENTITY_AUTHORITY_HOST='{}'\n",
            identity_->url());
    }
    return fmt::format(
        "export ALLOT_AUTH=managed-identity\nexport IDENTITY_ENDPOINT='{}/msi/token'\n"
        "IDENTITY_HEADER=$(cat '{}')\nexport IDENTITY_HEADER\n",
        identity_->url(), header_file);
}

void simulated_tenant::stop() {
    server_->stop();
    if (identity_) identity_->stop();
}

result<void> simulated_tenant::save() const {
    if (state_file_.empty()) return {};
    return write_file(state_file_, simulated::to_json(model_->describe()));
}

}  // namespace allot::commands
