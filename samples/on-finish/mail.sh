#!/bin/sh
# Mails how a run ended to the addresses given, unless all is as the job says. Needs a sendmail (postfix, msmtp-mta) and jq.
#
#     allot apply wave.csv --yes --on-finish 'samples/on-finish/mail.sh admins@contoso.example'
set -eu
[ "$ALLOT_EXIT_CODE" != 0 ] || exit 0
{
    printf 'To: %s\n' "$*"
    jq -r '
        "Subject: allot \(.command) for \(.tenant): exit status \(.exit_code)",
        "Content-Type: text/plain; charset=utf-8",
        "",
        (.error // empty),
        (if .run_id then "Run: \(.run_id)" else "No run was begun." end),
        (.summary // {} | .verdicts // {} | to_entries[] | select(.value > 0) | "  \(.value) \(.key)"),
        (.summary // {} | .reasons // {} | to_entries[] | "  \(.value) because of \(.key)"),
        (if .report then "Report: \(.report)" else empty end)'
} | "${SENDMAIL:-/usr/sbin/sendmail}" -t
