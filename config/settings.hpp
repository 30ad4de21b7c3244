#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/result.hpp"
#include "connectors/port/time.hpp"

/// Flags, environment and profile file to plain settings, strongest first (design section 7).
namespace allot::config {

enum class command {
    check,
    plan,
    apply,
    verify,
    resume,
    undo,
    runs,
    report,
    skus,
    doctor,
    export_job,
    simulate,
    completion,
    man
};
/// `junit` and `markdown`: of commands that look at targets.
enum class output_form { text, json, csv, junit, markdown };

/// A quota: at most `amount` in any `window`; written `3000/150s` or `none` (empty optional).
struct quota {
    double amount = 0;
    duration window{};

    bool operator==(quota const&) const = default;
};

/// What a run starts from, of the service's limits.
enum class assumed_limits {
    published,
    learned,  ///< what earlier runs found out about this tenant, where they did; else published
    unknown
};

/// How the tenant's users are read.
enum class survey_way { automatic, by_name, pages, changes };

/// A cap written `500` or `10%`.
struct cap {
    std::uint64_t amount = 0;
    bool percent = false;

    bool operator==(cap const&) const = default;
};

/// An HTTP proxy that opens tunnels, as far as there is one.
struct proxy_server {
    bool decided = false;  ///< by a setting of allot's own, which may be `none`
    std::string host;      ///< empty: no proxy; an IPv6 address without its brackets
    std::string port;
    std::string user;                 ///< empty: no authentication
    std::string password;             ///< never from a flag
    std::string source;               ///< who named it: `--proxy`, `HTTPS_PROXY`
    std::vector<std::string> except;  ///< what NO_PROXY lists
    bool loopback_too = false;        ///< else what is on this machine is reached without it
};

/// How the application proves who it is.
enum class auth_kind { automatic, secret, certificate, federated, managed_identity };

/// Where the tenant is and who we are there.
struct connection {
    std::string config_file;  ///< that was read; empty: none
    std::string profile;      ///< the profile's name; `simulated` is built in; empty: none
    bool simulated = false;   ///< the tenant in this process, behind HTTPS on loopback
    std::string tenant;       ///< GUID or domain
    std::string client_id;    ///< empty only for a managed identity: the machine's own
    /// What was chosen, from all that is set; read_settings leaves it automatic only where no
    /// account is needed. What belongs to other kinds than the chosen one stays empty.
    auth_kind auth = auth_kind::automatic;
    std::string auth_source;            ///< what chose it: `AZURE_CLIENT_SECRET`, `--auth`
    std::string client_secret;          ///< never from a flag
    std::string certificate_file;       ///< PEM or PFX
    std::string certificate_key_file;   ///< PEM; empty: the key is beside the certificate
    std::string certificate_password;   ///< never from a flag; empty: none
    bool sign_rs256 = false;            ///< else PS256
    std::string federated_token_file;   ///< read anew for each token
    std::string identity_url;           ///< of the managed identity endpoint; plain HTTP
    bool identity_app_service = false;  ///< its kind: App Service, else a virtual machine
    std::string identity_header;        ///< what App Service wants to see; a secret
    std::string graph_url;              ///< root without path
    std::string login_url;
    std::string ca_file;  ///< PEM; in addition to the system's; empty: none
    proxy_server proxy;
    std::uint32_t connections = 72;                     ///< the most that are open at once
    duration reply_timeout = std::chrono::seconds{60};  ///< for a request, and for its whole reply
    std::optional<duration> patience;  ///< with what fails in passing; empty: as the engine has it
};

struct job_input {
    std::string file;      ///< `-`: stdin; for `apply`, a job or a saved plan
    std::string encoding;  ///< `auto`, `utf-8`, `utf-16le`, `utf-16be`, `windows-1252`
    std::string format;    ///< `auto`, `csv`, `json`
    bool strict = false;
    std::string errors_file;  ///< where every error of the job is written; empty: nowhere
};

/// A group that gives a SKU to its members, both as written.
struct group_for_sku {
    std::string sku;    ///< part number, id or product name
    std::string group;  ///< object id or display name

