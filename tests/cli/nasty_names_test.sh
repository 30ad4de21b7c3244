#!/usr/bin/env bash
# Names, file names and messages that would do something to a terminal, a spreadsheet, a page or another program: every
# command, in every form. The tenant, its products and groups, and the job are all of one who means no good.
. "$(dirname "$0")/lib.sh" "$1"

# ESC, BEL, DEL, C1, the marks that turn the direction of writing; a formula; a tag; a row of a table.
python3 - <<'P'
import csv, json
evil = "\x1b[31m\x1b]0;owned\x07\x7f\x9b2J\u202eexe\u2066x\u200f</script><img src=x onerror=alert(1)>|`x`&\"'"
formula = "=cmd|' /C calc'!A0"
tenant = {
    "tenantId": "44444444-aaaa-4bbb-8ccc-000000000004", "domain": "contoso.example",
    "clientId": "88888888-aaaa-4bbb-8ccc-000000000008",
    "skus": [
        {"skuId": "f8a1db68-be16-40ed-86d5-cb42ce701560", "skuPartNumber": "POWER_BI_PRO", "enabled": 3, "servicePlans": [
            {"servicePlanId": "70d33638-9c74-4d01-bfd3-562de28bd4ba", "servicePlanName": "BI_AZURE_P2"}]},
        {"skuId": "99999999-aaaa-4bbb-8ccc-000000000001", "skuPartNumber": formula + evil, "enabled": 50, "servicePlans": [
            {"servicePlanId": "99999999-aaaa-4bbb-8ccc-000000000002", "servicePlanName": evil}]}],
    "users": [{"id": "11111111-aaaa-4bbb-8ccc-%012d" % n, "userPrincipalName": upn, "usageLocation": "NL",
               "licenses": [{"skuId": sku} for sku in skus]} for n, (upn, skus) in enumerate([
        ("ana@contoso.example", []), ("+plus@contoso.example", ["f8a1db68-be16-40ed-86d5-cb42ce701560"]),
        ("-minus@contoso.example", ["99999999-aaaa-4bbb-8ccc-000000000001"]),
        ("'quote@contoso.example", ["99999999-aaaa-4bbb-8ccc-000000000001"]),
        ("bob@contoso.example", []), ("eve@contoso.example", []), ("zoe@contoso.example", [])], 1)],
    "groups": [{"id": "22222222-aaaa-4bbb-8ccc-000000000002", "displayName": evil + formula, "kind": "assigned",
                "licenses": [{"skuId": "99999999-aaaa-4bbb-8ccc-000000000001"}], "members": ["zoe@contoso.example"]}]}
json.dump(tenant, open("tenant.json", "w"))
with open("evil.csv", "w", newline="") as out:
    rows = csv.writer(out)
    rows.writerow(["user", "sku", "note" + evil, formula])
    for upn in ["ana@contoso.example", "bob@contoso.example", "eve@contoso.example", "gone@contoso.example"]:
        rows.writerow([upn, "POWER_BI_PRO", evil, formula])
    rows.writerow(["zoe@contoso.example", "99999999-aaaa-4bbb-8ccc-000000000001", ";" + formula, "\t" + formula])
with open("wrong.csv", "w", newline="") as out:
    rows = csv.writer(out)
    rows.writerow(["user", "sku"])
    rows.writerow(["ana" + evil, "S"])
    rows.writerow([formula, evil])
    rows.writerow(["ana@contoso.example", "NO_SUCH" + "\u202e"])
with open("unknown.csv", "w") as out:
    out.write("user,sku\nana@contoso.example,NO_SUCH\u202e\nana@contoso.example,Nothing <b> x\n")
P
mkdir -p "$(printf 'dir\033[31m')"
nasty=$(printf 'dir\033[31m/job\033]0;x\007.csv')
cp evil.csv "$nasty"

# harmless WHAT FILE...: no control character but tab and line end, no DEL, C1 or mark of direction.
harmless() {
    local what=$1 found
    shift
    found=$(python3 - "$@" <<'P'
import sys
for name in sys.argv[1:]:
    text = open(name, "rb").read().decode("utf-8", "surrogateescape")
    for at, c in enumerate(text):
        n = ord(c)
        if (n < 32 and c not in "\t\n") or 127 <= n < 160 or n in (0x61C, 0x200E, 0x200F) or 0x202A <= n <= 0x202E or 0x2066 <= n <= 0x2069 or 0xDC80 <= n <= 0xDCFF:
            print(name, at, hex(n), repr(text[max(0, at - 30):at + 10])); break
P
    )
    same "$found" "" "$what: nothing in it does anything to a terminal"
}
# no_formula WHAT FILE: no cell is one for a spreadsheet, whichever separator it takes.
no_formula() {
    local found
    found=$(python3 - "$2" <<'P'
import csv, re, sys
text = open(sys.argv[1], encoding="utf-8", newline="").read()
for separator in ",;\t":
    for row in csv.reader(text.splitlines(True), delimiter=separator):
        for cell in row:
            bare = cell.lstrip(' "')
            if bare[:1] in "=@\t\r" and bare or bare[:1] in "+-" and bare and not re.fullmatch(r"[+-]\d+([.,]\d+)?", bare):
                print(repr(separator), repr(cell))
P
    )
    same "$found" "" "$1: no cell is a formula"
}
# is_json WHAT FILE: whole, each line too where that is its form.
is_json() {
    if jq -e . "$2" >/dev/null 2>&1; then echo "ok: $1: is JSON"; else echo "not ok: $1: is no JSON"; fi
}

