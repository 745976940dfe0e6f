// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Files as mappings, one for all clients that send the file at the same time.
//
// The cache holds weak entries in a table of fixed size. The last client that lets go of a file ends the mapping, and a
// cleanup takes the entry out. The cleanup locks the table, so whoever drops references under the lock defers cleanups.
//
// Thread safety: all functions may be called by any thread.

#pragma once

#include <handrail/mapping.hpp>
#include <handrail/shared.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>

namespace file_server {

struct mapped_file {
    handrail::mapping bytes;
    std::filesystem::file_time_type modified;

    std::span<std::byte const> content() const noexcept { return bytes.bytes(); }
};

class file_cache {
public:
    explicit file_cache(std::size_t capacity) : state_(handrail::make<state>()) { state_->capacity = capacity; }

    // Returns: the file, mapped; empty with an error. A file that has changed gets a new mapping; clients in the middle of the
    // old one keep it. A full table is no error: the file is mapped for this client alone.
    handrail::shared<mapped_file> get(std::filesystem::path const& path, boost::system::error_code& ec);

    // Returns: how many files are in use.
    std::size_t size() const;

private:
    struct entry {
        handrail::weak<mapped_file> file;
        std::uint64_t id;  // tells a mapping from its successor under the same path
    };
    struct state {
        std::mutex mutex;
        std::map<std::string, entry> entries;
        std::size_t capacity = 0;
        std::uint64_t last_id = 0;
    };

    // The cleanup of a mapped file. It has a weak of its own: files may outlive the cache.
    static void forget(handrail::weak<state> cache, std::string path, std::uint64_t id);

    handrail::shared<mapped_file> find(std::filesystem::path const& path,
                                       std::filesystem::file_time_type modified);
    void insert(std::filesystem::path const& path, handrail::shared<mapped_file> const& file);

    handrail::shared<state> state_;
};

}  // namespace file_server
