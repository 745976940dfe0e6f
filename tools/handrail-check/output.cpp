// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "output.hpp"

#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/write_out.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handrail_check {

namespace {

namespace fs = std::filesystem;
using handrail::leak_check::written::write_out;

bool wants_colour() {
    char const* const refused = std::getenv("NO_COLOR");
    char const* const terminal = std::getenv("TERM");
    return (refused == nullptr || *refused == '\0') && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

void write_to_stream(int descriptor, char const* name, std::string_view text) {
    if (auto const ec = write_out(descriptor, text); ec.failed()) {
        throw std::runtime_error("cannot write all to " + std::string(name) + ": " + ec.message());
    }
}

bool is_one_of(fs::path const& file, std::vector<std::string> const& others) {
    return std::any_of(others.begin(), others.end(), [&](std::string const& each) {
        std::error_code ec;
        return fs::equivalent(file, each, ec);
    });
}

// The file behind such a name is not replaced. Other files below /dev are (/dev/shm).
bool names_an_open_descriptor(std::string_view name) noexcept {
    return name == "/dev/stdout" || name == "/dev/stderr" || name.starts_with("/dev/fd/") ||
           name.starts_with("/proc/self/fd/");
}

// The mode of a new file (umask(2)).
mode_t default_mode() noexcept {
    mode_t const mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

// A new file beside another one. It may replace the other one; otherwise the destructor removes it.
class new_file {
public:
    explicit new_file(fs::path const& beside)
        : name_((beside.parent_path() / ".handrail-check-XXXXXX").string()),
          file_(::mkostemp(name_.data(), O_CLOEXEC)) {}
    new_file(new_file const&) = delete;
    new_file& operator=(new_file const&) = delete;
    ~new_file() {
        if (is_there_) {
            ::unlink(name_.c_str());
        }
    }

    bool is_there() const noexcept { return is_there_; }

    // Errors: returns false, and errno says why.
    bool replace(fs::path const& target, mode_t mode, std::string_view text) {
        auto ec = write_out(file_.native_handle(), text);
        if (!ec.failed() && ::fchmod(file_.native_handle(), mode) == -1) {
            return false;
        }
        // Closed before the rename: a file system may report only now that it is full.
        if (ec.failed() || file_.close(ec).failed()) {
            errno = ec.value();
            return false;
        }
        is_there_ = ::rename(name_.c_str(), target.c_str()) == -1;
        return !is_there_;
    }

private:
    std::string name_;
    handrail::descriptor file_;
    bool is_there_ = file_.is_open();
};

}  // namespace

void say(std::string_view text) noexcept {
    try {
        static_cast<void>(write_out(STDERR_FILENO,
                                    "handrail-check: " + handrail::detail::printable(text) + "\n"));
    } catch (std::bad_alloc const&) {
        static_cast<void>(write_out(STDERR_FILENO, "handrail-check: out of memory\n"));
    }
}

void print(std::string_view text) { write_to_stream(STDERR_FILENO, "standard error", text); }

output::output(std::string name, std::vector<std::string> const& inputs) : name_(std::move(name)) {
    if (name_.empty() || name_ == "-") {
        return;
    }
    struct stat about{};
    bool const there = ::stat(name_.c_str(), &about) == 0;
    if (names_an_open_descriptor(name_) || (there && !S_ISREG(about.st_mode))) {
        constexpr int flags = O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
        int const opened = ::open(name_.c_str(), flags);
        if (opened == -1) {
            fail();
        }
        stream_ = handrail::descriptor(opened);
        return;
    }
    target_ = fs::weakly_canonical(fs::absolute(name_));
    if (there) {
        mode_ = about.st_mode & 07777;
    }
    in_place_ = !new_file(target_).is_there();
    bool const kept = there && is_one_of(target_, inputs);
    if (in_place_ ? !there || ::access(name_.c_str(), W_OK) == -1
                  : there && !kept && ::unlink(target_.c_str()) == -1) {
        fail();
    }
    if (in_place_ && !kept) {
        overwrite({});
    }
}

void output::write(std::string_view text) {
    if (name_ == "-") {
        write_to_stream(STDOUT_FILENO, "standard output", text);
    } else if (stream_) {
        write_to_stream(stream_.native_handle(), name_.c_str(), text);
    } else {
        in_place_ ? overwrite(text) : replace(text);
    }
}

void output::replace(std::string_view text) const {
    new_file fresh(target_);
    if (!fresh.is_there() || !fresh.replace(target_, mode_.value_or(default_mode()), text)) {
        fail();
    }
}

void output::overwrite(std::string_view text) const {
    int const opened = ::open(target_.c_str(), O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC);
    if (opened == -1) {
        fail();
    }
    handrail::descriptor const file(opened);
    if (auto const ec = write_out(opened, text); ec.failed()) {
        bool const emptied = ::ftruncate(opened, 0) == 0;
        errno = emptied ? ec.value() : errno;
        fail();
    }
}

void output::fail() const {
    std::string const why =
        errno == ENXIO ? "nobody reads from it" : std::generic_category().message(errno);
    throw std::runtime_error("cannot write \"" + name_ + "\": " + why);
}

handrail::leak_check::text_style style_of_stderr(std::string const& colour) {
    handrail::leak_check::text_style style;
    bool const terminal = ::isatty(STDERR_FILENO) == 1;
    winsize size{};
    if (terminal && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
        style.width = std::min<std::size_t>(style.width, size.ws_col);
    }
    style.colour = colour == "always" || (colour == "auto" && terminal && wants_colour());
    return style;
}

}  // namespace handrail_check
