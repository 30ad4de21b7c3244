#include "connectors/http/tls_transport.hpp"

#include <openssl/ssl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "connectors/http/connection.hpp"
#include "connectors/http/inspection.hpp"
#include "connectors/http/pool.hpp"

namespace allot::http {

namespace {

boost::asio::awaitable<answer> send_through(std::shared_ptr<pool> through, http_request request) {
    transport_failure failed;
    failed.maybe_received = false;
    auto const to = parse_url(request.url);
    if (!to) {
        failed.permanent = true;
        failed.what = "not an https address that can be asked: " + request.url.substr(0, 200);
        co_return failed;
    }
    if (auto const why = why_not_plain(request, *to)) {
        failed.permanent = true;
        failed.what = "the request to " + to->name() + " is not sent: " + *why;
        co_return failed;
    }
    auto const text = request_text(request, *to, through->options.user_agent);
    if (!text) {
        failed.permanent = true;
        failed.what = "the request to " + to->name() + " has a header that HTTP cannot carry";
        co_return failed;
    }
    lease turn{through, to->key()};
    co_await turn.wait();
    if (!turn.granted()) {
        failed.what = "the request to " + to->name() + " was cancelled before it was sent";
        co_return failed;
    }
    auto over = turn.take_idle();
    if (!over) {
        over = std::make_shared<connection>(through->executor, through->context, through->options);
        auto not_open = co_await over->open(*to);
        if (not_open) co_return *not_open;
    }
    auto reply = co_await over->exchange(*text, request.reply_timeout, request.reply_size_max);
    if (over->reusable()) turn.keep(std::move(over));
    co_return reply;
}

std::string default_agent() {
    return "NONISV|allot|allot/" ALLOT_VERSION;
}

/// What every connection is verified by.
result<void> prepare(SSL_CTX* context, std::string const& ca_file) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    // A machine without a store of its own may still be given a CA file, so this may fail.
    SSL_CTX_set_default_verify_paths(context);
    bool const read = ca_file.empty() || SSL_CTX_load_verify_file(context, ca_file.c_str()) == 1;
    ERR_clear_error();
    if (read) return {};
    bool const may = ::access(ca_file.c_str(), R_OK) == 0;
    auto const why = may ? std::string{"it holds no certificates in PEM form"}
                         : std::generic_category().message(errno);
    return failure{errc::invalid_input,
                   "cannot read certificates from the CA file " + ca_file + ": " + why};
}

class tls_transport final : public transport {
 public:
    explicit tls_transport(std::shared_ptr<pool> through) : pool_(std::move(through)) {}
    ~tls_transport() override {
        // Requests in flight may hold the pool for longer; what is idle ends with the transport.
        for (auto& [name, place] : pool_->places) place.idle.clear();
    }

    boost::asio::awaitable<answer> send(http_request request) override {
        return send_through(pool_, std::move(request));
    }

 private:
    std::shared_ptr<pool> pool_;
};

}  // namespace

result<std::unique_ptr<transport>> make_tls_transport(boost::asio::any_io_executor executor,
                                                      tls_options options) {
    if (options.user_agent.empty()) options.user_agent = default_agent();
    auto const made = std::make_shared<pool>(std::move(executor), std::move(options));
    auto const ready = prepare(made->context.native_handle(), made->options.ca_file);
    if (!ready) return ready.error();
    return std::unique_ptr<transport>{std::make_unique<tls_transport>(made)};
}

boost::asio::awaitable<result<inspection>> inspect(boost::asio::any_io_executor executor,
                                                   tls_options options, std::string url) {
    if (options.user_agent.empty()) options.user_agent = default_agent();
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
    auto const ready = prepare(context.native_handle(), options.ca_file);
    if (!ready) co_return ready.error();
    auto const to = parse_url(url);
    if (!to || to->plain) {
        co_return failure{errc::invalid_input, "not an https address: " + url.substr(0, 200)};
    }
    auto const trial = std::make_shared<connection>(executor, context, options);
    inspection seen;
    seen.failed = co_await trial->open(*to);
    seen.host = trial->dialled();
    seen.stage = trial->stage();
    seen.through_proxy = trial->through_proxy();
    seen.tls = trial->facts();
    for (auto const& each : trial->addresses()) {
        seen.addresses.push_back(each.address().to_string());
    }
    co_return seen;
}

}  // namespace allot::http
