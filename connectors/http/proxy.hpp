#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace allot::http {

/// An HTTP proxy that opens tunnels (CONNECT; RFC 9110, 9.3.6).
struct proxy_options {
    std::string host;  ///< an IPv6 address without its brackets
    std::string port;
    std::string user;  ///< empty: no authentication; else Basic (RFC 7617)
    std::string password;
    std::string source;               ///< who named it, for messages: `HTTPS_PROXY`
    std::vector<std::string> except;  ///< reached without it, as NO_PROXY lists them
    bool loopback_too = false;        ///< else this machine's own addresses are reached without it

    /// `host:port`: never with user or password.
    [[nodiscard]] std::string name() const;
};

/// Whether a host is reached without the proxy. `except` holds `*`, a host or a domain with or
/// without a leading dot (both for itself and all below it, as curl has it), an address, a network
/// (`10.0.0.0/8`), each but `*` and a network with or without `:port`.
bool goes_direct(proxy_options const& proxy, std::string_view host, std::string_view port);

/// `localhost`, what is below it, 127.0.0.0/8 and ::1.
bool is_loopback(std::string_view host);

/// The whole CONNECT request for `host:port`.
std::string connect_text(proxy_options const& proxy, std::string_view host, std::string_view port,
                         std::string_view user_agent);

/// What a proxy that did not open the tunnel said.
struct tunnel_refusal {
    int status = 0;
    std::string words;                 ///< of the status line
    std::vector<std::string> schemes;  ///< the values of Proxy-Authenticate
    std::string body;
};
/// The sentence for that, with the mend, and without a password. `to`: `host:port`.
std::string words_for(tunnel_refusal refusal, proxy_options const& proxy, std::string_view to);

}  // namespace allot::http
