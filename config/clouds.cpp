#include "config/clouds.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "config/words.hpp"

namespace allot::config {

namespace {

struct cloud {
    std::string_view name;
    std::string_view graph_url;
    std::string_view login_url;
};

/// Source: Microsoft, "National cloud deployments" and "Azure AD authentication endpoints" (2025).
constexpr std::array<cloud, 4> clouds{{
    {"global", "https://graph.microsoft.com", "https://login.microsoftonline.com"},
    {"usgov", "https://graph.microsoft.us", "https://login.microsoftonline.us"},
    {"usgov-dod", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us"},
    {"china", "https://microsoftgraph.chinacloudapi.cn",
     "https://login.partner.microsoftonline.cn"},
}};

}  // namespace

std::string cloud_names() {
    std::vector<std::string_view> names;
    for (auto const& each : clouds) names.push_back(each.name);
    return listed(names);
}

bool set_cloud(settings& into, std::string_view name) {
    auto const found = std::ranges::find(clouds, lower(name), &cloud::name);
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
