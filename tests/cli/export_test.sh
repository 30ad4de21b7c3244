#!/usr/bin/env bash
# What `export` writes is a job that finds nothing to do: against `allot simulate`, over TLS.
. "$(dirname "$0")/lib.sh" "$1"

pro=f8a1db68-be16-40ed-86d5-cb42ce701560 free=a403ebcc-fae0-4ca2-8c8c-7a907fd6c235 e3=05e9a617-0261-4cee-bb44-138d3ef5d965
ppu=c1d032e0-5619-4761-9b5c-75b6831e1711 p3=0bf3c642-7bb5-4ccc-884e-59d09df0266c group=22222222-aaaa-4bbb-8ccc-000000000002
id=11111111-aaaa-4bbb-8ccc-0000000000
serve --users 1 --state-file made.json
stop_server
{
    # A part number and a service plan that need quotes, or would be run by a spreadsheet.
    sed 's/"skuPartNumber":"POWER_BI_STANDARD"/"skuPartNumber":"Fabric, \\"free\\""/; s/"skuPartNumber":"SPE_E3"/"skuPartNumber":"=SPE_E3"/; s/"servicePlanName":"BI_AZURE_P0"/"servicePlanName":"-BI;P0"/; s/\(.*"users":\[\).*/\1/; /"users":\[/q' made.json
    cat <<END
{"id":"${id}01","userPrincipalName":"plain@contoso.example","usageLocation":"NL","licenses":[{"skuId":"$pro"}]},
{"id":"${id}02","userPrincipalName":"Zoe@contoso.example","usageLocation":"NL","licenses":[{"skuId":"$free","disabledPlans":["2049e525-b859-401b-b2a0-e0a31c4b1fe4"]},{"skuId":"$e3"}]},
{"id":"${id}03","userPrincipalName":"ana_fabrikam.example#EXT#@contoso.example","licenses":[{"skuId":"$pro"}]},
{"id":"${id}04","userPrincipalName":"pat.o'neil@contoso.example","usageLocation":"GB","licenses":[{"skuId":"$ppu","disabledPlans":["$p3"]}]},
{"id":"${id}05","userPrincipalName":"-cmd@contoso.example","usageLocation":"GB","licenses":[{"skuId":"$pro"}]},
{"id":"${id}06","userPrincipalName":"\$service@contoso.example","usageLocation":"GB","licenses":[{"skuId":"$pro"}]},
{"id":"${id}07","userPrincipalName":"group@contoso.example","usageLocation":"GB","licenses":[{"skuId":"$pro","assignedByGroup":"$group"}]},
{"id":"${id}08","userPrincipalName":"both@contoso.example","usageLocation":"GB","licenses":[{"skuId":"$pro"},{"skuId":"$pro","assignedByGroup":"$group","disabledPlans":["70d33638-9c74-4d01-bfd3-562de28bd4ba"]}]},
{"id":"${id}09","userPrincipalName":"error@contoso.example","usageLocation":"GB","licenses":[{"skuId":"$pro","active":false,"error":"CountViolation"},{"skuId":"$e3"}]},
{"id":"${id}0a","userPrincipalName":"none@contoso.example","usageLocation":"GB"}]}
END
} >tenant.json
serve --tenant-file tenant.json

expect 0 "the tenant is exported" "$allot" export
cp out now.csv
says err "left out: 1 assignment in error or not active" "what is in error is left out"
says err "error@contoso.example POWER_BI_PRO: CountViolation" "and named"
same "$(cat now.csv)" "user,sku,action,disabled_plans,usage_location,via
\$service@contoso.example,POWER_BI_PRO,assign,none,GB,direct
${id}05,POWER_BI_PRO,assign,none,GB,direct
ana_fabrikam.example#EXT#@contoso.example,POWER_BI_PRO,assign,none,,direct
both@contoso.example,POWER_BI_PRO,assign,,GB,direct+$group
error@contoso.example,$e3,assign,none,GB,direct
pat.o'neil@contoso.example,PBI_PREMIUM_PER_USER,assign,BI_AZURE_P3,GB,direct
plain@contoso.example,POWER_BI_PRO,assign,none,NL,direct
Zoe@contoso.example,$e3,assign,none,NL,direct
Zoe@contoso.example,\"Fabric, \"\"free\"\"\",assign,2049e525-b859-401b-b2a0-e0a31c4b1fe4,NL,direct" \
    "by user and SKU; what a spreadsheet would run, or a list would cut, is named by its id"
