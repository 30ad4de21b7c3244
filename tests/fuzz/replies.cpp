// Replies to single requests and to batches, whatever they are: outcomes that a run can act on.
#include <simdjson.h>

#include <array>
#include <string>

#include "connectors/graph/wire/limits.hpp"
#include "connectors/graph/wire/replies.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/http.hpp"

using namespace allot;
using namespace allot::fuzzing;
namespace wire = allot::graph::wire;

namespace {

constexpr std::array kinds{operation_kind::read_user,
                           operation_kind::set_usage_location,
                           operation_kind::assign_licences,
                           operation_kind::add_members,
                           operation_kind::remove_member,
                           operation_kind::read_group,
                           operation_kind::assign_group_licences,
                           operation_kind::read_members_in_error};

operation asked_for(std::size_t kind) {
    operation made;
    made.kind = kinds[kind];
    made.user = kind % 2 == 0 ? "ana.q@contoso.example" : "11111111-aaaa-4bbb-8ccc-000000000001";
    made.group = *group_id::parse("22222222-aaaa-4bbb-8ccc-000000000002");
    made.members = {*user_id::parse("11111111-aaaa-4bbb-8ccc-000000000001")};
    if (made.kind == operation_kind::assign_licences) {
        made.adds.push_back({*sku_id::parse("f8a1db68-be16-40ed-86d5-cb42ce701560"), {}});
    }
    return made;
}

void check_outcome(operation const& asked, outcome const& made, http_response const& reply) {
    bool const reads = only_reads(asked.kind);
    must(!reads || made.kind != outcome_kind::lost || made.why == reason::lost_reply,
         "what is lost is a lost reply");
    must(made.kind == outcome_kind::done || made.why != reason::none, "a failure has a reason");
    must(made.kind == outcome_kind::done || !made.detail.empty(), "a failure has words");
    must(made.kind != outcome_kind::done || made.why == reason::none, "success has no reason");
    must(made.read.has_value() ==
             (made.kind == outcome_kind::done && asked.kind == operation_kind::read_user),
         "a user is read, or the reading failed");
    must(made.read_group.has_value() ==
             (made.kind == outcome_kind::done && asked.kind == operation_kind::read_group),
         "a group is read, or the reading failed");
    must(made.read_members.has_value() == (made.kind == outcome_kind::done &&
                                           asked.kind == operation_kind::read_members_in_error),
         "members are read, or the reading failed");
    if (made.read_group) must(made.read_group->id == asked.group, "the group that was asked for");
    if (made.read) check_user(*made.read);
    if (made.retry_after) {
        must(*made.retry_after >= duration{} && *made.retry_after <= wire::retry_after_max,
             "a wait is bounded");
        must(made.kind == outcome_kind::throttled || made.kind == outcome_kind::transient,
             "only what is tried again waits");
    }
    must(!made.resource_units || *made.resource_units >= 0, "a charge is a number");
    constexpr std::size_t words_max = 1'100;
    must(made.detail.size() <= words_max, "the service's words are shortened", made.detail);
    must(made.seen.request_id.str().size() <= 128 && made.seen.client_request_id.str().size() <= 128,
         "ids are shortened");
    must(made.skus.size() * 36 <= reply.body.size() + 36, "no more SKUs than the text names");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    auto const count = from.below(batch_parts_max + 1);
    auto const kind = from.below(kinds.size());
    auto const reply = reply_of(from);
    wall_time const now{std::chrono::milliseconds{1'767'600'001'000}};

    auto const one = asked_for(kind);
    check_outcome(one, wire::read_outcome(one, reply, now), reply);

    std::vector<operation> asked;
    for (std::size_t at = 0; at < count; ++at)
        asked.push_back(asked_for((kind + at) % kinds.size()));
    auto const outcomes = wire::read_batch(asked, reply, now);
    must(outcomes.size() == asked.size(), "an outcome for each part");
    for (std::size_t at = 0; at < asked.size(); ++at) check_outcome(asked[at], outcomes[at], reply);

    // A body that is cut short is no fact of its own.
    simdjson::dom::parser parser;
    simdjson::dom::element whole;
    bool const is_ok = reply.status >= 200 && reply.status < 300;
    if (is_ok && parser.parse(reply.body).get(whole) == simdjson::SUCCESS && whole.is_object()) {
        auto cut = reply;
        cut.body.resize(cut.body.rfind('}'));
        auto const made = wire::read_outcome(one, cut, now);
        must(made.kind != outcome_kind::done, "a body that is cut short is no success");
    }
    return 0;
}
