// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "run.hpp"

#include "read.hpp"
#include "spawn.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <system_error>

#include <sys/wait.h>
#include <unistd.h>

namespace handrail_check {

namespace {

namespace fs = std::filesystem;

class temporary_directory {
public:
    temporary_directory() {
        std::string name = (fs::temp_directory_path() / "handrail-check-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), name);
        }
        path_ = name;
    }
    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;
    ~temporary_directory() {
        std::error_code untold;  // what is left is the system's to clean
        fs::remove_all(path_, untold);
    }

    fs::path const& path() const noexcept { return path_; }

private:
    fs::path path_;
};

// HANDRAIL_DEBUG has no way to quote a comma.
std::string without_comma(std::string const& path) {
    if (path.find(',') != path.npos) {
        throw std::runtime_error("\"" + path +
                                 "\" holds a comma, which HANDRAIL_DEBUG cannot take");
    }
    return path;
}

// Ours come last and win; what the caller says else (slow, trackback) stays.
std::string debug_settings(options const& wanted, fs::path const& reports) {
    char const* const callers = std::getenv("HANDRAIL_DEBUG");
    std::string text = callers != nullptr && *callers != '\0' ? std::string(callers) + "," : "";
    text +=
        std::string("leakcheck=") + (wanted.level == "full" ? "2" : "1") +
        ",format=json,atexit=1,failon=never,out=" + without_comma((reports / "report.%p").string());
    if (!wanted.suppressions.empty()) {
        text += ",suppressions=" + without_comma(fs::absolute(wanted.suppressions).string());
    }
    return text;
}

// As exec finds it; empty if it does not.
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

// Where it was installed with the tool, or where both were built.
std::string block_map_library() {
    std::error_code ec;
    fs::path const here = fs::read_symlink("/proc/self/exe", ec).parent_path();
    fs::path const name = "libhandrail_block_map.so";
    for (fs::path const& each :
         {here / ".." / HANDRAIL_LIBDIR / name, here / ".." / ".." / "lib" / "block_map" / name}) {
        if (fs::exists(each, ec)) {
            return fs::canonical(each).string();
        }
    }
    return {};
}

// A program under AddressSanitizer knows its blocks without us, and refuses to start with anything
// preloaded before the sanitizer.
bool has_address_sanitizer(std::string const& program) {
    std::ifstream in(program_file(program), std::ios::binary);
    constexpr std::string_view mark = "__asan_init";
    std::string part, kept;
    part.resize(std::size_t{1} << 20);
    while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() != 0) {
        kept.append(part, 0, static_cast<std::size_t>(in.gcount()));
        if (kept.find(mark) != kept.npos) {
            return true;
        }
        kept.erase(0, kept.size() - std::min(kept.size(), mark.size()));
    }
    return false;
}

std::string library_to_preload(options const& wanted) {
    if (wanted.no_preload || wanted.level != "full" || has_address_sanitizer(wanted.command[0])) {
        return {};
    }
    std::string const library = wanted.preload.empty() ? block_map_library() : wanted.preload;
    if (library.empty()) {
        std::cerr << "handrail-check: the block map library is not installed: blocks of operator "
                     "new are not looked into\n";
    } else if (!fs::exists(library)) {
        throw std::runtime_error("cannot preload \"" + library + "\": there is no such file");
    } else if (library.find_first_of(" :") != library.npos) {
        throw std::runtime_error("cannot preload \"" + library +
                                 "\": LD_PRELOAD ends at blanks and colons");
    }
    return library;
}

std::vector<std::string> environment_of(options const& wanted, fs::path const& reports) {
    std::vector<std::string> result;
    std::string preloaded = library_to_preload(wanted);
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
    return result;
}

// In the order of the processes' numbers.
std::vector<source> reports_in(fs::path const& directory) {
    std::vector<std::pair<long, fs::path>> files;
    for (auto const& entry : fs::directory_iterator(directory)) {
        files.emplace_back(std::strtol(entry.path().extension().c_str() + 1, nullptr, 10),
                           entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<source> sources;
    for (auto const& [process, file] : files) {
        for (auto& report : read_reports(file.string())) {
            sources.push_back({"process " + std::to_string(process), std::move(report)});
        }
    }
    return sources;
}

}  // namespace

checked run(options const& wanted) {
    temporary_directory const reports;
    int const status = spawn_and_wait(wanted.command, environment_of(wanted, reports.path()));
    checked result;
    result.command = wanted.command;
    if (WIFSIGNALED(status)) {
        result.signal = WTERMSIG(status);
    } else {
        result.exit_code = WEXITSTATUS(status);
    }
    result.sources = reports_in(reports.path());
    return result;
}

}  // namespace handrail_check
