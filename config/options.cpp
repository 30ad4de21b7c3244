#include "config/options.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "config/proxy.hpp"
#include "config/storing.hpp"
#include "config/words.hpp"

namespace allot::config {

namespace {

constexpr auto with_changes = bit(command::plan) | bit(command::apply) | bit(command::verify);
constexpr auto with_job = with_changes | bit(command::check);
constexpr auto with_caps = bit(command::plan) | bit(command::apply) | bit(command::undo);
constexpr auto with_run = bit(command::apply) | bit(command::resume) | bit(command::undo);
constexpr auto with_pace = with_changes | with_run;
constexpr auto with_tenant =
    with_pace | bit(command::skus) | bit(command::export_job) | bit(command::doctor);
// What completion asks of a configuration file and the state folder, and no more.
constexpr auto with_files = bit(command::completion);
constexpr auto with_history = bit(command::runs) | bit(command::report);
constexpr auto with_state = with_tenant | with_history;
constexpr auto with_profile = with_job | with_state;
/// Whose results are rows of a job, which other programs take as tests or as a table.
constexpr auto with_rows =
    bit(command::plan) | bit(command::verify) | with_run | bit(command::report);
constexpr auto with_notes =
    with_job | with_pace | bit(command::skus) | bit(command::export_job) | bit(command::simulate);
constexpr auto with_work = with_pace | bit(command::skus) | bit(command::export_job);
constexpr auto with_log = with_work | bit(command::doctor);
constexpr auto everywhere =
    with_profile | bit(command::simulate) | bit(command::completion) | bit(command::man);

/// Which profile and which file are read before all else (read_settings does it).
std::optional<std::string> store_nothing(settings&, std::string_view) {
    return std::nullopt;
}

// Short names, so that each entry of the tables below reads as one line of words.
constexpr auto own = help_part::own;
constexpr auto job = help_part::job;
constexpr auto groups = help_part::groups;
constexpr auto waves = help_part::waves;
constexpr auto pace = help_part::pace;
constexpr auto runs = help_part::runs;
constexpr auto work = help_part::work;
constexpr auto sign_in = help_part::sign_in;
constexpr auto tenant = help_part::tenant;
constexpr auto output = help_part::output;
constexpr auto any = tenant_kind::any;
constexpr auto account = tenant_kind::account;
constexpr auto plain = value_kind::plain;
constexpr auto path = value_kind::path;
constexpr auto withheld = value_kind::withheld;
using text = std::string_view;

// name, letter, value, commands, lasting, part of help, tenants, kind, help, how to store, words
constexpr option job_options[] = {
    {"encoding", 0, "auto|utf-8|utf-16le|utf-16be|windows-1252", bit(command::check), true, job,
     any, plain, "of the job file; auto tells UTF-8 and UTF-16 apart",
     [](settings& to, text value) { return store_encoding(to.input.encoding, value); }},
    // Their help has no room for the list.
    {"encoding", 0, "NAME", with_changes, true, job, any, plain,
     "of the job file; auto tells UTF-8 and UTF-16 apart",
     [](settings& to, text value) { return store_encoding(to.input.encoding, value); },
     "auto|utf-8|utf-16le|utf-16be|windows-1252"},
    {"format", 0, "auto|csv|json", with_job, true, job, any, plain,
     "of the job file (default: by its content)",
     [](settings& to, text value) { return store_format(to.input.format, value); }},
    {"errors", 0, "FILE", with_job & ~bit(command::apply), true, job, any, path,
     "write every error of the job there, one to a line",
     [](settings& to, text value) { return store_text(to.input.errors_file, value); }},
    // A line more is more than its help has room for.
    {"errors", 0, "FILE", bit(command::apply), true, runs, any, path,
     "write every error of the job there, one to a line",
     [](settings& to, text value) { return store_text(to.input.errors_file, value); }},
    {"product-names", 0, "FILE", with_tenant & ~bit(command::doctor), true, job, any, path,
     "Microsoft's CSV of products and service plans, for their names",
     [](settings& to, text value) { return store_text(to.product_names, value); }},
    {"strict", 0, "", with_job, true, job, any, plain,
     "a column that allot does not know is an error",
     [](settings& to, text value) { return store_switch(to.input.strict, value); }},
};

constexpr option change_options[] = {
    {"default-usage-location", 0, "CC", with_changes, true, own, any, plain,
     "for users who have none and whose row gives none",
     [](settings& to, text value) {
         return store_location(to.plan.default_usage_location, value);
     }},
    {"set-usage-location", 0, "WHEN", with_changes, true, own, any, plain,
     "missing (default), or always: change others too",
     [](settings& to, text value) {
         return store_location_rule(to.plan.always_set_usage_location, value);
     },
     "missing|always"},
    {"skip-redundant", 0, "", with_changes, true, own, any, plain,
     "skip a SKU that another one already covers",
     [](settings& to, text value) { return store_switch(to.plan.skip_redundant, value); }},
    {"via", 0, "direct|group", with_changes, true, groups, any, plain,
     "give and take licences directly (default), or by way of groups",
     [](settings& to, text value) { return store_via(to.plan.via_group, value); }},
    {"groups", 0, "SKU=GROUP;...", with_changes, true, groups, any, plain,
     "which group gives which SKU, for --via group",
     [](settings& to, text value) { return store_groups(to.plan.groups, value); }},
    {"drop-direct", 0, "", with_changes, true, groups, any, plain,
     "take direct copies of what a group gives away",
     [](settings& to, text value) { return store_switch(to.plan.drop_direct, value); }},
    {"wait-for-users", 0, "TIME", with_changes, true, own, any, plain,
     "look again for users not found: 10m (default 0)",
     [](settings& to, text value) { return store_duration(to.plan.wait_for_users, value); }},
    {"max-changes", 0, "N|N%", with_caps, true, own, any, plain,
     "refuse when more would change (default: no cap)",
     [](settings& to, text value) { return store_cap(to.plan.max_changes, value); }},
    {"max-removals", 0, "N|N%", with_caps, true, own, any, plain,
     "refuse when more would be removed (default 500)",
     [](settings& to, text value) { return store_cap(to.plan.max_removals, value); }},
    {"max-shrink", 0, "N%", bit(command::apply), true, own, any, plain,
     "refuse a job that shrank by more since last time",
     [](settings& to, text value) { return store_percent(to.plan.max_shrink, value); }},
    {"out", 0, "FILE", bit(command::plan), false, own, any, path,
     "save the plan: `allot apply FILE` carries it out",
     [](settings& to, text value) { return store_text(to.plan.out, value); }},
    {"sku", 0, "A,B", bit(command::export_job), false, own, any, plain,
     "only these SKUs: part number, id or name",
     [](settings& to, text value) { return store_names(to.tell.skus, value); }},
    {"users", 0, "FILE", bit(command::export_job), false, own, any, path,
     "only these users, one to a line",
     [](settings& to, text value) { return store_text(to.tell.users_file, value); }},
    {"inherited", 0, "", bit(command::export_job), false, own, any, plain,
     "also what comes through groups",
     [](settings& to, text value) { return store_switch(to.tell.inherited, value); }},
    {"waste", 0, "", bit(command::skus), false, own, any, plain,
     "tell licences that nobody would miss",
     [](settings& to, text value) { return store_switch(to.tell.waste, value); }},
    {"out", 0, "FILE", bit(command::skus), false, own, any, path,
     "with --waste: a job file that takes them back",
     [](settings& to, text value) { return store_text(to.tell.out, value); }},
    {"out", 0, "FILE", bit(command::export_job), false, own, any, path,
     "write it there (default: standard output)",
     [](settings& to, text value) { return store_text(to.tell.out, value); }},
    {"detailed-exitcode", 0, "", bit(command::plan), false, own, any, plain,
     "exit 2 when changes are pending",
     [](settings& to, text value) { return store_switch(to.plan.detailed_exitcode, value); }},
    {"yes", 0, "", bit(command::apply) | bit(command::undo), false, own, any, plain,
     "change without asking",
     [](settings& to, text value) { return store_switch(to.run.yes, value); }},
    {"verify-timeout", 0, "TIME", bit(command::apply) | bit(command::undo), true, own, any, plain,
     "how long to look for a change (10m; groups 1h)",
     [](settings& to, text value) { return store_duration(to.run.verify_timeout, value); }},
    {"wave-size", 0, "N", with_caps, true, waves, any, plain,
     "users changed before all of them must be verified",
     [](settings& to, text value) { return store_number(to.run.wave_size, value, 0, 10'000'000); }},
    {"wave-pause", 0, "TIME", with_caps, true, waves, any, plain, "between waves",
     [](settings& to, text value) { return store_duration(to.run.wave_pause, value); }},
    {"max-failures", 0, "N|N%", with_caps, true, waves, any, plain,
     "stop writing when more users fail (default: 0 with waves, else no limit)",
     [](settings& to, text value) { return store_cap(to.run.max_failures, value); }},
    {"report-dir", 0, "FOLDER", bit(command::plan) | bit(command::verify), true, own, any, path,
     "write a report too: a folder per run in it",
     [](settings& to, text value) { return store_text(to.run.report_dir, value); }},
    {"report-dir", 0, "FOLDER", with_run | bit(command::report), true, own, any, path,
     "one folder per run in it (default allot-report)",
     [](settings& to, text value) { return store_text(to.run.report_dir, value); }},
    {"connections", 0, "N", with_pace, true, pace, any, plain,
     "open at once, 1 to 128 (default 72)",
     [](settings& to, text value) { return store_number(to.tenant.connections, value, 1, 128); }},
    {"write-limit", 0, "N/TIME", with_pace, true, pace, any, plain,
     "of the service, as published (default 3000/150s), or none",
     [](settings& to, text value) { return store_quota(to.run.write_limit, value); }},
    {"unit-limit", 0, "N/TIME", with_pace, true, pace, any, plain,
     "of the service, as published (default 8000/10s), or none",
     [](settings& to, text value) { return store_quota(to.run.unit_limit, value); }},
    {"assume-limits", 0, "WHAT", with_pace, true, pace, any, plain,
     "what to start from (default learned)",
     [](settings& to, text value) { return store_assumed_limits(to.run.assume, value); },
     "published|learned|unknown"},
    {"share", 0, "N|N%", with_pace, true, pace, any, plain,
     "of every limit, that this run may use (default all)",
     [](settings& to, text value) { return store_part(to.run.share, value); }},
    {"batch-size", 0, "N", with_pace, true, pace, any, plain,
     "writes in one request, 1 to 20 (default: by the limits)",
     [](settings& to, text value) { return store_number(to.run.batch_size, value, 1, 20); }},
    {"survey", 0, "WAY", bit(command::plan) | bit(command::apply), true, runs, any, plain,
     "how users are read (default auto: the cheapest)",
     [](settings& to, text value) { return store_survey(to.plan.survey, value); },
     "auto|by-name|pages|delta"},
    {"lock-timeout", 0, "TIME", with_run, true, runs, any, plain,
     "wait so long for another run's lock (default 0)",
     [](settings& to, text value) { return store_duration(to.run.lock_timeout, value); }},
    {"patience", 0, "TIME", with_work, true, pace, any, plain,
     "how long what fails in passing is tried (default 3m; 30m at limits)",
     [](settings& to, text value) { return store_duration(to.tenant.patience, value); }},
    {"keep-runs", 0, "TIME", with_run, true, runs, any, plain,
     "remember finished runs so long (default 365d)",
     [](settings& to, text value) { return store_keeping(to.run.keep_runs, value); }},
};

constexpr option work_options[] = {
    {"progress", 0, "auto|always|never", with_work, true, work, any, plain,
     "a block on the terminal, else lines (default auto)",
     [](settings& to, text value) { return store_progress(to.work.progress, value); }},
    {"stats", 0, "TIME", with_work, true, work, any, plain,
     "between lines of progress without a terminal (default 1m; 0: none)",
     [](settings& to, text value) { return store_duration(to.work.stats, value); }},
    {"log-file", 0, "FILE", with_log, true, work, any, path,
     "append the log to it (default: standard error)",
     [](settings& to, text value) { return store_text(to.work.log_file, value); }},
    {"log-format", 0, "text|json", with_log, true, work, any, plain, "of the log (default text)",
     [](settings& to, text value) { return store_log_format(to.work.log_json, value); }},
    {"log-level", 0, "error|warning|info|debug", with_log, true, work, any, plain,
     "of the log (default info)",
     [](settings& to, text value) { return store_log_level(to.work.level, value); }},
    {"debug-http", 0, "", with_log, true, work, any, plain,
     "log every exchange with the service, without its secrets",
     [](settings& to, text value) { return store_switch(to.work.debug_http, value); }},
    {"metrics-file", 0, "FILE", with_pace, true, work, any, path,
     "write Prometheus text at the end, for a textfile collector",
     [](settings& to, text value) { return store_text(to.work.metrics_file, value); }},
    // The address of a webhook is as good as a password.
    {"on-finish", 0, "COMMAND", with_pace, true, work, any, withheld,
     "run it by /bin/sh at every end, with the summary as JSON on its standard input",
     [](settings& to, text value) { return store_text(to.work.on_finish, value); }},
};

constexpr auto simulate = bit(command::simulate);
constexpr option simulate_options[] = {
    {"address", 0, "IP", simulate, false, own, any, plain, "loopback only (default 127.0.0.1)",
     [](settings& to, text value) { return store_address(to.simulated.address, value); }},
    {"port", 0, "N", simulate, false, own, any, plain, "default: any free one",
     [](settings& to, text value) { return store_number(to.simulated.port, value, 0, 65535); }},
    {"tenant-file", 0, "FILE", simulate, false, own, any, path, "the tenant as JSON",
     [](settings& to, text value) { return store_text(to.simulated.tenant_file, value); }},
    {"users", 0, "N", simulate, false, own, any, plain, "else: make up so many (default 6000)",
     [](settings& to, text value) {
         return store_number(to.simulated.users, value, 1, 10'000'000);
     }},
    {"state-file", 0, "FILE", simulate, false, own, any, path, "keep what changes there",
     [](settings& to, text value) { return store_text(to.simulated.state_file, value); }},
    {"credentials-dir", 0, "FOLDER", simulate, false, own, any, path,
     "for callers (default allot-simulated)",
     [](settings& to, text value) { return store_text(to.simulated.credentials_dir, value); }},
    {"write-limit", 0, "N/TIME", simulate, false, own, any, plain,
     "429 above it (default 3000/150s), or none",
     [](settings& to, text value) { return store_quota(to.simulated.write_limit, value); }},
    {"unit-limit", 0, "N/TIME", simulate, false, own, any, plain,
     "429 above it (default 8000/10s), or none",
     [](settings& to, text value) { return store_quota(to.simulated.unit_limit, value); }},
    {"limit-kind", 0, "KIND", simulate, false, own, any, plain,
     "token-bucket, sliding-window or fixed-window",
     [](settings& to, text value) { return store_limit_kind(to.simulated.limits, value); },
     "token-bucket|sliding-window|fixed-window"},
    {"retry-after", 0, "exact|TIME|none", simulate, false, own, any, plain,
     "of 429s for lack of quota (default exact)",
     [](settings& to, text value) { return store_retry_hint(to.simulated.retry_after, value); }},
    {"refused-cost", 0, "", simulate, false, own, any, plain, "requests refused with 429 count too",
     [](settings& to, text value) { return store_switch(to.simulated.refused_cost, value); }},
    {"limit-percentage", 0, "", simulate, false, own, any, plain,
     "replies say how much is used, from 80% on",
     [](settings& to, text value) { return store_switch(to.simulated.limit_percentage, value); }},
    {"latency", 0, "TIME", simulate, false, own, any, plain, "median of a reply (default 0)",
     [](settings& to, text value) { return store_duration(to.simulated.latency, value); }},
    {"lag", 0, "TIME", simulate, false, own, any, plain, "of reads behind writes (default 0)",
     [](settings& to, text value) { return store_duration(to.simulated.lag, value); }},
    {"group-lag", 0, "TIME", simulate, false, pace, any, plain,
     "of what members hold behind their groups (default 0)",
     [](settings& to, text value) { return store_duration(to.simulated.group_lag, value); }},
    {"delta-page", 0, "N", simulate, false, pace, any, plain,
     "users in a page of changes, 1 to 999 (default 200)",
     [](settings& to, text value) { return store_number(to.simulated.delta_page, value, 1, 999); }},
    {"delta-lifetime", 0, "TIME", simulate, false, pace, any, plain,
     "of the links to changes (default 7d)",
     [](settings& to, text value) { return store_duration(to.simulated.delta_lifetime, value); }},
    {"token-lifetime", 0, "TIME", simulate, false, own, any, plain, "default 1h",
     [](settings& to, text value) { return store_lifetime(to.simulated.token_lifetime, value); }},
    {"faults", 0, "N%", simulate, false, own, any, plain, "share of requests that go wrong",
     [](settings& to, text value) { return store_share(to.simulated.faults, value); }},
    {"fault-kinds", 0, "A,B", simulate, false, own, any, plain, "which (default: all)",
     [](settings& to, text value) { return store_names(to.simulated.fault_kinds, value); }},
    {"client-certificate", 0, "FILE", simulate, false, sign_in, any, path,
     "the public part, whose key may sign in",
     [](settings& to, text value) { return store_text(to.simulated.certificate_file, value); }},
    {"federated-token-file", 0, "FILE", simulate, false, sign_in, any, path,
     "a token of another issuer; read anew for each sign-in",
     [](settings& to, text value) { return store_text(to.simulated.token_file, value); }},
    {"managed-identity", 0, "imds|app-service", simulate, false, sign_in, any, plain,
     "serve such an endpoint too",
     [](settings& to, text value) { return store_identity_kind(to.simulated.identity, value); }},
    {"claims-challenge", 0, "once|always", simulate, false, sign_in, any, plain,
     "take tokens back, as continuous access evaluation does",
     [](settings& to, text value) { return store_challenge_kind(to.simulated.challenges, value); }},
    {"roles", 0, "A,B", simulate, false, output, any, plain,
     "permissions that its tokens grant (default: all it takes; none)",
     [](settings& to, text value) { return store_roles(to.simulated.roles, value); }},
    {"date-shift", 0, "TIME", simulate, false, output, any, plain,
     "how far the service's clock is ahead (default 0)",
     [](settings& to, text value) { return store_duration(to.simulated.date_shift, value); }},
    {"seed", 0, "N", simulate, false, own, any, plain, "the same seed, the same faults (default 1)",
     [](settings& to, text value) {
         return store_number(to.simulated.seed, value, 0,
                             std::numeric_limits<std::uint64_t>::max());
     }},
};

constexpr option common_options[] = {
    {"profile", 0, "NAME", with_profile | with_files, true, tenant, any, plain,
     "a section of the configuration file, or simulated: a tenant in this process", store_nothing},
    {"config", 0, "FILE", with_profile | with_files, false, tenant, any, path,
     "the configuration file (default: see FILES)", store_nothing},
    {"state-dir", 0, "FOLDER", with_state | with_files, true, tenant, any, path,
     "where runs are remembered (default: see FILES)",
     [](settings& to, text value) { return store_text(to.state_dir, value); }},
    {"tenant", 0, "ID|DOMAIN", with_tenant, true, tenant, account, plain,
     "the tenant's id or a domain of it",
     [](settings& to, text value) { return store_tenant(to.tenant.tenant, value); }},
    {"client-id", 0, "GUID", with_tenant, true, tenant, account, withheld, "the application's id",
     [](settings& to, text value) { return store_client_id(to.tenant.client_id, value); }},
    {"simulated-tenant", 0, "FILE", with_tenant, true, tenant, tenant_kind::simulated, path,
     "what the profile simulated begins with, as JSON",
     [](settings& to, text value) { return store_text(to.simulated.tenant_file, value); }},
    {"cloud", 0, "NAME", with_tenant, true, tenant, account, plain,
     "global (default), usgov, usgov-dod or china: sets the two services",
     [](settings& to, text value) { return store_cloud(to, value); },
     "global|usgov|usgov-dod|china"},
    {"timeout", 0, "TIME", with_work, true, tenant, any, plain,
     "for a request, and for its whole reply (default 60s)",
     [](settings& to, text value) { return store_timeout(to.tenant.reply_timeout, value); }},
    {"graph-url", 0, "URL", with_tenant, true, tenant, account, plain,
     "of Microsoft Graph, without a path",
     [](settings& to, text value) { return store_root_url(to.tenant.graph_url, value); }},
    {"login-url", 0, "URL", with_tenant, true, tenant, account, plain,
     "of the sign-in, without a path",
     [](settings& to, text value) { return store_root_url(to.tenant.login_url, value); }},
    {"proxy", 0, "URL|none", with_tenant, true, tenant, any, plain,
     "for HTTPS; a password goes into ALLOT_PROXY_PASSWORD",
     [](settings& to, text value) { return store_proxy(to.tenant.proxy, value); }},
    {"ca-file", 0, "FILE", with_tenant, true, tenant, account, path,
     "authorities to trust besides the system's, PEM",
     [](settings& to, text value) { return store_text(to.tenant.ca_file, value); }},
    {"auth", 0, "KIND", with_tenant, true, sign_in, account, plain,
     "how the application signs in (default auto: by what is set)",
     [](settings& to, text value) { return store_auth(to.tenant.auth, value); },
     "auto|secret|certificate|federated|managed-identity"},
    // Of these files the one that counts is stored by read_settings, after all else.
    {"client-secret-file", 0, "FILE", with_tenant, true, sign_in, account, withheld,
     "the secret, alone in a file", store_nothing},
    {"client-certificate-file", 0, "FILE", with_tenant, true, sign_in, account, withheld,
     "certificate, PEM or PFX", store_nothing},
    {"client-key-file", 0, "FILE", with_tenant, true, sign_in, account, withheld,
     "its key, where it is not in the certificate's file", store_nothing},
    {"client-certificate-password-file", 0, "FILE", with_tenant, true, sign_in, account, withheld,
     "the password of key or PFX, alone in a file", store_nothing},
    {"federated-token-file", 0, "FILE", with_tenant, true, sign_in, account, withheld,
     "a token of another issuer; read anew for each sign-in", store_nothing},
    {"assertion-algorithm", 0, "PS256|RS256", with_tenant, true, sign_in, account, plain,
     "what a certificate signs with (default PS256)",
     [](settings& to, text value) {
         return store_assertion_algorithm(to.tenant.sign_rs256, value);
     }},
    {"output", 'o', "text|json|csv|junit|markdown", with_rows, true, output, any, plain,
     "the form of results (default text)",
     [](settings& to, text value) { return store_output(to.output, value); }},
    {"output", 'o', "text|json|csv", with_profile & ~with_rows, true, output, any, plain,
     "the form of results (default text)",
     [](settings& to, text value) { return store_output(to.output, value); }},
    {"quiet", 'q', "", with_notes, true, output, any, plain, "no progress, no remarks",
     [](settings& to, text value) { return store_switch(to.quiet, value); }},
    {"help", 'h', "", everywhere, false, output, any, plain, "of a command, one screen",
     store_nothing},
    {"version", 0, "", everywhere, false, output, any, plain, "this program's", store_nothing},
    // Of no command: `allot --version --verbose`.
    {"verbose", 0, "", 0, false, output, any, plain, "of all that it is made of, with licences",
     store_nothing},
};

}  // namespace

std::span<option const> all_options() {
    static auto const all = [] {
        std::vector<option> joined;
        for (std::span<option const> const part :
             {std::span<option const>{job_options}, std::span<option const>{change_options},
              std::span<option const>{work_options}, std::span<option const>{simulate_options},
              std::span<option const>{common_options}}) {
            joined.insert(joined.end(), part.begin(), part.end());
        }
        return joined;
    }();
    return all;
}

option const* find_option(std::string_view name, command of) {
    for (auto const& candidate : all_options()) {
        if (candidate.name == name && fits(candidate, of)) return &candidate;
    }
    return nullptr;
}

std::vector<std::string_view> listed_values(option const& of) {
    std::vector<std::string_view> words;
    auto rest = of.words.empty() ? of.value : of.words;
    while (!rest.empty()) {
        auto const end = std::min(rest.find('|'), rest.size());
        auto const word = rest.substr(0, end);
        // What stands for others is in capitals: `URL|none`; but these are a word of their own.
        bool const stands = std::ranges::any_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!stands || word == "PS256" || word == "RS256") words.push_back(word);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return words;
}

operand operand_of(command what) {
    switch (what) {
        case command::check:
        case command::plan:
        case command::apply:
        case command::verify:
            return operand::job;
        case command::undo:
        case command::report:
            return operand::run;
        case command::resume:
            return operand::run_or_none;
        case command::completion:
            return operand::topic;
        case command::man:
            return operand::topic_or_none;
        case command::runs:
        case command::skus:
        case command::doctor:
        case command::export_job:
        case command::simulate:
            break;
    }
    return operand::none;
}

std::span<std::string_view const> topics_of(command what) {
    static constexpr std::array<std::string_view, 6> lists{"bash",     "zsh",  "fish",
                                                           "profiles", "runs", "skus"};
    static constexpr std::array<std::string_view, 1> pages{"job"};
    if (what == command::completion) return lists;
    if (what == command::man) return pages;
    return {};
}

std::string variable_name(option const& of) {
    auto name = "ALLOT_" + upper(of.name);
    std::ranges::replace(name, '-', '_');
    return name;
}

}  // namespace allot::config
