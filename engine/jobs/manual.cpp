#include "engine/jobs/manual.hpp"

#include <fmt/format.h>

#include "engine/jobs/columns.hpp"

namespace allot::jobs {

namespace {

std::string_view meaning(field which) {
    switch (which) {
        case field::user:
            return "Whom the row is about: object id or user principal name. Needed, but for rows "
                   "of a "
                   "group.";
        case field::sku:
            return "Which licence: part number, id or product name (POWER_BI_PRO, Power BI Pro). "
                   "Needed.";
        case field::action:
            return "assign, which an empty cell means too, or remove.";
        case field::disabled_plans:
            return "Service plans to switch off, by name or id, with ; or + between. Empty: what "
                   "is switched off stays so; none: all are switched on.";
        case field::usage_location:
            return "Two letters, such as NL. Set only where the user has none.";
        case field::priority:
            return "A number: who gets seats first when they are short. Lower ones go first, then "
                   "the order of the file.";
        case field::group:
            return "Instead of a user: a group, by object id or exact display name. The licence is "
                   "set on the group itself, and its members get it.";
    }
    return {};
}

std::string columns() {
    std::string text;
    for (auto const which : all_fields) {
        text += fmt::format(".TP\n.B {}\n{}\n", name_of(which), meaning(which));
        std::string others;
        for (auto const alias : column_names()) {
            if (field_named(alias) != which || alias == name_of(which)) continue;
            others += fmt::format("{}{}", others.empty() ? "" : ", ", alias);
        }
        if (!others.empty()) text += fmt::format("Also called {}.\n", others);
    }
    return text;
}

constexpr std::string_view before_columns = R"(.SH NAME
allot\-job \- the job file of allot
.SH DESCRIPTION
A job says how things should be: a row for each user, or group, and licence.
What a row does not mention is never touched, and a user who is in no row is not either.
All rows of a user become one change, so that a swap leaves nobody without a licence.
All errors of a file are told at once, each with line, column and value, before anything is asked of the network; a file
with errors is never half run.
.SH COLUMNS
In any order and case; spaces, hyphens and underscores in their names do not count.
)";

constexpr std::string_view after_columns = R"(.TP
any other
Is carried into the report. A name that is nearly one of the above is an error: a misspelt action would turn removals into
assignments.
.SH FORMATS
.SS CSV
With a header. UTF\-8 with or without a byte\-order mark, UTF\-16, or with \-\-encoding Windows\-1252; comma, semicolon or tab;
a sep= line; quoted cells with line breaks in them; lines that end as on any system.
.SS JSON
An array of objects, one object to a line, or an object with
.I defaults
and
.IR targets :
defaults fill in what a target leaves out.
.SH EXAMPLES
.nf
user,sku,action,usage_location
ann@contoso.example,POWER_BI_PRO,,NL
bob@contoso.example,SPE_E5,assign,
bob@contoso.example,SPE_E3,remove,
.fi
.PP
.nf
{"defaults": {"sku": "POWER_BI_PRO"},
 "targets": [{"user": "ann@contoso.example", "disabled_plans": ["BI_AZURE_P2"]}]}
.fi
.SH SEE ALSO
.BR allot (1)
)";

}  // namespace

std::string manual(std::string_view version) {
    return fmt::format(".TH ALLOT\\-JOB 5 \"\" \"allot {}\" \"File Formats\"\n{}{}{}", version,
                       before_columns, columns(), after_columns);
}

}  // namespace allot::jobs
