// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/call_code.hpp"

#include "lib/inspect/memory/file_descriptor.hpp"
#include "lib/inspect/memory/process_files.hpp"

#include <algorithm>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace handrail::inspect {
namespace {

constexpr std::string_view call_bytes("\x0f\x05\xc3", 3);
constexpr std::string_view undo_bytes("\x48\xc7\xc0\x0f\0\0\0\x0f\x05", 9);
constexpr std::uint64_t most_code = 64 << 20;  // libraries are smaller; programs need not be

file_descriptor memory_of(pid_t process) {
    return file_descriptor(
        ::open(process_path(process, "mem").c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
}

std::string read_at(file_descriptor const& memory, address from, std::size_t size) {
    std::string code(size, '\0');
    ssize_t const got = ::pread(memory.number(), code.data(), size, static_cast<off_t>(from));
    code.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return code;
}

bool may_have_code(region const& each) {
    return each.executable && each.readable && !each.writable && each.is_module();
}

}  // namespace

void search_call_code(std::string_view code, address begin, call_code& into) {
    std::size_t const call = code.find(call_bytes), undo = code.find(undo_bytes);
    if (into.call == 0 && call != code.npos) {
        into.call = begin + call;
    }
    if (into.undo == 0 && undo != code.npos) {
        into.undo = begin + undo;
    }
}

// From the end: there are the dynamic linker and libc, each of which has all.
std::optional<call_code> find_call_code(pid_t process, std::span<region const> regions) {
    file_descriptor const memory = memory_of(process);
    call_code found;
    for (std::size_t i = regions.size(); i-- != 0;) {
        if (may_have_code(regions[i])) {
            std::uint64_t const size = std::min(regions[i].size(), most_code);
            search_call_code(read_at(memory, regions[i].begin, size), regions[i].begin, found);
        }
        if (found.call != 0 && found.undo != 0) {
            return found;
        }
    }
    return std::nullopt;
}

bool has_call_code(pid_t process, call_code const& code) {
    file_descriptor const memory = memory_of(process);
    return read_at(memory, code.call, call_bytes.size()) == call_bytes &&
           read_at(memory, code.undo, undo_bytes.size()) == undo_bytes;
}

}  // namespace handrail::inspect
