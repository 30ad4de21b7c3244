// broken_relay TO CERTIFICATE KEY LOG RULE...: a relay over TLS on loopback that damages replies.
//
// It hands every request on to port TO of loopback (`allot simulate`; 0: there is nothing behind
// it, and every request is answered with 200 and `{}`), and its reply back, damaged as the RULEs
// say: see rules.hpp. Prints `port N` once it listens. LOG gets a line for each request: its first
// line, and `token` when it had an Authorization header; and `damaged` with it when its reply is.

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "rules.hpp"
#include "stream.hpp"

namespace broken {

namespace {

struct relay {
    rule_book rules;
    unsigned to = 0;
    tls_context server{SSL_CTX_new(TLS_server_method())};
    tls_context client{SSL_CTX_new(TLS_client_method())};
    std::mutex lock{};
    std::ofstream log{};
    std::map<std::string, std::string> replies{};  ///< the newest, by method and kind of address
    unsigned links = 0;
};

/// `POST /v1.0/$batch` of `POST /v1.0/$batch HTTP/1.1`.
std::string first_line(std::string const& request) {
    auto const line = request.substr(0, request.find("\r\n"));
    return line.substr(0, line.rfind(' '));
}

void note(relay& of, std::string const& request) {
    std::lock_guard const held{of.lock};
    bool const token = request.find("\r\nAuthorization:") != std::string::npos;
    of.log << first_line(request) << (token ? " token" : "") << std::endl;
}

void note_damage(relay& of, std::string const& line) {
    std::lock_guard const held{of.lock};
    of.log << "damaged " << line << std::endl;
}

/// The same reply with another body, and its length said.
std::string with_body(std::string const& reply, std::string const& body) {
    auto head = reply.substr(0, reply.find("\r\n\r\n") + 2);
    auto const at = head.find("Content-Length: ");
    if (at != std::string::npos) head.erase(at, head.find("\r\n", at) + 2 - at);
    return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string echoed(std::string const& request) {
    auto const at = request.find("\r\nAuthorization: ");
    auto const header = request.substr(at + 2, request.find("\r\n", at + 2) - at - 2);
    return with_body("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n",
                     R"({"error":{"code":"x","message":"You sent )" + header + "\"}}");
}

std::string replaced(std::string text, std::string_view rule) {
    auto const sign = rule.find('=');
    auto const from = rule.substr(0, sign);
    auto const to = rule.substr(sign + 1);
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

/// The request without what `linked` has put into its address.
std::string unlinked(std::string request) {
    auto const end = request.find(" HTTP/1.1\r\n");
    auto const link = request.find("link=");
    if (link < end) request.erase(link - 1, end - link + 1);
    return request;
}

/// A body that begins with a link to a next page that nobody has been sent to yet.
std::string linked(relay& of, std::string const& request, std::string const& body) {
    auto const at = request.find("Host: ") + 6;
    auto const host = request.substr(at, request.find("\r\n", at) - at);
    auto const target = first_line(request).substr(4);
    auto const sign = target.find('?') == std::string::npos ? "?" : "&";
    std::lock_guard const held{of.lock};
    auto const link = "https://" + host + target + sign + "link=" + std::to_string(++of.links);
    return "{\"@odata.nextLink\":\"" + link + "\"," + body.substr(1);
}

/// What follows the head, or all of it where there is nothing.
std::string_view again_and_again(std::string_view bytes) {
    auto const end = bytes.find("\r\n\r\n");
    bool const has_more = end != std::string_view::npos && end + 4 < bytes.size();
    return has_more ? bytes.substr(end + 4) : bytes;
}

[[nodiscard]] bool drip(stream& to, std::string const& bytes) {
    for (std::size_t at = 0;; at = (at + 1) % bytes.size()) {
        if (!to.write(bytes.substr(at, 1))) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

/// Sends the damaged reply; false when the connection is over.
[[nodiscard]] bool damage_reply(relay& of, rule const& how, stream& to, std::string const& request,
                                std::string const& reply, std::string const& before) {
    auto const body_at = reply.find("\r\n\r\n") + 4;
    auto const body = reply.substr(body_at);
    auto const half = reply.substr(0, body_at + body.size() / 2);
    switch (how.what) {
        case damage::raw:
            return to.write(how.argument);
        case damage::last:
            if (to.write(how.argument)) to.shut_down();
            return false;
        case damage::flood:
            if (!to.write(how.argument)) return false;
            while (to.write(again_and_again(how.argument))) {
            }
            return false;
        case damage::drip:
            return drip(to, how.argument);
        case damage::silence:
            to.wait_for_the_end();
            return false;
        case damage::cut:
            return false;
        case damage::half:
            if (to.write(half)) to.shut_down();
            return false;
        case damage::half_cut:
            to.write(half);
            return false;
        case damage::endless:
            to.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" +
                     half.substr(body_at));
            return false;
        case damage::twice:
            return to.write(reply) && to.write(reply);
        case damage::stale:
            return to.write(before.empty() ? reply : before);
        case damage::chain:
            return to.write(with_body(reply, linked(of, request, body)));
        case damage::echo:
            return to.write(echoed(request));
        case damage::replace:
            return to.write(with_body(reply, replaced(body, how.argument)));
    }
    return false;
}

/// What the server behind says; empty when it says nothing.
std::string ask(relay& of, std::unique_ptr<stream>& behind, std::string const& request) {
    if (of.to == 0) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    }
    if (!behind) {
        int const socket = connect_to_loopback(of.to);
        if (socket < 0) return {};
        behind = std::make_unique<stream>(socket, of.client.get());
        if (!behind->connect()) return {};
    }
    if (!behind->write(request)) return {};
    return behind->read_message();
}

void serve(relay& of, int socket) {
    if (auto const how = of.rules.next("accept")) {
        // In place of the handshake.
        write_plain(socket, how->argument);
        while (how->what == damage::flood && write_plain(socket, how->argument)) {
        }
        char byte = 0;
        while (how->what == damage::raw && ::recv(socket, &byte, 1, 0) > 0) {
        }
        while (how->what == damage::silence && ::recv(socket, &byte, 1, 0) > 0) {
        }
        ::close(socket);
        return;
    }
    stream from{socket, of.server.get()};
    if (!from.accept()) return;
    std::unique_ptr<stream> behind;
    for (;;) {
        auto request = from.read_message();
        if (request.empty()) return;
        note(of, request);
        request = unlinked(std::move(request));
        auto const line = first_line(request);
        auto const reply = ask(of, behind, request);
        if (reply.empty()) return;
        auto const kind = line.substr(0, line.find('?'));
        std::string before;
        {
            std::lock_guard const held{of.lock};
            before = std::exchange(of.replies[kind], reply);
        }
        auto const how = of.rules.next(line);
        if (how) note_damage(of, line);
        bool const goes_on =
            how ? damage_reply(of, *how, from, request, reply, before) : from.write(reply);
        if (!goes_on) return;
    }
}

int run(int count, char** words) {
    if (count < 5) {
        std::fputs("usage: broken_relay TO CERTIFICATE KEY LOG RULE...\n", stderr);
        return 2;
    }
    std::vector<rule> rules;
    for (int at = 5; at < count; ++at) rules.push_back(read_rule(words[at]));
    relay of{rule_book{std::move(rules)}};
    of.to = static_cast<unsigned>(std::strtoul(words[1], nullptr, 10));
    of.log.open(words[4], std::ios::app);
    auto* const context = of.server.get();
    bool const ready = SSL_CTX_use_certificate_chain_file(context, words[2]) == 1 &&
                       SSL_CTX_use_PrivateKey_file(context, words[3], SSL_FILETYPE_PEM) == 1 &&
                       of.log.is_open();
    unsigned port = 0;
    int const listening = listen_on_loopback(port);
    if (!ready || listening < 0) {
        std::fputs("broken_relay: cannot use the certificate, the key or the log, or listen\n",
                   stderr);
        return 2;
    }
    std::printf("port %u\n", port);
    std::fflush(stdout);
    for (;;) {
        int const socket = ::accept(listening, nullptr, nullptr);
        if (socket >= 0) std::thread{serve, std::ref(of), socket}.detach();
    }
}

}  // namespace

}  // namespace broken

int main(int count, char** words) {
    std::signal(SIGPIPE, SIG_IGN);
    return broken::run(count, words);
}
