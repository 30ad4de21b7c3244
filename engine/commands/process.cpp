#include "engine/commands/process.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>
#include <algorithm>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <system_error>

// The sanitizers have an allocator of their own, and look at the memory from another process.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ALLOT_OWN_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define ALLOT_OWN_MEMORY 0
#else
#define ALLOT_OWN_MEMORY 1
#endif
#else
#define ALLOT_OWN_MEMORY 1
#endif

namespace {

#if ALLOT_OWN_MEMORY

/// No secret, nor what holds one, is larger (a reply to a sign-in is read up to 256 KiB). A job's
/// own tables are, and of those much may never have been touched.
constexpr std::size_t secret_block_max = 1024 * 1024;

void overwrite_and_free(void* memory) {
    if (memory == nullptr) return;
    auto const size = ::malloc_usable_size(memory);
    if (size <= secret_block_max) ::explicit_bzero(memory, size);
    std::free(memory);
}

void* openssl_allocate(std::size_t size, char const* /*file*/, int /*line*/) {
    return std::malloc(size);
}

void openssl_free(void* memory, char const* /*file*/, int /*line*/) {
    overwrite_and_free(memory);
}

void* openssl_resize(void* memory, std::size_t size, char const* file, int line) {
    auto const had = memory == nullptr ? 0 : ::malloc_usable_size(memory);
    if (size != 0 && size <= had && size > had / 2) return memory;
    if (size == 0) {
        openssl_free(memory, file, line);
        return nullptr;
    }
    void* const made = std::malloc(size);
    if (made == nullptr || memory == nullptr) return made;
    std::memcpy(made, memory, had < size ? had : size);
    openssl_free(memory, file, line);
    return made;
}

#endif

bool closed_output = false;

}  // namespace

#if ALLOT_OWN_MEMORY

// All others of operator delete come to this one ([new.delete.single], [new.delete.array]), but for
// memory of greater alignment, in which no text is.
void operator delete(void* memory) noexcept {
    overwrite_and_free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
    overwrite_and_free(memory);
}

#endif

namespace allot::commands {

void hold_standard_files() {
    for (int const file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(file, F_GETFD) >= 0 || errno != EBADF) continue;
        if (file == STDOUT_FILENO) closed_output = true;
        // The lowest free number is taken, which is this one.
        [[maybe_unused]] auto const held = ::open("/dev/null", O_RDWR);
    }
}

bool output_is_closed() {
    return closed_output;
}

void keep_memory_secret() {
#if ALLOT_OWN_MEMORY
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    struct rlimit const none{};
    ::setrlimit(RLIMIT_CORE, &none);
    // Before OpenSSL is used at all (CRYPTO_set_mem_functions(3)).
    ::CRYPTO_set_mem_functions(openssl_allocate, openssl_resize, openssl_free);
#endif
}

result<std::uint32_t> connections_that_fit(std::uint32_t wanted, std::uint32_t files_each) {
    // The run store, the lock, the log, a report's files, and what waits for the others.
    constexpr ::rlim_t others = 32;
    struct rlimit now {};
    if (::getrlimit(RLIMIT_NOFILE, &now) != 0 || now.rlim_cur == RLIM_INFINITY) return wanted;
    auto const needed = others + ::rlim_t{wanted} * files_each;
    if (now.rlim_cur < needed) {
        now.rlim_cur = std::min(now.rlim_max, needed);
        ::setrlimit(RLIMIT_NOFILE, &now);
        ::getrlimit(RLIMIT_NOFILE, &now);
    }
    if (now.rlim_cur >= needed) return wanted;
    if (now.rlim_cur < others + files_each) {
        return failure{errc::could_not_run,
                       fmt::format("only {} files may be open at once: raise the limit to {} or "
                                   "more (ulimit -n)",
                                   now.rlim_cur, needed)};
    }
    return static_cast<std::uint32_t>((now.rlim_cur - others) / files_each);
}

failure failure_of(std::exception const& error) {
    if (dynamic_cast<std::bad_alloc const*>(&error) != nullptr) {
        return failure{errc::could_not_run,
                       "there is not enough memory; give this process more (ulimit -v, the "
                       "container's or the unit's limit)"};
    }
    int number = 0;
    if (auto const* const system = dynamic_cast<std::system_error const*>(&error)) {
        number = system->code().value();
    } else if (auto const* const other = dynamic_cast<boost::system::system_error const*>(&error)) {
        number = other->code().value();
    }
    if (number == EMFILE || number == ENFILE) {
        return failure{errc::could_not_run,
                       "too few files may be open at once: raise the limit (ulimit -n 256), or "
                       "lower --connections"};
    }
    return failure{errc::could_not_run, error.what()};
}

}  // namespace allot::commands