    bool operator==(group_for_sku const&) const = default;
};

struct planning {
    std::string default_usage_location;  ///< two upper-case letters, or empty
    bool always_set_usage_location = false;
    bool skip_redundant = false;
    bool via_group = false;             ///< licences are given and taken by membership
    std::vector<group_for_sku> groups;  ///< which group gives which SKU
    bool drop_direct = false;           ///< take direct copies of what a group gives away
    duration wait_for_users{};
    survey_way survey = survey_way::automatic;
    std::optional<cap> max_changes;
    cap max_removals{500, false};
    /// `apply` only: the most, in percent, by which the job may have shrunk since it was last
    /// applied.
    std::optional<std::uint32_t> max_shrink;
    bool detailed_exitcode = false;  ///< `plan` only
    std::string out;                 ///< `plan` only: the file to save the plan in; empty: none
};

struct running {
    bool yes = false;        ///< `apply` and `undo` without a question
    std::string report_dir;  ///< empty: no report is written (plan, verify); others have a default
    /// Absent: 10 minutes, an hour where groups give licences in their own time.
    std::optional<duration> verify_timeout;
    std::uint32_t batch_size = 0;  ///< 1 to 20; 0: the default
    std::uint64_t wave_size = 0;   ///< users changed before they must be verified; 0: no waves
    duration wave_pause{};         ///< between waves
    /// How many users may fail before the run stops; a share is of each wave. Empty without waves:
    /// any number. With waves read_settings makes it 0 where nothing was set.
    std::optional<cap> max_failures;
    std::optional<quota> write_limit = quota{3000, std::chrono::seconds{150}};
    std::optional<quota> unit_limit = quota{8000, std::chrono::seconds{10}};
    assumed_limits assume = assumed_limits::learned;
    double share = 1;         ///< of every limit, that this run may use; above 0, to 1
    duration lock_timeout{};  ///< how long to wait while another run holds the tenant's lock
    duration keep_runs = std::chrono::hours{24 * 365};  ///< how long ended runs are remembered
};

/// `export`, and `skus --waste`: what is told of the whole tenant, and where to.
struct telling {
    std::vector<std::string> skus;  ///< as typed: part numbers, ids or product names; empty: all
    std::string users_file;         ///< names, one to a line; empty: all users
    std::string out;                ///< the job file to write; empty: stdout, or for skus none
    bool inherited = false;         ///< what comes through groups too
    bool waste = false;
};

/// When a block of progress is drawn on the terminal.
enum class progress_kind {
    automatic,  ///< where standard error is one; else a line now and then
    always,
    never  ///< no line either
};

/// What is logged: this and all that is graver.
enum class log_level { error, warning, info, debug };

/// What a command tells of its work, besides its result.
struct telling_of_work {
    progress_kind progress = progress_kind::automatic;
    duration stats = std::chrono::minutes{1};  ///< between lines of progress; 0: none
    std::string log_file;                      ///< to append to; empty: standard error
    bool log_json = false;                     ///< one object to a line
    log_level level = log_level::info;         ///< of the log file, or of standard error
    bool debug_http = false;                   ///< every exchange, without secrets
    std::string metrics_file;                  ///< Prometheus text; empty: none
    std::string on_finish;                     ///< for /bin/sh at the end; empty: none
};

/// How the simulated tenant counts what is used of a limit.
enum class limit_kind { token_bucket, sliding_window, fixed_window };

/// What the simulated tenant's refusals for lack of quota announce.
struct retry_hint {
    bool given = true;           ///< false: no Retry-After
    std::optional<duration> is;  ///< always that, at least a second; empty: until there is quota

