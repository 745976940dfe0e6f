// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One mapping per file, shared by all sessions that send it. The cache has weak references.
//
//     auto files = handrail::make<file_server::file_cache>(256);
//     handrail::shared<served_file> file = files->open("/srv/index.html", ec);
//     // … send file->body; the last reference unmaps it, then its entry is deleted
//
// The cache keeps no file alive, so nothing is ever evicted: a cleanup of each file deletes its
// entry. The cleanup has its own copies: the key, the entry's serial number and a weak reference to
// the cache, which may end first. A file that has changed (its size or time of modification) is
// mapped again; sessions that send the old version keep that. When all entries are in use, further
// files get mappings that are not shared.
//
//  1. An entry's file has the entry's serial number, so that a late cleanup never deletes the entry
//     of a newer mapping.
//  2. References are dropped under mutex_ only while a deferral exists: the last one's cleanup
//     takes mutex_.
//
// Thread safety: any thread.

#pragma once

#include <handrail/mapping.hpp>
#include <handrail/shared.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <unordered_map>

namespace file_server {

struct file_version {
    std::uint64_t size = 0;
    std::filesystem::file_time_type changed;
    friend bool operator==(file_version const&, file_version const&) = default;
};

struct served_file {
    std::filesystem::path path;
    file_version version;
    handrail::mapping body;  // version.size bytes
};

class file_cache : public handrail::enable_shared_from_this<file_cache> {
public:
    // Requires: made by handrail::make.
    explicit file_cache(std::size_t capacity) : capacity_(capacity) {}

    // Returns: the file as it is now. path is canonical and names a regular file.
    // Errors: as file::open and mapping::map; resource_unavailable_try_again if it changes at each
    //   of three attempts.
    handrail::shared<served_file> open(std::filesystem::path const& path,
                                       boost::system::error_code& ec);

    std::size_t size() const;

private:
    struct entry {
        std::uint64_t serial;
        handrail::weak<served_file> file;
    };

    using lock = std::lock_guard<std::mutex>;

    // Returns: the entry's file if it is alive and of this version.
    handrail::shared<served_file> find(std::string const& key, file_version const& version) const;
    handrail::shared<served_file> find(std::string const& key, file_version const& version,
                                       lock const&) const;
    // Returns: fresh, or the same file if another thread has entered it meanwhile.
    handrail::shared<served_file> keep(std::string const& key,
                                       handrail::shared<served_file> const& fresh);
    static void forget(handrail::weak<file_cache> cache, std::string key, std::uint64_t serial);

    std::size_t const capacity_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, entry> entries_;
    std::uint64_t last_serial_ = 0;
};

}  // namespace file_server
