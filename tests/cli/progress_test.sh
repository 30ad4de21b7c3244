#!/usr/bin/env bash
# What is told while a command works: a block on a terminal, lines elsewhere, a log with levels and fields; and no
# secret in any of it.
. "$(dirname "$0")/lib.sh" "$1"

# on_terminal COLUMNS COMMAND...: runs it on a terminal of its own; what that was sent goes to $work/screen.
on_terminal() {
    local columns=$1
    shift
    printf 'stty cols %s rows 24; exec ' "$columns" >terminal.sh
    printf '%q ' "$@" >>terminal.sh
    printf '>/dev/null' >>terminal.sh
    TERM=xterm script -qec 'bash terminal.sh' /dev/null >screen </dev/null
}
# widest: the longest line of a block, in characters (the text is ASCII but for "…").
plain_screen() { sed 's/\x1b\[[0-9;]*[A-Za-z]/\n/g' screen | tr -d '\r'; }
widest() { plain_screen | sed 's/…/./g' | awk '/^(Plan:|Takes about)/ { next } { if (length($0) > most) most = length($0) } END { print most + 0 }'; }
has_escapes() { grep -q $'\x1b\\[' "$1"; }

serve --users 1300 --write-limit 40/4s --latency 100ms
job wave.csv 20 119
pace=(--write-limit 40/4s)

on_terminal 70 "$allot" apply wave.csv --yes "${pace[@]}"
plain_screen >shown
says shown "apply wave.csv, tenant " "on a terminal a block says what is done"
says shown " users through, " "how far it is"
says shown "users/s, " "how fast"
says shown "refusals, seats left: POWER_BI_PRO 99," "what was refused and what is left of seats"
says screen $'\x1b[1m' "in colour"
same "$(($(widest) <= 69))" 1 "no line of the block is longer than the terminal is wide ($(widest))"

job second.csv 120 179
NO_COLOR=1 on_terminal 70 "$allot" apply second.csv --yes "${pace[@]}"
same "$(grep -c $'\x1b\\[1m' screen)" 0 "NO_COLOR: without colour"
has_escapes screen && echo "ok: but in place"

job third.csv 180 239
on_terminal 70 env TERM=dumb "$allot" apply third.csv --yes "${pace[@]}"
has_escapes screen && echo "not ok: a terminal that cannot move its cursor gets escape sequences"
echo "ok: a dumb terminal gets lines"

job fourth.csv 240 339
expect 0 "without a terminal" "$allot" apply fourth.csv --yes "${pace[@]}" --stats 1s
says err " users through, " "a line now and then says how far it is"
has_escapes err && echo "not ok: a file gets escape sequences"
same "$(($(grep -c 'users through' err) >= 3))" 1 "as often as --stats says"

job fifth.csv 340 379
expect 0 "--progress never" "$allot" apply fifth.csv --yes "${pace[@]}" --stats 1s --progress never
same "$(grep -c 'users through' err)" 0 "--progress never: no line"
job sixth.csv 380 419
expect 0 "--quiet" "$allot" apply sixth.csv --yes "${pace[@]}" --stats 1s --quiet
same "$(wc -c <err)" 0 "--quiet: nothing at all"
job seventh.csv 420 479
expect 0 "--progress always" env COLUMNS=50 "$allot" apply seventh.csv --yes "${pace[@]}" --progress always
has_escapes err && echo "ok: --progress always: the block also where there is no terminal"

# What a job file is called must not reach the terminal as it is.
hostile=$(printf 'wave\x1b[2Jx.csv')
cp wave.csv "$hostile"
on_terminal 100 "$allot" verify "$hostile" --unit-limit 20/1s --assume-limits published --progress always
same "$(grep -c $'\x1b\\[2J' screen)" 0 "control characters of a name do not reach the terminal"
