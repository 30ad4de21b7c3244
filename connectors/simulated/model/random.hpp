#pragma once

#include "connectors/port/random_stream.hpp"
#include "connectors/port/time.hpp"

namespace allot::simulated {

/// A stream of draws that also draws how long something takes.
class random : public random_stream {
 public:
    using random_stream::random_stream;

    /// A time that is half the time below `median`, seldom far from it: from a tenth of it to ten
    /// times it, a twentieth of all above 2.7 times it, a thousandth above 6.4 times it.
    duration around(duration median);
};

}  // namespace allot::simulated
