#!/usr/bin/env python3
"""Peers vanish: from one moment on no segment passes, either way: server_vanish.py PROGRAM

It runs again in a network namespace of its own, whose loopback is taken down. Skips where there is
none to be had."""
import contextlib
import fcntl
import os
import socket
import struct
import subprocess
import sys

from lib.peers import CLOSE, LARGE, POST, every_strategy, said
from lib.server_process import Server, get, run
from lib.wait import wait_for

SKIPPED = 77
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


def vanish_in_every_state():
    """Silent, in a head, in a body, idle, in a response, lingering: deadlines end each."""
    with every_strategy() as (servers, before):
        clients = said(servers, b"", b"GET", POST, get(), LARGE, CLOSE)
        with silence():
            for server, count in zip(servers, before):
                wait_for(lambda: server.descriptors() == count, "descriptors as before")
    for client in clients:
        client.socket.close()


def vanished_peers_do_not_hold_up_the_end():
    with Server("--drain", "500ms", "--threads", "2", "--header-timeout", "1h", "--write-timeout",
                "1h", "--grace", "1h", "--idle", "1h") as server:
        clients = said([server] * 20, LARGE, CLOSE, b"GET")
        with silence():
            server.finish()
        assert server.opened >= 40, server.opened
    for client in clients:
        client.socket.close()


if __name__ == "__main__":
    if "--inside" in sys.argv:
        loopback_set(True)
        run([vanish_in_every_state, vanished_peers_do_not_hold_up_the_end])
    isolate = ["unshare", "--user", "--map-root-user", "--net"]
    if subprocess.run([*isolate, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("skipped: no network namespace to be had")
        sys.exit(SKIPPED)
    os.execvp(isolate[0], [*isolate, sys.executable, __file__, sys.argv[1], "--inside"])
