// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The planned faults, the counts and the record of what is open, all guarded by one mutex. They are
// never destroyed, because handles are closed at exit, too. Memory for the lists is reserved, so
// that they do not allocate in tests that make allocation fail.

#include "tests/fake_port/fake.hpp"

#include "tests/fake_port/state.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <numeric>

namespace handrail::fake {

namespace {

using port_types::error_code;

struct plan {
    std::size_t remaining = 0;  // calls until the fault; 0: none planned
    error_code error;
    bool struck = false;

    bool due() noexcept {
        struck = struck || remaining == 1;
        return remaining != 0 && --remaining == 0;
    }
};

constexpr std::size_t any_call = operation_count;

struct mapped {
    void* address;
    std::size_t length;
    bool operator==(mapped const&) const = default;
};

struct state {
    std::mutex mutex;
    std::array<plan, operation_count + 1> plans;
    std::array<std::size_t, operation_count> calls{};
    std::size_t bad_closes = 0;
    std::vector<handle> handles;
    std::vector<mapped> mappings;
    port_types::map_source map_source;
    std::vector<void*> page_runs;

    state() {
        handles.reserve(4096);
        mappings.reserve(4096);
        page_runs.reserve(4096);
    }
};

state& book() {
    static state& only = *new state;
    return only;
}

template <class Use>
auto locked(Use use) {
    std::lock_guard const lock(book().mutex);
    return use(book());
}

std::size_t index_of(operation what) noexcept { return static_cast<std::size_t>(what); }

void set_plan(std::size_t index, plan fresh) {
    locked([&](state& s) { s.plans[index] = fresh; });
}

plan planned(std::size_t nth, boost::system::errc::errc_t error) {
    return {nth, {static_cast<int>(error), boost::system::system_category()}, false};
}

template <class T>
void remove(std::vector<T>& from, T what) noexcept {
    from.erase(std::remove(from.begin(), from.end(), what), from.end());
}

template <class T>
void add(std::vector<T>& to, T what) noexcept {
    remove(to, what);
    to.push_back(what);
}

}  // namespace

void fail_call(operation what, std::size_t nth, boost::system::errc::errc_t error) {
    set_plan(index_of(what), planned(nth, error));
}

void fail_any_call(std::size_t nth, boost::system::errc::errc_t error) {
    set_plan(any_call, planned(nth, error));
}

std::size_t calls(operation what) {
    return locked([&](state& s) { return s.calls[index_of(what)]; });
}

std::size_t calls() {
    return locked(
        [](state& s) { return std::accumulate(s.calls.begin(), s.calls.end(), std::size_t{0}); });
}

void reset() {
    locked([](state& s) {
        s.plans = {};
        s.calls = {};
        s.bad_closes = 0;
        s.map_source = {};
    });
}

void set_map_source(port_types::map_source const& source) {
    locked([&](state& s) { s.map_source = source; });
}

fault::fault(operation what, std::size_t nth, boost::system::errc::errc_t error)
    : plan_(index_of(what)) {
    set_plan(plan_, planned(nth, error));
}

fault::fault(std::size_t nth, boost::system::errc::errc_t error) : plan_(any_call) {
    set_plan(plan_, planned(nth, error));
}

fault::~fault() { set_plan(plan_, {}); }

bool fault::struck() const {
    return locked([this](state& s) { return s.plans[plan_].struck; });
}

std::vector<handle> open_handles() {
    return locked([](state& s) { return s.handles; });
}

void forget(handle h) { record_closing(h); }

std::size_t bad_closes() {
    return locked([](state& s) { return s.bad_closes; });
}

std::size_t open_mappings() {
    return locked([](state& s) { return s.mappings.size(); });
}

std::size_t open_page_runs() {
    return locked([](state& s) { return s.page_runs.size(); });
}

error_code strike(operation what) noexcept {
    return locked([&](state& s) {
        ++s.calls[index_of(what)];
        bool const own = s.plans[index_of(what)].due();
        bool const any = s.plans[any_call].due();
        return own ? s.plans[index_of(what)].error : any ? s.plans[any_call].error : error_code{};
    });
}

void record_opened(handle h) noexcept {
    if (h != port_types::invalid_handle) {
        locked([&](state& s) { add(s.handles, h); });
    }
}

void record_closing(handle h) noexcept {
    locked([&](state& s) { remove(s.handles, h); });
}

void note_bad_close() noexcept {
    locked([](state& s) { ++s.bad_closes; });
}

port_types::map_source map_source() noexcept {
    return locked([](state& s) { return s.map_source; });
}

void note_mapped(void* address, std::size_t length) noexcept {
    if (address != nullptr) {
        locked([&](state& s) { add(s.mappings, mapped{address, length}); });
    }
}

bool note_unmapping(void* address, std::size_t length) noexcept {
    return locked([&](state& s) {
        std::size_t const before = s.mappings.size();
        remove(s.mappings, mapped{address, length});
        return s.mappings.size() != before;
    });
}

void note_allocated(void* address) noexcept {
    if (address != nullptr) {
        locked([&](state& s) { add(s.page_runs, address); });
    }
}

void note_freeing(void* address) noexcept {
    locked([&](state& s) { remove(s.page_runs, address); });
}

}  // namespace handrail::fake
