#include "stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

namespace broken {

namespace {

sockaddr_in loopback(unsigned port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::size_t body_size(std::string_view head) {
    std::string lower{head};
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::string_view name = "\r\ncontent-length:";
    auto const at = lower.find(name);
    return at == std::string::npos ? 0
                                   : std::strtoul(lower.c_str() + at + name.size(), nullptr, 10);
}

void send_at_once(int socket) {
    int const on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

stream::stream(int socket, SSL_CTX* context) : socket_(socket), tls_(SSL_new(context)) {
    send_at_once(socket);
    SSL_set_fd(tls_, socket);
}

stream::~stream() {
    SSL_free(tls_);
    ::close(socket_);
}

bool stream::write(std::string_view bytes) {
    if (bytes.empty()) return true;
    return SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
}

bool stream::read_more() {
    std::array<char, 16384> some;
    int const count = SSL_read(tls_, some.data(), some.size());
    if (count <= 0) return false;
    read_.append(some.data(), static_cast<std::size_t>(count));
    return true;
}

std::string stream::read_message() {
    for (;;) {
        auto const end = read_.find("\r\n\r\n");
        if (end != std::string::npos) {
            auto const whole = end + 4 + body_size(std::string_view{read_}.substr(0, end + 4));
            while (read_.size() < whole) {
                if (!read_more()) return {};
            }
            auto message = read_.substr(0, whole);
            read_.erase(0, whole);
            return message;
        }
        if (!read_more()) return {};
    }
}

void stream::shut_down() {
    SSL_shutdown(tls_);
}

void stream::wait_for_the_end() {
    while (read_more()) read_.clear();
}

int listen_on_loopback(unsigned& port) {
    int const socket = ::socket(AF_INET, SOCK_STREAM, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket, any, size) != 0 || ::listen(socket, 128) != 0) return -1;
    ::getsockname(socket, any, &size);
    port = ntohs(address.sin_port);
    return socket;
}

int connect_to_loopback(unsigned port) {
    int const socket = ::socket(AF_INET, SOCK_STREAM, 0);
    auto address = loopback(port);
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
        return socket;
    ::close(socket);
    return -1;
}

bool write_plain(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace broken
