# awk -f tenant.awk -f undone.awk BEFORE AFTER
# That the tenant is as it was before a run that was undone, except that a usage location which the run set has stayed:
# the service cannot take it away. Prints `bad: …` for all that is not so.

function wrong(what) { print "bad: " what; ++bad }

BEGIN {
    read_tenant("before", ARGV[1])
    read_tenant("after", ARGV[2])
    for (at = 1; at <= users; ++at) {
        upn = upns[at]
        if (direct["before", upn] != direct["after", upn])
            wrong(upn " held" direct["before", upn] " before, and holds" direct["after", upn] " now")
        if (location_of["before", upn] == location_of["after", upn]) continue
        if (location_of["before", upn] == "") ++kept
        else wrong(upn " was in " location_of["before", upn] ", and is in " location_of["after", upn] " now")
    }
    print users " users are compared; " kept + 0 " keep a usage location"
    exit bad > 0
}
