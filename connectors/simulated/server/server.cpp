#include "connectors/simulated/server/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <set>
#include <utility>

#include "connectors/simulated/server/certificate.hpp"
#include "connectors/simulated/server/session.hpp"

namespace allot::simulated {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// When the system has no descriptors left, accepting is tried again after this.
constexpr std::chrono::milliseconds accept_pause{100};

/// What the accept loop and the connections keep alive among them.
struct listening {
    listening(asio::any_io_executor const& executor, tenant& of, clock& time,
              server_options options)
        : served(of),
          clock_used(time),
          chosen(std::move(options)),
          context(asio::ssl::context::tls_server),
          acceptor(executor),
          pause(executor) {}

    void stop() {
        error_code ignored;
        acceptor.close(ignored);
        pause.cancel();
        // Closing a connection takes it out of the set, though not at once.
        for (auto const& one : sessions) one->close();
    }

    tenant& served;
    clock& clock_used;
    server_options chosen;
    asio::ssl::context context;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::set<std::shared_ptr<session>> sessions;
};

void begin_session(std::shared_ptr<listening> const& of, tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (of->sessions.size() >= of->chosen.connections_max) return;
    auto const executor = socket.get_executor();
    auto const made = std::make_shared<session>(std::move(socket), of->context, of->served,
                                                of->clock_used, of->chosen.body_max);
    of->sessions.insert(made);
    // Whatever ends a connection is its client's to see.
    asio::co_spawn(executor, made->run(),
                   [of, made](std::exception_ptr const&) { of->sessions.erase(made); });
}

asio::awaitable<void> accept_all(std::shared_ptr<listening> of) {
    while (of->acceptor.is_open()) {
        auto [failed, socket] = co_await of->acceptor.async_accept(quietly);
        if (!failed) {
            begin_session(of, std::move(socket));
        } else if (of->acceptor.is_open() && failed != asio::error::connection_aborted) {
            of->pause.expires_after(accept_pause);
            co_await of->pause.async_wait(quietly);
        }
    }
}

class listening_server final : public server {
 public:
    listening_server(std::shared_ptr<listening> of, std::string pem)
        : listening_(std::move(of)),
          pem_(std::move(pem)),
          endpoint_(listening_->acceptor.local_endpoint()) {}
    ~listening_server() override { listening_->stop(); }
    listening_server(listening_server const&) = delete;
    listening_server& operator=(listening_server const&) = delete;

    [[nodiscard]] std::uint16_t port() const override { return endpoint_.port(); }
    [[nodiscard]] std::string url() const override {
        auto const host = endpoint_.address().to_string();
        auto const shown = endpoint_.address().is_v6() ? "[" + host + "]" : host;
        return "https://" + shown + ":" + std::to_string(port());
    }
    [[nodiscard]] std::string ca_pem() const override { return pem_; }
    void stop() override { listening_->stop(); }

 private:
    std::shared_ptr<listening> listening_;
    std::string pem_;
    tcp::endpoint endpoint_;
};

failure failed(errc code, std::string message) {
    failure made;
    made.code = code;
    made.message = std::move(message);
    return made;
}

/// True when the context now offers the certificate, by TLS 1.2 or later.
bool offer(asio::ssl::context& context, certificate const& identity) {
    auto* const native = context.native_handle();
    return SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) == 1 &&
           SSL_CTX_use_certificate(native, identity.signed_by_it.get()) == 1 &&
           SSL_CTX_use_PrivateKey(native, identity.key.get()) == 1;
}

error_code listen(tcp::acceptor& with, tcp::endpoint const& at) {
    error_code wrong;
    with.open(at.protocol(), wrong);
    if (!wrong) with.set_option(tcp::acceptor::reuse_address(true), wrong);
    if (!wrong) with.bind(at, wrong);
    if (!wrong) with.listen(asio::socket_base::max_listen_connections, wrong);
    return wrong;
}

}  // namespace

result<std::unique_ptr<server>> make_server(asio::any_io_executor executor, tenant& of, clock& time,
                                            server_options chosen) {
    error_code wrong;
    auto const address = asio::ip::make_address(chosen.address, wrong);
    if (wrong || !address.is_loopback()) {
        return failed(errc::invalid_input, "The simulated tenant is served on loopback only, and " +
                                               chosen.address +
                                               " is no loopback address: use 127.0.0.1 or ::1.");
    }
    tcp::endpoint const endpoint{address, chosen.port};
    auto const made = std::make_shared<listening>(executor, of, time, std::move(chosen));
    wrong = listen(made->acceptor, endpoint);
    if (wrong) {
        return failed(errc::could_not_run,
                      "The simulated tenant cannot listen on " + address.to_string() + " port " +
                          std::to_string(endpoint.port()) + ": " + wrong.message() + ".");
    }
    auto const identity = make_certificate();
    if (!identity) return identity.error();
    if (!offer(made->context, *identity)) {
        return failed(errc::could_not_run,
                      "OpenSSL does not take the simulated tenant's certificate.");
    }
    asio::co_spawn(executor, accept_all(made), [made](std::exception_ptr const&) {});
    std::unique_ptr<server> running = std::make_unique<listening_server>(made, identity->pem);
    return running;
}

}  // namespace allot::simulated
