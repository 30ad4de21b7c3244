#pragma once

#include "server.hpp"

/// A server without TLS on loopback: what a cloud machine offers its own programs, or a proxy.
namespace servers {

/// Answers every request with what `answers` says, then reads the next one; an empty answer ends
/// the connection.
class plain_server {
 public:
    explicit plain_server(asio::io_context& io) : of_(std::make_shared<shared>(io)) {
        auto const nothing = [](std::exception_ptr) {};
        asio::co_spawn(io, accept(of_), nothing);
    }

    [[nodiscard]] std::string port() const {
        return std::to_string(of_->acceptor.local_endpoint().port());
    }
    [[nodiscard]] std::vector<std::string> const& requests() const { return of_->requests; }
    [[nodiscard]] std::size_t connections() const { return of_->connections; }
    void answer(std::function<std::string(std::string const&)> with) {
        of_->answers = std::move(with);
    }
    void close() { of_->acceptor.close(); }

 private:
    struct shared {
        explicit shared(asio::io_context& io)
            : acceptor(io, {asio::ip::address_v4::loopback(), 0}) {}

        tcp::acceptor acceptor;
        std::function<std::string(std::string const&)> answers;
        std::vector<std::string> requests;
        std::size_t connections = 0;
    };

    static asio::awaitable<void> serve(std::shared_ptr<shared> of, tcp::socket socket) {
        ++of->connections;
        std::string text;
        for (;;) {
            auto const into = asio::dynamic_buffer(text);
            auto [error, size] =
                co_await asio::async_read_until(socket, into, "\r\n\r\n", as_result);
            if (error) co_return;
            of->requests.push_back(text.substr(0, size));
            text.erase(0, size);
            auto const answer = of->answers(of->requests.back());
            if (answer.empty()) co_return;
            auto const bytes = asio::buffer(answer);
            auto [failed, written] = co_await asio::async_write(socket, bytes, as_result);
            if (failed) co_return;
        }
    }

    static asio::awaitable<void> accept(std::shared_ptr<shared> of) {
        for (;;) {
            auto [error, socket] = co_await of->acceptor.async_accept(as_result);
            if (error) co_return;
            auto const nothing = [](std::exception_ptr) {};
            asio::co_spawn(of->acceptor.get_executor(), serve(of, std::move(socket)), nothing);
        }
    }

    std::shared_ptr<shared> of_;
};

}  // namespace servers
