// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The pitfalls of Go's runtime.SetFinalizer and runtime.AddCleanup, one after the other: what Go
// does, and what handrail does here.
//
// The facts about Go are from the documentation and source of package runtime, Go 1.24 and newer,
// and from https://go.dev/blog/cleanups-and-weak. The exit status is 0 only if every observation
// is true.

#include <handrail/asio/runner.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/runner.hpp>
#include <handrail/shared.hpp>

#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <latch>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using handrail::add_cleanup;
using handrail::capturing;
using handrail::make;
using handrail::shared;
using handrail::weak;

int broken = 0;

void pitfall(std::string const& name, std::string const& go) {
    std::cout << "\n" << name << "\n  Go        " << go << "\n";
}
void observe(bool held, std::string const& what) {
    std::cout << (held ? "  handrail  " : "  WRONG     ") << what << "\n";
    broken += held ? 0 : 1;
}

int ran = 0;
void count() { ++ran; }

struct record {
    std::string name = "record";
    int member = 0;
};

void attach_to_a_member() {
    pitfall("Attaching to the inside",
            "SetFinalizer takes the start of an allocation only; AddCleanup any interior pointer.");
    ran = 0;
    auto object = make<record>();
    add_cleanup(shared<int>(object, &object->member), &count);
    object.reset();
    observe(ran == 1, "a cleanup attached through a shared to a member ran when the object ended");
}

// What ran, in order.
std::string order;
void note(std::string what) { order += what; }

struct noting {
    ~noting() { note("object "); }
};

void many() {
    pitfall("Many on one object",
            "SetFinalizer: a second one is a fatal error; AddCleanup: any number.");
    order.clear();
    auto object = make<record>();
    for (char const* name : {"a", "b", "c"}) {
        add_cleanup(object, &note, std::string(name));
    }
    object.reset();
    observe(order.size() == 3, "all three ran: " + order);
}

void ordering() {
    pitfall("Order", "Finalizers run in the order of dependency; cleanups in none.");
    order.clear();
    auto object = make<noting>();
    add_cleanup(object, &note, std::string("older "));
    add_cleanup(object, &note, std::string("newer "));
    object.reset();
    observe(order == "object newer older ",
            "the object ends first, then its cleanups, newest first: " + order);
}

void no_resurrection() {
    pitfall("Resurrection",
            "A finalizer gets the object and can make it live again; a cleanup does not see it.");
    static bool empty = false;
    auto object = make<record>();
    add_cleanup(object, [](weak<record> w) { empty = w.lock() == nullptr; }, weak<record>(object));
    object.reset();
    observe(empty, "in the cleanup, weak references are empty already");
}

void at_once() {
    pitfall("When",
            "Finalizers and cleanups run some time after a collection notices, on a goroutine of "
            "the runtime.");
    ran = 0;
    auto object = make<record>();
    add_cleanup(object, &count);
    object.reset();
    observe(ran == 1, "ran before reset() returned; no collection is needed");
}

void stopping() {
    pitfall("Cancelling", "Cleanup.Stop() does not say whether it was in time.");
    auto object = make<record>();
    auto token = add_cleanup(object, &count);
    bool const first = token.stop();
    observe(first && !token.stop(),
            "stop() is true for the call that made sure, false for the next");
    ran = 0;
    auto early = add_cleanup(object, &count);
    bool const run = early.run();
    observe(run && ran == 1 && !early.pending(), "run() runs it now, exactly once");
}

void blocked() {
    pitfall("A cleanup that blocks",
            "A blocked finalizer stops all others; a few blocked cleanups can.");
    boost::asio::thread_pool workers(2);
    static std::latch other_ran(1);
    auto slow = make<record>();
    auto quick = make<record>();
    for (auto const& object : {slow, quick}) {
        handrail::set_runner(object, handrail::make_runner(workers.get_executor()));
    }
    add_cleanup(slow, [] { other_ran.wait(); });
    add_cleanup(quick, [] { other_ran.count_down(); });
    slow.reset();
    quick.reset();
    observe(handrail::drain(std::chrono::minutes(1)),
            "the other owner's cleanups ran meanwhile on the second worker");
}

void panics() {
    static bool reported = false;
    pitfall("A cleanup that panics", "The process dies.");
    auto const before = handrail::set_failure_handler([](handrail::failure const& f) noexcept {
        reported = f.what == handrail::failure::kind::cleanup_threw;
    });
    ran = 0;
    auto object = make<record>();
    add_cleanup(object, &count);
    add_cleanup(object, [] { throw std::runtime_error("panic"); });
    object.reset();
    handrail::set_failure_handler(before);
    observe(reported && ran == 1,
            "the exception went to the failure handler and the next cleanup ran");
}

