"""The errnos that each system call of the server can have: the call's manual page, less what only a
bug of the caller's causes (EBADF, EFAULT, EINVAL of a constant argument)."""

ACCEPT = """EMFILE ENFILE ENOBUFS ENOMEM ECONNABORTED EINTR EAGAIN EPERM EPROTO ENETDOWN ENOPROTOOPT
            EHOSTDOWN ENONET EHOSTUNREACH EOPNOTSUPP ENETUNREACH ETIMEDOUT"""
SEND = "EAGAIN EINTR EPIPE ECONNRESET ENOBUFS ENOMEM ETIMEDOUT EHOSTUNREACH"

# What happens while connections are served.
SERVING = {
    "accept4": ACCEPT,
    "epoll_ctl": "ENOMEM ENOSPC",
    "epoll_wait": "EINTR",
    "ioctl": "EINVAL",
    "madvise": "ENOMEM EAGAIN",
    "mmap": "ENOMEM",
    "mprotect": "ENOMEM",
    "munmap": "ENOMEM",
    "poll": "EINTR ENOMEM",
    "read": "EAGAIN EINTR",
    "recvfrom": "ECONNRESET EAGAIN EINTR ENOMEM ETIMEDOUT EHOSTUNREACH",
    "sendmsg": SEND,
    "sendto": SEND,
    "setsockopt": "ENOBUFS ENOMEM ENOPROTOOPT",
    "shutdown": "ENOTCONN",
    "wait4": "EINTR",
}

# What happens from main() on until connections are served.
STARTING = {
    "bind": "EADDRINUSE EACCES EADDRNOTAVAIL ENOMEM",
    "clone": "EAGAIN ENOMEM",
    "clone3": "EAGAIN ENOMEM EPERM",
    "epoll_create1": "EMFILE ENFILE ENOMEM",
    "epoll_ctl": "ENOMEM ENOSPC",
    "epoll_wait": "EINTR",
    "eventfd2": "EMFILE ENFILE ENOMEM ENODEV",
    "fcntl": "EMFILE",
    "getsockname": "ENOBUFS",
    "listen": "EADDRINUSE",
    "mmap": "ENOMEM EAGAIN",
    "mprotect": "ENOMEM",
    "munmap": "ENOMEM",
    "newfstatat": "ENOMEM",
    "openat": "EMFILE ENFILE ENOMEM ENOENT EACCES",
    "pidfd_open": "EMFILE ENFILE ENOMEM ENODEV ENOSYS",
    "pipe2": "EMFILE ENFILE",
    "poll": "EINTR ENOMEM",
    "prctl": "EINVAL",
    "read": "EIO EINTR",
    "readlink": "EACCES ENOENT ENOMEM",
    "recvfrom": "ECONNRESET ENOMEM",
    "setsockopt": "ENOBUFS ENOMEM ENOPROTOOPT",
    "signalfd4": "EMFILE ENFILE ENOMEM ENODEV",
    "socket": "EMFILE ENFILE ENOBUFS ENOMEM EAFNOSUPPORT EACCES",
    "socketpair": "EMFILE ENFILE ENOBUFS ENOMEM",
}

# They cannot fail, as a futex(2) that wakes; or their failure cannot be injected as it would happen:
# close(2) fails after it has closed (tests/fuzz does that), and an eventfd does not fail to take a
# write(2), where a terminal does (tests/scenario/server_mute.py does that).
LEFT_OUT = set("""brk clock_gettime close exit exit_group futex getegid geteuid getgid getpid getrandom
                  gettid getuid lseek prlimit64 restart_syscall rseq rt_sigaction rt_sigprocmask
                  sched_getaffinity sched_yield set_robust_list sigaltstack sysinfo write""".split())

# A sanitizer's runtime makes these for itself, and ends the program when they fail.
SANITIZER = {"madvise", "mmap", "mprotect", "munmap", "openat", "read", "readlink"}
