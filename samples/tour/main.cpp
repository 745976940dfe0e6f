// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A tour of handrail: a file, a TCP connection and a mapping with cleanups; then the leak that Go's
// article warns of, which the library finds.
//
// Each line is checked: the exit status is 0 only if all of them are true.

#include <handrail/asio/runner.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/handle.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/mapping.hpp>
#include <handrail/runner.hpp>
#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <random>
#include <span>
#include <string>
#include <utility>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

int broken = 0;

void heading(std::string const& text) { std::cout << "\n== " << text << "\n"; }

void check(bool held, std::string const& what) {
    std::cout << (held ? "  ok    " : "  WRONG ") << what << "\n";
    broken += held ? 0 : 1;
}

// What the cleanups have said, in order.
std::string said;
void say(std::string what) {
    std::cout << "        cleanup: " << what << "\n";
    said += what + ";";
}
std::string take_said() { return std::exchange(said, {}); }

void file_with_cleanups(std::filesystem::path const& path) {
    heading("A file. It is closed first, then its cleanups run, newest first.");
    {
        auto log = handrail::file::open(path, handrail::file::write_only | handrail::file::create);
        handrail::add_cleanup(log, &say, std::string("registered first"));
        handrail::add_cleanup(
            log,
            [](std::filesystem::path p) {
                say("registered last: " + std::to_string(std::filesystem::file_size(p)) +
                    " bytes on disk");
            },
            path);
        asio::write(log, asio::buffer("hello, world", 12));
    }
    check(take_said() == "registered last: 12 bytes on disk;registered first;",
          "newest first, after the close");
}

void stopped_and_run_early(std::filesystem::path const& path) {
    heading("Tokens. A cleanup can be stopped, or run early; each runs at most once.");
    auto log = handrail::file::open(path, handrail::file::read_only);
    auto stopped = handrail::add_cleanup(log, &say, std::string("stopped"));
    auto early = handrail::add_cleanup(log, &say, std::string("early"));
    check(stopped.stop() && !stopped.stop(), "stop() wins once");
    check(early.run() && !early.run(), "run() runs once, now");
    log.close();
    check(take_said() == "early;", "nothing runs twice");
}

// A guard for another kind of handle is traits and an alias. Closing this one always fails, as
// closing a file on a full network disk may.
struct ledger_traits {
    using native_handle_type = int;
    static int invalid() noexcept { return 0; }
    static bool is_valid(int h) noexcept { return h != 0; }
    static error_code close(int) noexcept {
        return make_error_code(boost::system::errc::no_space_on_device);
    }
    static constexpr char const* kind = "ledger";
};
using ledger = handrail::unique_handle<ledger_traits>;

// The last failure that the failure handler got.
std::string lost;

void errors(std::filesystem::path const& path) {
    heading("Errors name the operation and the object; none is lost.");
    try {
        static_cast<void>(
            handrail::file::open(path.string() + ".missing", handrail::file::read_only));
        check(false, "opened a file that does not exist");
    } catch (boost::system::system_error const& e) {
        check(std::string(e.what()).find(".missing") != std::string::npos, e.what());
    }
    ledger reported(1);
    handrail::add_cleanup(reported, &say, std::string("the ledger has ended all the same"));
    try {
        reported.close();
        check(false, "no error from close()");
    } catch (boost::system::system_error const& e) {
        check(!reported.is_open(), std::string("close() reports: ") + e.what());
    }
    auto const before = handrail::set_failure_handler([](handrail::failure const& f) noexcept {
        lost = "closing " + std::string(f.object) + ": " + f.error.message();
    });
    {
        ledger const silent(2);
    }
    handrail::set_failure_handler(before);
    check(!lost.empty(), "a destructor cannot throw; the failure handler gets: " + lost);
    check(take_said() == "the ledger has ended all the same;",
          "a close that fails is a close, too");
}

void mapping_that_outlives_its_file(std::filesystem::path const& path) {
    heading("A mapping. It outlives its file; pointers into it are refused as arguments.");
    auto log = handrail::file::open(path, handrail::file::read_only);
    auto bytes = handrail::mapping::map(log, {.offset = 7, .length = 5});
    log.close();
    std::string const word(reinterpret_cast<char const*>(bytes.bytes().data()), bytes.size());
    check(word == "world", "bytes 7 to 11 are \"" + word + "\"");
    try {
        handrail::add_cleanup(bytes, [](std::span<std::byte>) {}, bytes.bytes());
        check(false, "a span into the mapping was accepted");
    } catch (handrail::self_capture const& e) {
        check(true, e.what());
    }
}

