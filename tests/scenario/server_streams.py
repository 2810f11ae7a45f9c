#!/usr/bin/env python3
"""teardown-server is started without standard streams, or nobody reads what it says:
server_streams.py PROGRAM"""
import fcntl
import os
import signal
import socket
import sys

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

    def __exit__(self, kind, value, trace):
        os.kill(self.pid, signal.SIGKILL if kind else signal.SIGTERM)
        try:
            ended = wait_for(lambda: (one := os.waitpid(self.pid, os.WNOHANG))[0] and one, "its exit")
        except AssertionError:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            raise
        assert kind or ended[1] == 0, ended


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


def a_reader_that_stands_still_stops_nothing():
    reader, writer = os.pipe()
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, bytes(size))
    with Bare(lambda: os.dup2(writer, sys.stderr.fileno()), *FEW) as server:
        with Client(server.port) as client:
            client.send(get("/", b"Connection: close\r\n"))
            assert client.response().status == 200
    os.close(writer)
    assert os.read(reader, 2 * size) == bytes(size)
    os.close(reader)


if __name__ == "__main__":
    run([what_is_logged_reaches_no_client, a_reader_that_stands_still_stops_nothing])
