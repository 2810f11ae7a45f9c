#!/usr/bin/env python3
"""How soon teardown-server does what it has to do: timing_server.py PROGRAM
Upper bounds, which a busy machine may break: of suite timing, not of the gate."""
import signal
import time

from lib.server_process import KEEP, Server, get, run


class Within:
    """A block that takes at most so long."""

    def __init__(self, seconds, what):
        self.seconds, self.what = seconds, what

    def __enter__(self):
        self.start = time.monotonic()

    def __exit__(self, kind, *_):
        took = time.monotonic() - self.start
        print("# %s: %.3f s" % (self.what, took))
        assert kind or took < self.seconds, "%s took %.3f s" % (self.what, took)


def deadlines_are_met():
    with Server("--header-timeout", "300ms", "--keep-alive", "300ms", "--no-defer-accept",
                *KEEP) as server:
        with server.connect() as client, Within(1, "a silent connection"):
            assert client.ended()
        with server.connect() as client, Within(1, "an idle connection"):
            client.send(get())
            client.response()
            assert client.ended()
        with server.connect() as client, Within(1, "a head without an end"):
            client.send(b"GET / HT")
            assert client.response().status == 408


def the_end_is_at_once():
    for number in (signal.SIGTERM, signal.SIGINT):
        with Server("--threads", "3") as server, Within(1, "the end without connections"):
            server.signal(number)
            server.finish()
    with Server("--drain", "60s") as server, server.connect() as client:
        client.send(get()[:10])
        server.receives(10)
        server.signal()
        server.until(" drains ")
        with Within(1, "the end by a second signal"):
            server.signal(signal.SIGINT)
            server.finish()


def the_drain_ends_in_time():
    with Server("--drain", "500ms", "--threads", "2", *KEEP) as server:
        clients = [server.connect() for _ in range(1000)]
        for client in clients:
            client.send(get()[:10])
        server.receives(10 * len(clients))
        with Within(1.5, "a drain of 500 ms"):
            server.signal()
            server.finish()
        for client in clients:
            client.socket.close()


if __name__ == "__main__":
    run([deadlines_are_met, the_end_is_at_once, the_drain_ends_in_time])
