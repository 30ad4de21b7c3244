#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "connectors/port/result.hpp"

/// The state folder. Whoever can write it can put a run store of his own there, or a link in place
/// of a file: it has to be this user's alone, as sshd has it of `~/.ssh` (sshd_config(5),
/// StrictModes).
namespace allot::store {

/// What is known of a folder, and who asks.
struct folder_facts {
    uid_t owner = 0;
    std::optional<uid_t> link_owner;  ///< of the symbolic link that leads there; empty: none does
    mode_t mode = 0;
    uid_t we = 0;
    bool group_is_ours = false;  ///< nobody else is in the folder's group
};

/// What is wrong with it, and the mend, to follow `PATH: `; empty: nothing. Its group may write
/// where that is this user alone, as Debian's users and Kubernetes' volumes have it.
std::optional<std::string> judge(folder_facts const& of);

/// Whether nobody but this user and root can be in the group: it is one of the process's own, and
/// neither its list of members nor /etc/passwd has anybody else.
bool has_group_alone(gid_t group);

/// Whether the state folder can be trusted. Errors: `could_not_run`, with the folder and the mend;
/// one that is not there is none.
result<void> check_folder(std::string const& path);

/// The same for who will only read: root may read what belongs to another user, as a service that
/// has a user of its own.
result<void> check_folder_to_read(std::string const& path);

}  // namespace allot::store
