#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/clouds.hpp"
#include "config/command_line.hpp"
#include "config/credentials.hpp"
#include "config/environment.hpp"
#include "config/help.hpp"
#include "config/options.hpp"
#include "config/profile.hpp"
#include "config/proxy.hpp"
#include "config/sign_in.hpp"
#include "config/words.hpp"

namespace allot::config {

namespace {

constexpr std::string_view proxy_option = "proxy";

/// Settings that no option has.
constexpr std::array<std::string_view, 6> variables_beside_options{
    "ALLOT_CLIENT_SECRET",  "ALLOT_CLIENT_CERTIFICATE_PASSWORD",
    "ALLOT_PROXY_PASSWORD", "ALLOT_PROXY_PASSWORD_FILE",
    "ALLOT_CONFIG",         "ALLOT_PROFILE"};
/// What --on-finish tells its command, which may call allot.
constexpr std::array<std::string_view, 3> variables_told{"ALLOT_EXIT_CODE", "ALLOT_RUN_ID",
                                                         "ALLOT_REPORT"};

failure wrong(std::string message) {
    return failure{errc::invalid_input, std::move(message)};
}

/// `"500x" is not a cap: …` with its source in front; the value is left out where it may be a
/// secret.
failure bad_value(option const& of, std::string_view source, std::string_view value,
                  std::string_view problem) {
    // An @ is no part of any setting, but of `https://user:password@host`.
    auto const hidden =
        of.kind == value_kind::withheld || value.find('@') != std::string_view::npos;
    return wrong(
        fmt::format("{}: {} {}", source, hidden ? "its value" : in_quotes(value), problem));
}

/// Builds the settings from the weakest source to the strongest: each one overwrites.
class builder {
 public:
    builder(surroundings const& from, command_line line) : from_{from}, line_{std::move(line)} {
        values_.what = *line_.what;
        values_.input = {line_.job, "auto", "auto", false, {}};
        values_.run_name = line_.run_name;
        values_.topic = line_.topic;
        set_cloud(values_, "global");
    }

    result<settings> build() {
        if (values_.what == command::man) return std::move(values_);
        if (values_.what == command::completion) return for_completion();
        // `simulate` has no tenant to sign in to, so no profile either.
        if (values_.what != command::simulate) {
            if (auto const done = take_profile(); !done) return done.error();
            if (auto const done = take_file(); !done) return done.error();
        }
        if (auto const done = check_variable_names(); !done) return done.error();
        if (auto const done = take_variables(); !done) return done.error();
        if (auto const done = take_flags(); !done) return done.error();
        if (auto const done = complete(); !done) return done.error();
        return std::move(values_);
    }

 private:
    std::string const* flag(std::string_view name) const {
        auto const found = line_.flags.find(name);
        return found == line_.flags.end() ? nullptr : &found->second;
    }

    /// Whoever presses the tabulator key is told nothing of what is wrong elsewhere: what can be
    /// read counts.
    settings for_completion() {
        values_.profiles.emplace_back(simulated_profile);
        if (take_profile() && take_file() && file_) {
            for (auto const& section : file_->sections) {
                bool const named = !section.name.empty() && section.name != simulated_profile;
                if (named) values_.profiles.push_back(section.name);
            }
        }
        static_cast<void>(take_variables() && take_flags());
        if (values_.state_dir.empty()) static_cast<void>(default_state_dir());
        return std::move(values_);
    }

    result<void> take_profile() {
        auto chosen = choose_profile(from_, line_);
        if (!chosen) return chosen.error();
        file_ = std::move(chosen->file);
        if (file_) values_.tenant.config_file = file_->path;
        values_.tenant.profile = std::move(chosen->name);
        values_.tenant.simulated = values_.tenant.profile == simulated_profile;
        return {};
    }