    bool operator==(retry_hint const&) const = default;
};

/// The managed identity endpoint that the simulated tenant serves as well.
enum class identity_kind { none, imds, app_service };

/// When the simulated tenant sends a claims challenge.
enum class challenge_kind { never, once, always };

/// `allot simulate`, and the built-in profile where it says so.
struct simulation {
    std::string address = "127.0.0.1";  ///< loopback only
    std::uint16_t port = 0;             ///< 0: any free one
    std::string tenant_file;  ///< JSON description of the tenant; empty: made up from `users`
    std::uint64_t users = 6000;
    std::string state_file;       ///< where its state persists; empty: nowhere
    std::string credentials_dir;  ///< where CA, client id and secret are written for callers
    std::optional<quota> write_limit = quota{3000, std::chrono::seconds{150}};
    std::optional<quota> unit_limit = quota{8000, std::chrono::seconds{10}};
    limit_kind limits = limit_kind::token_bucket;
    retry_hint retry_after;
    bool refused_cost = false;       ///< refused requests count
    bool limit_percentage = false;   ///< replies say how much is used, from 80 % on
    duration latency{};              ///< median of a reply
    duration lag{};                  ///< how long reads lag behind writes
    duration group_lag{};            ///< how long what members hold lags behind their groups
    std::uint32_t delta_page = 200;  ///< users in a page of changes
    duration delta_lifetime = std::chrono::hours{24 * 7};  ///< of the links to changes
    duration token_lifetime = std::chrono::minutes{60};
    duration date_shift{};                          ///< by which its clock is ahead
    std::optional<std::vector<std::string>> roles;  ///< permissions granted; empty: all it takes
    double faults = 0;                     ///< share of requests and parts that go wrong, 0 to 1
    std::vector<std::string> fault_kinds;  ///< which; empty: all
    std::string certificate_file;          ///< PEM, public part: whose key may sign in; empty: none
    std::string token_file;                ///< the federated token that may sign in; empty: none
    identity_kind identity = identity_kind::none;
    challenge_kind challenges = challenge_kind::never;
    std::uint64_t seed = 1;
};

struct settings {
    command what = command::check;
    output_form output = output_form::text;
    bool quiet = false;
    std::string state_dir;
    /// The run's name as typed (resume, undo, report); empty only for resume: the latest that was
    /// interrupted.
    std::string run_name;
    /// `completion`: a shell, or a list of names; `man`: a page, empty for allot's own.
    std::string topic;
    /// `completion` only: of the configuration file, and the one that is built in.
    std::vector<std::string> profiles;
    connection tenant;
    job_input input;
    planning plan;
    running run;
    telling tell;
    telling_of_work work;
    std::string product_names;  ///< Microsoft's CSV of products and service plans; empty: none
    std::vector<std::string> files_read;  ///< what these are from: configuration, secrets
    simulation simulated;
};

/// What the outside gives: so that reading settings is a function of values.
struct surroundings {
    std::vector<std::string> arguments;  ///< without the program's name
    std::function<std::optional<std::string>(std::string const& name)> variable;
    /// The names of all that are set and begin with ALLOT_.
    std::vector<std::string> own_variables;
    /// A file's contents; empty when there is no such file; else a failure whose message is the
    /// reason alone (`Permission denied`): whoever asked says which file.
    std::function<result<std::optional<std::string>>(std::string const& path)> file;
};

/// Help or version was asked for: print the text, exit 0.
struct help_text {
    std::string text;
    bool with_parts = false;  ///< followed by what the program is made of
};

/// The settings; or a failure `errc::invalid_input` that names the flag, variable, or the file's
/// line and key, its value and the mend.
struct reading_result {
    std::optional<help_text> help;
    settings values;
};
result<reading_result> read_settings(surroundings const& from);

/// The name as typed: `plan`.
std::string_view name(command of);

/// This program's version: `0.1.0`.
std::string_view version();

}  // namespace allot::config
