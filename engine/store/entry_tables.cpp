#include <algorithm>
#include <array>

#include "engine/documents/change.hpp"
#include "engine/documents/user.hpp"
#include "engine/store/tables.hpp"

namespace allot::store {

namespace {

using schedule::errand_end;

/// A value and the word that stands for it in the tables; do not change the words.
template <class T>
struct word {
    T value;
    std::string_view text;
};
template <class T>
word(T, std::string_view) -> word<T>;  // clang before 17 does not think of it itself

constexpr std::array kinds{
    word{operation_kind::read_user, "read"},
    word{operation_kind::set_usage_location, "set_usage_location"},
    word{operation_kind::assign_licences, "assign"},
    word{operation_kind::add_members, "add_members"},
    word{operation_kind::remove_member, "remove_member"},
    word{operation_kind::read_group, "read_group"},
    word{operation_kind::assign_group_licences, "assign_group"},
    word{operation_kind::read_members_in_error, "read_members_in_error"},
};
constexpr std::array comings{
    word{outcome_kind::done, "done"},           word{outcome_kind::throttled, "throttled"},
    word{outcome_kind::transient, "transient"}, word{outcome_kind::refused, "refused"},
    word{outcome_kind::lost, "lost"},           word{outcome_kind::stopped, "stopped"},
};
constexpr std::array ends{
    word{errand_end::open, "open"},           word{errand_end::seen, "seen"},
    word{errand_end::not_found, "not_found"}, word{errand_end::unreadable, "unreadable"},
    word{errand_end::verified, "verified"},   word{errand_end::unverified, "unverified"},
    word{errand_end::untried, "untried"},     word{errand_end::failed, "failed"},
    word{errand_end::cancelled, "cancelled"}, word{errand_end::already, "already"},
};

template <class Words, class T>
std::string_view text_of(Words const& words, T value) {
    return std::ranges::find(words, value, [](auto const& one) { return one.value; })->text;
}

template <class Words>
auto value_of(Words const& words, std::string_view text) {
    auto const found = std::ranges::find(words, text, [](auto const& one) { return one.text; });
    if (found == words.end()) throw database_error{"the run store holds an unknown word"};
    return found->value;
}

/// It must live until the statement has been stepped.
void bind_evidence(statement& to, evidence const& of) {
    if (of.http_status == 0) {
        to.null();
    } else {
        to << of.http_status;
    }
    for (auto const* const id : {&of.request_id, &of.client_request_id}) {
        if (auto const* const is = id->as_guid()) {
            to.blob(is->bytes);
        } else {
            to << std::string_view{id->other()};
        }
    }
}

evidence read_evidence(statement& from) {
    evidence read;
    read.http_status = static_cast<int>(from.maybe_integer().value_or(0));
    read.request_id = read_id(from);
    read.client_request_id = read_id(from);
    return read;
}

std::optional<std::int64_t> milliseconds_of(std::optional<wall_time> const& of) {
    return of ? std::optional{milliseconds(*of)} : std::nullopt;
}

std::optional<wall_time> maybe_time(statement& from) {
    auto const at = from.maybe_integer();
    return at ? std::optional{to_wall_time(*at)} : std::nullopt;
}

/// Rows of one of the tables, with their numbers.
struct numbered {
    std::int64_t n = 0;
    schedule::dated_entry line;
};

template <class Read>
void load_table(database& in, std::int64_t run, std::string_view sql, std::vector<numbered>& into,
                Read const& read) {
    statement asked{in, sql};
    asked << run;
    while (asked.next()) {
        numbered one;
        one.n = asked.integer();
        one.line.at = to_wall_time(asked.integer());
        one.line.what = read(asked);
        into.push_back(std::move(one));
    }
}

schedule::entry read_attempt(statement& from) {
    schedule::attempt one;
    one.user = from.number();
    one.kind = value_of(kinds, from.bytes());
    one.came = value_of(comings, from.bytes());
    one.why = reason_of(from.bytes());
    one.seen = read_evidence(from);
    if (auto const after = from.maybe_integer()) {
        one.retry_after = to_duration(*after);
    }
    one.whole_batch = from.maybe_integer().has_value();
    one.detail = from.text();
    return one;
}

schedule::entry read_bar(statement& from) {
    schedule::bar one;
    one.target = from.number();
    auto const sku = from.bytes();
    if (sku.size() != one.sku.value.bytes.size()) {
        throw database_error{"the run store holds a broken SKU"};
    }
    std::ranges::copy(sku, one.sku.value.bytes.begin());
    one.refused_itself = from.integer() != 0;
    return one;
}

schedule::entry read_ending(statement& from) {
    schedule::ending one;
    one.user = from.number();
    one.is.end = value_of(ends, from.bytes());
    one.is.why = reason_of(from.bytes());
    one.is.attempts = from.number();
    one.is.last = read_evidence(from);
    one.is.changed_at = maybe_time(from);
    one.is.verified_at = maybe_time(from);
    auto const seen = from.bytes();
    if (!seen.empty())
        one.is.seen = shared<account>{whole(documents::parse_account(seen), "account")};
    one.is.detail = from.text();
    return one;
}

}  // namespace

struct entry_writer::state {
    explicit state(database& in)
        : intents_{in, "INSERT INTO intents VALUES (?,?,?,?,?)"},
          attempts_{in, "INSERT INTO attempts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"},
          acceptances_{in, "INSERT INTO acceptances VALUES (?,?,?,?)"},
          bars_{in, "INSERT INTO bars VALUES (?,?,?,?,?,?)"},
          endings_{in, "INSERT INTO endings VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"} {}

