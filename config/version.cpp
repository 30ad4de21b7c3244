#include "config/settings.hpp"

namespace allot::config {

std::string_view version() {
    return ALLOT_VERSION;
}

}  // namespace allot::config
