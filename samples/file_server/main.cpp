// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A static file server: options, threads, signals. SIGINT and SIGTERM stop it, SIGUSR1 prints its
// status.

#include "options.hpp"
#include "server.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace leak_check = handrail::leak_check;

bool asks_for_status([[maybe_unused]] int signal) noexcept {
#ifdef SIGUSR1
    return signal == SIGUSR1;
#else
    return false;
#endif
}

// Effects: waits for signals until one stops the server.
void await_signal(asio::signal_set& signals, file_server::server& running) {
    signals.async_wait([&](boost::system::error_code const&, int signal) {
        if (asks_for_status(signal)) {
            running.print_status("asked");
            await_signal(signals, running);
        } else {
            running.stop();
        }
    });
}

void run_on(asio::io_context& context, int threads) {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) {
        others.emplace_back([&] { context.run(); });
    }
    context.run();
}

void serve(file_server::options const& wanted) {
    asio::io_context context(wanted.threads);
    auto const running = handrail::make<file_server::server>(context, wanted);
    asio::signal_set signals(context, SIGINT, SIGTERM);
#ifdef SIGUSR1
    signals.add(SIGUSR1);
#endif
    await_signal(signals, *running);
    running->start();
    std::cout << "serving " << wanted.root.string() << " at http://" << running->endpoint() << "/"
              << std::endl;
    run_on(context, wanted.threads);
    std::cout << "stopped: " << running->status() << std::endl;
}

int report_leaks() {
    auto const report = leak_check::check_now({.open_handles = true});
    std::cout << to_text(report) << std::flush;
    return report.findings.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
    auto const wanted = file_server::parse_options(argc, argv);
    if (!wanted) {
        return 0;
    }
    if (wanted->leak_check) {
        leak_check::set_level(leak_check::level::handles);
    }
    serve(*wanted);
    return wanted->leak_check ? report_leaks() : 0;
} catch (std::exception const& e) {
    std::cerr << "file_server: " << e.what() << std::endl;
    return 2;
}
