// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Every name that users compile against, as they are told to spell it, with the type it must have.

#include <handrail/asio/beast.hpp>
#include <handrail/asio/runner.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/handle.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/mapping.hpp>
#include <handrail/runner.hpp>
#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_at.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/asio/write_at.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <compare>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using boost::system::error_code;
using handrail::file;
using handrail::shared;
using handrail::weak;

namespace {

template <class T, class... Args>
concept makes = std::constructible_from<T, Args...>;

struct library_traits {
    using native_handle_type = int;
    static int invalid() noexcept { return 0; }
    static bool is_valid(int h) noexcept { return h != 0; }
    static error_code close(int) noexcept { return {}; }
    static constexpr char const* kind = "library";
};
using library = handrail::unique_handle<library_traits>;
using borrowed_library = handrail::borrowed_handle<library_traits>;

struct node : handrail::enable_shared_from_this<node> {
    int value = 0;
    weak<node> self = weak_from_this();
};
struct aggregate {
    int a;
    std::string b;
};

std::string const own_path = "/proc/self/exe";

}  // namespace

BOOST_AUTO_TEST_CASE(cleanups_take_any_owner_and_give_a_copyable_token) {
    library owner(1);
    int runs = 0;
    handrail::cleanup token = handrail::add_cleanup(owner, [](int* n) { ++*n; }, &runs);
    static_assert(std::copyable<handrail::cleanup>);
    static_assert(makes<handrail::cleanup> && noexcept(token.stop()) && noexcept(token.run()));
    static_assert(noexcept(std::as_const(token).pending()));
    static_assert(std::same_as<decltype(token.stop()), bool>);
    static_assert(std::derived_from<handrail::self_capture, std::logic_error>);
    static_assert(!std::copyable<handrail::deferral> && makes<handrail::deferral>);
    static_assert(std::is_nothrow_default_constructible_v<handrail::deferral>);
    handrail::cleanup copy = token;
    BOOST_TEST(copy.pending());
    BOOST_TEST(copy.run());
    BOOST_TEST(!token.stop());
    handrail::add_cleanup(owner, handrail::capturing([&runs] { ++runs; }));
    handrail::add_cleanup(owner, &std::string::clear, std::string("x"));
    owner.reset();
    BOOST_TEST(runs == 2);
    handrail::owner_ref const by_shared = handrail::make<int>(1);
    static_cast<void>(by_shared);
}

BOOST_AUTO_TEST_CASE(runners_say_where_and_drain_waits) {
    asio::thread_pool pool(1);
    static_assert(std::copyable<handrail::runner> && makes<handrail::runner>);
    handrail::runner const where = handrail::make_runner(pool.get_executor());
    handrail::set_default_runner(where);
    file f = file::open(own_path, file::read_only);
    handrail::set_default_runner({});
    handrail::set_runner(f, where);
    handrail::defer_close(f);
    auto const before = handrail::cleanup_stats();
    handrail::add_cleanup(f, [] {});
    f.reset();
    BOOST_TEST(handrail::drain(std::chrono::minutes(1)));
    handrail::cleanup_statistics const now = handrail::cleanup_stats();
    BOOST_TEST(now.registered - before.registered == 1U);
    BOOST_TEST(now.queued - before.queued == 1U);
    BOOST_TEST(now.executed - before.executed == 1U);
    BOOST_TEST(now.stopped + now.failed == before.stopped + before.failed);
    static_assert(std::same_as<decltype(now.registered), std::uint64_t>);
    static_assert(noexcept(handrail::cleanup_stats()));
    static_assert(std::same_as<decltype(&handrail::drain), bool (*)(std::chrono::nanoseconds)>);
}

BOOST_AUTO_TEST_CASE(failures_have_kind_error_exception_and_place) {
    using handrail::failure;
    static failure::kind seen;
    static int line;
    handrail::failure_handler const before =
        handrail::set_failure_handler([](failure const& f) noexcept {
            seen = f.what;
            line = static_cast<int>(f.where.line());
            static_cast<void>(f.error.failed() || f.exception == nullptr);
        });
    static_assert(std::same_as<handrail::failure_handler, void (*)(failure const&) noexcept>);
    library owner(1);
    handrail::add_cleanup(owner, [] { throw std::runtime_error("x"); });
    owner.reset();
    handrail::set_failure_handler(before);
    BOOST_TEST((seen == failure::kind::cleanup_threw));
    BOOST_TEST((failure::kind::close != failure::kind::runner_refused));
    BOOST_TEST(line != 0);
}

