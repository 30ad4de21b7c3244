#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "connectors/simulated/model/catalogue.hpp"
#include "connectors/simulated/model/make_tenant.hpp"
#include "connectors/simulated/model/tenant.hpp"
#include "tests/support/catch.hpp"

/// A client of a simulated tenant that has signed in, and small tenants to call.
namespace allot::simulated::test {

inline constexpr wall_time start =
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + std::chrono::hours{8};

/// A JSON body, looked into by JSON pointers: `/error/code`.
class json {
 public:
    explicit json(std::string const& text) : root_(parser_.parse(text).value()) {}

    std::string text(std::string_view at) const {
        return std::string{root_.at_pointer(at).get_string().value()};
    }
    std::int64_t number(std::string_view at) const {
        return root_.at_pointer(at).get_int64().value();
    }
    std::size_t size(std::string_view at) const {
        return root_.at_pointer(at).get_array().value().size();
    }
    bool has(std::string_view at) const {
        return root_.at_pointer(at).error() == simdjson::SUCCESS;
    }
    bool is_null(std::string_view at) const { return root_.at_pointer(at).value().is_null(); }

 private:
    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};

/// User `number` of a tenant made here: `p1@contoso.example`, in the Netherlands.
inline described_user person(std::uint32_t number, std::vector<licence_state> licences = {}) {
    described_user made;
    made.who.id = made_user_id(number);
    made.who.upn = "p" + std::to_string(number) + "@contoso.example";
    made.who.usage_location = "NL";
    made.who.licences = std::move(licences);
    return made;
}

inline group_id const sales{*guid::parse("22222222-aaaa-4bbb-8ccc-000000000009")};

inline licence_state direct(sku_id sku, std::vector<plan_id> disabled = {}) {
    licence_state made;
    made.sku = sku;
    made.disabled_plans = std::move(disabled);
    return made;
}

inline licence_state inherited(sku_id sku) {
    auto made = direct(sku);
    made.by_group = sales;
    return made;
}

/// A tenant with the whole catalogue and these users.
inline tenant_description tenant_of(std::vector<described_user> users) {
    auto made = make_tenant({.users = 0});
    made.users = std::move(users);
    return made;
}

/// `count` users without licences.
inline tenant_description plain_tenant(std::uint32_t count) {
    std::vector<described_user> users;
    for (std::uint32_t number = 1; number <= count; ++number) users.push_back(person(number));
    return tenant_of(std::move(users));
}

inline std::string in_quotes(std::string_view text) {
    return '"' + std::string{text} + '"';
}

/// A body for assignLicense that adds and removes these.
inline std::string licences(std::vector<licence_add> const& adds,
                            std::vector<sku_id> const& removes = {}) {
    std::string text = R"({"addLicenses":[)";
    for (auto const& add : adds) {
        if (text.back() == '}') text += ',';
        text += R"({"disabledPlans":[)";
        for (auto const& plan : add.disabled_plans) {
            text += (text.back() == '[' ? "" : ",") + in_quotes(plan.str());
        }
        text += R"(],"skuId":)" + in_quotes(add.sku.str()) + "}";
    }
    text += R"(],"removeLicenses":[)";
    for (auto const& sku : removes) text += (text.back() == '[' ? "" : ",") + in_quotes(sku.str());
    return text + "]}";
}

inline std::string add(sku_id sku, std::vector<plan_id> disabled = {}) {
    return licences({{sku, std::move(disabled)}});
}

class caller {
 public:
    explicit caller(tenant_description described, options chosen = {})
        : of(std::move(described), std::move(chosen)) {
        sign_in();
    }

    void sign_in() {
        http_request request;
        request.method = "POST";
        request.url = "https://login.example/contoso.example/oauth2/v2.0/token";
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body =
            "grant_type=client_credentials&client_id=88888888-aaaa-4bbb-8ccc-000000000008"
            "&client_secret=simulated&scope=https%3A%2F%2Fgraph.example%2F.default";
        auto const made = of.handle(request, now, wall());
        if (made.response && made.response->status == 200) {
            token = json{made.response->body}.text("/access_token");
        }
    }

    void pass(duration time) { now += time; }
    wall_time wall() const {
        return start + std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
    }

    reply send(std::string method, std::string path, std::string body = {}) {
        http_request request;
        request.method = std::move(method);
        request.url = path.starts_with("https://") ? path : "https://graph.example/v1.0" + path;
        request.headers = {{"Authorization", "Bearer " + token}};
        if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
        request.body = std::move(body);
        return of.handle(request, now, wall());
    }
    http_response ask(std::string method, std::string path, std::string body = {}) {
        auto made = send(std::move(method), std::move(path), std::move(body));
        REQUIRE(made.response.has_value());
        return *made.response;
    }
    http_response assign(std::uint32_t number, std::string body) {
        return ask("POST", "/users/" + made_user_id(number).str() + "/assignLicense",
                   std::move(body));
    }
    user truly(std::uint32_t number) const {
        auto const found = of.true_user(made_user_id(number));
        REQUIRE(found.has_value());
        return *found;
    }
    subscription truly(sku_id sku) const {
        for (auto const& one : of.true_subscriptions()) {
            if (one.sku == sku) return one;
        }
        FAIL("no such SKU");
        return {};
    }

    tenant of;
    time_point now{};
    std::string token;
};

inline std::string header(http_response const& of, std::string_view name) {
    auto const* const found = find_header(of.headers, name);
    return found == nullptr ? std::string{} : *found;
}

}  // namespace allot::simulated::test
