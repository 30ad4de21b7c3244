#include "connectors/http/exchange.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "connectors/port/id.hpp"
#include "connectors/port/withhold.hpp"

namespace allot::http {

namespace {

/// Headers that say how an exchange went and are no secret, in lower case. A header that is not
/// among them may be one: `authorization`, `x-identity-header`, `set-cookie`, a proxy's.
constexpr std::array shown_headers{std::string_view{"accept"},
                                   std::string_view{"cache-control"},
                                   std::string_view{"client-request-id"},
                                   std::string_view{"consistencylevel"},
                                   std::string_view{"content-encoding"},
                                   std::string_view{"content-length"},
                                   std::string_view{"content-type"},
                                   std::string_view{"date"},
                                   std::string_view{"metadata"},
                                   std::string_view{"odata-version"},
                                   std::string_view{"prefer"},
                                   std::string_view{"preference-applied"},
                                   std::string_view{"pragma"},
                                   std::string_view{"request-id"},
                                   std::string_view{"retry-after"},
                                   std::string_view{"server"},
                                   std::string_view{"transfer-encoding"},
                                   std::string_view{"user-agent"},
                                   std::string_view{"x-ms-ags-diagnostic"},
                                   std::string_view{"x-ms-request-id"},
                                   std::string_view{"x-ms-resource-unit"},
                                   std::string_view{"x-ms-throttle-information"},
                                   std::string_view{"x-ms-throttle-priority"},
                                   std::string_view{"x-ms-throttle-limit-percentage"},
                                   std::string_view{"x-ms-throttle-scope"}};

std::string lower(std::string_view text) {
    std::string out{text};
    for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

std::vector<std::string> told(http_headers const& headers) {
    std::vector<std::string> lines;
    for (auto const& [name, value] : headers) {
        auto const known = lower(name);
        bool const shown = std::ranges::find(shown_headers, known) != shown_headers.end();
        lines.push_back(known + ": " + (shown ? value : std::string{"(not shown)"}));
    }
    return lines;
}

/// `$select=id&$skiptoken=(not shown)`.
std::string told_query(std::string_view query) {
    std::string out;
    while (!query.empty()) {
        auto const end = std::min(query.find('&'), query.size());
        auto const part = query.substr(0, end);
        auto const name = lower(part.substr(0, part.find('=')));
        bool const secret =
            name.find("token") != std::string::npos || name.find("secret") != std::string::npos ||
            name.find("assertion") != std::string::npos || name.find("code") != std::string::npos;
        if (!out.empty()) out += '&';
        out += secret ? name + "=(not shown)" : std::string{part};
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return out;
}

/// Without user information, and without people's names in the path (`/users/NAME/…`).
std::string told_url(std::string_view url, detail how) {
    auto const scheme = url.find("://");
    auto const from = scheme == std::string_view::npos ? 0 : scheme + 3;
    auto const root_end = std::min(url.find_first_of("/?#", from), url.size());
    auto authority = url.substr(from, root_end - from);
    if (auto const at = authority.rfind('@'); at != std::string_view::npos) {
        authority.remove_prefix(at + 1);
    }
    std::string out{url.substr(0, from)};
    out += authority;
    auto const rest = url.substr(root_end);
    auto const query = std::min(rest.find('?'), rest.size());
    auto path = rest.substr(0, query);
    while (!path.empty()) {
        auto const end = std::min(path.find('/', 1), path.size());
        auto const part = path.substr(0, end);
        bool const person = how == detail::heads && (part.find('@') != std::string_view::npos ||
                                                     part.find("%40") != std::string_view::npos);
        out += person ? std::string_view{"/(user)"} : part;
        path.remove_prefix(end);
    }
    if (query < rest.size() && how == detail::whole) {
        out += '?' + told_query(rest.substr(query + 1));
    }
    return out;
}

/// Whether it is a request of the directory's own: one service may serve both that and sign-ins.
bool is_of_graph(std::string_view url, std::string_view root) {
    if (root.empty() || !lower(url).starts_with(lower(root))) return false;
    auto const path = url.substr(root.size());
    return path.starts_with("/v1.0/") || path.starts_with("/beta/");
}

/// What only a sign-in has in its body. A second lock: the first is where the request goes.
bool speaks_of_sign_in(std::string_view body) {
    constexpr std::array secret_names{
        std::string_view{"access_token"}, std::string_view{"refresh_token"},
        std::string_view{"id_token"}, std::string_view{"client_secret"},
        std::string_view{"client_assertion"}};
    return std::ranges::any_of(secret_names, [&](std::string_view name) {
        return body.find(name) != std::string_view::npos;
    });
}

std::string told_body(std::string const& body, bool of_graph) {
    if (body.empty()) return {};
    if (!of_graph || speaks_of_sign_in(body))
        return "(" + std::to_string(body.size()) + " bytes of a sign-in, not shown)";
    if (body.size() <= shown_body_bytes) return body;
    return body.substr(0, shown_body_bytes) + "… (" +
           std::to_string(body.size() - shown_body_bytes) + " bytes more)";
}

/// What a request proves itself with: `Bearer TOKEN` without the first word; empty: nothing.
std::string_view token_of(http_request const& sent) {
    auto const* const value = find_header(sent.headers, "Authorization");
    auto const token = value == nullptr ? std::string_view{} : std::string_view{*value};
    return token.substr(std::min(token.find(' ') + 1, token.size()));
}

std::string header_or_none(http_headers const& in, std::string_view name) {
    auto const* const found = find_header(in, name);
    return found == nullptr ? std::string{} : *found;
}

/// Of a reply that is not the directory's: who is asked for a token is told what proves who we are,
/// and may repeat it anywhere. A GUID is an id, and no secret.
std::vector<std::string> told_ids(http_headers const& headers) {
    std::vector<std::string> lines;
    for (auto const& [name, value] : headers) {
        auto const known = lower(name);
        bool const id =
            known == "request-id" || known == "client-request-id" || known == "x-ms-request-id";
        if (!id || !guid::parse(value)) continue;
        lines.push_back(known);
        lines.back().append(": ").append(value);
    }
    return lines;
}

class watched final : public transport {
 public:
    watched(transport& through, clock& time, std::string graph_url, detail how,
            exchange_watcher tell)
        : through_{through},
          time_{time},
          graph_url_{std::move(graph_url)},
          how_{how},
          tell_{std::move(tell)} {}

    boost::asio::awaitable<answer> send(http_request request) override {
        auto const kept = request;
        auto const began = time_.now();
        auto came = co_await through_.send(std::move(request));
        tell_(show(kept, came, time_.now() - began, graph_url_, how_));
        co_return came;
    }

 private:
    transport& through_;
    clock& time_;
    std::string graph_url_;
    detail how_;
    exchange_watcher tell_;
};

}  // namespace

shown_exchange show(http_request const& sent, answer const& came, duration took,
                    std::string_view graph_url, detail how) {
    bool const of_graph = is_of_graph(sent.url, graph_url);
    shown_exchange shown;
    shown.method = sent.method;
    shown.url = told_url(sent.url, how);
    shown.milliseconds = std::chrono::duration<double, std::milli>{took}.count();
    shown.sent_bytes = sent.body.size();
    if (came) {
        shown.status = came->status;
        shown.came_bytes = came->body.size();
        shown.request_id = header_or_none(came->headers, "request-id");
        if (of_graph) {
            shown.retry_after = header_or_none(came->headers, "retry-after");
            withhold(shown.request_id, token_of(sent));
            withhold(shown.retry_after, token_of(sent));
        } else if (!guid::parse(shown.request_id)) {
            shown.request_id.clear();
        }
    } else {
        shown.failed = came.error().what;
    }
    if (how == detail::heads) return shown;
    shown.sent_headers = told(sent.headers);
    shown.sent_body = told_body(sent.body, of_graph);
    if (came) {
        shown.came_headers = of_graph ? told(came->headers) : told_ids(came->headers);
        auto body = came->body;
        // Before it is cut: part of a token is as secret as the whole.
        withhold(body, token_of(sent));
        shown.came_body = told_body(body, of_graph);
        for (auto& line : shown.came_headers) withhold(line, token_of(sent));
    }
    return shown;
}

std::unique_ptr<transport> make_watched(transport& through, clock& time, std::string graph_url,
                                        detail how, exchange_watcher tell) {
    return std::make_unique<watched>(through, time, std::move(graph_url), how, std::move(tell));
}

}  // namespace allot::http
