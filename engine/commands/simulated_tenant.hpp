#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "config/settings.hpp"
#include "connectors/port/clock.hpp"
#include "connectors/simulated/model/tenant.hpp"
#include "connectors/simulated/server/identity_server.hpp"
#include "connectors/simulated/server/server.hpp"

namespace allot::commands {

/// A simulated tenant behind its HTTPS server, in this process; its state kept in a file between
/// commands.
class simulated_tenant {
 public:
    /// For the built-in profile: state in `<state-dir>/simulated/tenant.json`, made from the tenant
    /// file, or made up, the first time.
    static result<std::unique_ptr<simulated_tenant>> start(boost::asio::any_io_executor executor,
                                                           clock& time,
                                                           config::settings const& with);
    /// For `allot simulate`: as its flags say.
    static result<std::unique_ptr<simulated_tenant>> serve(boost::asio::any_io_executor executor,
                                                           clock& time,
                                                           config::simulation const& with);

    /// Fills in where the tenant is and how to sign in there.
    void point_to(config::connection& where) const;
    /// Writes what a caller in another process needs into a folder for this user only: the CA's
    /// certificate, the client secret, and `allot.env`, which names them in ALLOT_* variables.
    /// Returns the path of `allot.env`.
    result<std::string> write_credentials(std::string const& folder);
    void stop();
    /// Writes the state to its file, if it has one: whole or not at all.
    result<void> save() const;
    [[nodiscard]] std::string url() const { return server_->url(); }
    [[nodiscard]] simulated::tenant const& model() const { return *model_; }

 private:
    static result<std::unique_ptr<simulated_tenant>> make(boost::asio::any_io_executor executor,
                                                          clock& time,
                                                          config::simulation const& with);

    [[nodiscard]] std::string identity_variables(std::string const& header_file) const;

    std::unique_ptr<simulated::tenant> model_;
    std::unique_ptr<simulated::server> server_;
    std::unique_ptr<simulated::identity_server> identity_;  ///< when it was asked for
    std::string state_file_;
    std::string ca_file_;
    std::string client_secret_;
    std::string identity_header_;  ///< of the App Service kind; empty for the other
    std::string tenant_id_;
    std::string client_id_;
};

}  // namespace allot::commands
