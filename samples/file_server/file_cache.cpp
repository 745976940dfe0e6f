// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "file_cache.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>

#include <boost/system/errc.hpp>

#include <utility>

namespace file_server {

namespace {

namespace fs = std::filesystem;
using boost::system::error_code;
using handrail::shared;
using handrail::weak;

file_version version_of(fs::path const& path, error_code& ec) {
    std::error_code error;
    file_version now;
    now.size = fs::file_size(path, error);
    if (!error) {
        now.changed = fs::last_write_time(path, error);
    }
    ec = error;
    return now;
}

// Returns: the mapped bytes of a file that had this version before and after; nothing if it has
//   changed meanwhile.
shared<served_file> map(fs::path const& path, file_version const& version, error_code& ec) {
    auto const file = handrail::file::open(path, handrail::file::read_only, ec);
    if (ec.failed() || file.size(ec) != version.size || ec.failed()) {
        return {};
    }
    auto body = handrail::mapping::map(file, {.length = version.size}, ec);
    if (ec.failed() || version_of(path, ec) != version) {
        return {};
    }
    return handrail::make<served_file>(path, version, std::move(body));
}

}  // namespace

shared<served_file> file_cache::open(fs::path const& path, error_code& ec) {
    std::string const& key = path.native();
    for (int attempt = 0; attempt < 3; ++attempt) {
        file_version const version = version_of(path, ec);
        if (ec.failed()) {
            return {};
        }
        if (auto known = find(key, version)) {
            return known;
        }
        // Without the lock: the disk may be slow.
        if (auto const fresh = map(path, version, ec)) {
            return keep(key, fresh);
        }
        if (ec.failed()) {
            return {};
        }
    }
    ec = make_error_code(boost::system::errc::resource_unavailable_try_again);
    return {};
}

std::size_t file_cache::size() const {
    lock const hold(mutex_);
    return entries_.size();
}

shared<served_file> file_cache::find(std::string const& key, file_version const& version) const {
    handrail::deferral const wait;
    lock const hold(mutex_);
    return find(key, version, hold);
}

shared<served_file> file_cache::find(std::string const& key, file_version const& version,
                                     lock const&) const {
    auto const found = entries_.find(key);
    if (found == entries_.end()) {
        return {};
    }
    // This may drop the last reference to an outdated file.
    auto const file = found->second.file.lock();
    return file && file->version == version ? file : nullptr;
}

shared<served_file> file_cache::keep(std::string const& key, shared<served_file> const& fresh) {
    handrail::deferral const wait;
    lock const hold(mutex_);
    if (auto known = find(key, fresh->version, hold)) {
        return known;
    }
    if (entries_.size() < capacity_ || entries_.contains(key)) {
        std::uint64_t const serial = ++last_serial_;
        handrail::add_cleanup(fresh, &file_cache::forget, weak_from_this(), key, serial);
        entries_.insert_or_assign(key, entry{serial, fresh});
    }
    return fresh;
}

void file_cache::forget(weak<file_cache> cache, std::string key, std::uint64_t serial) {
    auto const self = cache.lock();
    if (!self) {
        return;
    }
    lock const hold(self->mutex_);
    auto const found = self->entries_.find(key);
    if (found != self->entries_.end() && found->second.serial == serial) {
        self->entries_.erase(found);
    }
}

}  // namespace file_server
