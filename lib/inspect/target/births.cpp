// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/births.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace handrail::inspect {

namespace {

using preload::birth_record;
using preload::call;
using preload::call_count;
using preload::call_descriptions;
using preload::made_kind;
using preload::preload_info;

constexpr std::uint64_t largest_library_data = std::uint64_t{1} << 20;

bool may_have_info(region const& each) noexcept {
    return each.writable && each.size() <= largest_library_data &&
           std::string_view(each.file).find(preload::library_name) != std::string_view::npos;
}

bool is_right(preload_info const& info) noexcept {
    return std::memcmp(info.magic, preload::info_magic, sizeof info.magic) == 0 &&
           info.version == preload::info_version;
}

std::optional<preload_info> info_in(memory const& in) {
    for (region const& each : in.regions()) {
        if (!may_have_info(each)) {
            continue;
        }
        for (address at = each.begin; at < each.end; at += preload::page_size) {
            std::optional<preload_info> const info = in.read<preload_info>(at);
            if (info && is_right(*info)) {
                return info;
            }
        }
    }
    return std::nullopt;
}

// What a call that opens a path has made may also be a FIFO or a device.
bool may_be(made_kind made, descriptor_kind is) noexcept {
    switch (made) {
        case made_kind::none: return false;
        case made_kind::any: return true;
        case made_kind::pipe: return is == descriptor_kind::pipe;
        case made_kind::socket: return is == descriptor_kind::socket;
        case made_kind::event: return is == descriptor_kind::event;
        case made_kind::timer: return is == descriptor_kind::timer;
        case made_kind::epoll: return is == descriptor_kind::epoll;
        case made_kind::other: return is == descriptor_kind::other;
        case made_kind::file:
            return is == descriptor_kind::file || is == descriptor_kind::pipe ||
                   is == descriptor_kind::other;
    }
    return false;
}

bool is_whole(birth_record const& record) noexcept {
    return record.sequence % 2 == 0 && record.by != static_cast<std::uint16_t>(call::none) &&
           record.by < call_count && record.frame_count <= preload::max_frames;
}

}  // namespace

births::births(memory const& in, preload_info const& info, std::optional<std::uint64_t> now)
    : memory_(&in), info_(info), now_(now ? *now : newest()) {}

std::optional<births> births::in(memory const& in, std::optional<std::uint64_t> now) {
    std::optional<preload_info> const info = info_in(in);
    if (!info || in.read<std::uint8_t>(info->is_program).value_or(0) != 1) {
        return std::nullopt;
    }
    return births(in, *info, now);
}

std::optional<birth_record> births::record(std::uint64_t number) const {
    if (number >= preload::max_descriptors) {
        return std::nullopt;
    }
    address const segment = info_.segments[number / preload::births_per_segment];
    if (segment == 0) {
        return std::nullopt;
    }
    std::optional<birth_record> const found = memory_->read<birth_record>(
        segment + number % preload::births_per_segment * sizeof(birth_record));
    return found && is_whole(*found) ? found : std::nullopt;
}

std::uint64_t births::newest() const {
    std::uint64_t result = 0;
    for (std::uint64_t i = 0; i != preload::max_segments; ++i) {
        for (std::uint64_t k = 0; info_.segments[i] != 0 && k != preload::births_per_segment; ++k) {
            auto const found = record(i * preload::births_per_segment + k);
            result = std::max(result, found ? found->time : 0);
        }
    }
    return result;
}

std::optional<birth> births::of(int number, descriptor_kind kind) const {
    auto const found = number < 0 ? std::nullopt : record(static_cast<std::uint64_t>(number));
    if (!found || !may_be(call_descriptions[found->by].makes, kind)) {
        return std::nullopt;
    }
    return birth{.call = call_descriptions[found->by].name,
                 .frames = {found->frames, found->frames + found->frame_count},
                 .age = now_ > found->time ? now_ - found->time : 0};
}

bool births::is_channel(int number) const noexcept {
    return number > 0 && info_.channel == static_cast<std::uint32_t>(number);
}

preload::look_reason births::reason() const noexcept {
    return info_.reason <= static_cast<std::uint32_t>(preload::last_look_reason)
               ? static_cast<preload::look_reason>(info_.reason)
               : preload::look_reason::none;
}

}  // namespace handrail::inspect