    result<void> take(settings& into, option const& of, std::string const& source,
                      std::string const& value) {
        bool const of_cloud = of.name == "cloud" || of.name.ends_with("-url");
        if (&into == &values_ && of_cloud) cloud_is_set_ = true;
        if (auto const problem = of.set(into, value)) return bad_value(of, source, value, *problem);
        if (of.name == proxy_option) into.tenant.proxy.source = source;
        return {};
    }

    /// What other tools of this field read, for what nothing of allot's own has set.
    result<void> take_ecosystem() {
        struct known {
            char const* variable;
            std::string_view option;
            std::string connection::*field;
        };
        constexpr known all[] = {{"AZURE_TENANT_ID", "tenant", &connection::tenant},
                                 {"AZURE_CLIENT_ID", "client-id", &connection::client_id},
                                 {"SSL_CERT_FILE", "ca-file", &connection::ca_file}};
        for (auto const& each : all) {
            auto const value = variable(from_, each.variable);
            if (!value || !(values_.tenant.*each.field).empty()) continue;
            auto const& of = *find_option(each.option, values_.what);
            if (auto const done = take(values_, of, each.variable, *value); !done) {
                return done.error();
            }
        }
        return take_authority_host();
    }

    /// The login service as the Azure tools name it: of a known cloud, Graph's address comes with
    /// it.
    result<void> take_authority_host() {
        constexpr auto name = "AZURE_AUTHORITY_HOST";
        auto const value = variable(from_, name);
        if (!value || cloud_is_set_) return {};
        // Some of them write the host alone.
        auto const whole = value->find("://") == std::string::npos ? "https://" + *value : *value;
        auto const& of = *find_option("login-url", values_.what);
        if (auto const done = take(values_, of, name, whole); !done) return done.error();
        set_cloud_of_login(values_, values_.tenant.login_url);
        return {};
    }

    /// `~/x` under the home folder; a relative path under the configuration file's folder.
    std::string resolved(std::string const& path) const {
        if (path.starts_with('/')) return path;
        auto const home = home_folder(from_);
        if (home && path.starts_with("~/")) return *home + path.substr(1);
        auto const slash = file_->path.rfind('/');
        return slash == std::string::npos ? path : file_->path.substr(0, slash + 1) + path;
    }

    /// Every value of the whole file is checked, so that a mistake shows before the night it
    /// matters.
    result<void> take_file() {
        if (!file_) return {};
        for (auto const& section : file_->sections) {
            auto const counts = section.name.empty() || section.name == values_.tenant.profile;
            if (auto const done = take_section(section, counts); !done) return done.error();
        }
        return {};
    }

    result<void> take_section(config_section const& section, bool counts) {
        // In the table's order, not the file's: an URL of its own is stronger than the cloud's.
        for (auto const& of : all_options()) {
            if (!of.lasting) continue;
            for (auto const& entry : section.entries) {
                if (entry.key != of.name) continue;
                auto const source = fmt::format("{}:{}: {}", file_->path, entry.line, entry.key);
                auto const is_path = of.kind == value_kind::path || of.name.ends_with("-file");
                auto const value = is_path ? resolved(entry.value) : entry.value;
                auto elsewhere = values_;
                auto& into = counts && fits(of, values_.what) ? values_ : elsewhere;
                if (auto const done = take(into, of, source, value); !done) return done.error();
                auto& place = section.name.empty() ? sign_in_of_all_ : sign_in_of_profile_;
                if (counts) note_sign_in(place, of, source, value);
            }
        }
        return {};
    }

    /// A misspelt cap must not be no cap. Other names that begin like ours are somebody else's.
    result<void> check_variable_names() {
        std::vector<std::string> names{variables_beside_options.begin(),
                                       variables_beside_options.end()};
        for (auto const& of : all_options()) {
            if (of.lasting) names.push_back(variable_name(of));
        }
        constexpr auto prefix = std::string_view{"ALLOT_"}.size();
        std::vector<std::string_view> rests;
        for (auto const& name : names) rests.push_back(std::string_view{name}.substr(prefix));
        for (auto const& name : from_.own_variables) {
            bool const known = std::ranges::find(names, name) != names.end() ||
                               std::ranges::find(variables_told, name) != variables_told.end();
            if (known) continue;
            auto const meant = nearest(std::string_view{name}.substr(prefix), rests);
            if (meant.empty()) continue;
            return wrong(
                fmt::format("unknown variable {} (did you mean ALLOT_{}?): correct its name, or "
                            "unset it",
                            in_quotes(name), meant));
        }
        return {};
    }

