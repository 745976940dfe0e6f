// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "run.hpp"

#include "input.hpp"
#include "libraries.hpp"
#include "output.hpp"
#include "program_looks.hpp"
#include "read.hpp"
#include "spawn.hpp"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail_check {

namespace {

namespace fs = std::filesystem;

class temporary_directory {
public:
    temporary_directory() {
        // Absolute: the program may change its directory.
        std::string name =
            (fs::absolute(fs::temp_directory_path()) / "handrail-check-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), name);
        }
        path_ = name;
    }
    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;
    ~temporary_directory() {
        std::error_code ignored;  // the system removes temporary files some day
        fs::remove_all(path_, ignored);
    }

    fs::path const& path() const noexcept { return path_; }

private:
    fs::path path_;
};

// In HANDRAIL_DEBUG neither a comma nor a blank at the end can be quoted.
std::string as_value(std::string const& path, char const* advice) {
    char const* const wrong = path.find(',') != path.npos ? "contains a comma"
                              : !path.empty() && std::strchr(" \t\r", path.back())
                                  ? "ends with a blank"
                                  : nullptr;
    if (wrong != nullptr) {
        throw std::runtime_error("\"" + path + "\" " + wrong +
                                 ", which HANDRAIL_DEBUG cannot express: " + advice);
    }
    return path;
}

// Escapes for lib/leak_check/report/report_file_name.hpp: the directory's name stays unchanged.
std::string doubled_percents(std::string const& path) {
    std::string result;
    for (char const c : path) {
        result.append(c == '%' ? 2 : 1, c);
    }
    return result;
}

// Checked here, because the program would only warn.
std::string suppressions_of(options const& wanted) {
    if (!open_input(working_directory, wanted.suppressions)) {
        throw std::runtime_error("cannot read the suppressions \"" + wanted.suppressions +
                                 "\": " + reason_of_errno());
    }
    return as_value(fs::absolute(wanted.suppressions).string(), "rename it");
}

// The tool's settings come last and override the caller's; others (slow, trackback) stay.
std::string debug_settings(options const& wanted, fs::path const& reports) {
    char const* const callers = std::getenv("HANDRAIL_DEBUG");
    std::string text = callers != nullptr && *callers != '\0' ? std::string(callers) + "," : "";
    text += std::string("leakcheck=") + (wanted.level == "full" ? "2" : "1") +
            ",format=json,atexit=1,failon=never,out=" +
            as_value(doubled_percents(reports.string()), "set TMPDIR to another directory") +
            "/report.%p.%u";
    if (!wanted.suppressions.empty()) {
        text += ",suppressions=" + suppressions_of(wanted);
    }
    return text;
}

// The file that exec would run; empty if there is none.
fs::path program_file(std::string const& name) {
    char const* const path = std::getenv("PATH");
    if (name.find('/') != name.npos || path == nullptr) {
        return name;
    }
    std::istringstream directories(path);
    for (std::string each; std::getline(directories, each, ':');) {
        if (fs::path const file = fs::path(each) / name; ::access(file.c_str(), X_OK) == 0) {
            return file;
        }
    }
    return {};
}

// A program with AddressSanitizer needs no block map, and refuses to start if a library is
// preloaded before the sanitizer.
bool has_address_sanitizer(std::string const& program) {
    auto const in = open_input(working_directory, program_file(program).string());
    constexpr std::string_view mark = "__asan_init";
    std::string part(std::size_t{1} << 20, '\0'), kept;
    for (std::size_t left = in ? in->size : 0; left != 0;) {
        ssize_t const got = ::read(in->file.native_handle(), part.data(), part.size());
        if (got <= 0) {
            break;
        }
        kept.append(part, 0, static_cast<std::size_t>(got));
        if (kept.find(mark) != kept.npos) {
            return true;
        }
        kept.erase(0, kept.size() - std::min(kept.size(), mark.size()));
        left -= std::min(left, static_cast<std::size_t>(got));
    }
    return false;
}

bool may_preload(options const& wanted) {
    return !wanted.no_preload && !has_address_sanitizer(wanted.command[0]);
}

std::string block_map_to_preload(options const& wanted) {
    if (wanted.level != "full") {
        return {};
    }
    std::string const library = wanted.preload.empty() ? block_map_library() : wanted.preload;
    if (library.empty()) {
        say("the block map library is not installed: blocks of operator new are not examined");
    } else if (!fs::exists(library)) {
        throw std::runtime_error("cannot preload \"" + library + "\": there is no such file");
    } else if (!open_input(working_directory, library)) {
        throw std::runtime_error("cannot preload \"" + library + "\": " + reason_of_errno());
    } else if (library.find_first_of(" :") != library.npos) {
        throw std::runtime_error("cannot preload \"" + library +
                                 "\": LD_PRELOAD ends at blanks and colons");
    }
    return library;
}

// The library of looks comes first: it removes only itself from LD_PRELOAD.
std::string libraries_to_preload(options const& wanted, program_looks const& looks) {
    std::string const block_map = may_preload(wanted) ? block_map_to_preload(wanted) : "";
    std::string const between = block_map.empty() || looks.library().empty() ? "" : ":";
    return looks.library() + between + block_map;
}

std::vector<std::string> environment_of(options const& wanted, fs::path const& reports,
                                        program_looks const& looks) {
    std::vector<std::string> result;
    std::string preloaded = libraries_to_preload(wanted, looks);
    for (char** each = environ; *each != nullptr; ++each) {
        std::string_view const entry = *each;
        if (entry.starts_with("LD_PRELOAD=") && !preloaded.empty()) {
            preloaded += ":" + std::string(entry.substr(entry.find('=') + 1));
        } else if (!entry.starts_with("HANDRAIL_DEBUG=")) {
            result.emplace_back(entry);
        }
    }
    if (!preloaded.empty()) {
        result.push_back("LD_PRELOAD=" + preloaded);
    }
    result.push_back("HANDRAIL_DEBUG=" + debug_settings(wanted, reports));
    if (!looks.library().empty()) {
        result.push_back(looks.environment());
    }
    return result;
}

// A file in the directory of reports: "report.4711.1795944420123456789".
struct report_name {
    std::uint64_t process = 0;
    std::uint64_t start = 0;
    std::string file;
    auto operator<=>(report_name const&) const = default;
};

report_name name_of(fs::path const& file) {
    report_name name{0, 0, file.filename().string()};
    char const* const end = name.file.data() + name.file.size();
    auto const first = name.file.find('.') + 1;
    auto const [dot, error] = std::from_chars(name.file.data() + first, end, name.process);
    if (error == std::errc() && dot != end) {
        std::from_chars(dot + 1, end, name.start);
    }
    return name;
}

// Ordered by process id.
std::vector<report_name> names_in(fs::path const& directory) {
    std::vector<report_name> names;
    for (auto const& entry : fs::directory_iterator(directory)) {
        names.push_back(name_of(entry.path()));
    }
    std::sort(names.begin(), names.end());
    return names;
}

// A process creates its file when it starts, so a process without a report is known. A report that
// cannot be read does not affect the others.
void add_report(check_result& to, int directory, report_name const& name,
                std::string const& process) {
    try {
        auto reports = read_reports(name.file, directory, O_NOFOLLOW);
        for (auto& report : reports) {
            to.sources.push_back({process, std::move(report)});
        }
        if (reports.empty()) {
            to.missing.push_back(process +
                                 " left no report: it still runs, or was ended by a signal, by "
                                 "_exit() or by exec()");
        }
    } catch (std::runtime_error const& e) {
        to.missing.push_back("the report of " + process + " is lost: " + e.what());
        to.lost = true;
    }
}

void add_reports(check_result& to, fs::path const& path) {
    handrail::descriptor const directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::map<std::uint64_t, int> seen;  // containers begin their process ids again at 1
    for (report_name const& each : names_in(path)) {
        std::string process = "process " + std::to_string(each.process);
        if (int const n = ++seen[each.process]; n != 1) {
            process += " (" + std::to_string(n) + ")";
        }
        add_report(to, directory.native_handle(), each, process);
    }
    if (to.sources.empty() && !to.lost) {
        to.missing.clear();  // no_report says it
    }
}

}  // namespace

check_result run(options const& wanted) {
    temporary_directory const reports;
    program_looks looks(wanted, reports.path(), may_preload(wanted));
    int const status = spawn_and_wait(wanted.command, environment_of(wanted, reports.path(), looks),
                                      wanted.when.signals, looks);
    check_result result;
    result.command = wanted.command;
    if (WIFSIGNALED(status)) {
        result.signal = WTERMSIG(status);
    } else {
        result.exit_code = WEXITSTATUS(status);
    }
    add_reports(result, reports.path());
    looks.add_to(result);
    return result;
}

}  // namespace handrail_check