serve --tenant-file tenant.json
echo "-- job files"
expect 5 "a job full of errors" "$allot" check wrong.csv --errors errors.csv
harmless "its errors" err
no_formula "their list" errors.csv
expect 5 "the same as JSON" "$allot" check wrong.csv -o json --errors errors.json
is_json "the list" errors.json
expect 5 "names that the tenant does not know" "$allot" plan unknown.csv
harmless "what is said of them" err
expect 0 "a file of a nasty name" "$allot" check "$nasty"
harmless "what is said of it" out err
expect 5 "a missing one" "$allot" check "$nasty.gone"
harmless "what is said of it" err
expect 5 "a nasty flag" "$allot" check evil.csv --strict
harmless "what is said of nasty columns" err
expect 5 "a nasty value" "$allot" plan evil.csv --tenant "$nasty"
harmless "what is said of it" err
expect 5 "a nasty command" "$allot" "$nasty"
harmless "what is said of it" err
expect 5 "a nasty flag" "$allot" plan evil.csv "--$nasty"
harmless "what is said of it" err

echo "-- every command in every form"
for form in text csv json junit markdown; do
    expect 0 "plan as $form" "$allot" plan "$nasty" -o "$form" --report-dir reports --log-file log --log-level debug --debug-http
    cp out "plan.$form"
done
harmless "plan" plan.text plan.junit plan.markdown err log
no_formula plan plan.csv
is_json plan plan.json
same "$(python3 -c 'import sys, xml.dom.minidom as x; x.parse("plan.junit"); print("whole")')" whole "plan: is XML"
same "$(grep -c '<img' plan.markdown plan.junit | tr '\n' ' ')" "plan.markdown:0 plan.junit:0 " "plan: no tag in Markdown or JUnit"
expect 3 "apply" "$allot" apply "$nasty" --yes --report-dir reports --metrics-file metrics --on-finish 'cat >told' --log-file run.log
harmless apply out err run.log
run=$(the_run run)
report=reports/$run
no_formula "report.csv" "$report/report.csv"
is_json "report.jsonl" "$report/report.jsonl"
is_json "summary.json" "$report/summary.json"
is_json "what --on-finish is told" told
same "$(grep -c '<img' "$report/report.html")" 0 "report.html: no tag of theirs"
same "$(grep -o '</script>' "$report/report.html" | wc -l)" "$(grep -o '<script' "$report/report.html" | wc -l)" "report.html: as many ends of scripts as beginnings"
for form in text csv json; do
    expect 0 "runs as $form" "$allot" runs -o "$form"
    cp out "runs.$form"
    expect 0 "skus as $form" "$allot" skus -o "$form"
    cp out "skus.$form"
    expect 0 "waste as $form" "$allot" skus --waste -o "$form"
    cp out "waste.$form"
    expect 0 "doctor as $form" "$allot" doctor -o "$form"
    cp out "doctor.$form"
done
for form in text csv json junit markdown; do
    expect 0 "report as $form" "$allot" report "$run" -o "$form"
    cp out "report.$form"
    expect 2 "verify as $form" "$allot" verify "$nasty" -o "$form"
    cp out "verify.$form"
done
for what in runs skus waste doctor report verify; do
    harmless "$what" "$what.text"
    no_formula "$what" "$what.csv"
    is_json "$what" "$what.json"
done
harmless "forms for other programs" {report,verify}.{junit,markdown}
expect 0 "undo" "$allot" undo "$run" --yes
harmless undo out err
expect 0 "resume" "$allot" resume
harmless resume out err
expect 0 "completion of names" "$allot" completion skus
harmless completion out

echo "-- there and back"
expect 0 "export" "$allot" export --out exported.csv
no_formula export exported.csv
expect 0 "what was exported is a job" "$allot" check exported.csv
expect 0 "the tenant is as it says" "$allot" verify exported.csv
expect 0 "export as JSON" "$allot" export -o json --out exported.json
is_json export exported.json
expect 0 "the tenant is as that says" "$allot" verify exported.json
expect 0 "a saved plan" "$allot" plan "$nasty" --out plan.saved
expect 3 "is carried out" "$allot" apply plan.saved --yes
harmless "and reported" out err

echo "-- one name that is longer than all others"
stop_server
python3 - <<'P'
import json
tenant = json.load(open("tenant.json"))
tenant["skus"].append({"skuId": "99999999-aaaa-4bbb-8ccc-000000000009", "skuPartNumber": "L" * 200, "enabled": 1, "servicePlans": [
    {"servicePlanId": "99999999-aaaa-4bbb-8ccc-00000000000a", "servicePlanName": "LONG"}]})
json.dump(tenant, open("long.json", "w"))
P
serve --tenant-file long.json
expect 0 "the SKUs" "$allot" skus
same "$(grep -c "^L\{200\} " out)" 1 "the name is told whole"
same "$(awk '/POWER_BI_PRO/ { print (length($0) < 200) }' out)" 1 "and does not widen the lines of the others"