BOOST_AUTO_TEST_CASE(managed_objects_are_made_shared_and_watched) {
    shared<node> const made = handrail::make<node>();
    static_assert(std::same_as<decltype(handrail::make<aggregate>(1, "x")), shared<aggregate>>);
    BOOST_TEST(handrail::make<aggregate>(1, "x")->b == "x");
    BOOST_TEST((made->self.lock() == made));
    shared<int> const alias(made, &made->value);
    shared<handrail::enable_shared_from_this<node>> const base = made;
    BOOST_TEST(made.use_count() == 3);
    BOOST_TEST((made->shared_from_this() == made && made == base && alias != nullptr));
    BOOST_TEST(((made <=> made) == std::strong_ordering::equal));
    BOOST_TEST(made->weak_from_this().lock().get() == made.get());
    std::unordered_set<shared<node>> const set{made};
    BOOST_TEST(set.contains(made));
    weak<node> watcher = made;
    BOOST_TEST(!watcher.expired());
    std::shared_ptr<node> const std_owned = handrail::to_std(made);
    BOOST_TEST(std_owned.get() == made.get());
    weak<int> ended;
    {
        shared<int> object = handrail::make<int>(1);
        ended = object;
        object.reset();
    }
    BOOST_TEST((ended.expired() && !ended.lock()));
}

BOOST_AUTO_TEST_CASE(handles_own_and_borrowed_ones_never_close) {
    library h;
    static_assert(!std::copyable<library> && std::movable<library>);
    static_assert(!std::convertible_to<library, bool> && makes<bool, library>);
    BOOST_TEST(!h.is_open());
    h.reset(1);
    BOOST_TEST(h.native_handle() == 1);
    h.assign(2);
    error_code ec;
    h.assign(3, ec);
    borrowed_library const lent = h;
    BOOST_TEST(lent.native_handle() == 3);
    BOOST_TEST(h.release() == 3);
    h.close();
    h.close(ec);
    BOOST_TEST(!ec.failed());
    BOOST_TEST(!h);
}

BOOST_AUTO_TEST_CASE(files_model_asio_s_streams_and_random_access_devices) {
    static_assert(sizeof(file) <= 16);
    error_code ec;
    file f = file::open(own_path, file::read_only);
    file const missing = file::open("/nowhere", file::read_write, 0666, ec);
    BOOST_TEST(ec.failed());
    for (file::flags const each : {file::write_only, file::append, file::create, file::exclusive,
                                   file::truncate, file::sync_all_on_write}) {
        BOOST_TEST((each & file::read_only) == file::flags());
    }
    char bytes[4] = {};
    BOOST_TEST(asio::read(f, asio::buffer(bytes)) == 4U);
    BOOST_TEST(asio::read_at(f, 1, asio::buffer(bytes)) == 4U);
    BOOST_TEST(f.read_some_at(1, asio::buffer(bytes)) == 4U);
    BOOST_TEST(f.seek(0, file::seek_set) == 0U);
    BOOST_TEST(f.read_some(asio::buffer(bytes), ec) == 4U);
    BOOST_TEST(f.size() == f.size(ec));
    file null = file::open("/dev/null", file::write_only);
    BOOST_TEST(asio::write(null, asio::buffer(bytes)) == 4U);
    BOOST_TEST(asio::write_at(null, 7, asio::buffer(bytes)) == 4U);
    BOOST_TEST(null.write_some(asio::buffer(bytes)) + null.write_some_at(1, asio::buffer(bytes)) ==
               8U);
    null.resize(0, ec);
    null.sync_all(ec);
    null.sync_data(ec);
}

