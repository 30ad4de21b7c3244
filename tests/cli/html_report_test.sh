#!/usr/bin/env bash
# report.html, as a browser shows it: headless Chromium, where there is one.
. "$(dirname "$0")/lib.sh" "$1"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)

serve --users 1200 --write-limit none --unit-limit none --faults 4% --fault-kinds error_503
{
    echo 'user,sku,usage_location,note'
    for number in $(seq 8 60); do printf 'user%05d@contoso.example,POWER_BI_PRO,NL,\n' "$number"; done
    printf 'user00061@contoso.example,POWER_BI_PRO,NL,"</script><script>document.title=""bad""</script><img src=x> \xe2\x80\xaeback"\n'
    echo 'nobody.one@contoso.example,POWER_BI_PRO,NL,'
    echo 'nobody.two@contoso.example,POWER_BI_PRO,NL,'
} >job.csv
expect 0 "a plan has a page too" "$allot" plan job.csv --report-dir plans
says plans/*/report.html "would be changed" "it says what would be"
expect 3 "apply writes the page" "$allot" apply job.csv --yes --report-dir reports
run=$(the_run run)
page=$work/reports/$run/report.html
same "$(stat -c %a "$page")" 600 "only its owner reads it"
says "$page" "<h1>54 of 56 people have what the job says; 2 need you.</h1>" "the answer needs no script"
says "$page" "<noscript>" "who has no script is told where the rows are"
same "$(grep -c 'https\?://' "$page")" 0 "it asks nothing of the network"
expect 0 "report writes it again" "$allot" report "$run" --report-dir again
cmp -s "$page" "again/$run/report.html" && echo "ok: just as it was" || echo "not ok: the page written again is another one"
said=$(sed -n "s/.*script-src '\(sha256-[^']*\)'.*/\1/p" "$page")
is=sha256-$(sed -n '/^<script>$/,/^<\/script>/p' "$page" | sed '1s/^<script>//' | sed '$d' | openssl dgst -sha256 -binary | base64)
same "$said" "$is" "only its own script may run: the hash is right"

if [ -z "$browser" ]; then
    echo "ok: no browser here, so the page was not opened in one"
    exit 0
fi
# open URL: the page after its script has run, to $work/dom; what it complains of to $work/console.
open() {
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/browser" --enable-logging=stderr \
        --virtual-time-budget=5000 --dump-dom "$1" >dom 2>browser.err </dev/null
    grep 'CONSOLE' browser.err >console || true
}
rows_shown() { grep -o 'aria-expanded="false"' dom | wc -l; }
# driven JS: a copy without its policy, and with one more script.
driven() {
    sed 's/<meta http-equiv="Content-Security-Policy"[^>]*>//' "$page" >driven.html
    printf '<script>%s</script>\n' "$1" >>driven.html
    open "file://$work/driven.html"
}
open "file://$page"
same "$(cat console)" "" "a browser has nothing to complain of"
says dom '2 of 56 targets.' "it opens with those that need somebody"
same "$(rows_shown)" 2 "and shows them"
open "file://$page#verdict=verified"
same "$(rows_shown)" "$(grep -c ',verified,' "reports/$run/report.csv")" "by verdict: as many as report.csv has"
open "file://$page#reason=user_not_found&q=NOBODY.two"
same "$(rows_shown)" 1 "by reason and name"
driven 'location.hash = ""; document.getElementById("clear").click(); for (const one of document.querySelectorAll("#rows td button")) one.click();'
says dom 'All 56 targets.' "all of them"
says dom '&lt;/script&gt;&lt;script&gt;document.title="bad"&lt;/script&gt;&lt;img src=x&gt; ‹U+202E›back' \
    "a hostile text is shown as text, a mark that turns it by its number"
same "$(grep -c '<title>bad' dom)" 0 "and does nothing"
request=$(awk -F , 'NR == 2 { print $13 }' "reports/$run/report.csv")
says dom "$request" "a row opens to its request ids"
driven 'document.getElementById("clear").click(); document.querySelectorAll("#rows th button")[8].click(); document.querySelectorAll("#rows th button")[8].click();'
says dom 'aria-sort="descending"' "sorted downwards"
same "$(grep -o '>[a-z0-9.]*@contoso' dom | head -n 1)" ">nobody.two@contoso" "the last line is first"

# A hundred thousand rows.
stop_server
serve --users 100000 --write-limit none --unit-limit none
{
    echo 'user,sku'
    seq -f 'user%05.0f@contoso.example,POWER_BI_PRO' 1 100000
} >large.csv
expect 0 "a plan of 100,000 people" "$allot" plan large.csv --report-dir large
page=$(ls "$work"/large/*/report.html)
began=$(date +%s%N)
open "file://$page#q=user99999"
took=$((($(date +%s%N) - began) / 1000000))
says dom '1 of 100,000 targets.' "the page of 100,000 rows filters ($(($(stat -c %s "$page") / 1000000)) MB, in $took ms)"
open "file://$page#q=contoso"
same "$(rows_shown)" 100 "and shows a page of them at a time"
stop_server
