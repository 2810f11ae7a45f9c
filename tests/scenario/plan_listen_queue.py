#!/usr/bin/env python3
"""The listen queue that a plan asks for holds what comes while the server pauses, and no more:
plan_listen_queue.py TEARDOWN. The kernel counts what finds it full."""
import contextlib
import json
import socket
import struct
import subprocess
import sys

from lib import loopback
from lib.host_look import counter, equal
from lib.wait import wait_for

UNACKED = 24  # of struct tcp_info: of a listener, the connections that wait for accept(2)


def waiting(listener):
    return struct.unpack_from("I", listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), UNACKED)[0]


def connect(listener, stack):
    client = stack.enter_context(socket.socket())
    client.setblocking(False)
    client.connect_ex(listener.getsockname())


def planned(program):
    """That of 100/s in half a second."""
    done = subprocess.run([program, "plan", "--rate", "100/s", "-s", "graceful", "--pause", "500ms", "--json"],
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["strategies"][0]["listen_queue"]["backlog_needed"]


def fills(backlog):
    """One more than the backlog; the next one is an overflow."""
    before = counter("ListenOverflows")
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=backlog))
        for _ in range(backlog + 1):
            connect(listener, stack)
        wait_for(lambda: waiting(listener) == backlog + 1, "the queue to be full")
        equal(counter("ListenOverflows"), before, "overflows of a queue that holds all")
        connect(listener, stack)
        wait_for(lambda: counter("ListenOverflows") > before, "the overflow")
        equal(waiting(listener), backlog + 1, "connections in the full queue")


def main():
    loopback.enter()
    backlog = planned(sys.argv[1])
    equal(backlog, 50, "the backlog planned")
    fills(backlog)
    fills(backlog - 1)


if __name__ == "__main__":
    main()
