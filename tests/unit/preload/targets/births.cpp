// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Makes a descriptor by each call that libhandrail_preload.so knows, and prints for each its number
// and the call's name.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include <dirent.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

extern "C" {
#include <sys/pidfd.h>
int __open_2(char const*, int);
int __open64_2(char const*, int);
int __openat_2(int, char const*, int);
int __openat64_2(int, char const*, int);
}

namespace {

void born(int number, char const* call) { std::printf("%d %s\n", number, call); }
void born(std::FILE* made, char const* call) { born(::fileno(made), call); }

constexpr char null[] = "/dev/null";

void files() {
    born(::open(null, O_RDONLY), "open");
    born(::open64(null, O_RDONLY), "open64");
    born(::openat(AT_FDCWD, null, O_RDONLY), "openat");
    born(::openat64(AT_FDCWD, null, O_RDONLY), "openat64");
    born(::__open_2(null, O_RDONLY), "__open_2");
    born(::__open64_2(null, O_RDONLY), "__open64_2");
    born(::__openat_2(AT_FDCWD, null, O_RDONLY), "__openat_2");
    born(::__openat64_2(AT_FDCWD, null, O_RDONLY), "__openat64_2");
    born(::creat(null, 0600), "creat");
    born(::creat64(null, 0600), "creat64");
    born(::memfd_create("m", 0), "memfd_create");
    born(::shm_open("/handrail-preload-births", O_RDWR | O_CREAT, 0600), "shm_open");
    ::shm_unlink("/handrail-preload-births");
    born(std::fopen(null, "r"), "fopen");
    born(::fopen64(null, "r"), "fopen64");
    born(std::freopen(null, "w", std::fopen(null, "r")), "freopen");
    born(::freopen64(null, "w", std::fopen(null, "r")), "freopen64");
    born(std::tmpfile(), "tmpfile");
    born(::tmpfile64(), "tmpfile64");
    born(::dirfd(::opendir("/")), "opendir");
    born(::posix_openpt(O_RDWR), "posix_openpt");
    int ends[2];
    if (::openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) == 0) {
        born(ends[0], "openpty");
        born(ends[1], "openpty");
    }
}

template <class Make>
void temporary(char const* call, char const* suffix, Make make) {
    std::string name = (std::filesystem::temp_directory_path() / "XXXXXX").string() + suffix;
    born(make(name.data()), call);
    ::unlink(name.c_str());
}

void temporary_files() {
    temporary("mkstemp", "", [](char* name) { return ::mkstemp(name); });
    temporary("mkstemp64", "", [](char* name) { return ::mkstemp64(name); });
    temporary("mkostemp", "", [](char* name) { return ::mkostemp(name, O_CLOEXEC); });
    temporary("mkostemp64", "", [](char* name) { return ::mkostemp64(name, O_CLOEXEC); });
    temporary("mkstemps", ".x", [](char* name) { return ::mkstemps(name, 2); });
    temporary("mkstemps64", ".x", [](char* name) { return ::mkstemps64(name, 2); });
    temporary("mkostemps", ".x", [](char* name) { return ::mkostemps(name, 2, O_CLOEXEC); });
    temporary("mkostemps64", ".x", [](char* name) { return ::mkostemps64(name, 2, O_CLOEXEC); });
}

void pair_born(int const* ends, char const* call) {
    born(ends[0], call);
    born(ends[1], call);
}

void connections() {
    int ends[2];
    static_cast<void>(::pipe(ends));
    pair_born(ends, "pipe");
    static_cast<void>(::pipe2(ends, O_CLOEXEC));
    pair_born(ends, "pipe2");
    static_cast<void>(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    pair_born(ends, "socketpair");
    int const listening = ::socket(AF_UNIX, SOCK_STREAM, 0);
    born(listening, "socket");
    sockaddr_un const any{.sun_family = AF_UNIX, .sun_path = {}};
    ::bind(listening, reinterpret_cast<sockaddr const*>(&any), sizeof(sa_family_t));
    ::listen(listening, 5);
    for (int i = 0; i != 2; ++i) {
        sockaddr_un address{};
        socklen_t size = sizeof address;
        ::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);
        int const client = ::socket(AF_UNIX, SOCK_STREAM, 0);
        born(client, "socket");
        ::connect(client, reinterpret_cast<sockaddr*>(&address), size);
        i == 0 ? born(::accept(listening, nullptr, nullptr), "accept")
               : born(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC), "accept4");
    }
    born(::popen("true", "r"), "popen");
}

struct carrier {
    char byte = 0;
    iovec data{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};

    carrier() {
        header.msg_iov = &data;
        header.msg_iovlen = 1;
        header.msg_control = control;
        header.msg_controllen = sizeof control;
    }
};

void send_descriptor(int to) {
    carrier sent;
    int const number = 0;
    cmsghdr* const part = CMSG_FIRSTHDR(&sent.header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof number);
    std::memcpy(CMSG_DATA(part), &number, sizeof number);
    ::sendmsg(to, &sent.header, 0);
}

void received_born(msghdr& message, char const* call) {
    int number = -1;
    std::memcpy(&number, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof number);
    born(number, call);
}

void received() {
    int ends[2];
    static_cast<void>(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    send_descriptor(ends[0]);
    carrier one;
    ::recvmsg(ends[1], &one.header, 0);
    received_born(one.header, "recvmsg");
    send_descriptor(ends[0]);
    carrier other;
    mmsghdr many{other.header, 0};
    ::recvmmsg(ends[1], &many, 1, 0, nullptr);
    received_born(many.msg_hdr, "recvmmsg");
}

void copies() {
    born(::dup(0), "dup");
    born(::dup2(0, 700), "dup2");
    born(::dup3(0, 701, O_CLOEXEC), "dup3");
    born(::fcntl(0, F_DUPFD, 702), "fcntl");
    born(::fcntl(0, F_DUPFD_CLOEXEC, 2000), "fcntl");  // in another segment
    born(::fcntl64(0, F_DUPFD, 703), "fcntl64");
}

void linuxs_own() {
    born(::eventfd(0, 0), "eventfd");
    born(::timerfd_create(CLOCK_MONOTONIC, 0), "timerfd_create");
    sigset_t none;
    sigemptyset(&none);
    born(::signalfd(-1, &none, 0), "signalfd");
    born(::epoll_create(1), "epoll_create");
    born(::epoll_create1(0), "epoll_create1");
    born(::inotify_init(), "inotify_init");
    born(::inotify_init1(0), "inotify_init1");
    born(::pidfd_open(::getpid(), 0), "pidfd_open");
}

// A number whose birth was seen dies and is born again by a call that is not.
void reborn_unseen() {
    int const number = ::open(null, O_RDONLY);
    ::close(number);
    born(static_cast<int>(::syscall(SYS_openat, AT_FDCWD, null, O_RDONLY)), "unknown");
    std::FILE* const closed_by_libc = std::fopen(null, "r");
    std::fclose(closed_by_libc);
    born(static_cast<int>(::syscall(SYS_eventfd2, 0, 0)), "unknown");
}

}  // namespace

int main() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;  // for a number in another segment of the table
    ::setrlimit(RLIMIT_NOFILE, &limit);
    files();
    temporary_files();
    connections();
    received();
    copies();
    linuxs_own();
    std::thread([] { born(::open(null, O_RDONLY), "open"); }).join();
    reborn_unseen();
    std::fflush(stdout);
    return 0;
}
