#!/usr/bin/env bash
# Licences that nobody would miss, and taking them back: against `allot simulate`, over TLS.
. "$(dirname "$0")/lib.sh" "$1"

pro=f8a1db68-be16-40ed-86d5-cb42ce701560 e3=05e9a617-0261-4cee-bb44-138d3ef5d965 e5=06ebc4ee-1bb5-47dd-8120-11324bc54e06
ppu=c1d032e0-5619-4761-9b5c-75b6831e1711 p2=70d33638-9c74-4d01-bfd3-562de28bd4ba group=22222222-aaaa-4bbb-8ccc-000000000002
id=11111111-aaaa-4bbb-8ccc-0000000000
serve --users 1 --state-file made.json
stop_server
{
    sed 's/\(.*"users":\[\).*/\1/; /"users":\[/q' made.json
    cat <<END
{"id":"${id}01","userPrincipalName":"gone@contoso.example","accountEnabled":false,"usageLocation":"NL","licenses":[{"skuId":"$pro"},{"skuId":"$e3"}]},
{"id":"${id}02","userPrincipalName":"gone.by.group@contoso.example","accountEnabled":false,"usageLocation":"NL","licenses":[{"skuId":"$pro","assignedByGroup":"$group"}]},
{"id":"${id}03","userPrincipalName":"covered@contoso.example","usageLocation":"NL","licenses":[{"skuId":"$pro"},{"skuId":"$e5"}]},
{"id":"${id}04","userPrincipalName":"not.covered@contoso.example","usageLocation":"NL","licenses":[{"skuId":"$pro"},{"skuId":"$e5","disabledPlans":["$p2"]}]},
{"id":"${id}05","userPrincipalName":"twice@contoso.example","usageLocation":"NL","licenses":[{"skuId":"$e3"},{"skuId":"$e5"}]},
{"id":"${id}06","userPrincipalName":"by.group@contoso.example","usageLocation":"NL","licenses":[{"skuId":"$pro","assignedByGroup":"$group"},{"skuId":"$e5"}]},
{"id":"${id}07","userPrincipalName":"each.other@contoso.example","usageLocation":"NL","licenses":[{"skuId":"$pro"},{"skuId":"$ppu","disabledPlans":["0bf3c642-7bb5-4ccc-884e-59d09df0266c"]}]},
{"id":"${id}08","userPrincipalName":"fine@contoso.example","usageLocation":"NL","licenses":[{"skuId":"$pro"}]}]}
END
} >tenant.json
serve --tenant-file tenant.json

expect 0 "waste is told" "$allot" skus --waste --out reclaim.csv
says out "5 licences of 4 users can be taken back, of 8 users read." "how much of it can be taken back"
says out "group $group  POWER_BI_PRO: 1 of disabled accounts, 1 redundant" "what comes through a group is counted apart"
says err "5 removals written to reclaim.csv: look at \`allot plan reclaim.csv\`, then \`allot apply reclaim.csv\`" "what to do with it"
same "$(tr -d '\r' <reclaim.csv)" "user,sku,action,because
covered@contoso.example,$pro,remove,its plans are on through SPE_E5
each.other@contoso.example,$ppu,remove,its plans are on through POWER_BI_PRO
gone@contoso.example,$pro,remove,the account is disabled
gone@contoso.example,$e3,remove,the account is disabled
twice@contoso.example,$e3,remove,its plans are on through SPE_E5" "the job file names whom, what and why"
expect 0 "by SKU as CSV" "$allot" skus --waste -o csv
says out "POWER_BI_PRO,$pro,Power BI Pro,7,1,1,1,1" "with used, disabled and redundant, direct and inherited"
expect 0 "as JSON" "$allot" skus --waste -o json
says out "\"groups\":[{\"group\":\"$group\",\"disabled\":1,\"redundant\":1}]" "with the groups"
expect 1 "a folder that is not there" "$allot" skus --waste --out nowhere/x.csv
expect 0 "plan takes the job" "$allot" plan reclaim.csv
says out "Plan: 0 to assign, 0 to change, 5 to remove; 0 as desired, 0 blocked." "and would take all of it back"
expect 0 "apply does" "$allot" apply reclaim.csv --yes --report-dir report
says out "5 targets: 5 verified" "all of it"
expect 0 "then no more is found" "$allot" skus --waste --out again.csv
says out "0 licences of 0 users can be taken back" "that could be taken back"
says err "nothing can be taken back: again.csv is not written" "and no empty job is written"
[ -e again.csv ] && echo "not ok: it is there" || echo "ok: it is not there"
expect 5 "a job file without --waste" "$allot" skus --out x.csv
says err "only with --waste" "is a mistake"
stop_server
