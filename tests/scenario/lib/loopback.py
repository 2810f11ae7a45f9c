"""A network namespace of a test's own, whose loopback can be taken down: then no segment passes."""
import contextlib
import fcntl
import os
import socket
import struct
import subprocess
import sys

SKIPPED = 77
OF_USER = ["--user", "--map-root-user"]
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def loopback_set(up):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
        flags = flags | IFF_UP if up else flags & ~IFF_UP
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags))


@contextlib.contextmanager
def silence():
    loopback_set(False)
    try:
        yield
    finally:
        loopback_set(True)


def enter_as_root(*more):
    """The same without a user namespace, where this is root, who has other users then. Returns whether it is."""
    enter(*more, of_user=[] if os.geteuid() == 0 else OF_USER)
    with open("/proc/self/uid_map") as file:
        return file.read().split() == ["0", "0", "4294967295"]


def enter(*more, of_user=None):
    """Runs this script again in a network namespace, and in those that unshare(1) is told with `more`,
    with its loopback up; there, returns. Skips the test where there is no namespace to be had."""
    if sys.argv[-1] == "--inside":
        loopback_set(True)
        return
    isolate = ["unshare", *(OF_USER if of_user is None else of_user), "--net", *more]
    if subprocess.run([*isolate, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("skipped: no network namespace to be had")
        sys.exit(SKIPPED)
    os.execvp(isolate[0], [*isolate, sys.executable, *sys.argv, "--inside"])
