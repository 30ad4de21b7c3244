#!/usr/bin/env bash
# The main job as an administrator does it, with the built-in simulated tenant: over real TLS, state kept between
# commands.
. "$(dirname "$0")/lib.sh" "$1"
export ALLOT_PROFILE=simulated
counts() { sed -n 's/.*"writesAccepted":\([0-9]*\).*/\1/p' "$work/state/simulated/tenant.json" | head -n 1; }

expect 0 "check reads a good file" "$allot" check "$samples/power-bi.csv"
expect 0 "check reads the same as JSON" "$allot" check "$samples/power-bi.json"
printf 'user,sku,action\nann,POWER_BI_PRO,assign\nbob@contoso.example,,asign\n' >bad.csv
expect 5 "a bad file is refused" "$allot" check bad.csv
says err "bad.csv:2:1" "an error has its line and column"
says err "did you mean assign?" "an error says what to do"
says err "3 errors; nothing was done" "all errors are told at once"
expect 5 "an unknown command is refused" "$allot" aply x.csv
expect 5 "a missing file is refused" "$allot" plan nowhere.csv
expect 0 "help is help" "$allot" apply --help

expect 0 "skus lists the tenant's subscriptions" "$allot" skus -o csv
says out "POWER_BI_PRO" "skus names them"
expect 0 "plan says what would change" "$allot" plan "$samples/power-bi.csv" --report-dir plans
says out "Plan: " "plan closes with one line"
says plans/*/report.csv ",would_change," "plan's report has the same columns"
expect 2 "plan --detailed-exitcode tells that changes are pending" \
    "$allot" plan "$samples/power-bi.csv" --detailed-exitcode
expect 2 "verify tells drift" "$allot" verify "$samples/power-bi.csv"
same "$(counts)" 0 "plan and verify wrote nothing"

expect 6 "apply without a terminal wants --yes" "$allot" apply "$samples/power-bi.csv"
expect 6 "apply refuses more removals than the cap" \
    "$allot" apply "$samples/power-bi.csv" --yes --max-removals 0
says err "--max-removals" "it names the cap"
same "$(counts)" 0 "a refused apply wrote nothing"
printf 'user,sku\nuser00012@contoso.example,POWERBI_PRO\n' >unknown.csv
expect 5 "an unknown licence is an input error" "$allot" apply unknown.csv --yes
says err "unknown.csv:2:27: sku" "it has its line and column"
says err "did you mean POWER_BI_PRO?" "it says what was meant"
expect 1 "a report that cannot be written stops the run before it starts" \
    "$allot" apply "$samples/power-bi.csv" --yes --report-dir /proc/nowhere
same "$(counts)" 0 "and nothing was written to the tenant"

expect 0 "apply does it" "$allot" apply "$samples/power-bi.csv" --yes --report-dir reports
same "$(grep -c ',verified,' reports/*/report.csv)" 12 "every row is verified in the report"
same "$(ls reports/*/ | tr '\n' ' ')" "report.csv report.html report.jsonl summary.json " "the report is whole"
written=$(counts)
expect 0 "verify finds everything as the job says" "$allot" verify "$samples/power-bi.csv"
expect 0 "apply again" "$allot" apply "$samples/power-bi.csv" --yes --report-dir again
same "$(grep -c ',already,' again/*/report.csv)" 12 "the second time everything was so already"
same "$(counts)" "$written" "the second apply wrote nothing"
expect 0 "a job from standard input" \
    bash -c "'$allot' plan - <'$samples/power-bi.csv'"
expect 0 "JSON results are whole" "$allot" verify "$samples/power-bi.csv" -o json
says out '"verdicts"' "with the summary"
printf 'user,sku\nuser00012@contoso.example,POWER_BI_PRO\nnobody@contoso.example,POWER_BI_PRO\n' >some.csv
expect 3 "apply tells that some targets are blocked" "$allot" apply some.csv --yes
says allot-report/*/report.csv "user_not_found" "and why"
