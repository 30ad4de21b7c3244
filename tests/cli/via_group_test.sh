#!/usr/bin/env bash
# Licences by membership of a group: people are put into it and taken out of it, twenty in a request; over real TLS.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# tenant USERS HELD: makes tenant.json; users 1 to HELD hold POWER_BI_PRO directly.
tenant() {
    awk -v users="$1" -v held="$2" 'BEGIN {
        pro = "f8a1db68-be16-40ed-86d5-cb42ce701560"
        printf "{\"tenantId\": \"44444444-aaaa-4bbb-8ccc-000000000004\", \"domain\": \"contoso.example\",\n"
        printf "\"clientId\": \"88888888-aaaa-4bbb-8ccc-000000000008\",\n\"skus\": [{\"skuId\": \"%s\", ", pro
        printf "\"skuPartNumber\": \"POWER_BI_PRO\", \"enabled\": %d, \"servicePlans\": [", users
        printf "{\"servicePlanId\": \"70d33638-9c74-4d01-bfd3-562de28bd4ba\", \"servicePlanName\": \"BI_AZURE_P2\"}]}],\n\"users\": [\n"
        for (n = 1; n <= users; ++n) {
            printf "{\"id\": \"11111111-aaaa-4bbb-8ccc-%012d\", \"userPrincipalName\": \"u%d@contoso.example\"", n, n
            printf ", \"usageLocation\": \"NL\""
            if (n <= held) printf ", \"licenses\": [{\"skuId\": \"%s\"}]", pro
            print n < users ? "}," : "}"
        }
        printf "],\n\"groups\": [{\"id\": \"22222222-aaaa-4bbb-8ccc-000000000002\", \"displayName\": \"Licence Power BI\", "
        printf "\"kind\": \"assigned\", \"licenses\": [{\"skuId\": \"%s\"}], \"members\": []},\n", pro
        printf "{\"id\": \"22222222-aaaa-4bbb-8ccc-000000000003\", \"displayName\": \"Everybody\", \"kind\": \"dynamic\", "
        printf "\"licenses\": [{\"skuId\": \"%s\"}], \"members\": []}]}\n", pro
    }' >tenant.json
}

# job ACTION FROM TO
job() { awk -v action="$1" -v from="$2" -v to="$3" 'BEGIN { print "user,sku,action"
    for (n = from; n <= to; ++n) printf "u%d@contoso.example,POWER_BI_PRO,%s\n", n, action }'; }

# held WAY: how many users hold the licence that way, as the report of a verification says: direct, group, direct+group, none.
held() {
    job assign 1 "$users" >all.csv
    "$allot" verify all.csv -o csv 2>/dev/null | awk -F , -v way="$1" 'NR > 1 && $9 == way' | wc -l
}

via=(--via group --groups 'POWER_BI_PRO = Licence Power BI')
users=250
tenant $users 30
serve --tenant-file tenant.json --group-lag 300ms --latency 20ms --write-limit 600/30s

job assign 31 245 >wave.csv
expect 0 "a plan by way of a group" "$allot" plan wave.csv "${via[@]}" --out wave.plan
says out "Plan: 215 to assign, 0 to change, 0 to remove; 0 as desired, 0 blocked." "says who gets the licence"
expect 0 "the plan is applied" "$allot" apply wave.plan --yes
same "$(held group)" 215 "everybody of the job has the licence through the group"
same "$(count_now writesAccepted)" 11 "twenty people joined in a request"
expect 0 "doing it again changes nothing" "$allot" apply wave.csv "${via[@]}" --yes
same "$(count_now writesAccepted)" 11 "and writes nothing"
first=$(the_run run 1)

job assign 1 30 >direct.csv
expect 0 "who holds the licence directly has it" "$allot" plan direct.csv "${via[@]}"
says out "30 as desired" "without --drop-direct nothing is to be done for them"
expect 0 "moving them to the group" "$allot" apply direct.csv "${via[@]}" --drop-direct --yes
same "$(held group)" 245 "they have it through the group alone"
moved=$(the_run run)

job remove 240 250 >leavers.csv
expect 0 "leavers are taken out of the group" "$allot" apply leavers.csv "${via[@]}" --yes
same "$(held none)" 11 "and have the licence no more"

expect 0 "the move is undone" "$allot" undo "$moved" --yes
says err "30 users: the direct licence is put back, the group's membership stays as the run left it." "says what stays"
same "$(held direct+group)" 30 "the direct copies are back"
expect 0 "the wave is undone" "$allot" undo "$first" --yes
same "$(held none)" 220 "nobody of the wave has the licence"

expect 5 "a group that does not exist" "$allot" plan wave.csv --via group --groups 'POWER_BI_PRO=Nobody'
says err "the tenant has no such group" "is said to be the trouble"
expect 5 "a group whose members a rule decides" "$allot" plan wave.csv --via group --groups 'POWER_BI_PRO=Everybody'
says err "a rule decides who is in this group" "cannot be joined"
expect 5 "a SKU that no group is named for" "$allot" plan wave.csv --via group --groups 'SPE_E3=Licence Power BI'
expect 5 "--via group without groups" "$allot" plan wave.csv --via group
says err "groups = POWER_BI_PRO=Licence Power BI" "says how to name them"
expect 5 "groups that are no list" "$allot" plan wave.csv --via group --groups 'POWER_BI_PRO'

# Killed in the middle: nobody is put in twice, nobody is forgotten.
job assign 1 250 >again.csv
job remove 1 250 >out.csv
for joined in 1 3 9; do
    before=$(count_now writesAccepted)
    "$allot" apply again.csv "${via[@]}" --drop-direct --yes --write-limit 20/2s >out 2>err &
    pid=$!
    while kill -0 $pid 2>/dev/null && [ "$(count_now writesAccepted)" -lt $((before + joined)) ]; do :; done
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null
    expect 0 "a run killed once $joined requests had put people into the group is resumed" \
        "$allot" resume --write-limit none
    same "$(held group)" 250 "all have the licence through the group"
    same $(($(count_now writesAccepted) - before <= 13 + 30)) 1 "and nobody was put in twice"
    expect 0 "all are taken out again" "$allot" apply out.csv "${via[@]}" --yes --write-limit none
done
stop_server
same "$(count overlappingWrites)" 0 "no two writes at once to one user"
