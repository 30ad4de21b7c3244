# Reads what `GET /simulated/state` answers: a SKU to a line, a user to a line. Shares nothing with the program under
# test. Fills, for each WHEN that it was told of (before, after):
#   line_of[WHEN, UPN]      the user's whole line         location_of[WHEN, UPN]  empty: none
#   writes_of[WHEN, UPN]    writes that took effect       direct[WHEN, UPN]       SKUs given to the user, sorted:
#   upns                    in the tenant's order                                 ` SKU-ID(disabled plans, sorted)` each
#   held[WHEN, UPN, SKU-ID] "direct" or "group"           disabled[WHEN, UPN, SKU-ID]  its disabled plans, sorted
#   sku_of[PART], part_of[SKU-ID], plan_of[PLAN NAME], owned[WHEN, SKU-ID], used[WHEN, SKU-ID]

function text_of(line, name,    from) {
    from = index(line, "\"" name "\":\"")
    if (!from) return ""
    line = substr(line, from + length(name) + 4)
    return substr(line, 1, index(line, "\"") - 1)
}

function number_of(line, name,    from) {
    from = index(line, "\"" name "\":")
    return from ? substr(line, from + length(name) + 3) + 0 : 0
}

# The list's items joined with blanks, in order.
function sorted(list, count,    at, to, held_back, joined) {
    for (at = 2; at <= count; ++at) {
        held_back = list[at]
        for (to = at - 1; to >= 1 && list[to] > held_back; --to) list[to + 1] = list[to]
        list[to + 1] = held_back
    }
    for (at = 1; at <= count; ++at) joined = joined (at > 1 ? " " : "") list[at]
    return joined
}

function disabled_in(licence,    from, list, plans, count) {
    from = index(licence, "\"disabledPlans\":[")
    if (!from) return ""
    licence = substr(licence, from + 17)
    licence = substr(licence, 1, index(licence, "]") - 1)
    gsub(/"/, "", licence)
    count = split(licence, plans, ",")
    return sorted(plans, count)
}

function read_user(when, line,    upn, from, count, at, licences, own, sku) {
    upn = text_of(line, "userPrincipalName")
    sub(/,$/, "", line)
    if (!((("before") SUBSEP upn) in line_of) && !((("after") SUBSEP upn) in line_of)) upns[++users] = upn
    line_of[when, upn] = line
    location_of[when, upn] = text_of(line, "usageLocation")
    writes_of[when, upn] = number_of(line, "writesAccepted")
    from = index(line, "\"licenses\":[")
    own = 0
    if (from) {
        count = split(substr(line, from + 12), licences, /\{"skuId":"/)
        for (at = 2; at <= count; ++at) {
            sku = substr(licences[at], 1, 36)
            if (index(licences[at], "\"assignedByGroup\"")) {
                if (!((when, upn, sku) in held)) held[when, upn, sku] = "group"
                continue
            }
            held[when, upn, sku] = "direct"
            disabled[when, upn, sku] = disabled_in(licences[at])
            list_of_own[++own] = " " sku "(" disabled[when, upn, sku] ")"
        }
    }
    direct[when, upn] = sorted(list_of_own, own)
}

function read_sku(when, line,    sku, count, at, plans) {
    sku = text_of(line, "skuId")
    sku_of[text_of(line, "skuPartNumber")] = sku
    part_of[sku] = text_of(line, "skuPartNumber")
    owned[when, sku] = number_of(line, "enabled")
    used[when, sku] = number_of(line, "consumed")
    count = split(line, plans, /\{"servicePlanId":"/)
    for (at = 2; at <= count; ++at) plan_of[text_of(plans[at], "servicePlanName")] = substr(plans[at], 1, 36)
}

function read_tenant(when, path,    line, known) {
    while ((known = getline line < path) > 0) {
        if (line ~ /^\{"id":.*"userPrincipalName":/) read_user(when, line)
        else if (line ~ /^\{"skuId":/) read_sku(when, line)
    }
    close(path)
    if (known < 0 || !users) { print "bad: " path " could not be read"; ++bad }
}
