#include "config/clouds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "config/words.hpp"

namespace allot::config {

namespace {

struct cloud {
    std::string_view name;
    std::array<std::string_view, 2> also;  ///< as others call it
    std::string_view graph_url;
    std::string_view login_url;
};

/// Source: Microsoft, "National cloud deployments" and "Azure AD authentication endpoints" (2025).
/// GCC is served by the global cloud.
constexpr std::array<cloud, 4> clouds{{
    {"global",
     {"gcc", "commercial"},
     "https://graph.microsoft.com",
     "https://login.microsoftonline.com"},
    {"usgov", {"gcc-high", "l4"}, "https://graph.microsoft.us", "https://login.microsoftonline.us"},
    {"usgov-dod",
     {"dod", "l5"},
     "https://dod-graph.microsoft.us",
     "https://login.microsoftonline.us"},
    {"china",
     {"21vianet", "cn"},
     "https://microsoftgraph.chinacloudapi.cn",
     "https://login.partner.microsoftonline.cn"},
}};

}  // namespace

std::string cloud_names() {
    std::vector<std::string_view> names;
    std::vector<std::string> shown;
    for (auto const& each : clouds) {
        shown.push_back(fmt::format("{} ({})", each.name, listed(each.also)));
    }
    for (auto const& each : shown) names.emplace_back(each);
    return listed(names);
}

bool set_cloud(settings& into, std::string_view name) {
    auto const word = lower(name);
    auto const found = std::ranges::find_if(clouds, [&](cloud const& each) {
        return each.name == word || std::ranges::find(each.also, word) != each.also.end();
    });
    if (found == clouds.end()) return false;
    into.tenant.graph_url = found->graph_url;
    into.tenant.login_url = found->login_url;
    return true;
}

void set_cloud_of_login(settings& into, std::string_view login_url) {
    auto const found = std::ranges::find(clouds, login_url, &cloud::login_url);
    if (found != clouds.end()) set_cloud(into, found->name);
}

}  // namespace allot::config
