#!/usr/bin/env bash
# The report for CI servers (JUnit XML) and for tickets (Markdown).
. "$(dirname "$0")/lib.sh" "$1"
export ALLOT_PROFILE=simulated
printf 'user,sku,action,usage_location\nuser00012@contoso.example,POWER_BI_PRO,,NL\nnobody@contoso.example,POWER_BI_PRO,,NL\n' >job.csv
# well_formed WHAT: what is in $work/out is one XML document.
well_formed() {
    command -v python3 >/dev/null || { echo "ok: $1: not checked, there is no python3 here"; return; }
    python3 -c 'import sys, xml.dom.minidom as x; s = x.parse("out").getElementsByTagName("testsuite")[0]
cases = s.getElementsByTagName("testcase"); a = lambda n: int(s.getAttribute(n))
assert len(cases) == a("tests") and len(s.getElementsByTagName("failure")) == a("failures") and len(s.getElementsByTagName("skipped")) == a("skipped")' &&
        echo "ok: $1" || echo "not ok: $1"
}
expect 0 "plan as JUnit" "$allot" plan job.csv -o junit
says out '<skipped message="would_change: usage_location_differs"/>' "what would change is no failure"
well_formed "whose counts are right"
expect 3 "apply as JUnit" "$allot" apply job.csv --yes -o junit
says out '<failure message="blocked: user_not_found" type="user_not_found">line 3: Check the spelling' "a failure says what to do"
says out 'tests="2" failures="1" errors="0" skipped="0"' "with its counts"
well_formed "and is whole"
cp out first
expect 0 "report tells it again" "$allot" report "$(the_run run)" -o junit
cmp -s out first && echo "ok: in the same words" || echo "not ok: other words than the first time"
expect 2 "verify as JUnit" "$allot" verify job.csv --output junit
well_formed "as well"
expect 3 "apply as Markdown" "$allot" apply job.csv --yes -o markdown
says out '## 1 of 2 people has what the job says; 1 needs you.' "it begins with the answer"
says out '| user\_not\_found | 1 |' "and has the reasons"
expect 0 "a ticket of an older run" "$allot" report "$(the_run run 1)" -o markdown
expect 5 "a command without targets" "$allot" skus -o junit
says err "which this command has none of" "says why not"
