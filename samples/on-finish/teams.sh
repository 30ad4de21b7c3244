#!/bin/sh
# Posts how a run ended to a channel of Microsoft Teams, by a webhook of the Workflows app ("Post to a channel when a
# webhook request is received"). Needs curl and jq. The webhook's address lets anybody post: keep it in a file that only
# you can read.
#
#     allot apply wave.csv --yes --on-finish 'samples/on-finish/teams.sh /etc/allot/teams-webhook'
set -eu
card=$(jq --compact-output '{
    type: "message",
    attachments: [{
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            type: "AdaptiveCard",
            version: "1.4",
            body: [
                {
                    type: "TextBlock", weight: "Bolder", wrap: true,
                    color: (if .exit_code == 0 then "Good" else "Attention" end),
                    text: "allot \(.command) for \(.tenant): exit status \(.exit_code)"
                },
                (select(.error) | {type: "TextBlock", wrap: true, text: .error}),
                {
                    type: "FactSet",
                    facts: (
                        [{title: "run", value: (.run_id // "none")}]
                        + [.summary // {} | .verdicts // {} | to_entries[] | select(.value > 0)
                            | {title: .key, value: "\(.value)"}])
                }
            ]
        }
    }]
}')
# The address goes to curl by its standard input: others on this machine can see what stands on a command line.
printf 'url = "%s"\nheader = "Content-Type: application/json"\n' "$(cat "$1")" |
    curl --fail --silent --show-error --max-time 60 --config - --data "$card"
