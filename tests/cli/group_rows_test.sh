#!/usr/bin/env bash
# Rows whose target is a group: the licence is set on the group, and what its members get of it is followed; over real TLS.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# tenant USERS SEATS MEMBERS: makes tenant.json. The first MEMBERS users are in Sales, and so are they in Guests by a rule.
tenant() {
    awk -v users="$1" -v seats="$2" -v members="$3" 'BEGIN {
        pro = "f8a1db68-be16-40ed-86d5-cb42ce701560"
        printf "{\"tenantId\": \"44444444-aaaa-4bbb-8ccc-000000000004\", \"domain\": \"contoso.example\",\n"
        printf "\"clientId\": \"88888888-aaaa-4bbb-8ccc-000000000008\",\n\"skus\": [{\"skuId\": \"%s\", ", pro
        printf "\"skuPartNumber\": \"POWER_BI_PRO\", \"enabled\": %d, \"servicePlans\": [", seats
        printf "{\"servicePlanId\": \"70d33638-9c74-4d01-bfd3-562de28bd4ba\", \"servicePlanName\": \"BI_AZURE_P2\"}]},\n"
        printf "{\"skuId\": \"05e9a617-0261-4cee-bb44-138d3ef5d965\", \"skuPartNumber\": \"SPE_E3\", \"enabled\": %d, ", users
        printf "\"servicePlans\": [{\"servicePlanId\": \"57ff2da0-773e-42df-b2af-ffb7a2317929\", "
        printf "\"servicePlanName\": \"TEAMS1\"}]}],\n\"users\": [\n"
        for (n = 1; n <= users; ++n) {
            printf "{\"id\": \"11111111-aaaa-4bbb-8ccc-%012d\", \"userPrincipalName\": \"u%d@contoso.example\"", n, n
            print ", \"usageLocation\": \"NL\"" (n < users ? "}," : "}")
        }
        printf "],\n\"groups\": ["
        named(2, "Sales", "assigned", members)
        named(3, "Guests", "dynamic", members)
        named(4, "Twins", "assigned", 0)
        named(5, "Twins", "assigned", 0)
        print "]}"
    }
    function named(number, name, kind, members) {
        printf "%s{\"id\": \"22222222-aaaa-4bbb-8ccc-%012d\", \"displayName\": \"%s\", ", number == 2 ? "" : ",\n", number, name
        printf "\"kind\": \"%s\", \"licenses\": [], \"members\": [", kind
        for (m = 1; m <= members; ++m) printf "%s\"11111111-aaaa-4bbb-8ccc-%012d\"", m == 1 ? "" : ", ", m
        printf "]}"
    }' >tenant.json
}

# held SKU WAY: how many users hold the licence that way, as a verification says: direct, group, direct+group, none.
held() {
    awk -v sku="$1" -v users="$users" 'BEGIN { print "user,sku"
        for (n = 1; n <= users; ++n) printf "u%d@contoso.example,%s\n", n, sku }' >all.csv
    "$allot" verify all.csv -o csv 2>/dev/null | awk -F , -v way="$2" 'NR > 1 && $9 == way' | wc -l
}
# report_of: where the last command's report is.
report_of() { sed -n 's/^ *Report: //p' out; }
# row NAME COLUMN: of the last command's report, a cell of the row of that group or user.
row() {
    awk -F , -v name="$1" -v column="$2" '
        NR == 1 { for (at = 1; at <= NF; ++at) if ($at == column) wanted = at }
        $2 == name { print $wanted }' "$(report_of)/report.csv"
}

users=60
tenant $users 60 40
serve --tenant-file tenant.json --group-lag 500ms