BOOST_AUTO_TEST_CASE(mappings_show_bytes_at_any_offset) {
    handrail::map_options const options{.offset = 1, .length = 3};
    handrail::mapping m;
    {
        file const f = file::open(own_path, file::read_only);
        m = handrail::mapping::map(f);
        m = handrail::mapping::map(f, options);
    }
    static_assert(std::same_as<decltype(m.bytes()), std::span<std::byte>>);
    BOOST_TEST(m.bytes().size() == 3U);
    BOOST_TEST(static_cast<char>(m.bytes()[0]) == 'E');
}

BOOST_AUTO_TEST_CASE(sockets_wrap_asio_s_and_are_their_own_lowest_layer) {
    using tcp = asio::ip::tcp;
    using local = asio::local::stream_protocol;
    static_assert(std::same_as<handrail::tcp_socket, handrail::stream_socket<tcp>>);
    static_assert(std::same_as<handrail::tcp_acceptor, handrail::acceptor<tcp>>);
    static_assert(std::same_as<handrail::local_socket, handrail::stream_socket<local>>);
    static_assert(std::same_as<handrail::tcp_socket::lowest_layer_type, handrail::tcp_socket>);
    static_assert(std::same_as<handrail::tcp_socket::executor_type, asio::any_io_executor>);
    asio::io_context context;
    handrail::tcp_acceptor listener(context, {asio::ip::address_v4::loopback(), 0});
    std::vector const endpoints{listener.local_endpoint()};
    handrail::tcp_socket first(context), second(context);
    error_code ec;
    BOOST_TEST(handrail::connect(first, endpoints) == endpoints[0]);
    std::optional<error_code> connected;
    handrail::async_connect(second, endpoints,
                            [&](error_code e, tcp::endpoint const&) { connected = e; });
    handrail::tcp_socket const accepted = listener.accept();
    listener.async_accept([](error_code, handrail::tcp_socket) {});
    context.run();
    BOOST_TEST((connected == error_code()));
    BOOST_TEST(first.asio_socket().is_open());
    static_assert(std::same_as<decltype(first.asio_socket()), tcp::socket&>);
    handrail::local_socket a(context), b(context);
    handrail::connect_pair(a, b, ec);
    beast_close_socket(a);
    teardown(boost::beast::role_type::client, b, ec);
    async_teardown(boost::beast::role_type::client, b, [](error_code) {});
}

BOOST_AUTO_TEST_CASE(the_leak_check_has_levels_reports_and_scopes) {
    namespace leak_check = handrail::leak_check;
    using leak_check::level;
    static_assert(noexcept(leak_check::current_level()));
    leak_check::set_level(level::handles);
    BOOST_TEST((leak_check::current_level() == level::handles && level::off < level::full));
    leak_check::scoped_check check;
    file const f = file::open(own_path, file::read_only);
    std::vector<leak_check::live_handle> const live = leak_check::live_handles();
    BOOST_TEST_REQUIRE(live.size() == 1U);
    BOOST_TEST(live[0].kind == "file");
    BOOST_TEST(live[0].name == own_path);
    BOOST_TEST(live[0].age.count() >= 0);
    BOOST_TEST(live[0].where.line() != 0U);
    leak_check::report const report = leak_check::check_now();
    leak_check::report const finished = check.finish();
    BOOST_TEST(report.complete);
    BOOST_TEST(report.handles == 1U);
    BOOST_TEST(report.cleanups + report.opaque == 0U);
    BOOST_TEST(report.duration >= report.pause);
    BOOST_TEST_REQUIRE(finished.findings.size() == 1U);
    leak_check::finding const& found = finished.findings[0];
    BOOST_TEST(found.id == "HR020");
    BOOST_TEST((found.grade == leak_check::grade::possible));
    BOOST_TEST((!found.resource.empty() && !found.advice.empty() && !found.fingerprint.empty()));
    BOOST_TEST((found.count == 1U && !found.leaked_now));
    static_assert(std::same_as<decltype(found.path), std::vector<leak_check::step>>);
    static_assert(
        makes<leak_check::step, std::string, bool, std::string, leak_check::reference, std::string,
              std::string, leak_check::evidence, std::source_location, std::size_t>);
    static_assert(leak_check::grade::note < leak_check::grade::certain);
    leak_check::set_level(level::off);
}
