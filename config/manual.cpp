#include "config/manual.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "config/help.hpp"
#include "config/options.hpp"

namespace allot::config {

namespace {

struct part_of_manual {
    help_part part;
    std::string_view title;
};

constexpr std::array parts{
    part_of_manual{help_part::own, "What is done"},
    part_of_manual{help_part::job, "The job file"},
    part_of_manual{help_part::groups, "Licences by way of groups"},
    part_of_manual{help_part::waves, "Waves"},
    part_of_manual{help_part::pace, "Pace"},
    part_of_manual{help_part::runs, "Runs"},
    part_of_manual{help_part::work, "What is told of the work"},
    part_of_manual{help_part::sign_in, "Sign\\-in"},
    part_of_manual{help_part::tenant, "The tenant"},
    part_of_manual{help_part::output, "General"},
};

std::string commands_of(option const& of) {
    std::vector<std::string> names;
    for (auto const each : all_commands) {
        if (fits(of, each)) names.push_back(roff(name(each)));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string entry(option const& of) {
    std::string text = ".TP\n";
    if (of.letter != 0) text += fmt::format("\\fB\\-{}\\fR, ", of.letter);
    text += fmt::format("\\fB\\-\\-{}\\fR", roff(of.name));
    if (!of.value.empty()) text += fmt::format(" \\fI{}\\fR", roff(of.value));
    auto help = std::string{of.help};
    if (!help.empty() && help.front() >= 'a' && help.front() <= 'z') {
        help.front() = static_cast<char>(help.front() - 'a' + 'A');
    }
    text += fmt::format("\n{}.\n", roff(help));
    auto const words = listed_values(of);
    if (!of.words.empty())
        text += fmt::format("One of {}.\n", roff(fmt::format("{}", fmt::join(words, ", "))));
    text += fmt::format("In {}.\n", commands_of(of));
    if (of.with == tenant_kind::account) text += "Not with the profile simulated.\n";
    if (of.with == tenant_kind::simulated) text += "Only with the profile simulated.\n";
    if (of.lasting) text += fmt::format("Also {}.\n", roff(variable_name(of)));
    return text;
}

constexpr std::string_view description = R"(.SH DESCRIPTION
allot gives Microsoft 365 licences to thousands of people at once, through Microsoft Graph, and proves for each of them
that it worked.
A job says who should have what: a CSV or JSON file with one row for each user and licence, see
.BR allot\-job (5).
allot checks it, reads the tenant, says what it would do and whether the seats suffice, does it as fast as the service
allows, looks again, and writes down for every user what happened.
Run a second time, it changes nothing.
.PP
Results go to standard output; progress and what went wrong to standard error.
Settings come, strongest first, from flags, from variables, from the profile in the configuration file, from defaults.
No flag takes a secret.
)";

constexpr std::string_view statuses = R"(.SH EXIT STATUS
.TP
0
Everything is as the job says, or the plan was made.
.TP
1
It could not run: network, service, disk.
.TP
2
Changes are pending (plan \-\-detailed\-exitcode), or the tenant is not as the job says (verify).
.TP
3
The run finished; some targets are blocked, failed or unverified.
.TP
4
Interrupted; allot resume goes on.
.TP
5
The input is invalid: usage, job file, configuration.
.TP
6
Refused: a cap, another run's lock, a stale plan, or nobody to confirm.
.TP
7
Sign\-in or permission was refused.
)";

constexpr std::string_view surroundings_text = R"(.SH ENVIRONMENT
Every option that names a variable is set by it; an empty one counts as unset.
.TP
.BR ALLOT_CLIENT_SECRET ", " ALLOT_CLIENT_CERTIFICATE_PASSWORD ", " ALLOT_PROXY_PASSWORD
Secrets that no flag takes.
.TP
.BR AZURE_TENANT_ID ", " AZURE_CLIENT_ID ", " AZURE_CLIENT_SECRET ", " AZURE_CLIENT_CERTIFICATE_PATH ", " AZURE_FEDERATED_TOKEN_FILE ", " AZURE_AUTHORITY_HOST
Count where nothing of allot's own is set.
.TP
.BR HTTPS_PROXY ", " NO_PROXY ", " SSL_CERT_FILE
As other programs read them.
.TP
.B NO_COLOR
Progress without colours.
.TP
.BR CREDENTIALS_DIRECTORY ", " STATE_DIRECTORY ", " JOURNAL_STREAM
Set by systemd: credentials, the state folder, and whether standard error is the journal.
.SH FILES
.TP
.IR $XDG_CONFIG_HOME/allot/allot.conf ", " /etc/allot/allot.conf
The configuration file: the first that exists.
.TP
.I $XDG_STATE_HOME/allot/runs.db
The run store; by default in
.IR ~/.local/state/allot .
.TP
.I allot\-report
The folder of reports, below the present one.
)";

}  // namespace

std::string roff(std::string_view text) {
    std::string out;
    for (auto const c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
    return out;
}

std::string manual() {
    auto text = fmt::format(
        ".TH ALLOT 1 \"\" \"allot {}\" \"User Commands\"\n.SH NAME\n"
        "allot \\- give licences in bulk through Microsoft Graph, and prove that it worked\n"
        ".SH SYNOPSIS\n",
        version());
    for (auto const each : all_commands) {
        text +=
            fmt::format("{}.B allot {}\n[\\fIflags\\fR]\n",
                        each == all_commands.front() ? "" : ".br\n", roff(words_of(each).usage));
    }
    text += description;
    text += ".SH COMMANDS\n";
    for (auto const each : all_commands) {
        auto const words = words_of(each);
        auto does = std::string{words.does};
        does.front() = static_cast<char>(does.front() - 'a' + 'A');
        text += fmt::format(".TP\n.B allot {}\n{}.\nExample: allot {}\n", roff(words.usage),
                            roff(does), roff(words.example));
    }
    text += ".SH OPTIONS\n";
    for (auto const& [part, title] : parts) {
        text += fmt::format(".SS {}\n", title);
        for (auto const& each : all_options()) {
            if (each.shown == part) text += entry(each);
        }
    }
    text += statuses;
    text += surroundings_text;
    text +=
        ".SH SEE ALSO\n.BR allot\\-job (5)\n.PP\nThe README that comes with allot says more of "
        "each of these.\n";
    return text;
}

}  // namespace allot::config
