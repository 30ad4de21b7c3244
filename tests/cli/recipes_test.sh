#!/usr/bin/env bash
# Every recipe of samples/recipes.md, pasted into a shell as it stands, against the simulated tenant.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
recipes=$samples/recipes.md
mkdir bin
ln -s "$allot" bin/allot
export PATH=$work/bin:$PATH ALLOT_PROFILE=simulated

# block TITLE: its commands.
block() { awk -v title="## $1" '$0 == title { on = 1; next } /^## / { on = 0 } on && /^```/ { inside = !inside; next } on && inside' "$recipes"; }

# A small tenant: ana and bob in a group, an account that is disabled, and people of the sample files.
{
    sed '/^"users": \[/q' "$samples/tenant.json"
    echo '{"id": "11111111-aaaa-4bbb-8ccc-0000000000aa", "userPrincipalName": "gone@contoso.example", "accountEnabled": false,'
    echo '  "usageLocation": "NL", "licenses": [{"skuId": "f8a1db68-be16-40ed-86d5-cb42ce701560"}]},'
    sed '1,/^"users": \[/d' "$samples/tenant.json"
} >small.json

head -n 41 "$samples/wave.csv" >wave.csv
head -n 21 "$samples/wave.csv" >nightly.csv
cp "$samples/swap-e3-e5.csv" swap.csv
printf 'user00101@contoso.example\nuser00112@contoso.example\n' >leavers.txt
while read -r title; do
    case $title in
        "Take back what nobody would miss" | "Give a group a licence")
            export ALLOT_SIMULATED_TENANT=$work/small.json ALLOT_STATE_DIR=$work/small ;;
        *) unset ALLOT_SIMULATED_TENANT; export ALLOT_STATE_DIR=$work/state ;;
    esac
    block "$title" >recipe.sh
    [ -s recipe.sh ] || echo "not ok: $title: has no commands"
    expect 0 "$title" bash -euo pipefail recipe.sh
    case $title in
        "An onboarding wave"*) says out "Verify: 40 already." "everybody of the wave has the licence" ;;
        "The same job"*) says out "20 already" "those of the nightly job had it" ;;
        "An audit"*) same "$(grep -c ',already,' pending.csv)" 20 "nothing is pending" ;;
        "Swap"*) says out "Verify: 40 already." "all are swapped" ;;
        "Take the licences"*) says out "2 verified" "what they held is taken" ;;
        "Take back"*) says out "1 verified" "the disabled account's licence is taken back" ;;
        "Give a group"*) says out "1 verified" "the group has it" ;;
        "Undo"*) says out "2 verified" "what the newest run took is given back" ;;
    esac
done < <(sed -n 's/^## //p' "$recipes")