    void put(std::int64_t n, std::int64_t at, schedule::intent const& one) {
        std::string sent;
        if (one.sent != (*planned_)(one.user)) documents::append_change(sent, *one.sent);
        (intents_ << run_ << n << at << one.user << std::string_view{sent}).run();
    }

    void put(std::int64_t n, std::int64_t at, schedule::attempt const& one) {
        attempts_ << run_ << n << at << one.user << text_of(kinds, one.kind)
                  << text_of(comings, one.came) << code(one.why);
        // Ours is needed only where the service gave none of its own.
        auto seen = one.seen;
        if (!seen.request_id.empty()) seen.client_request_id.clear();
        bind_evidence(attempts_, seen);
        if (one.retry_after) {
            attempts_ << milliseconds(*one.retry_after);
        } else {
            attempts_.null();
        }
        if (one.whole_batch) {
            attempts_ << true;
        } else {
            attempts_.null();
        }
        (attempts_ << std::string_view{one.detail.str()}).run();
    }

    void put(std::int64_t n, std::int64_t at, schedule::acceptance const& one) {
        (acceptances_ << run_ << n << at << one.user).run();
    }

    void put(std::int64_t n, std::int64_t at, schedule::bar const& one) {
        bars_ << run_ << n << at << one.target;
        bars_.blob(one.sku.value.bytes) << one.refused_itself;
        bars_.run();
    }

    void put(std::int64_t n, std::int64_t at, schedule::ending const& one) {
        auto const& is = one.is;
        std::string seen;
        if (is.seen) documents::append_account(seen, **is.seen);
        endings_ << run_ << n << at << one.user << text_of(ends, is.end) << code(is.why)
                 << is.attempts;
        // The last reply to a write is in the attempts already.
        static evidence const none;
        bind_evidence(endings_, is.attempts == 0 ? is.last : none);
        endings_ << milliseconds_of(is.changed_at) << milliseconds_of(is.verified_at)
                 << std::string_view{seen} << std::string_view{is.detail.str()};
        endings_.run();
    }

    std::int64_t run_ = 0;
    planned_changes const* planned_ = nullptr;
    statement intents_;
    statement attempts_;
    statement acceptances_;
    statement bars_;
    statement endings_;
};

entry_writer::entry_writer(database& in) : state_{std::make_unique<state>(in)} {}
entry_writer::~entry_writer() = default;

void entry_writer::write(std::int64_t run, std::int64_t n,
                         std::span<schedule::dated_entry const> entries,
                         planned_changes const& planned) {
    state_->run_ = run;
    state_->planned_ = &planned;
    for (auto const& line : entries) {
        std::visit([&](auto const& one) { state_->put(n, milliseconds(line.at), one); }, line.what);
        ++n;
    }
}

std::vector<schedule::dated_entry> load_entries(database& in, std::int64_t run,
                                                planned_changes const& planned) {
    std::vector<numbered> loaded;
    load_table(in, run, "SELECT n, at, user, sent FROM intents WHERE run=?", loaded,
               [&](statement& from) -> schedule::entry {
                   schedule::intent one;
                   one.user = from.number();
                   auto const sent = from.bytes();
                   one.sent = sent.empty() ? planned(one.user)
                                           : shared{whole(documents::parse_change(sent), "change")};
                   return one;
               });
    load_table(in, run,
               "SELECT n, at, user, kind, came, why, http_status, request_id, client_request_id, "
               "retry_after_ms, whole_batch, detail FROM attempts WHERE run=?",
               loaded, read_attempt);
    load_table(
        in, run, "SELECT n, at, user FROM acceptances WHERE run=?", loaded,
        [](statement& from) -> schedule::entry { return schedule::acceptance{from.number()}; });
    load_table(in, run, "SELECT n, at, target, sku, refused_itself FROM bars WHERE run=?", loaded,
               read_bar);
    load_table(in, run,
               "SELECT n, at, user, how, why, attempts, http_status, request_id, "
               "client_request_id, changed_at, verified_at, seen, detail FROM endings WHERE run=?",
               loaded, read_ending);
    std::ranges::sort(loaded, {}, &numbered::n);
    std::vector<schedule::dated_entry> entries;
    entries.reserve(loaded.size());
    for (auto& one : loaded) entries.push_back(std::move(one.line));
    return entries;
}

/// More than any run has, and far from where counting on would overflow.
constexpr std::int64_t entries_max = std::int64_t{1} << 48;

std::int64_t next_entry(database& in, std::int64_t run) {
    std::int64_t next = 0;
    for (auto const* const table : {"intents", "attempts", "acceptances", "bars", "endings"}) {
        statement asked{in, "SELECT max(n) FROM " + std::string{table} + " WHERE run=?"};
        asked << run;
        asked.next();
        auto const last = asked.maybe_integer().value_or(-1);
        if (last > entries_max) throw database_error{"the run store holds an impossible number"};
        next = std::max(next, last + 1);
    }
    return next;
}

}  // namespace allot::store