nothing() {
    expect 0 "$2" "$allot" plan "$1" --detailed-exitcode
    says out "No changes. Plan: 0 to assign, 0 to change, 0 to remove; $3 as desired, 0 blocked." "and finds $3 as desired"
}
nothing now.csv "plan takes it as a job" 9
expect 0 "with what comes through groups, as JSON, into a file" "$allot" export --inherited -o json --out now.json
same "$(wc -c <out)" 0 "then nothing goes to standard output"
same "$(stat -c %a now.json)" 600 "the file is for its owner only"
says now.json "{\"user\":\"group@contoso.example\",\"sku\":\"POWER_BI_PRO\",\"action\":\"assign\",\"usage_location\":\"GB\",\"via\":\"$group\"}" \
    "an inherited licence says which group gives it"
nothing now.json "plan takes that too" 10
expect 0 "again" "$allot" export --inherited -o json --out again.json
same "$(cmp now.json again.json && echo same)" same "the same tenant gives the same file"

expect 0 "one SKU" "$allot" export --sku "power bi pro"
same "$(grep -c POWER_BI_PRO out),$(wc -l <out)" 5,6 "by its product name, and nothing else"
expect 5 "a SKU that is none" "$allot" export --sku POWER_BI_PRA
says err "did you mean POWER_BI_PRO?" "is an error with its mend"
printf '\xef\xbb\xbfuser\r\nzoe@contoso.example\r\n%s\r\n# nobody\r\nnobody@contoso.example\r\n' "${id}01" >people.csv
expect 3 "a list of users" "$allot" export --users people.csv
same "$(cut -d, -f1 out | tr '\n' ' ')" "user plain@contoso.example Zoe@contoso.example Zoe@contoso.example " "only these"
says err "nobody@contoso.example: the tenant has no such user" "who is not there is told"
printf 'zoe@contoso.example\nann contoso.example\n' >people.csv
expect 5 "a line that names no user" "$allot" export --users people.csv
says err "line 2" "is an error with its line"
printf 'ann.contoso.example\nzoe@contoso.example\n' >people.csv
expect 5 "a first line that is neither a user nor a heading" "$allot" export --users people.csv
says err "line 1: ann.contoso.example" "is not taken for one"
expect 5 "a list that is not there" "$allot" export --users nowhere.txt
expect 1 "a folder that is not there" "$allot" export --out nowhere/now.csv
stop_server

serve --users 100000 --unit-limit none
expect 0 "a large tenant" "$allot" export --out large.csv -q
rows=$(($(wc -l <large.csv) - 1))
if [ "$rows" -gt 40000 ]; then echo "ok: has $rows rows"; else echo "not ok: only $rows rows"; fi
expect 0 "is a job that finds nothing to do" "$allot" plan large.csv -q --detailed-exitcode
stop_server

serve --users 6000
for _ in 1 2 3 4 5; do
    "$allot" export -q 2>err | head -n 1 >first
    same "${PIPESTATUS[0]},$(cat first),$(cat err)" "0,$(head -n 1 large.csv)," "a reader that has seen enough is no failure"
done
expect 1 "a certificate that nobody vouches for" env -u ALLOT_CA_FILE "$allot" export -q
says err "is not accepted" "is told"
same "$(grep -c 'again later' err)" 0 "and not to be tried again"
stop_server

serve --users 3000 --faults 20% --fault-kinds error_503,truncated,not_json,reset_during,throttled_integer
expect 0 "an export in spite of faults" "$allot" export --out faulty.csv -q
expect 0 "is whole" "$allot" plan faulty.csv -q --detailed-exitcode
stop_server
