// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The pitfalls of Go's runtime.SetFinalizer and runtime.AddCleanup, one after the other: what Go does, and what handrail
// is seen to do here. Cycles of objects are left out: this version does not collect them.
//
// The facts about Go are from the documentation of package runtime, Go 1.24, and from
// https://go.dev/blog/cleanups-and-weak. The exit status is 0 only if every observation held.

#include <handrail/asio/runner.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/runner.hpp>
#include <handrail/shared.hpp>

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <iostream>
#include <latch>
#include <stdexcept>
#include <string>
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
    pitfall("Attaching to the inside", "SetFinalizer takes the start of an allocation only; AddCleanup any interior pointer.");
    ran = 0;
    auto object = make<record>();
    add_cleanup(shared<int>(object, &object->member), &count);
    object.reset();
    observe(ran == 1, "a cleanup attached through a shared to a member ran when the object ended");
}

void many() {
    pitfall("Many on one object", "SetFinalizer: a second one panics; AddCleanup: any number, in no order.");
    static std::string order;
    auto object = make<record>();
    for (char const* name : {"a", "b", "c"}) {
        add_cleanup(object, [](std::string s) { order += s; }, std::string(name));
    }
    object.reset();
    observe(order == "cba", "three ran, newest first: " + order);
}

void no_resurrection() {
    pitfall("Resurrection", "A finalizer gets the object and can make it live again; a cleanup does not see it.");
    static bool empty = false;
    auto object = make<record>();
    add_cleanup(object, [](weak<record> w) { empty = w.lock() == nullptr; }, weak<record>(object));
    object.reset();
    observe(empty, "in the cleanup, weak references are empty already");
}

void at_once() {
    pitfall("When", "Finalizers and cleanups run some time after a collection notices, on a goroutine of the runtime.");
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
    observe(first && !token.stop(), "stop() is true for the call that made sure, false for the next");
    ran = 0;
    auto early = add_cleanup(object, &count);
    bool const run = early.run();
    observe(run && ran == 1 && !early.pending(), "run() runs it now, exactly once");
}

void blocked() {
    pitfall("A cleanup that blocks", "A blocked finalizer stops all others; a few blocked cleanups can.");
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
    observe(handrail::drain(std::chrono::minutes(1)), "the other owner's cleanups ran meanwhile on the second worker");
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
    observe(reported && ran == 1, "the exception went to the failure handler and the next cleanup ran");
}

void exiting() {
    pitfall("At exit", "Nothing is run.");
    boost::asio::thread_pool workers(1);
    ran = 0;
    auto object = make<record>();
    handrail::set_runner(object, handrail::make_runner(workers.get_executor()));
    add_cleanup(object, &count);
    object.reset();
    observe(handrail::drain(std::chrono::minutes(1)) && ran == 1, "drain(timeout) waits for what is queued");
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
    pitfall("The argument is the object", "AddCleanup panics when arg == ptr; a tuple, slice or struct around it is never noticed.");
    auto object = make<record>();
    observe(refused(object, object), "refused: the object itself");
    observe(refused(object, &object->member), "refused: a pointer into it");
    observe(refused(object, std::vector{object}), "refused: inside a vector");
}

void self_closure() {
    pitfall("The closure captures the object", "Never released, silently.");
    handrail::leak_check::scoped_check leaks;
    auto object = make<record>();
    auto token = add_cleanup(object, capturing([object] { static_cast<void>(object); }));
    auto const report = leaks.finish();
    observe(report.findings.size() == 1 && report.findings[0].id == "HR001", "the leak check reports HR001 with the path:");
    std::cout << to_text(report);
    token.stop();
}

void mutual() {
    pitfall("Two objects whose cleanups hold each other", "Never run, never reported.");
    handrail::leak_check::scoped_check leaks;
    auto a = make<record>();
    auto b = make<record>();
    auto first = add_cleanup(a, [](shared<record>) {}, b);
    auto second = add_cleanup(b, [](shared<record>) {}, a);
    auto const report = leaks.finish();
    observe(report.findings.size() == 1 && report.findings[0].id == "HR002", "one finding, HR002, with the whole path:");
    std::cout << to_text(report);
    first.stop();
    second.stop();
}

void tiny() {
    pitfall("Tiny and empty objects", "They may share an allocation or have none: their cleanups may silently never run.");
    struct empty {};
    ran = 0;
    auto nothing = make<empty>();
    auto one_byte = make<char>('x');
    add_cleanup(nothing, &count);
    add_cleanup(one_byte, &count);
    nothing.reset();
    one_byte.reset();
    observe(ran == 2, "both ran");
}

}  // namespace

int main() {
    attach_to_a_member();
    many();
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
    std::cout << (broken == 0 ? "\nEvery observation held.\n" : "\nSome observations did not hold.\n");
    return broken == 0 ? 0 : 1;
}