cat >wave.csv <<'JOB'
user,group,sku
,Sales,POWER_BI_PRO
u41@contoso.example,,POWER_BI_PRO
u42@contoso.example,,SPE_E3
JOB
expect 0 "a job of users and a group is checked" "$allot" check wave.csv
says out "3 targets for 2 users and 1 group: 3 to assign" "says how many of each"
expect 0 "and planned" "$allot" plan wave.csv --out wave.plan
says out "Plan: 3 to assign, 0 to change, 0 to remove; 0 as desired, 0 blocked." "what is to be done"
says out "read 1 group with 40 members" "says how the group was looked at"
same "$(awk '$1 == "POWER_BI_PRO" { print $5; exit }' out)" 41 "each member of the group needs a seat"
expect 0 "the plan is applied" "$allot" apply wave.plan --yes
same "$(row group:Sales verdict)" verified "the group's row is verified"
says "$(report_of)/report.html" "<h1>All 3 people and groups have what the job says.</h1>" "the page counts it"
says "$(report_of)/report.html" "by groups: not known" "and does not take it for one seat"
same "$(row group:Sales user_id)" 22222222-aaaa-4bbb-8ccc-000000000002 "with the group's id"
same "$(held POWER_BI_PRO group)" 40 "all its members have the licence through it"
same "$(held POWER_BI_PRO direct)" 1 "the user beside has it directly"
first=$(the_run run)
before=$(count_now writesAccepted)
expect 0 "doing it again changes nothing" "$allot" apply wave.csv --yes
same "$(count_now writesAccepted)" "$before" "and writes nothing"
expect 0 "verify agrees" "$allot" verify wave.csv

printf 'group,sku,disabled_plans\nsales,POWER_BI_PRO,BI_AZURE_P2\n' >less.csv
expect 0 "the service plans of a group's licence are changed" "$allot" apply less.csv --yes
same "$(held POWER_BI_PRO "group -BI_AZURE_P2")" 40 "for all its members"
expect 0 "undone" "$allot" undo "$(the_run run)" --yes
same "$(held POWER_BI_PRO group)" 40 "it is as before"

printf 'group,sku\nGuests,SPE_E3\n22222222-aaaa-4bbb-8ccc-000000000004,SPE_E3\n' >more.csv
expect 0 "a group whose members a rule decides, and one by its id" "$allot" apply more.csv --yes
same "$(held SPE_E3 group)" 40 "its members have the licence"
expect 0 "undone as well" "$allot" undo "$(the_run run)" --yes
same "$(held SPE_E3 none)" 59 "they have it no more"

# Fewer seats than members: nothing is surprised.
printf 'group,sku\nGuests,POWER_BI_PRO\n' >guests.csv
expect 0 "members who have the licence already need no seat" "$allot" plan guests.csv
same "$(awk '$1 == "POWER_BI_PRO" { print $5; exit }' out)" 0 "nobody of the group needs one"
expect 0 "the wave is undone" "$allot" undo "$first" --yes
same "$(held POWER_BI_PRO none)" 60 "nobody has the licence any more"
stop_server
tenant $users 39 40
serve --tenant-file tenant.json --group-lag 500ms
expect 3 "a group of more members than there are seats" "$allot" apply wave.csv --yes
same "$(row group:Sales reason)" no_seats "is not given the licence"
says out "its members need 40 seats" "and says how many are needed"
same "$(row u41@contoso.example verdict)" verified "those who come after are"

# A member in error is told: the address of u7 is somebody else's as well.
stop_server
tenant $users 60 40
sed -i '/"u7@contoso.example"/s/"NL"/"NL", "addressClash": true/' tenant.json
serve --tenant-file tenant.json --group-lag 500ms
expect 3 "a group with a member who cannot have the licence" "$allot" apply wave.csv --yes
same "$(row group:Sales verdict)" failed "its row is failed"
same "$(row group:Sales reason)" uniqueness_violation "for the member's reason"
says out "1 member is in error: u7@contoso.example (UniquenessViolation)" "the member is named"
same "$(held POWER_BI_PRO group)" 39 "the others have it"
expect 3 "doing it again changes nothing" "$allot" apply wave.csv --yes
says out "1 member is in error" "and still tells of the member"
expect 2 "nor does verify call it done" "$allot" verify wave.csv
expect 0 "and it is undone" "$allot" undo "$(the_run run 1)" --yes

