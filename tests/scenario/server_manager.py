#!/usr/bin/env python3
"""teardown-server under a service manager, as systemd is one: sockets that are handed over, and who is
told of them: server_manager.py PROGRAM
Runs in a network namespace of its own, whose counters are therefore the test's."""
import os
import socket
import subprocess
import sys
import tempfile

from lib import loopback
from lib.losses import changes, counters
from lib.server_process import TIMEOUT_S, Client, Server, get, pattern, run


def a_listener(port=0, backlog=50):
    listener = socket.create_server(("127.0.0.1", port), backlog=backlog)
    return listener


class Activated(Server):
    """Started as systemd starts it: with sockets, of which the environment speaks."""

    def __init__(self, sockets, *arguments, names="", pid="$$", **popen):
        script = "LISTEN_PID=%s LISTEN_FDS=%d LISTEN_FDNAMES=%s exec \"$0\" \"$@\"" \
            % (pid, len(sockets), names)
        high = [os.dup(s.fileno()) for s in sockets]
        high = [(os.dup2(fd, 200 + i), os.close(fd))[0] for i, fd in enumerate(high)]

        def place():
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)
        try:
            super().__init__(*arguments, program=["sh", "-c", script, sys.argv[1]],
                             preexec_fn=place, close_fds=False, **popen)
        finally:
            for fd in high:
                os.close(fd)


def sockets_of_a_manager_are_served():
    with a_listener() as one, a_listener() as other:
        waiting = Client(one.getsockname()[1])
        waiting.send(get())
        port = one.getsockname()[1]
        with Activated([one, other], "--metrics", "none-such:1", names="web:metrics") as server:
            assert server.port == port and server.threads == 1
            assert server.metrics_port == other.getsockname()[1]
            assert any("inherited sockets=1: --listen is not used" in line
                       for line in server.start), server.start
            one.close()
            other.close()
            assert waiting.response().body == pattern(128) and waiting.ended()
            waiting.socket.close()
            with open("/proc/%d/environ" % server.pid, "rb") as file:
                assert b"LISTEN_FDS=2" in file.read()
            server.reload()
            assert server.ask(get()).body == pattern(128)
            assert server.metrics()["exchanges_total"] <= 2


def what_an_earlier_strategy_set_is_forgotten():
    with a_listener() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, -1)
        before = counters()
        with Activated([listener], "--strategy", "server-close") as server:
            for _ in range(5):
                with server.connect() as client:
                    client.send(get())
                    assert client.response().body == pattern(128) and client.ended()
        assert not any(changes(before).values())


def threads_and_sockets_need_not_be_as_many():
    for sockets, threads, expected in ((1, "3", 3), (3, "1", 3), (2, "2", 2)):
        listeners = [a_listener() for _ in range(sockets)]
        ports = [listener.getsockname()[1] for listener in listeners]
        with Activated(listeners, "--threads", threads) as server:
            for listener in listeners:
                listener.close()
            for turn in range(2):
                for port in ports * 4:
                    assert server.ask(get(), port).body == pattern(128)
                if turn == 0:
                    server.reload()
            assert server.threads == expected, (sockets, threads, server.threads)


def what_is_no_listener_is_refused():
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    local = socket.socket(socket.AF_UNIX)
    local.bind("\0teardown-reload-test-%d" % os.getpid())
    local.listen()
    for wrong in (datagram, bound, local, open("/dev/null")):
        with wrong:
            try:
                Activated([wrong])
                raise SystemExit("it started")
            except AssertionError as error:
                assert "descriptor 3 is not a listening TCP socket" in str(error), error


def sockets_of_another_process_are_left_alone():
    with a_listener() as listener:
        with Activated([listener], pid="1") as server:
            assert server.port != listener.getsockname()[1]
            assert not any("inherited" in line for line in server.start)
            assert server.ask(get()).status == 200


def numbers_that_are_none_are_refused():
    """As sd_listen_fds(3) does; what is not set, or is for another process, is left alone."""
    def start(**variables):
        words = " ".join("%s=%s" % pair for pair in variables.items())
        script = words.replace("PID=own", "PID=$$") + " exec \"$0\" --listen 127.0.0.1:0"
        process = subprocess.Popen(["sh", "-c", script, sys.argv[1]], stderr=subprocess.PIPE, text=True)
        line = process.stderr.readline()
        if "listening" in line:
            process.terminate()
        rest = process.stderr.read()
        process.stderr.close()
        return process.wait(TIMEOUT_S), line, rest
    for value in ("-1", "0", "3x", "x", "''", "+1", "' 1'", "0x1", "1.0", "2050", "99999999999999999999"):
        status, line, rest = start(LISTEN_PID="own", LISTEN_FDS=value)
        assert status == 1 and not rest, (value, line, rest)
        assert "LISTEN_FDS=%s: is not a number from 1 to 2049" % value.strip("'") in line, line
    for value in ("-1", "0", "x", "1x", "''", "99999999999"):
        status, line, rest = start(LISTEN_PID=value, LISTEN_FDS="1")
        assert status == 1 and not rest and "LISTEN_PID=" in line, (value, line, rest)
    for variables in ({"LISTEN_FDS": "-1"}, {"LISTEN_PID": "own"}, {"LISTEN_PID": "1", "LISTEN_FDS": "x"}):
        status, line, _ = start(**variables)
        assert status == 0 and "listening" in line, (variables, line)


def a_manager_that_is_not_there_is_said():
    for path in ("/nonexistent/notify", "@teardown-test-none", "x", "/" + 200 * "x"):
        with Server(env=dict(os.environ, NOTIFY_SOCKET=path)) as server:
            assert any("NOTIFY_SOCKET: no service manager" in line for line in server.start), path
    with Server(env=dict(os.environ, NOTIFY_SOCKET="")) as server:
        assert not any("NOTIFY_SOCKET" in line for line in server.start), server.start


def a_manager_is_told_who_serves():
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/notify"
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.settimeout(TIMEOUT_S)
        manager.bind(path)
        with manager, Server(env=dict(os.environ, NOTIFY_SOCKET=path)) as server:
            for turn in range(3):
                if turn > 0:
                    server.reload()
                assert manager.recv(200) == b"READY=1\nMAINPID=%d" % server.pid
            server.finish()
            assert manager.recv(200) == b"STOPPING=1"


if __name__ == "__main__":
    loopback.enter()
    run([sockets_of_a_manager_are_served, what_an_earlier_strategy_set_is_forgotten,
         threads_and_sockets_need_not_be_as_many, what_is_no_listener_is_refused,
         sockets_of_another_process_are_left_alone, numbers_that_are_none_are_refused,
         a_manager_is_told_who_serves, a_manager_that_is_not_there_is_said])
