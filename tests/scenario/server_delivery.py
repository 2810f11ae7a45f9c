#!/usr/bin/env python3
"""A large response arrives whole at a client with a small receive buffer, whatever else the client
sends, in a network namespace of its own whose counters say that nothing was reset:
server_delivery.py PATH-OF-THE-PROGRAM"""
import ctypes
import fcntl
import os
import socket
import struct
import sys

from lib.server_process import Server, get, pattern, run
from lib.wait import wait_for

SIZE = 1500000
ABORTS = ("TCPAbortOnClose", "TCPAbortOnData", "TCPAbortOnMemory", "TCPAbortOnTimeout",
          "TCPAbortOnLinger", "TCPAbortFailed")
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def _namespace_enter():
    """Moves this process, and the servers that it starts, to a fresh network."""
    libc = ctypes.CDLL(None, use_errno=True)
    flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWNET | CLONE_NEWUSER
    if libc.unshare(flags) == -1 and libc.unshare(CLONE_NEWNET | CLONE_NEWUSER) == -1:
        print("skipped: no network namespace here:", os.strerror(ctypes.get_errno()))
        sys.exit(77)
    with socket.socket() as any_socket:
        request = struct.pack("16sh22x", b"lo", 0)
        found = struct.unpack("16sh22x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", found | IFF_UP))


def _counters():
    with open("/proc/self/net/netstat") as file:
        lines = [line.split() for line in file if line.startswith("TcpExt:")]
    return {name: int(value) for name, value in zip(lines[0][1:], lines[1][1:])}


def _resets_sent():
    with open("/proc/self/net/snmp") as file:
        lines = [line.split() for line in file if line.startswith("Tcp:")]
    return int(lines[1][lines[0].index("OutRsts")])


def _nothing_was_reset(aborts, resets):
    after = _counters()
    assert {name: after[name] - aborts[name] for name in ABORTS} == dict.fromkeys(ABORTS, 0)
    assert _resets_sent() == resets


def _deliver(strategy, before=b"", trickle=0):
    """The client sends `before` behind its request at once, and `trickle` pieces while it reads and
    after it has seen the server's FIN."""
    aborts, resets = _counters(), _resets_sent()
    with Server("--strategy", strategy) as server:
        with server.connect(receive_buffer=4096) as client:
            sender = client.send_beside(get("/bytes/%d" % SIZE, b"Connection: close\r\n") + before)
            head = client.response_head()
            assert head.status == 200 and head.closes
            body = b""
            while len(body) < SIZE:
                body += client.exactly(min(100000, SIZE - len(body)))
                if trickle:
                    client.send(b"x" * 100)
            sender.join()
            assert body == pattern(SIZE) and client.ended() and client.sent_all
            for _ in range(trickle):
                client.send(b"more" * 25)
                client.is_read()
            client.half_close()
            assert client.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    _nothing_was_reset(aborts, resets)


def nothing_is_unread():
    _deliver("graceful")
    _deliver("server-close")


def two_kilobytes_more_are_sent():
    _deliver("graceful", before=b"x" * 2048)


def two_hundred_kilobytes_more_are_sent():
    _deliver("graceful", before=b"x" * 200000)


def bytes_trickle_in_after_the_server_closed_its_side():
    _deliver("graceful", trickle=50)
    _deliver("graceful", before=b"x" * 200000, trickle=50)


def a_refusal_is_all_that_sixty_four_megabytes_meet():
    aborts, resets = _counters(), _resets_sent()
    with Server() as server, server.connect(receive_buffer=4096) as client:
        sender = client.send_beside(b"wrong\r\n\r\n" + bytes(64 << 20))
        assert client.response().status == 400
        sender.join()
        assert client.sent_all and client.ended()
        client.half_close()
    _nothing_was_reset(aborts, resets)


def the_counters_do_count():
    """A strategy that resets shows that a reset would have been seen."""
    aborts = _counters()["TCPAbortOnData"]
    with Server("--strategy", "reset") as server, server.connect(receive_buffer=4096) as client:
        client.send(get("/bytes/%d" % SIZE, b"Connection: close\r\n"))
        # All is handed to the kernel, and reset: what was not read by then is lost.
        wait_for(lambda: _counters()["TCPAbortOnData"] != aborts, "a reset")
        lost = 0
        try:
            while client.more():
                lost = SIZE - len(client.held)
        except ConnectionResetError:
            pass
        assert lost > SIZE // 2, lost
    assert _counters()["TCPAbortOnData"] == aborts + 1


if __name__ == "__main__":
    _namespace_enter()
    run([value for name, value in list(globals().items()) if not name.startswith("_")
         and callable(value) and getattr(value, "__module__", "") == "__main__"])
