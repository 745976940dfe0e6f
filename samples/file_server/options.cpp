// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "options.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <iostream>
#include <thread>

namespace file_server {

namespace {

namespace po = boost::program_options;

po::options_description describe(options& wanted, int& port, int& timeout) {
    int const threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    po::options_description known("file_server: serves the files below a folder over HTTP/1.1");
    auto add = known.add_options();
    add("help", "print this and exit");
    add("root", po::value(&wanted.root)->default_value("."), "the folder");
    add("address", po::value(&wanted.address)->default_value("127.0.0.1"),
        "the address to listen at");
    add("port", po::value(&port)->default_value(8080),
        "the port; 0: any free one, which is printed");
    add("threads", po::value(&wanted.threads)->default_value(threads), "the number of threads");
    add("timeout", po::value(&timeout)->default_value(15),
        "seconds for a request, and for each step of a response");
    add("cached-files", po::value(&wanted.cached_files)->default_value(1024),
        "the number of files that clients may share at a time");
    add("log", po::bool_switch(&wanted.log), "print the status when a connection has ended");
    add("leak-check", po::bool_switch(&wanted.leak_check),
        "at the end, report what was not released, with exit status 1");
    return known;
}

void require_between(int min, int max, char const* option, int value) {
    if (value < min || value > max) {
        throw po::error(std::string("--") + option + " must be at least " + std::to_string(min) +
                        " and at most " + std::to_string(max));
    }
}

}  // namespace

std::optional<options> parse_options(int argc, char const* const* argv) {
    options wanted;
    int port = 0;
    int timeout = 0;
    auto const known = describe(wanted, port, timeout);
    po::variables_map given;
    po::store(po::command_line_parser(argc, argv).options(known).positional({}).run(), given);
    if (given.contains("help")) {
        std::cout << known;
        return std::nullopt;
    }
    po::notify(given);
    require_between(0, 65535, "port", port);
    require_between(1, 1024, "threads", wanted.threads);
    require_between(1, 86400, "timeout", timeout);
    wanted.port = static_cast<std::uint16_t>(port);
    wanted.timeout = std::chrono::seconds(timeout);
    return wanted;
}

}  // namespace file_server
