// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "file_cache.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>

#include <utility>

namespace file_server {

namespace fs = std::filesystem;

handrail::shared<mapped_file> file_cache::get(fs::path const& path, boost::system::error_code& ec) {
    std::error_code failed;
    auto const modified = fs::last_write_time(path, failed);
    if (failed) {
        ec = failed;
        return {};
    }
    if (auto file = find(path, modified)) {
        return file;
    }
    auto const opened = handrail::file::open(path, handrail::file::read_only, ec);
    if (ec) {
        return {};
    }
    auto bytes = handrail::mapping::map(opened, ec);
    if (ec) {
        return {};
    }
    auto file = handrail::make<mapped_file>(std::move(bytes), modified);
    insert(path, file);
    return file;
}

handrail::shared<mapped_file> file_cache::find(fs::path const& path, fs::file_time_type modified) {
    handrail::deferral wait;  // the reference dropped below may be the last: its cleanup takes the lock
    std::lock_guard hold(state_->mutex);
    auto const found = state_->entries.find(path.string());
    if (found == state_->entries.end()) {
        return {};
    }
    auto file = found->second.file.lock();
    return file != nullptr && file->modified == modified ? file : nullptr;
}

void file_cache::insert(fs::path const& path, handrail::shared<mapped_file> const& file) {
    std::uint64_t id = 0;
    {
        std::lock_guard hold(state_->mutex);
        bool const known = state_->entries.contains(path.string());
        if (!known && state_->entries.size() == state_->capacity) {
            return;
        }
        id = ++state_->last_id;
        state_->entries.insert_or_assign(path.string(), entry{file, id});
    }
    handrail::add_cleanup(file, &file_cache::forget, handrail::weak<state>(state_), path.string(), id);
}

void file_cache::forget(handrail::weak<state> cache, std::string path, std::uint64_t id) {
    if (auto const held = cache.lock()) {
        std::lock_guard hold(held->mutex);
        auto const found = held->entries.find(path);
        if (found != held->entries.end() && found->second.id == id) {
            held->entries.erase(found);
        }
    }
}

std::size_t file_cache::size() const {
    std::lock_guard hold(state_->mutex);
    return state_->entries.size();
}

}  // namespace file_server
