#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

/// Blocking sockets with TLS, in as few words as will do for a test.
namespace broken {

struct free_context {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using tls_context = std::unique_ptr<SSL_CTX, free_context>;

/// One end of a connection over TLS; closes the socket.
class stream {
 public:
    stream(int socket, SSL_CTX* context);
    ~stream();
    stream(stream const&) = delete;
    stream& operator=(stream const&) = delete;

    bool accept() { return SSL_accept(tls_) == 1; }
    bool connect() { return SSL_connect(tls_) == 1; }

    bool write(std::string_view bytes);
    /// Head and body of a request or a reply that says its length or has none; empty at the end.
    std::string read_message();
    /// Ends as TLS wants it.
    void shut_down();
    /// Waits until the other end has gone.
    void wait_for_the_end();

 private:
    bool read_more();

    int socket_;
    SSL* tls_;
    std::string read_;  ///< and not taken yet
};

/// A socket that listens on a free port of loopback, which goes to `port`.
int listen_on_loopback(unsigned& port);
/// A socket connected to a port of loopback; -1 when nobody is there.
int connect_to_loopback(unsigned port);
bool write_plain(int socket, std::string_view bytes);

}  // namespace broken
