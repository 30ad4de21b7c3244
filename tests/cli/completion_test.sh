#!/usr/bin/env bash
# Completion in bash, zsh and fish, as these shells do it; the manual, as man shows it; and what an installation has of both.
. "$(dirname "$0")/lib.sh" "$1"
mkdir -p bin
ln -s "$allot" bin/allot
export PATH=$work/bin:$PATH

printf '[contoso]\ntenant = contoso.example\n[fabrikam]\ntenant = fabrikam.example\n' >allot.conf
serve --users 1300
job wave.csv 20 24
expect 0 "a run" allot apply wave.csv --yes
run=$(the_run run)
export ALLOT_CONFIG=$work/allot.conf
unset ALLOT_GRAPH_URL ALLOT_LOGIN_URL ALLOT_TENANT ALLOT_CLIENT_ID ALLOT_CLIENT_SECRET_FILE ALLOT_CA_FILE
mkdir -p folder
rm -rf served allot-report out err server.out

# in_bash WORDS...: what bash offers for the last of them.
in_bash() {
    bash --norc -c '
        . <(allot completion bash)
        COMP_WORDS=(allot "$@") COMP_CWORD=$#
        _allot
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort | tr '\n' ' '
}
# in_fish LINE: what fish offers at its end, without explanations.
in_fish() { fish --no-config -c "allot completion fish | source; complete -C '$1'" 2>&1 | cut -f 1 | sort | tr '\n' ' '; }
# in_zsh WORDS...: what the function hands to zsh, whose own parts are written down instead.
in_zsh() {
    zsh -f -c '
        compdef() { : }
        compset() { : }
        compadd() { shift; print -l -- "$@" }
        _files() { print -l -- files "$@" }
        _describe() { print -l -- "${(@)${(P)2}%%:*}" }
        eval "$(allot completion zsh)"
        words=(allot "$@") CURRENT=$(($# + 1))
        _allot' zsh "$@" | sort | tr '\n' ' '
}

same "$(in_bash do)" "doctor " "bash: a command"
same "$(in_bash apply wave.csv --max-)" "--max-changes --max-failures --max-removals --max-shrink " "bash: a flag of this command"
same "$(in_bash runs --max-)" " " "bash: no flag of another"
same "$(in_bash plan wave.csv -o '')" "csv json junit markdown text " "bash: what a flag can be"
same "$(in_bash plan wave.csv --output = j)" "json junit " "bash: also behind ="
same "$(in_bash plan wave.csv --survey '')" "auto by-name delta pages " "bash: where help does not list it"
same "$(in_bash plan --profile '')" "contoso fabrikam simulated " "bash: a profile"
same "$(in_bash undo '')" "$run " "bash: a run"
same "$(in_bash export --sku PBI_PREMIUM_PER_USER_)" "PBI_PREMIUM_PER_USER_ADDON " "bash: a SKU that the last run saw"
same "$(in_bash plan wa)" "wave.csv " "bash: a job file"
same "$(in_bash plan wave.csv --report-dir f)" "folder " "bash: a folder"
same "$(in_bash plan wave.csv --wave-size w)" " " "bash: nothing for a number"
same "$(in_bash completion z)" "zsh " "bash: a shell"

# What a tenant calls a product is read by a shell: it must stay a word.
mkdir -p nasty
printf '#!/bin/sh\nprintf "%%s\\n" '"'"'$(touch ran)'"'"' '"'"'`touch ran`'"'"' "*" "A B" "E5_(no_Teams)"\n' >nasty/allot
chmod +x nasty/allot
"$allot" completion bash >allot.bash
got=$(PATH=$work/nasty:$PATH bash --norc -c '. ./allot.bash; COMP_WORDS=(allot export --sku ""); COMP_CWORD=3; _allot; printf "%s\n" "${COMPREPLY[@]}"')
same "$got" "$(printf '%s\n' '\$\(touch\ ran\)' '\`touch\ ran\`' '\*' 'A\ B' 'E5_\(no_Teams\)')" "bash: a tenant's words are inserted as words"
same "$(ls ran 2>&1 | grep -c '^ran$')" 0 "bash: and not run"
rm -rf nasty allot.bash

if command -v fish >/dev/null; then
    same "$(in_fish 'allot do')" "doctor " "fish: a command"
    same "$(in_fish 'allot apply wave.csv --max-')" "--max-changes --max-failures --max-removals --max-shrink " "fish: a flag"
    same "$(in_fish 'allot plan wave.csv --output j')" "json junit " "fish: what a flag can be"
    same "$(in_fish 'allot plan --profile ')" "contoso fabrikam simulated " "fish: a profile"
    same "$(in_fish 'allot undo ')" "$run " "fish: a run"
    same "$(in_fish 'allot export --sku PBI_PREMIUM_PER_USER_')" "PBI_PREMIUM_PER_USER_ADDON " "fish: a SKU"
    same "$(in_fish 'allot plan wa')" "wave.csv " "fish: a job file"
    same "$(in_fish 'allot export --out x --users wa')" "wave.csv " "fish: a file of a flag"
fi
if command -v zsh >/dev/null; then
    same "$(in_zsh do | tr ' ' '\n' | grep -c '^doctor$')" 1 "zsh: a command"
    same "$(in_zsh runs --)" "--config --help --output --profile --state-dir --version " "zsh: the flags of a command"
    same "$(in_zsh plan wave.csv -o '')" "csv json junit markdown text " "zsh: what a flag can be"
    same "$(in_zsh plan --profile '')" "contoso fabrikam simulated " "zsh: a profile"
    same "$(in_zsh undo '')" "$run " "zsh: a run"
    same "$(in_zsh export --sku '' | tr ' ' '\n' | grep -c '^POWER_BI_PRO$')" 1 "zsh: a SKU"
    same "$(in_zsh plan '')" "files " "zsh: a job file"
    same "$(in_zsh plan wave.csv --report-dir '')" "-/ files " "zsh: a folder"
fi

# Nothing of it talks to anybody, and nobody who presses a key is told what is wrong elsewhere.
expect 0 "names without a store" env ALLOT_STATE_DIR="$work/none" allot completion runs
same "$(cat out err)" "" "are none"
same "$(ls -d none 2>/dev/null)" "" "and none is made"
printf 'broken\n' >broken.conf
expect 0 "profiles of a broken file" env ALLOT_CONFIG=broken.conf allot completion profiles
same "$(cat out err)" simulated "are the one that is built in"

# The manual.
if command -v mandoc >/dev/null; then
    for page in "" job; do
        # shellcheck disable=SC2086
        allot man $page >page
        expect 0 "the manual $page has no error" mandoc -T lint -W error page
        mandoc -T utf8 page | sed 's/.\x08//g' >shown
    done
    says shown "disabled_plans" "the page of the job file names the columns"
    allot man | mandoc -T utf8 | sed 's/.\x08//g' >shown
    says shown "--max-removals N|N%" "the manual names the flags"
    says shown "Also ALLOT_MAX_REMOVALS." "and their variables"
fi
# Its examples are jobs.
allot man job | sed -n '/^user,sku/,/^\.fi/p' | sed '$d' >example.csv
expect 0 "the CSV example of the manual is a job" allot check example.csv
allot man job | sed -n '/^{"defaults/,/^\.fi/p' | sed '$d' >example.json
expect 0 "the JSON example too" allot check example.json

# An installation has them where the shells and man look. Where cmake made this program, it can be installed.
build=$(dirname "$(dirname "$(dirname "$allot")")")
if [ -f "$build/cmake_install.cmake" ] && [ -f "$build/engine/commands/words/allot.1" ]; then
    expect 0 "an installation" cmake --install "$build" --prefix "$work/installed" --component program
    same "$("$work/installed/bin/allot" --version)" "$(allot --version)" "has the program"
    same "$(cd installed && find share -type f | grep -v share/doc | sort | tr '\n' ' ')" \
        "share/bash-completion/completions/allot share/fish/vendor_completions.d/allot.fish share/man/man1/allot.1 share/man/man5/allot-job.5 share/zsh/vendor-completions/_allot " \
        "the manuals and the completion"
fi
