// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/memory/process_memory.hpp"

#include "lib/inspect/memory/process_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t page = 4096;  // on x86-64; larger pages consist of these

// Names in maps have their newlines escaped, as "\012".
std::string without_escapes(std::string_view name) {
    std::string plain(name);
    for (std::size_t at = 0; (at = plain.find("\\012", at)) != plain.npos; ++at) {
        plain.replace(at, 4, "\n");
    }
    return plain;
}

std::optional<region> region_of(std::string_view line) {
    std::string_view const range = take_word(line);
    std::string_view const rights = take_word(line);
    std::size_t const dash = range.find('-');
    if (dash == range.npos || rights.size() != 4) {
        return std::nullopt;
    }
    auto const begin = number_in(range.substr(0, dash), 16);
    auto const end = number_in(range.substr(dash + 1), 16);
    if (!begin || !end || *begin >= *end) {
        return std::nullopt;
    }
    take_word(line);  // offset
    take_word(line);  // device
    take_word(line);  // inode
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    return region{*begin,
                  *end,
                  rights[0] == 'r',
                  rights[1] == 'w',
                  rights[2] == 'x',
                  rights[3] == 's',
                  without_escapes(line)};
}

// Bits of an entry of /proc/PID/pagemap.
constexpr std::uint64_t is_present = std::uint64_t{1} << 63, is_swapped = std::uint64_t{1} << 62;

// Untouched pages of private files have content: that of the file.
bool may_be_untouched(region const* around) {
    return around != nullptr && (around->shared || !around->is_module());
}

file_descriptor opened(pid_t process, char const* file) {
    return file_descriptor(
        ::open(process_path(process, file).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
}

}  // namespace

std::vector<region> regions_of(std::string_view maps) {
    std::vector<region> regions;
    while (!maps.empty()) {
        if (auto found = region_of(take_line(maps))) {
            regions.push_back(std::move(*found));
        }
    }
    return regions;
}

process_memory::process_memory(pid_t process, std::vector<region> regions,
                               std::vector<extent> unused)
    : memory(std::move(regions)),
      process_(process),
      unused_(std::move(unused)),
      pagemap_(opened(process, "pagemap")),
      mem_(opened(process, "mem")) {}

void process_memory::read_from(pid_t process) {
    process_ = process;
    is_child_ = false;
    pagemap_ = opened(process, "pagemap");
    mem_ = opened(process, "mem");
}

void process_memory::read_from_child(pid_t child) {
    read_from(child);
    is_child_ = true;
}

void process_memory::copy_writable() const {
    for (region const& each : regions()) {
        if (is_copied(each)) {
            bytes(each);
        }
    }
}

bool process_memory::copy(address from, std::span<std::byte> to) const {
    address const end = from + to.size();
    for (extent const& each : unused_) {
        if (each.begin < end && from < each.end) {
            // Unused parts are stacks: only what is above is of interest.
            std::uint64_t const above = std::max(each.end, from) - from;
            bool const below = each.begin > from && copy_used(from, to.first(each.begin - from));
            return (above < to.size() && copy_used(from + above, to.subspan(above))) || below;
        }
    }
    return copy_used(from, to);
}

bool process_memory::copy_used(address from, std::span<std::byte> to) const {
    std::array<std::uint64_t, 257> entries{};  // of a chunk that does not begin at a page
    std::uint64_t const pages = (from % page + to.size() + page - 1) / page;
    region const* const around = region_around(from);
    if (around == nullptr || !around->readable) {
        return false;
    }
    std::size_t const wanted = std::min<std::uint64_t>(pages, entries.size()) * sizeof entries[0];
    if (!may_be_untouched(around) || pages > entries.size() ||
        ::pread(pagemap_.number(), entries.data(), wanted,
                static_cast<off_t>(from / page * sizeof entries[0])) !=
            static_cast<ssize_t>(wanted)) {
        return copy_pages(from, to);
    }
    bool any = false;
    for (std::uint64_t i = 0; i != pages;) {
        bool const used = (entries[i] & (is_present | is_swapped)) != 0;
        std::uint64_t last = i + 1;
        while (last != pages && ((entries[last] & (is_present | is_swapped)) != 0) == used) {
            ++last;
        }
        if (used) {
            address const begin = std::max(from, (from / page + i) * page);
            address const end = std::min(from + to.size(), (from / page + last) * page);
            any |= copy_pages(begin, to.subspan(begin - from, end - begin));
        }
        i = last;
    }
    return any;
}

// If a page cannot be read, those behind it are still tried.
bool process_memory::copy_pages(address from, std::span<std::byte> to) const {
    bool any = false;
    for (std::size_t done = 0; done != to.size();) {
        ssize_t copied = read_pages(from + done, to.subspan(done));
        if (copied < 0 && errno == ESRCH) {
            return any;
        }
        if (copied <= 0) {
            std::size_t const rest = std::min(page - (from + done) % page, to.size() - done);
            copied = read_through_file(from + done, to.subspan(done, rest));
            any |= copied > 0;
            done += rest;
        } else {
            any = true;
            done += static_cast<std::size_t>(copied);
        }
    }
    return any;
}

// process_vm_readv(2) is faster. But it pins pages: of a child, which shares them with its parent,
// the system would make copies.
ssize_t process_memory::read_pages(address from, std::span<std::byte> to) const {
    if (is_child_) {
        return read_through_file(from, to);
    }
    iovec const local{to.data(), to.size()};
    iovec const remote{reinterpret_cast<void*>(from), to.size()};
    return ::process_vm_readv(process_, &local, 1, &remote, 1, 0);
}

ssize_t process_memory::read_through_file(address from, std::span<std::byte> to) const {
    return ::pread(mem_.number(), to.data(), to.size(), static_cast<off_t>(from));
}

}  // namespace handrail::inspect
