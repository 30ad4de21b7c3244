#include "engine/documents/user.hpp"
#include "engine/store/tables.hpp"

namespace allot::store {

namespace {

/// The number of the tenant's survey; 0: there is none.
std::int64_t survey_of(database& in, limits::owner const& whose) {
    statement asked{in, "SELECT survey FROM surveys WHERE tenant=? AND client_id=?"};
    asked << std::string_view{whose.tenant} << std::string_view{whose.client_id};
    return asked.next() ? asked.integer() : 0;
}

}  // namespace

documents::kept_tenant load_kept_tenant(database& in, limits::owner const& whose) {
    statement asked{in,
                    "SELECT link, link_at, whole_at, members FROM surveys WHERE tenant=? AND "
                    "client_id=?"};
    asked << std::string_view{whose.tenant} << std::string_view{whose.client_id};
    documents::kept_tenant kept;
    if (!asked.next()) return kept;
    kept.link = asked.text();
    kept.link_at = to_wall_time(asked.integer());
    kept.whole_at = to_wall_time(asked.integer());
    kept.members = static_cast<std::uint64_t>(asked.integer());
    return kept;
}

void each_kept_user(database& in, limits::owner const& whose,
                    std::function<void(documents::kept_user)> const& take) {
    statement asked{in, "SELECT look_again, user FROM survey_users WHERE survey=?"};
    asked << survey_of(in, whose);
    while (asked.next()) {
        documents::kept_user one;
        one.look_again = asked.integer() != 0;
        one.seen = whole(documents::parse_user(asked.bytes()), "user");
        take(std::move(one));
    }
}

void keep_tenant(database& in, limits::owner const& whose, documents::keeping const& change) {
    statement insert{in,
                     "INSERT INTO surveys(tenant, client_id, link, link_at, whole_at, members) "
                     "VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT(tenant, client_id) DO UPDATE SET "
                     "link=?3, link_at=?4, whole_at=?5, members=?6"};
    insert << std::string_view{whose.tenant} << std::string_view{whose.client_id}
           << std::string_view{change.head.link} << milliseconds(change.head.link_at)
           << milliseconds(change.head.whole_at) << change.head.members;
    insert.run();
    auto const survey = survey_of(in, whose);
    if (change.replace) {
        (statement{in, "DELETE FROM survey_users WHERE survey=?"} << survey).run();
    } else {
        statement remove{in, "DELETE FROM survey_users WHERE survey=? AND id=?"};
        for (auto const& one : change.gone) {
            remove << survey;
            remove.blob(one.value.bytes);
            remove.run();
        }
    }
    statement add{in, "INSERT OR REPLACE INTO survey_users VALUES (?,?,?,?)"};
    std::string text;
    for (auto const& one : change.users) {
        text.clear();
        documents::append_user(text, one.seen);
        add << survey;
        add.blob(one.seen.id.value.bytes) << one.look_again << std::string_view{text};
        add.run();
    }
}

}  // namespace allot::store
