#pragma once

#include "engine/limits/learned.hpp"
#include "engine/store/run_store.hpp"
#include "engine/survey/memory.hpp"

namespace allot::runs {

/// The surveys' memory in the run store. The store must outlive it.
class stored_memory final : public survey::memory {
 public:
    stored_memory(store::run_store& in, limits::owner whose) : in_{in}, whose_{std::move(whose)} {}

    result<documents::kept_tenant> head() override { return in_.kept_tenant(whose_); }
    result<void> each_user(std::function<void(documents::kept_user)> const& take) override {
        return in_.each_kept_user(whose_, take);
    }
    result<void> keep(documents::keeping const& change) override {
        return in_.keep(whose_, change);
    }

 private:
    store::run_store& in_;
    limits::owner whose_;
};

}  // namespace allot::runs
