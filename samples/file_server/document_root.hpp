// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// From the target of a request to a file below one folder, and nowhere else.
//
// What lies outside is refused however it is written: "..", percent-encoded or not, and symbolic
// links that lead out. The links are followed first and the result is compared with the root. Who
// may change the folder while it is served is trusted: between the look and the opening a file may
// be replaced by a link.
//
// Thread safety: never changes; any number of threads.

#pragma once

#include <boost/beast/http/status.hpp>

#include <filesystem>
#include <string_view>

namespace file_server {

class document_root {
public:
    // Errors: throws std::filesystem::filesystem_error if it is no folder.
    explicit document_root(std::filesystem::path const& folder);

    std::filesystem::path const& folder() const noexcept { return folder_; }

    struct result {
        boost::beast::http::status status;  // ok, or what to refuse with
        std::filesystem::path file;         // canonical: equal for all names of one file
    };
    // Returns: the file that a target ("/a%20b.txt?x", "http://host/a") names; for a folder its
    //   index.html.
    result find(std::string_view target) const;

private:
    result regular_file(std::filesystem::path const& path) const;
    bool contains(std::filesystem::path const& canonical) const;

    std::filesystem::path folder_;
};

}  // namespace file_server
