// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A static HTTP/1.1 file server. file_server --help tells the options; README.md the rest.

#include "server.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/runner.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/program_options.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace po = boost::program_options;

struct program_settings {
    file_server::server_settings server;
    unsigned threads = 1;
    bool help = false;
};

program_settings parse(int argc, char** argv, po::options_description& options) {
    program_settings settings;
    std::string root;
    unsigned idle = 30'000;
    options.add_options()("help", po::bool_switch(&settings.help), "this text")(
        "root", po::value(&root)->default_value("."), "the folder to serve")(
        "port", po::value(&settings.server.port)->default_value(8080), "0: any free one")(
        "threads", po::value(&settings.threads)->default_value(2), "that run the server")(
        "idle", po::value(&idle)->default_value(idle), "milliseconds that a client may keep silent")(
        "leak-check", "switch the leak check on (level handles)");
    po::variables_map values;
    po::store(po::parse_command_line(argc, argv, options), values);
    po::notify(values);
    if (values.contains("leak-check")) {
        handrail::leak_check::enable(handrail::leak_check::level::handles);
    }
    settings.server.session.root = std::filesystem::canonical(root);
    settings.server.session.idle = std::chrono::milliseconds(idle);
    return settings;
}

void serve(program_settings const& settings) {
    asio::io_context context;
    file_server::server server(context, settings.server);
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](auto, int) { asio::post(server.executor(), [&] { server.stop(); }); });
    server.start();
    std::cout << "http://127.0.0.1:" << server.port() << "/" << std::endl;
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < settings.threads; ++i) {
        workers.emplace_back([&] { context.run(); });
    }
    context.run();
    workers.clear();
    std::cout << "stopped; files in use: " << server.files_in_use() << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    po::options_description options("usage: file_server [options]");
    try {
        auto const settings = parse(argc, argv, options);
        if (settings.help) {
            std::cout << options;
            return 0;
        }
        serve(settings);
        return 0;
    } catch (std::exception const& e) {
        std::cerr << "file_server: " << e.what() << "\n";
        return 1;
    }
}