bool reports_open_file() {
    auto const report = handrail::leak_check::check_now({.open_handles = true});
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [](auto const& f) { return f.id == "HR020"; });
}

void exiting() {
    pitfall("At exit", "Nothing runs, and nothing is reported.");
    boost::asio::thread_pool workers(1);
    ran = 0;
    auto object = make<record>();
    handrail::set_runner(object, handrail::make_runner(workers.get_executor()));
    add_cleanup(object, &count);
    object.reset();
    observe(handrail::drain(std::chrono::minutes(1)) && ran == 1,
            "drain(timeout) waits for queued cleanups");
    auto open_file = handrail::file::open("/dev/null", handrail::file::read_only);
    bool const reported = reports_open_file();
    open_file.close();
    observe(reported && !reports_open_file(), "the leak check reports a file still open, HR020");
}

template <class T>
bool refused(shared<record> const& owner, T argument) {
    try {
        add_cleanup(owner, [](T) {}, argument).stop();
        return false;
    } catch (handrail::self_capture const&) {
        return true;
    }
}

void self_argument() {
    pitfall(
        "The argument is the object",
        "AddCleanup panics when arg is ptr or ptr lies inside it; what is deeper is not noticed.");
    auto object = make<record>();
    observe(refused(object, object), "refused: the object itself");
    observe(refused(object, &object->member), "refused: a pointer into it");
    observe(refused(object, std::vector{object}), "refused: inside a vector");
    observe(refused(object, std::tuple{1, std::optional{object}}),
            "refused: inside a tuple's optional");
    observe(!refused(object, make<record>()), "accepted: another object");
}

// Effects: registers a cleanup that holds object in a way that its type does not show.
template <class F>
void caught(shared<record> const& object, F hides_it, std::string const& how) {
    handrail::leak_check::scoped_check leaks;
    auto token = add_cleanup(object, capturing(std::move(hides_it)));
    auto const report = leaks.finish();
    token.stop();
    observe(report.findings.size() == 1 && report.findings[0].id == "HR001",
            "the leak check reports HR001 for " + how);
    std::cout << to_text(report);
}

void self_closure() {
    pitfall("The closure captures the object",
            "Newer versions notice a direct capture; deeper ones are never released, silently.");
    auto object = make<record>();
    caught(object, [object] { static_cast<void>(object); }, "a capture");
    struct nested {
        std::function<void()> call;
    };
    nested deep{[object] { static_cast<void>(object); }};
    caught(
        object, [deep] { deep.call(); },
        "a capture of a struct with a std::function with a capture");
}

void mutual() {
    pitfall("Two objects whose cleanups hold each other", "Never run, never reported.");
    handrail::leak_check::scoped_check leaks;
    auto a = make<record>();
    auto b = make<record>();
    auto first = add_cleanup(a, [](shared<record>) {}, b);
    auto second = add_cleanup(b, [](shared<record>) {}, a);
    auto const report = leaks.finish();
    observe(report.findings.size() == 1 && report.findings[0].id == "HR002",
            "one finding, HR002, with the whole path:");
    std::cout << to_text(report);
    first.stop();
    second.stop();
}

void tiny() {
    pitfall("Tiny, empty and static objects",
            "They may share an allocation or have none: their cleanups may silently never run.");
    struct empty {};
    ran = 0;
    auto nothing = make<empty>();
    auto one_byte = make<char>('x');
    static auto lives_long = make<int>(1);
    add_cleanup(nothing, &count);
    add_cleanup(one_byte, &count);
    add_cleanup(lives_long, &count);
    nothing.reset();
    one_byte.reset();
    lives_long.reset();
    observe(ran == 3,
            "all three ran; what is in static storage ends with the process, or by reset()");
}

struct linked {
    handrail::edge<linked> next;
    using managed_edges = handrail::edges<&linked::next>;
};

void cycles() {
    pitfall("An object in a cycle",
            "A finalizer never runs; a cleanup runs after the next collection.");
    ran = 0;
    auto object = make<linked>();
    object->next = make<linked>();
    object->next->next = object;
    add_cleanup(object, &count);
    object.reset();
    bool const waits = ran == 0;
    handrail::heap::global().collect();
    observe(waits && ran == 1, "a cycle of edges is collected, and its cleanup runs");
}

}  // namespace

int main() {
    // Before the first handle, so that the check knows every one.
    handrail::leak_check::set_level(handrail::leak_check::level::handles);
    attach_to_a_member();
    many();
    ordering();
    no_resurrection();
    at_once();
    stopping();
    blocked();
    panics();
    exiting();
    self_argument();
    self_closure();
    mutual();
    tiny();
    cycles();
    std::cout << (broken == 0 ? "\nEvery observation held.\n"
                              : "\nSome observations did not hold.\n");
    return broken == 0 ? 0 : 1;
}
