# awk -f tenant.awk -f run.awk BEFORE AFTER JOB.csv REPORT.csv
# Holds a run's report against the tenant as it was before and truly is after. JOB.csv:
# user,sku,action,disabled_plans,usage_location, without quotes. Prints `bad: …` for all that is not so, and what was
# counted. What must be so:
# - every target has exactly one row, in the job's order;
# - `already` and `verified` rows are true in the tenant, others left it alone;
# - nobody outside the job was changed, and of those in it nothing that the job does not name;
# - no user took more writes than the difference needs: one for licences, one for a usage location;
# - no SKU has more seats used than owned.

function wrong(what) { print "bad: " what; ++bad }

# A line of CSV into cells[]; returns how many. No cell of these files has a line break.
function cells_of(line, cells,    count, cell, at, c, inside) {
    count = 1; cell = ""; inside = 0
    for (at = 1; at <= length(line); ++at) {
        c = substr(line, at, 1)
        if (inside && c == "\"" && substr(line, at + 1, 1) == "\"") { cell = cell c; ++at }
        else if (c == "\"") inside = !inside
        else if (c == "," && !inside) { cells[count++] = cell; cell = "" }
        else cell = cell c
    }
    cells[count] = cell
    return count
}

# The plans that a row wants disabled, given what was before.
function plans_wanted(upn, sku, asked,    names, count, at) {
    if (asked == "none") return ""
    if (asked == "") return held["before", upn, sku] == "direct" ? disabled["before", upn, sku] : ""
    count = split(asked, names, ";")
    for (at = 1; at <= count; ++at) names[at] = plan_of[names[at]]
    return sorted(names, count)
}

function check_done(where, upn, sku, action, plans) {
    if (action == "remove") {
        if (("after", upn, sku) in held) wrong(where ": still held")
        return
    }
    if (!(("after", upn, sku) in held)) { wrong(where ": not held"); return }
    if (held["after", upn, sku] == "direct" && disabled["after", upn, sku] != plans_wanted(upn, sku, plans))
        wrong(where ": other plans are disabled: " disabled["after", upn, sku])
}

function check_left_alone(where, upn, sku) {
    if (held["before", upn, sku] != held["after", upn, sku] ||
        disabled["before", upn, sku] != disabled["after", upn, sku]) wrong(where ": but it was changed")
}

function check_rows(    asked, row, line, want, got, columns) {
    getline line < job
    getline line < report
    columns = cells_of(line, got)
    if (got[2] != "user" || got[4] != "sku" || got[6] != "verdict") wrong("the report has other columns")
    while ((getline asked < job) > 0) {
        ++targets
        cells_of(asked, want)
        if ((getline row < report) <= 0) { wrong("no row for line " targets + 1); continue }
        cells_of(row, got)
        if (got[1] != targets + 1 || got[2] != want[1] || got[4] != want[2] || got[5] != want[3]) {
            wrong("row " targets " is of another target: " row)
            continue
        }
        ++verdicts[got[6]]
        named[want[1]] = 1
        touches[want[1], sku_of[want[2]]] = 1
        if (want[5] != "") location_asked[want[1]] = want[5]
        line = "line " got[1] " (" want[1] " " want[3] " " want[2] ") is " got[6]
        if (got[6] == "verified" || got[6] == "already") check_done(line, want[1], sku_of[want[2]], want[3], want[4])
        else check_left_alone(line " (" got[7] ")", want[1], sku_of[want[2]])
    }
    if ((getline row < report) > 0) wrong("the report has more rows than the job: " row)
}

function check_users(    at, upn, sku, needed, sent) {
    for (at = 1; at <= users; ++at) {
        upn = upns[at]
        if (!(upn in named)) {
            if (line_of["before", upn] != line_of["after", upn]) wrong(upn " is not in the job and was changed")
            continue
        }
        for (sku in part_of) {
            if (!((upn, sku) in touches)) check_left_alone(upn " " part_of[sku] " is not in the job", upn, sku)
        }
        needed = (direct["before", upn] != direct["after", upn]) + \
                 (location_of["before", upn] != location_of["after", upn])
        if (location_of["before", upn] != location_of["after", upn] &&
            (location_of["before", upn] != "" || location_of["after", upn] != location_asked[upn]))
            wrong(upn " has got another usage location")
        sent = writes_of["after", upn] - writes_of["before", upn]
        writes += sent
        if (sent > needed) wrong(upn " took " sent " writes where " needed " would do")
    }
}

BEGIN {
    job = ARGV[3]
    report = ARGV[4]
    read_tenant("before", ARGV[1])
    read_tenant("after", ARGV[2])
    check_rows()
    check_users()
    for (sku in part_of) {
        if (used["after", sku] > owned["after", sku]) wrong(part_of[sku] ": more seats are used than owned")
    }
    for (verdict in verdicts) counted = counted ", " verdicts[verdict] " " verdict
    print targets " targets" counted "; " writes " writes"
    exit bad > 0
}
