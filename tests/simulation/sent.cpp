#include "tests/simulation/sent.hpp"

#include <simdjson.h>

#include <algorithm>

namespace allot::simulation {

namespace {

namespace dom = simdjson::dom;

constexpr std::string_view graph_root = "https://graph.example/v1.0";
constexpr std::string_view login_root = "https://login.example/";

/// A parser keeps its memory, and what it parsed lives until the next use.
dom::parser& parser() {
    thread_local dom::parser one;
    return one;
}

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size()) {
            plain += static_cast<char>(std::stoi(std::string{text.substr(at + 1, 2)}, nullptr, 16));
            at += 2;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

std::string text_of(dom::element const& from) {
    std::string_view text;
    return from.get_string().get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

std::string text_at(dom::element const& from, std::string_view key) {
    dom::element value;
    return from.at_key(key).get(value) == simdjson::SUCCESS ? text_of(value) : std::string{};
}

bool read_assignment(dom::element const& body, sent_part& into) {
    dom::array adds;
    dom::array removes;
    if (body.at_key("addLicenses").get_array().get(adds) != simdjson::SUCCESS) return false;
    if (body.at_key("removeLicenses").get_array().get(removes) != simdjson::SUCCESS) return false;
    for (auto const one : adds) {
        auto const sku = sku_id::parse(text_at(one, "skuId"));
        dom::array off;
        if (!sku || one.at_key("disabledPlans").get_array().get(off) != simdjson::SUCCESS) {
            return false;
        }
        auto& add = into.adds.emplace_back();
        add.sku = *sku;
        for (auto const plan : off) {
            auto const id = plan_id::parse(text_of(plan));
            if (!id) return false;
            add.disabled_plans.push_back(*id);
        }
        std::ranges::sort(add.disabled_plans);
    }
    for (auto const one : removes) {
        auto const sku = sku_id::parse(text_of(one));
        if (!sku) return false;
        into.removes.push_back(*sku);
    }
    return !into.adds.empty() || !into.removes.empty();
}

/// The user's name in `/users/NAME` and `/users('NAME')`; what follows goes to `rest`.
std::string user_in(std::string_view path, std::string_view& rest) {
    if (path.starts_with("/users('")) {
        auto const end = path.find("')");
        rest = path.substr(end + 2);
        auto name = unescaped(path.substr(8, end - 8));
        if (auto const twice = name.find("''"); twice != std::string::npos) name.erase(twice, 1);
        return name;
    }
    path.remove_prefix(7);
    auto const end = std::min(path.find('/'), path.size());
    rest = path.substr(end);
    return unescaped(path.substr(0, end));
}

/// A request for a group; `path` is what follows `/groups/`.
bool read_group_part(std::string_view method, std::string_view path, dom::element const* body,
                     sent_part& into) {
    auto const end = std::min(path.find('/'), path.size());
    auto const rest = path.substr(end);
    into.group = path.substr(0, end);
    if (method == "GET" && rest.empty()) {
        into.what = asked_for::group;
        return true;
    }
    constexpr std::string_view before = "/members/";
    constexpr std::string_view after = "/$ref";
    if (method == "DELETE" && rest.starts_with(before) && rest.ends_with(after)) {
        into.what = asked_for::leaving;
        into.members.emplace_back(
            rest.substr(before.size(), rest.size() - before.size() - after.size()));
        return true;
    }
    dom::array members;
    bool const joins =
        method == "PATCH" && rest.empty() && body != nullptr &&
        body->at_key("members@odata.bind").get_array().get(members) == simdjson::SUCCESS;
    if (!joins) return false;
    into.what = asked_for::joining;
    for (auto const one : members) {
        auto const address = text_of(one);
        auto const slash = address.rfind('/');
        if (!address.starts_with(graph_root) || slash == std::string::npos) return false;
        into.members.push_back(address.substr(slash + 1));
    }
    return !into.members.empty() && into.members.size() <= 20;
}

/// One request below the version. `body` is looked at for writes only.
bool read_part(std::string_view method, std::string_view url, dom::element const* body,
               sent_part& into) {
    auto const path = url.substr(0, url.find('?'));
    if (method == "GET" && path == "/subscribedSkus") {
        into.what = asked_for::subscriptions;
        return true;
    }
    if (method == "GET" && path == "/users") {
        into.what = asked_for::users;
        return true;
    }
    if (path.starts_with("/groups/")) return read_group_part(method, path.substr(8), body, into);
    if (!path.starts_with("/users/") && !path.starts_with("/users('")) return false;
    std::string_view rest;
    into.user = user_in(path, rest);
    if (method == "GET" && rest.empty()) {
        into.what = asked_for::user;
        return true;
    }
    if (body == nullptr) return false;
    if (method == "PATCH" && rest.empty()) {
        into.what = asked_for::location;
        into.location = text_at(*body, "usageLocation");
        return into.location.size() == 2;
    }
    into.what = asked_for::licences;
    return method == "POST" && rest == "/assignLicense" && read_assignment(*body, into);
}

bool read_batch(dom::element const& body, sent_request& into) {
    dom::array parts;
    if (body.at_key("requests").get_array().get(parts) != simdjson::SUCCESS) return false;
    for (auto const one : parts) {
        dom::element inner;
        bool const has = one.at_key("body").get(inner) == simdjson::SUCCESS;
        auto& part = into.parts.emplace_back();
        part.id = text_at(one, "id");
        auto const method = text_at(one, "method");
        auto const url = text_at(one, "url");
        if (part.id.empty() || !read_part(method, url, has ? &inner : nullptr, part)) return false;
    }
    return !into.parts.empty() && into.parts.size() <= 20;
}

bool read_whole(http_request const& request, sent_request& into) {
    if (request.url.starts_with(login_root)) {
        into.parts.emplace_back().what = asked_for::sign_in;
        return true;
    }
    if (!request.url.starts_with(graph_root)) return false;
    auto const url = std::string_view{request.url}.substr(graph_root.size());
    dom::element body;
    bool const has = !request.body.empty();
    if (has && parser().parse(request.body).get(body) != simdjson::SUCCESS) return false;
    if (url == "/$batch") return has && read_batch(body, into);
    return read_part(request.method, url, has ? &body : nullptr, into.parts.emplace_back());
}

}  // namespace

bool sent_request::writes() const {
    return std::ranges::any_of(parts, &sent_part::writes);
}

sent_request read_request(http_request const& request) {
    sent_request read;
    if (!read_whole(request, read)) {
        read.error = "cannot be understood: " + request.method + " " + request.url;
    }
    return read;
}

std::vector<part_answer> read_answers(sent_request const& request, http_response const& reply) {
    std::vector<part_answer> answers(request.parts.size());
    dom::element body;
    dom::array parts;
    bool const batch = !request.parts.front().id.empty();
    bool const taken_apart = batch && reply.status == 200 &&
                             parser().parse(reply.body).get(body) == simdjson::SUCCESS &&
                             body.at_key("responses").get_array().get(parts) == simdjson::SUCCESS;
    if (!taken_apart) {
        // A batch that was answered as a whole, but not in parts, says of its parts what it says.
        for (auto& one : answers) {
            if (!batch || reply.status != 200) one = {reply.status, reply.headers};
        }
        return answers;
    }
    for (auto const one : parts) {
        auto const id = text_at(one, "id");
        auto const at = std::ranges::find(request.parts, id, &sent_part::id);
        if (at == request.parts.end()) continue;
        auto& into = answers[static_cast<std::size_t>(at - request.parts.begin())];
        std::int64_t status = 0;
        if (one.at_key("status").get(status) == simdjson::SUCCESS) {
            into.status = static_cast<int>(status);
        }
        dom::object headers;
        if (one.at_key("headers").get_object().get(headers) != simdjson::SUCCESS) continue;
        for (auto const header : headers) {
            into.headers.emplace_back(std::string{header.key}, text_of(header.value));
        }
    }
    return answers;
}

}  // namespace allot::simulation
