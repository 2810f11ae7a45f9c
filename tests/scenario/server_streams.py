#!/usr/bin/env python3
"""teardown-server is started without standard streams, or nobody reads what it says:
server_streams.py PROGRAM"""
import contextlib
import fcntl
import os
import signal
import socket
import sys
import time

from lib import tcp
from lib.scenario import children_of, status_of
from lib.server_process import Client, get, run
from lib.wait import wait_for

FEW = ("--max-connections", "3", "--no-defer-accept")


class Bare:
    """The program, begun by `prepare` in its process, which may take its streams away."""

    def __init__(self, prepare, *arguments):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.pid = os.fork()
        if self.pid == 0:
            prepare()
            os.execv(sys.argv[1], [sys.argv[1], "--listen", "127.0.0.1:%d" % self.port, *arguments])
        wait_for(self.listens, "the program to listen")

    def listens(self):
        try:
            Client(self.port).socket.close()
            return True
        except ConnectionRefusedError:
            return False

    def __enter__(self):
        return self

    def ends(self):
        """Its wait status."""
        try:
            ended = wait_for(lambda: (one := os.waitpid(self.pid, os.WNOHANG))[0] and one, "its exit")
        except AssertionError:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            raise
        self.pid = None
        return ended[1]

    def __exit__(self, kind, value, trace):
        if self.pid is None:
            return
        os.kill(self.pid, signal.SIGKILL if kind else signal.SIGTERM)
        ended = self.ends()
        assert kind or ended == 0, ended


def streams_close():
    for fd in range(3):
        os.close(fd)


def what_is_logged_reaches_no_client():
    with Bare(streams_close, *FEW) as server:
        clients = [Client(server.port) for _ in range(4)]
        for client in clients:
            client.send(get("/", b"Connection: close\r\n"))
        for client in clients:
            assert client.response().status == 200
            assert client.ended()
            client.socket.close()
        for fd in range(3):
            assert os.readlink("/proc/%d/fd/%d" % (server.pid, fd)) == "/dev/null"


@contextlib.contextmanager
def reader_that_stands_still():
    """What makes stderr a pipe that is full, and stays so."""
    reader, writer = os.pipe()
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, bytes(size))
    yield lambda: os.dup2(writer, sys.stderr.fileno())
    os.close(writer)
    assert os.read(reader, 2 * size) == bytes(size)
    os.close(reader)


def a_reader_that_stands_still_stops_nothing():
    with reader_that_stands_still() as prepare, Bare(prepare, *FEW) as server:
        with Client(server.port) as client:
            client.send(get("/", b"Connection: close\r\n"))
            assert client.response().status == 200


def waits(pid):
    """It listens no more, has no helper, and sleeps."""
    return status_of(pid)["state"] == "Z" or (
        status_of(pid)["state"] == "S" and not tcp.listens(pid)
        and not [child for child in children_of(pid) if status_of(child)["state"] != "Z"])


def a_second_signal_ends_the_wait_for_a_reader():
    """The last line waits a second for one. On a busy machine the signal may come after that, but not
    every time."""
    for _ in range(10):
        with reader_that_stands_still() as prepare, Bare(prepare, *FEW) as server:
            begun = time.monotonic()
            os.kill(server.pid, signal.SIGTERM)
            wait_for(lambda: waits(server.pid), "the wait for the reader")
            os.kill(server.pid, signal.SIGTERM)
            assert server.ends() == 0
            if time.monotonic() - begun < 1:
                return
    raise AssertionError("no second signal ended the wait")


def a_signal_ends_a_start_that_has_failed():
    """Its reason waits a second for a reader, too."""
    for _ in range(10):
        with reader_that_stands_still() as prepare, socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            pid = os.fork()
            if pid == 0:
                prepare()
                os.execv(sys.argv[1], [sys.argv[1], "--listen", "127.0.0.1:%d" % taken.getsockname()[1]])
            wait_for(lambda: status_of(pid)["name"] == "teardown-server"
                     and status_of(pid)["state"] in "SZ", "the reason to wait")
            os.kill(pid, signal.SIGTERM)
            status = os.waitpid(pid, 0)[1]
            assert status == signal.SIGTERM or os.WEXITSTATUS(status) == 1, status
            if status == signal.SIGTERM:
                return
    raise AssertionError("no signal ended the wait")


if __name__ == "__main__":
    run([what_is_logged_reaches_no_client, a_reader_that_stands_still_stops_nothing,
         a_second_signal_ends_the_wait_for_a_reader, a_signal_ends_a_start_that_has_failed])