# Seats and caps are about the members.
stop_server
tenant $users 60 40
serve --tenant-file tenant.json --group-lag 500ms
printf 'group,sku,action\nSales,POWER_BI_PRO,remove\n' >away.csv
"$allot" apply wave.csv --yes >/dev/null 2>&1
expect 6 "a removal for more members than the cap allows" "$allot" apply away.csv --yes --max-removals 10
says err "the plan has 40 removals" "is refused, and says how many"
expect 0 "it can be allowed" "$allot" apply away.csv --yes --max-removals 40
{
    echo 'user,group,sku,action'
    echo ',Sales,POWER_BI_PRO,'
    for n in $(seq 41 60); do echo "u$n@contoso.example,,POWER_BI_PRO,"; done
    echo 'u1@contoso.example,,POWER_BI_PRO,remove'
} >both.csv
expect 0 "a member of a group of the job keeps what the group gives him" "$allot" plan both.csv -o csv
same "$(grep -c 'u1@contoso.example,.*blocked,inherited_from_group' out)" 1 "a row that takes it from him is blocked"
expect 5 "a group that people join by way of the same job" "$allot" plan wave.csv --via group --groups 'SPE_E3=Sales;POWER_BI_PRO=Sales'
expect 0 "the licence comes to a group that is to be joined" "$allot" apply guests.csv --yes
expect 5 "a group that people join, and that is changed, in one job" "$allot" plan <(printf 'user,group,sku\n,Guests,SPE_E3\nu1@contoso.example,,POWER_BI_PRO\n') --via group --groups 'POWER_BI_PRO=Guests'

printf 'user,group,sku\n,Nobody,SPE_E3\n,Twins,SPE_E3\n' >wrong.csv
expect 0 "groups that are not there, or twice" "$allot" plan wrong.csv --report-dir reports
says out "2 blocked: group_not_found" "are blocked"
says "$(report_of)/report.csv" "the tenant has no group of this id or name" "because there is none"
says "$(report_of)/report.csv" "several groups have this name" "or because there are several"
printf 'user,group,sku,usage_location\nu1@contoso.example,Sales,SPE_E3,\n,Sales,SPE_E3,NL\n,,SPE_E3,\n' >bad.csv
expect 5 "rows that name both or neither, and a usage location for a group" "$allot" check bad.csv
says err "bad.csv:2:20: group: both a user and a group" "both"
says err "bad.csv:3:15: usage_location: a usage location for a group" "a usage location"
says err "bad.csv:4:1: user: no user" "neither"
printf 'group,sku\nSales,SPE_E3\n22222222-aaaa-4bbb-8ccc-000000000002,SPE_E3\n' >twice.csv
expect 5 "a group named twice" "$allot" plan twice.csv
says err "the same group as another name in this job" "is said"

# A group that the tenant is still at work on is not called done.
stop_server
tenant $users 60 40
serve --tenant-file tenant.json --group-lag 6s
expect 3 "a run that does not wait for the group" "$allot" apply wave.csv --yes --verify-timeout 1s
same "$(row group:Sales verdict)" unverified "calls it unverified"
expect 2 "verify at once does not call it done" "$allot" verify wave.csv
sleep 8
expect 0 "later it does" "$allot" verify wave.csv

# Killed in the middle: the licence is followed to the end all the same.
stop_server
tenant $users 60 40
serve --tenant-file tenant.json --group-lag 500ms
"$allot" apply wave.csv --yes --report-dir killed >out 2>err &
pid=$!
before=$(count_now writesAccepted)
while kill -0 $pid 2>/dev/null && [ "$(count_now writesAccepted)" = "$before" ]; do :; done
kill -KILL $pid 2>/dev/null
wait $pid 2>/dev/null
expect 0 "a run killed after its first write is resumed" "$allot" resume
same "$(row group:Sales verdict)" verified "the group's row is verified"
same "$(held POWER_BI_PRO group)" 40 "and its members have the licence"
