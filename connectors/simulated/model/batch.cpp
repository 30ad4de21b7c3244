#include <algorithm>
#include <numeric>
#include <utility>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/json_text.hpp"
#include "connectors/simulated/model/service.hpp"

namespace allot::simulated {

namespace {

using parents = std::vector<std::optional<std::size_t>>;

/// The order in which parts run, and what each waits for.
struct running_order {
    parents after;
    std::vector<std::size_t> order;
    bool parallel = false;
};

std::optional<std::size_t> part_of_id(std::vector<sent_part> const& parts, std::string_view id) {
    auto const at = std::ranges::find_if(
        parts, [id](sent_part const& one) { return equal_whatever_case(one.id, id); });
    if (at == parts.end()) return std::nullopt;
    return static_cast<std::size_t>(at - parts.begin());
}

/// On what each part depends; empty when an id is unknown or a part names more than one.
std::optional<parents> parents_of(std::vector<sent_part> const& parts) {
    parents found(parts.size());
    for (std::size_t index = 0; index < parts.size(); ++index) {
        auto const& named = parts[index].depends_on;
        if (named.empty()) continue;
        found[index] = part_of_id(parts, named.front());
        if (named.size() > 1 || !found[index]) return std::nullopt;
    }
    return found;
}

/// The three shapes that are taken: none depends; each on the one before; all on one.
std::optional<running_order> running_order_of(std::vector<sent_part> const& parts) {
    auto const found = parents_of(parts);
    if (!found) return std::nullopt;
    running_order made;
    made.after = *found;
    made.order.resize(parts.size());
    std::iota(made.order.begin(), made.order.end(), std::size_t{0});
    auto const free =
        static_cast<std::size_t>(std::ranges::count(made.after, std::optional<std::size_t>{}));
    made.parallel = free == parts.size();
    if (made.parallel) return made;
    if (free != 1) return std::nullopt;
    auto const first = static_cast<std::size_t>(
        std::ranges::find(made.after, std::optional<std::size_t>{}) - made.after.begin());
    bool serial = first == 0;
    bool same = true;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        if (index == first) continue;
        serial = serial && made.after[index] == index - 1;
        same = same && made.after[index] == first;
    }
    if (!serial && !same) return std::nullopt;
    std::rotate(made.order.begin(), made.order.begin() + static_cast<std::ptrdiff_t>(first),
                made.order.begin() + static_cast<std::ptrdiff_t>(first) + 1);
    return made;
}

void append_part(std::string& to, std::string_view id, http_response const& answer) {
    to += R"({"id":)";
    append_json_string(to, id);
    to += R"(,"status":)";
    to += std::to_string(answer.status);
    to += R"(,"headers":{)";
    for (auto const& [name, value] : answer.headers) {
        append_name(to, name);
        append_json_string(to, value);
    }
    to += '}';
    if (!answer.body.empty()) {
        to += R"(,"body":)";
        to += answer.body;
    }
    to += '}';
}

}  // namespace

http_response tenant::service::answer_batch(http_request const& request) {
    ++counted.batches;
    auto const* const id = find_header(request.headers, "client-request-id");
    auto const refuse_all = [&](refusal const& why) {
        return refuse(why, id == nullptr ? std::string_view{} : *id);
    };
    auto const* const type = find_header(request.headers, "content-type");
    if (type == nullptr || !lower(*type).starts_with("application/json")) {
        return refuse_all({.message = "A batch is sent as application/json."});
    }
    auto const read = read_batch(request.body);
    if (auto const* const wrong = std::get_if<refusal>(&read)) return refuse_all(*wrong);
    auto const& parts = std::get<std::vector<sent_part>>(read);
    auto const planned = running_order_of(parts);
    if (!planned) {
        return refuse_all({.message =
                               "The dependencies of the batch are not supported: either none, "
                               "each on the request before, or all on one."});
    }
    current_.parallel = planned->parallel;
    counted.parts += parts.size();
    // Each part begins when the one before it in its chain is done; the last to end decides.
    std::vector<duration> ends(parts.size());
    duration last{};
    for (auto const index : planned->order) {
        auto const after = planned->after[index];
        ends[index] = (after ? ends[*after] : duration::zero()) + draw_latency();
        last = std::max(last, ends[index]);
    }
    answer_after(last);

    std::vector<std::optional<http_response>> answers(parts.size());
    std::vector<char> failed(parts.size());
    for (auto const index : planned->order) {
        auto const after = planned->after[index];
        if (after && failed[*after] != 0) {
            failed[index] = 1;
            answers[index] =
                error({424, "FailedDependency", "A request that it depends on failed."},
                      parts[index].client_request_id);
            continue;
        }
        bool part_failed = false;
        answers[index] = answer_part(parts[index], part_failed);
        failed[index] = part_failed ? 1 : 0;
    }

    auto order = planned->order;
    if (settings.shuffle_parts) {
        for (auto left = order.size(); left > 1; --left) {
            std::swap(order[left - 1], order[order_.below(left)]);
        }
    }
    http_response made;
    made.status = 200;
    made.headers.emplace_back("Content-Type", "application/json");
    made.body.reserve(parts.size() * 700);
    made.body = R"({"responses":[)";
    for (auto const index : order) {
        if (!answers[index]) continue;
        if (made.body.back() != '[') made.body += ',';
        append_part(made.body, parts[index].id, *answers[index]);
    }
    made.body += "]}";
    return made;
}

/// Empty when the answer is left out of the envelope.
std::optional<http_response> tenant::service::answer_part(sent_part const& part, bool& failed) {
    auto const where = split_address(part.url);
    call of;
    of.to = part_route_of(part.method, where.path);
    of.query = where.query;
    of.client_request_id = part.client_request_id;
    of.body = part.body ? &*part.body : nullptr;
    fault_target const target{.part = true, .write = of.to.writes(), .list = of.to.lists_users()};
    auto const what = draw_fault(part_faults_, settings.part_faults, target);
    if (what != fault::none) ++counted.faults;

    // A caller that does not see the answer is told nothing by it.
    bool const hidden =
        what == fault::part_missing || what == fault::error_502 || what == fault::error_504;
    auto const told = current_.told;
    if (hidden) current_.told.reset();
    http_response made;
    bool const applied = applied_under(what, part_faults_);
    if (applied) made = serve(of);
    current_.told = told;
    if (auto instead = answer_instead(what, of)) made = std::move(*instead);
    failed = !applied || made.status >= 400;
    if (what == fault::part_missing) return std::nullopt;
    return made;
}

}  // namespace allot::simulated
