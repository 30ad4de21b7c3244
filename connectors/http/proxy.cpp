#include "connectors/http/proxy.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <utility>

#include "connectors/port/withhold.hpp"

namespace allot::http {

namespace ip = boost::asio::ip;

namespace {

constexpr std::size_t words_max = 160;

std::string lowered(std::string_view text) {
    std::string made{text};
    for (auto& c : made) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return made;
}

std::optional<ip::address> address_of(std::string_view text) {
    boost::system::error_code error;
    auto const address = ip::make_address(text, error);
    if (error) return std::nullopt;
    return address;
}

bool in_network(ip::address const& host, std::string const& network) {
    boost::system::error_code error;
    if (host.is_v4()) {
        auto const of = ip::make_network_v4(network, error);
        if (error) return false;
        auto const mask = of.netmask().to_uint();
        return (of.address().to_uint() & mask) == (host.to_v4().to_uint() & mask);
    }
    auto const of = ip::make_network_v6(network, error);
    if (error) return false;
    auto const left = of.address().to_bytes();
    auto const right = host.to_v6().to_bytes();
    auto const length = static_cast<std::size_t>(of.prefix_length());
    for (std::size_t bit = 0; bit < length; ++bit) {
        auto const mask = 0x80U >> (bit % 8);
        if ((left[bit / 8] & mask) != (right[bit / 8] & mask)) return false;
    }
    return true;
}

/// `host:port`, `[address]:port`, or either without a port.
struct exception {
    std::string host;
    std::string port;  ///< empty: any
};

exception taken_apart(std::string const& entry) {
    if (entry.starts_with('[')) {
        auto const end = entry.find(']');
        if (end == std::string::npos) return {entry, ""};
        auto const rest = entry.substr(end + 1);
        return {entry.substr(1, end - 1), rest.starts_with(':') ? rest.substr(1) : ""};
    }
    auto const colon = entry.find(':');
    bool const one = colon != std::string::npos && entry.find(':', colon + 1) == std::string::npos;
    if (!one) return {entry, ""};
    return {entry.substr(0, colon), entry.substr(colon + 1)};
}

bool matches(std::string const& entry, std::string const& host, std::string_view port) {
    if (entry == "*") return true;
    auto const address = address_of(host);
    if (entry.find('/') != std::string::npos) return address && in_network(*address, entry);
    auto except = taken_apart(entry);
    if (!except.port.empty() && except.port != port) return false;
    if (address) return address_of(except.host) == address;
    if (except.host.starts_with("*.")) except.host.erase(0, 1);
    if (except.host.starts_with('.')) except.host.erase(0, 1);
    if (except.host.ends_with('.')) except.host.pop_back();
    return !except.host.empty() && (host == except.host || host.ends_with("." + except.host));
}

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    auto const* const from = reinterpret_cast<unsigned char const*>(bytes.data());
    auto* const to = reinterpret_cast<unsigned char*>(text.data());
    auto const size = EVP_EncodeBlock(to, from, static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string with_port(std::string_view host, std::string_view port) {
    bool const ipv6 = host.find(':') != std::string_view::npos;
    std::string text = ipv6 ? "[" + std::string{host} + "]" : std::string{host};
    return text + ":" + std::string{port};
}

/// What a person would read of a page: without its head, its tags and its line breaks, shortened.
std::string readable(std::string_view page) {
    if (auto const body = lowered(page).find("<body"); body != std::string::npos) {
        page.remove_prefix(body);
    }
    std::string text;
    bool in_tag = false;
    bool gap = false;
    for (auto const c : page) {
        if (c == '<') in_tag = true;
        bool const shown = !in_tag && c > ' ' && c != '\x7F';
        if (c == '>' || !shown) {
            gap = true;
            if (c == '>') in_tag = false;
            continue;
        }
        if (gap && !text.empty()) text += ' ';
        gap = false;
        text += c;
        if (text.size() == words_max) return text + " …";
    }
    return text;
}

}  // namespace

std::string proxy_options::name() const {
    return with_port(host, port);
}

bool is_loopback(std::string_view host) {
    if (auto const address = address_of(host)) return address->is_loopback();
    auto const name = lowered(host);
    return name == "localhost" || name.ends_with(".localhost");
}

bool goes_direct(proxy_options const& proxy, std::string_view host, std::string_view port) {
    if (!proxy.loopback_too && is_loopback(host)) return true;
    auto name = lowered(host);
    if (name.ends_with('.')) name.pop_back();
    return std::ranges::any_of(proxy.except, [&](std::string const& entry) {
        return matches(lowered(entry), name, port);
    });
}

std::string connect_text(proxy_options const& proxy, std::string_view host, std::string_view port,
                         std::string_view user_agent) {
    auto const to = with_port(host, port);
    auto text = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\nUser-Agent: ";
    text += user_agent;
    if (!proxy.user.empty()) {
        text += "\r\nProxy-Authorization: Basic " + base64(proxy.user + ":" + proxy.password);
    }
    return text + "\r\n\r\n";
}

std::string words_for(tunnel_refusal refusal, proxy_options const& proxy, std::string_view to) {
    // It may repeat what it was sent.
    auto const hide = [&](std::string& text) {
        withhold(text, base64(proxy.user + ":" + proxy.password));
        withhold(text, proxy.password);
    };
    hide(refusal.words);
    hide(refusal.body);
    for (auto& each : refusal.schemes) hide(each);
    auto const who = "the proxy " + proxy.name() + " (from " + proxy.source + ")";
    // Some say 401 to a wrong password (tinyproxy 1.11).
    if (refusal.status == 407 || refusal.status == 401) {
        std::string offered;
        bool basic = refusal.schemes.empty();
        for (auto const& each : refusal.schemes) {
            auto const scheme = each.substr(0, each.find(' '));
            basic = basic || lowered(scheme) == "basic";
            offered += (offered.empty() ? "" : ", ") + readable(scheme);
        }
        if (!basic) {
            return who + " lets nobody sign in but by " + offered +
                   ", and allot can do Basic only: put a relay between that signs in there, and "
                   "name it as the proxy";
        }
        if (proxy.user.empty()) {
            return who +
                   " wants a user name and a password: name the user in the proxy's URL, as in "
                   "http://USER@" +
                   proxy.name() + ", and put the password into ALLOT_PROXY_PASSWORD";
        }
        return who + " does not accept this user name and password: correct the user in its URL, " +
               "or the password there or in ALLOT_PROXY_PASSWORD";
    }
    auto text = who + " does not connect to " + std::string{to} + ": " +
                std::to_string(refusal.status) + " " + readable(refusal.words);
    auto const more = readable(refusal.body);
    if (!more.empty()) text += ": " + more;
    return text;
}

}  // namespace allot::http
