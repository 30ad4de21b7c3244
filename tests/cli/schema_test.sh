#!/usr/bin/env bash
# What every command writes with -o json is as config/output.schema.json says.
. "$(dirname "$0")/lib.sh" "$1"
schema=$(realpath "$samples/../config/output.schema.json")
export ALLOT_PROFILE=simulated
if ! python3 -c 'import jsonschema' 2>/dev/null; then
    echo "ok: no python3-jsonschema here, so nothing was checked"
    exit 0
fi
# fits NAME [FILE]: the file, or what was said last, is as the schema's definition has it.
fits() {
    python3 - "$schema" "$1" "${2:-out}" <<'END' 2>wrong && echo "ok: $1: as its schema says" || { echo "not ok: $1: not as its schema says"; tail -n 5 wrong; }
import json, sys
from jsonschema import Draft202012Validator as validator
whole = json.load(open(sys.argv[1]))
validator.check_schema(whole)
found = json.load(open(sys.argv[3]))
assert found, "there is nothing in it"
validator(dict(whole, **{"$ref": "#/$defs/" + sys.argv[2]})).validate(found)
END
}
printf 'user,sku,action,usage_location,note\nuser00012@contoso.example,POWER_BI_PRO,,NL,a\nnobody@contoso.example,POWER_BI_PRO,,NL,b\n' >job.csv
expect 0 "check" "$allot" check job.csv -o json
fits check
printf 'user,sku\nnobody,POWER_BI_PRO\n' >wrong.csv
expect 5 "errors of a job" "$allot" check wrong.csv -o json --errors errors.jsonl
fits job_error errors.jsonl
expect 0 "plan" "$allot" plan job.csv -o json
fits plan
expect 3 "apply" "$allot" apply job.csv --yes -o json --report-dir reports --wave-size 1
fits apply
run=$(the_run run)
fits summary "reports/$run/summary.json"
head -n 1 "reports/$run/report.jsonl" >line
fits target line
expect 2 "verify" "$allot" verify job.csv -o json
fits verify
expect 0 "report" "$allot" report "$run" -o json
fits report
expect 0 "undo" "$allot" undo "$run" --yes -o json
fits undo
expect 0 "runs" "$allot" runs -o json
fits runs
expect 0 "skus" "$allot" skus -o json
fits skus
expect 0 "export" "$allot" export -o json
fits export
expect 0 "doctor" "$allot" doctor -o json
fits doctor
# resume: of a run that is stopped on its way.
unset ALLOT_PROFILE
serve --users 400 --write-limit 20/8s
seq 20 55 | sed '1i user,sku,usage_location
s/.*/user00&@contoso.example,POWER_BI_PRO,NL/' | sed 's/user00/user000/' >wave.csv
"$allot" apply wave.csv --yes -o json >first 2>/dev/null </dev/null &
running=$!
for _ in $(seq 100); do
    [ "$(count_now writesAccepted)" -gt 5 ] 2>/dev/null && break
    sleep 0.1
done
kill -INT "$running"
wait "$running"
fits apply first
"$allot" resume -o json >out 2>err </dev/null
fits resume
stop_server
# waste: of a tenant that has some.
serve --users 1 --state-file made.json
stop_server
sed 's/\(.*"users":\[\).*/\1/; /"users":\[/q' made.json >tenant.json
cat >>tenant.json <<'END'
{"id":"11111111-aaaa-4bbb-8ccc-000000000001","userPrincipalName":"gone@contoso.example","accountEnabled":false,"usageLocation":"NL","licenses":[{"skuId":"f8a1db68-be16-40ed-86d5-cb42ce701560"}]}]}
END
serve --tenant-file tenant.json
expect 0 "skus --waste" "$allot" skus --waste -o json
fits waste
stop_server
