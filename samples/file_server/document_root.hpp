// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Maps the target of a request to a file below one folder.
//
// Files outside are refused however the target is written: "..", percent-encoded or not, and
// symbolic links that lead out. Links are followed first, and the result is compared with the root.
// Whoever may change the folder while it is served is trusted: between the check and the opening a
// file may be replaced by a link.
//
// Thread safety: any thread; it never changes.

#pragma once

#include <boost/beast/http/status.hpp>

#include <filesystem>
#include <string_view>

namespace file_server {

class document_root {
public:
    // Errors: throws std::filesystem::filesystem_error if it is not a folder.
    explicit document_root(std::filesystem::path const& folder);

    std::filesystem::path const& folder() const noexcept { return folder_; }

    struct result {
        boost::beast::http::status status;  // ok, or the status of the refusal
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