    result<void> take_variables() {
        for (auto const& of : all_options()) {
            if (!of.lasting || !fits(of, values_.what)) continue;
            auto const name = variable_name(of);
            auto const value = variable(from_, name);
            if (!value) continue;
            if (auto const done = take(values_, of, name, *value); !done) return done.error();
            note_sign_in(sign_in_by_variables_, of, name, *value);
        }
        std::string const direct = "ALLOT_CLIENT_SECRET";
        if (auto const secret = variable(from_, direct)) {
            sign_in_by_variables_.by_name["client-secret"] = {direct, *secret};
        }
        return {};
    }

    result<void> take_flags() {
        for (auto const& of : all_options()) {
            auto const* const value = flag(of.name);
            if (value == nullptr || !fits(of, values_.what)) continue;
            if (of.with == tenant_kind::account && values_.tenant.simulated) {
                return wrong(
                    fmt::format("--{} has no meaning with the profile simulated: take one "
                                "of the two away",
                                of.name));
            }
            if (of.with == tenant_kind::simulated && !values_.tenant.simulated) {
                return wrong(
                    fmt::format("--{} has a meaning only with --profile simulated", of.name));
            }
            auto const source = fmt::format("--{}", of.name);
            if (auto const done = take(values_, of, source, *value); !done) return done.error();
            if (of.name == proxy_option && !values_.tenant.proxy.password.empty()) {
                return wrong(
                    "--proxy: its value holds a password, which other users of this machine can "
                    "see: write http://USER@HOST:PORT, and set ALLOT_PROXY_PASSWORD or "
                    "ALLOT_PROXY_PASSWORD_FILE");
            }
            note_sign_in(sign_in_by_flags_, of, source, *value);
        }
        return {};
    }

    /// The tenant in this process needs no proxy; whoever wants to see one at work names it.
    result<void> find_proxy() {
        auto& proxy = values_.tenant.proxy;
        if (values_.tenant.simulated && flag(proxy_option) == nullptr) {
            proxy = {};
            return {};
        }
        return complete_proxy(proxy, from_);
    }

    static void note_sign_in(sign_in_place& in, option const& of, std::string const& source,
                             std::string const& value) {
        if (about_sign_in(of.name)) in.by_name[std::string{of.name}] = {source, value};
    }

    /// The folder for state, where none was set.
    result<void> default_state_dir() {
        if (auto const folders = variable(from_, "STATE_DIRECTORY")) {
            // systemd joins several by colons; the unit names ours first.
            values_.state_dir = folders->substr(0, folders->find(':'));
        } else if (auto const folder = xdg_folder(from_, "XDG_STATE_HOME", ".local/state")) {
            values_.state_dir = *folder + "/allot";
        } else {
            return wrong(
                "there is no folder for allot's state, since HOME is not set: set "
                "--state-dir or ALLOT_STATE_DIR");
        }
        return {};
    }