// Returns: whether the peer of this connection has closed it.
bool sees_end(handrail::tcp_socket& connection) {
    std::array<char, 1> byte{};
    error_code ec;
    connection.non_blocking(true);
    connection.read_some(asio::buffer(byte), ec);
    return ec == asio::error::eof;
}

void connection_on_an_executor() {
    heading("A TCP connection that is closed and cleaned up by an Asio executor; then a drain.");
    asio::io_context context;
    asio::io_context workers;
    handrail::tcp_acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    handrail::tcp_socket client(context);
    client.connect(acceptor.local_endpoint());
    {
        handrail::tcp_socket server = acceptor.accept();
        handrail::set_runner(server, handrail::make_runner(workers.get_executor()));
        handrail::defer_close(server);
        handrail::add_cleanup(server, &say, std::string("connection gone"));
        asio::write(client, asio::buffer("ping", 4));
        std::array<char, 4> received{};
        asio::read(server, asio::buffer(received));
        check(std::string(received.data(), received.size()) == "ping", "bytes came through");
    }
    check(take_said().empty() && !sees_end(client),
          "ended; close and cleanup wait on the executor");
    check(!handrail::drain(std::chrono::nanoseconds(0)), "drain() says that something is queued");
    workers.run();
    check(handrail::drain(std::chrono::minutes(1)) && sees_end(client),
          "drained; the client sees the end");
    check(take_said() == "connection gone;", "the cleanup ran on the executor, once");
}

bool is_the_trap(handrail::leak_check::finding const& f, std::filesystem::path const& path) {
    return f.id == "HR001" && f.grade == handrail::leak_check::grade::certain &&
           f.resource.find(path.string()) != std::string::npos && !f.path.empty() &&
           f.path[0].where.line() != 0;
}

// The classic of Go: runtime.AddCleanup(file, func(f *os.File) { f.Close() }, file).
void self_capture(std::filesystem::path const& path) {
    heading("The trap: a cleanup that captures the file it waits for. Refused as an argument …");
    auto file =
        handrail::make<handrail::file>(handrail::file::open(path, handrail::file::read_only));
    try {
        handrail::add_cleanup(file, [](handrail::shared<handrail::file> f) { f->close(); }, file);
        check(false, "accepted");
    } catch (handrail::self_capture const& e) {
        check(true, e.what());
    }
    heading("… and, hidden in a capture, found by the leak check:");
    handrail::leak_check::scoped_check leaks;
    auto token = handrail::add_cleanup(file, handrail::capturing([file] { file->close(); }));
    auto const report = leaks.finish();
    std::cout << to_text(report);
    bool const found = report.findings.size() == 1 && is_the_trap(report.findings[0], path);
    check(found, "HR001 names the file, the line and the path");

    heading("The fix: the cleanup gets what it needs, never the file.");
    token.stop();
    handrail::leak_check::scoped_check again;
    handrail::add_cleanup(file, &say, "closed " + path.filename().string());
    auto const clean = again.finish();
    std::cout << to_text(clean);
    check(clean.findings.empty(), "a clean report");
    file.reset();
    check(take_said() == "closed " + path.filename().string() + ";", "released at once");
}

void summary() {
    heading("Counted");
    check(handrail::leak_check::live_handles().empty(), "no handle is open");
    auto const c = handrail::cleanup_stats();
    std::cout << "        " << c.registered << " cleanups registered, " << c.stopped << " stopped, "
              << c.executed << " executed, " << c.failed << " failed\n";
    check(c.registered == c.stopped + c.executed, "none lost, none doubled");
}

}  // namespace

int main() {
    // Level handles from the first handle on, so that the report knows every name.
    handrail::leak_check::set_level(handrail::leak_check::level::handles);
    auto const folder = std::filesystem::temp_directory_path() /
                        ("handrail-tour-" + std::to_string(std::random_device()()));
    std::filesystem::create_directory(folder);
    auto const path = folder / "cfg.toml";
    file_with_cleanups(path);
    stopped_and_run_early(path);
    errors(path);
    mapping_that_outlives_its_file(path);
    connection_on_an_executor();
    self_capture(path);
    summary();
    std::filesystem::remove_all(folder);
    std::cout << (broken == 0 ? "\nEverything held.\n" : "\nSomething did not hold.\n");
    return broken == 0 ? 0 : 1;
}
