#!/usr/bin/env bash
# The groups of a simulated tenant as any client of Graph sees them: real TLS, requests written by hand.
. "$(dirname "$0")/lib.sh" "$1"

# send METHOD PATH [TYPE BODY]: the whole answer, headers and all.
send() {
    {
        printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' "$1" "$2"
        [ -n "${token-}" ] && printf 'Authorization: Bearer %s\r\n' "$token"
        [ $# -gt 2 ] && printf 'Content-Type: %s\r\nContent-Length: %s\r\n' "$3" "${#4}"
        printf '\r\n%s' "${4-}"
    } | openssl s_client -quiet -connect "${ALLOT_GRAPH_URL#https://}" 2>/dev/null
}
ask() { send "$@" | sed '1,/^\r$/d'; }
status_of() { send "$@" | head -n 1 | cut -d ' ' -f 2; }
# field NAME: the first text of that name in what comes in.
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

serve --users 60 --group-lag 300ms --state-file kept.json
token=$(ask POST "/$ALLOT_TENANT/oauth2/v2.0/token" application/x-www-form-urlencoded \
    "grant_type=client_credentials&client_id=$ALLOT_CLIENT_ID&client_secret=$(cat "$ALLOT_CLIENT_SECRET_FILE")&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default" | field access_token)
[ -n "$token" ] && echo "ok: a sign-in gives a token" || echo "not ok: a sign-in gives no token"
group=$(ask GET '/v1.0/groups?$filter=displayName%20eq%20%27power%20bi%20ANALYSTS%27&$select=id' | field id)
same "$group" 22222222-aaaa-4bbb-8ccc-000000000002 "a group is found by its name, whatever the case"
at=/v1.0/groups/$group
ana=11111111-aaaa-4bbb-8ccc-000000000001
bob=11111111-aaaa-4bbb-8ccc-000000000002
objects=https://graph.microsoft.com/v1.0/directoryObjects
processed() {
    for _ in $(seq 100); do
        ask GET "$at?\$select=licenseProcessingState" | grep -q ProcessingComplete && return
        sleep 0.1
    done
}
ask GET "$at/membersWithLicenseErrors?\$select=id" >shown
says shown 11111111-aaaa-4bbb-8ccc-000000000007 "who is in error is listed"
same "$(status_of PATCH "$at" application/json "{\"members@odata.bind\":[\"$objects/$ana\",\"$objects/$bob\"]}")" 204 \
    "two people are added to it"
processed
ask GET "/v1.0/users/$ana?\$select=licenseAssignmentStates" >shown
says shown "\"assignedByGroup\":\"$group\"" "their licence comes, and says from where"
ask GET "$at/members?\$select=id&\$top=999" >shown
says shown "$bob" "they are among its members"
ask GET "$at/membersWithLicenseErrors?\$select=id" >shown
says shown '"value":[]' "and whoever was in error is so no more, since there are seats"
same "$(status_of DELETE "$at/members/$bob/\$ref")" 204 "one is taken out again"
same "$(status_of DELETE "$at/members/$bob/\$ref")" 404 "and cannot be twice"
same "$(status_of PATCH /v1.0/groups/22222222-aaaa-4bbb-8ccc-000000000003 application/json \
    "{\"members@odata.bind\":[\"$objects/$bob\"]}")" 400 "a group whose members a rule decides is not written to"
processed
ask GET "/v1.0/users/$bob?\$select=licenseAssignmentStates" >shown
same "$(grep -c assignedByGroup.:.$group shown)" 0 "what he had of it is gone"
stop_server
same "$(count writesAccepted)" 2 "that were two writes"

# A tenant written by hand: its groups have given their members what they hold.
printf 'user,sku,action\nana@contoso.example,POWER_BI_PRO,assign\nbob@contoso.example,POWER_BI_PRO,remove\n' >two.csv
serve --tenant-file "$samples/tenant.json"
expect 0 "a plan for a tenant with groups" "$allot" plan two.csv -o csv
says out ana@contoso.example, "who has it through his group is in it"
says out inherited_from_group "who has it so cannot lose it directly"
expect 0 "what it owns" "$allot" skus -o csv
says out POWER_BI_PRO "is listed"
stop_server

# What the tenant is to begin with is in its state file: a group is described there, and can be written by hand.
says kept.json "\"displayName\":\"Power BI analysts\",\"kind\":\"assigned\"" "the groups are kept with the tenant"
sed '0,/"members":\[/s//&"nobody@contoso.example",/' kept.json >wrong.json
expect 5 "a member who is not there is refused" "$allot" simulate --tenant-file wrong.json
says err "groups[0]: members names nobody@contoso.example, who is not a user" "with the place"