    /// What depends on other settings, and what must not be missing.
    result<void> complete() {
        // The others have that of the run that they go on with.
        bool const begins = values_.what == command::apply || values_.what == command::undo;
        if (begins && values_.run.report_dir.empty()) values_.run.report_dir = "allot-report";
        // Waves are for seeing trouble before everybody has it.
        if (values_.run.wave_size > 0 && !values_.run.max_failures) {
            values_.run.max_failures = cap{0, false};
        }
        if (values_.plan.via_group && values_.plan.groups.empty()) {
            return wrong(
                "--via group needs to know which group gives which SKU: write "
                "groups = POWER_BI_PRO=Licence Power BI in the profile, or --groups");
        }
        if (values_.run.wave_size == 0 && flag("wave-pause") != nullptr) {
            return wrong(
                "--wave-pause has a meaning only with --wave-size: say how large a wave is");
        }
        if (values_.run.assume == assumed_limits::unknown && values_.run.share < 1) {
            return wrong(
                "a share (--share, ALLOT_SHARE, or `share` in a profile) is of limits that are "
                "known: with --assume-limits unknown, write --share 1");
        }
        bool const has_rows = values_.what == command::plan || values_.what == command::apply ||
                              values_.what == command::verify || values_.what == command::resume ||
                              values_.what == command::undo || values_.what == command::report;
        if (!has_rows &&
            (values_.output == output_form::junit || values_.output == output_form::markdown)) {
            return wrong(
                "--output junit and markdown tell of targets, which this command has none of: "
                "write text, json or csv");
        }
        if (values_.what == command::skus && !values_.tell.out.empty() && !values_.tell.waste) {
            return wrong(
                "--out has a meaning only with --waste: it writes what would be reclaimed");
        }
        if (values_.what == command::simulate && values_.simulated.credentials_dir.empty()) {
            values_.simulated.credentials_dir = "allot-simulated";
        }
        if (values_.what == command::check || values_.what == command::simulate) return {};
        if (values_.state_dir.empty()) {
            if (auto const done = default_state_dir(); !done) return done.error();
        }
        // These look into the state folder only.
        if (values_.what == command::runs || values_.what == command::report) return {};
        if (auto const done = find_proxy(); !done) return done.error();
        if (values_.tenant.simulated) {
            values_.simulated.state_file = values_.state_dir + "/simulated/tenant.json";
            return {};
        }
        if (auto const done = take_ecosystem(); !done) return done.error();
        auto const chosen = choose_sign_in(
            {sign_in_by_flags_, sign_in_by_variables_, sign_in_of_profile_, sign_in_of_all_}, from_,
            values_.tenant);
        if (!chosen) return chosen.error();
        return check_complete(values_.tenant);
    }

    surroundings const& from_;
    command_line line_;
    settings values_;
    std::optional<config_file> file_;
    bool cloud_is_set_ = false;  ///< by a setting of allot's own
    sign_in_place sign_in_by_flags_{true, {}};
    sign_in_place sign_in_by_variables_{};
    sign_in_place sign_in_of_profile_{};
    sign_in_place sign_in_of_all_{};
};

}  // namespace

result<reading_result> read_settings(surroundings const& from) {
    auto line = parse_command_line(from.arguments);
    if (!line) return line.error();
    reading_result read;
    if (line->version) {
        read.help = help_text{fmt::format("allot {}\n", version()), line->verbose};
        return read;
    }
    if (line->help) {
        read.help = help_text{help_for(line->what)};
        return read;
    }
    auto noted = from;
    std::vector<std::string> files;
    noted.file = [&](std::string const& path) {
        auto contents = from.file(path);
        if (contents && *contents) files.push_back(path);
        return contents;
    };
    auto built = builder{noted, std::move(*line)}.build();
    if (!built) return built.error();
    read.values = std::move(*built);
    read.values.files_read = std::move(files);
    return read;
}

std::string_view name(command of) {
    switch (of) {
        case command::check:
            return "check";
        case command::plan:
            return "plan";
        case command::apply:
            return "apply";
        case command::verify:
            return "verify";
        case command::resume:
            return "resume";
        case command::undo:
            return "undo";
        case command::runs:
            return "runs";
        case command::report:
            return "report";
        case command::skus:
            return "skus";
        case command::doctor:
            return "doctor";
        case command::export_job:
            return "export";
        case command::simulate:
            return "simulate";
        case command::completion:
            return "completion";
        case command::man:
            return "man";
    }
    return "";
}

}  // namespace allot::config
