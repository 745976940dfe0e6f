// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/core_notes.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include <elf.h>
#include <sys/procfs.h>
#include <sys/user.h>

namespace handrail::inspect {
namespace {

template <class T>
std::optional<T> value_at(std::span<std::byte const> content, std::size_t offset) {
    if (offset > content.size() || sizeof(T) > content.size() - offset) {
        return std::nullopt;
    }
    T value;
    std::memcpy(&value, content.data() + offset, sizeof(T));
    return value;
}

std::optional<thread> thread_of(std::span<std::byte const> content) {
    auto const status = value_at<prstatus_t>(content, 0);
    if (!status) {
        return std::nullopt;
    }
    user_regs_struct all{};
    static_assert(sizeof all == sizeof status->pr_reg);
    std::memcpy(&all, &status->pr_reg, sizeof all);
    return thread{
        .id = status->pr_pid,
        .stack_pointer = all.rsp,
        .thread_pointer = all.fs_base,
        .registers = {all.rax, all.rbx, all.rcx, all.rdx, all.rsi, all.rdi, all.rbp, all.r8, all.r9,
                      all.r10, all.r11, all.r12, all.r13, all.r14, all.r15}};
}

// {count, page size, count times {begin, end, offset in pages}, count names}
std::vector<mapped_file> files_of(std::span<std::byte const> content) {
    std::vector<mapped_file> files;
    std::uint64_t const count = value_at<std::uint64_t>(content, 0).value_or(0);
    std::uint64_t const page = value_at<std::uint64_t>(content, 8).value_or(0);
    if (count > content.size() / 24) {
        return files;
    }
    std::size_t name = 16 + count * 24;
    for (std::uint64_t i = 0; i != count && name < content.size(); ++i) {
        auto const words = value_at<std::array<std::uint64_t, 3>>(content, 16 + i * 24);
        auto const* const begin = reinterpret_cast<char const*>(content.data()) + name;
        auto const* const end = std::find(begin, begin + (content.size() - name), '\0');
        name += static_cast<std::size_t>(end - begin) + 1;
        if (words && (*words)[0] < (*words)[1]) {
            files.push_back(
                {(*words)[0], (*words)[1], (*words)[2] * page, std::string(begin, end)});
        }
    }
    std::sort(files.begin(), files.end(),
              [](mapped_file const& a, mapped_file const& b) { return a.begin < b.begin; });
    return files;
}

address entry_of(std::span<std::byte const> content) {
    for (std::size_t at = 0; auto const entry = value_at<Elf64_auxv_t>(content, at);
         at += sizeof(Elf64_auxv_t)) {
        if (entry->a_type == AT_ENTRY) {
            return entry->a_un.a_val;
        }
    }
    return 0;
}

}  // namespace

void core_notes::add(std::string const& owner, std::uint32_t type,
                     std::span<std::byte const> content) {
    if (owner != "CORE") {
        return;
    }
    if (type == NT_PRSTATUS) {
        if (auto found = thread_of(content)) {
            threads.push_back(std::move(*found));
        }
    } else if (type == NT_PRPSINFO) {
        if (auto const info = value_at<prpsinfo_t>(content, 0)) {
            process = info->pr_pid;
            name.assign(info->pr_fname, ::strnlen(info->pr_fname, sizeof info->pr_fname));
        }
    } else if (type == NT_AUXV) {
        entry = entry_of(content);
    } else if (type == NT_FILE) {
        files = files_of(content);
    }
}

mapped_file const* core_notes::file_at(address at) const noexcept {
    auto const after =
        std::upper_bound(files.begin(), files.end(), at,
                         [](address a, mapped_file const& each) { return a < each.end; });
    return after != files.end() && after->contains(at) ? &*after : nullptr;
}

}  // namespace handrail::inspect
