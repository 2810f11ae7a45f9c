#!/usr/bin/env python3
"""teardown-server starts, meets its deadlines and ends: server_life.py PATH-OF-THE-PROGRAM"""
import os
import signal
import socket
import subprocess
import sys
import time

from lib import tcp
from lib.server_process import KEEP, TIMEOUT_S, Server, get, pattern, run
from lib.stop import stop_in_time
from lib.wait import wait_for


# No deadline ends a connection but the one that a test gives behind these.
PATIENT = ("--header-timeout", "1h", "--write-timeout", "1h", "--keep-alive", "1h", "--grace", "1h",
           "--idle", "1h")


def refused(*arguments):
    """Starts a server that must not start; returns its exit status and its one line."""
    process = subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True,
                             timeout=TIMEOUT_S)
    assert process.stdout == "" and process.stderr.count("\n") == 1, process.stderr
    return process.returncode, process.stderr


def took(start):
    return time.monotonic() - start


def an_unknown_strategy_is_refused_with_the_nearest():
    status, text = refused("--strategy", "gracefull")
    assert status == 2 and "gracefull" in text and "graceful?" in text, text


def wrong_options_are_refused():
    for arguments in (("--listen", "nowhere"), ("--listen", "127.0.0.1:70000"),
                      ("--listen", "[::1"), ("--listen", "127.0.0.1:"), ("--threads", "0"),
                      ("--drain", "soon"), ("--unknown",), ("operand",)):
        status, text = refused(*arguments)
        assert status == 2 and text.startswith("teardown-server: "), (arguments, text)


def help_and_version_are_answered():
    for argument in ("--help", "--version"):
        answer = subprocess.run([sys.argv[1], argument], capture_output=True, text=True,
                                timeout=TIMEOUT_S)
        assert answer.returncode == 0 and "teardown-server" in answer.stdout
        assert answer.stderr == ""


def a_port_in_use_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, text = refused("--listen", "127.0.0.1:%d" % port)
        assert status == 1 and "127.0.0.1:%d" % port in text and "in use" in text, text


def a_port_of_another_server_is_refused():
    with Server("--threads", "2") as server:
        status, text = refused("--listen", "127.0.0.1:%d" % server.port, "--threads", "2")
        assert status == 1 and "in use" in text, text


def a_slow_head_is_answered_with_408():
    with Server(*PATIENT, "--header-timeout", "300ms", *KEEP) as server, server.connect() as client:
        start = time.monotonic()
        client.send(get() + b"GET /")
        assert client.response().status == 200
        # Bytes do not extend it: they come until it is over.
        wait_for(lambda: client.kernel_end().unread or client.send(b"a"), "an answer")
        response = client.response()
        assert response.status == 408 and response.closes and client.ended()
        assert took(start) > 0.25


def a_body_that_stalls_is_answered_with_408():
    with Server(*PATIENT, "--write-timeout", "300ms") as server, server.connect() as client:
        client.send(get("/", b"Content-Length: 5\r\n", b"POST"))
        assert client.response().status == 408 and client.ended()


def a_body_that_stalls_after_its_beginning_is_cut():
    with Server(*PATIENT, "--write-timeout", "300ms") as server, server.connect() as client:
        client.send(get("/", b"Content-Length: 5\r\n", b"POST") + b"abc")
        assert client.until(b"\r\n\r\n") and client.exactly(3) == b"abc" and client.ended()
        server.counted(timed_out=1)


def exchanges_keep_it(client, deadline_s):
    """Exchanges follow each other for three times the deadline, each of which begins it anew.
    False where this machine let the deadline pass between two."""
    end = time.monotonic() + 3 * deadline_s
    last = time.monotonic()
    while time.monotonic() < end:
        begun = time.monotonic()
        try:
            client.send(get())
            client.response()
        except (AssertionError, OSError):
            assert took(last) > 0.9 * deadline_s, "ended %.3f s after an exchange" % took(last)
            return False
        last = begun
    return True


def an_exchange_begins_the_idle_time_anew():
    for deadline_s in (0.5, 2, 8):
        with Server(*PATIENT, "--keep-alive", "%dms" % (1000 * deadline_s), *KEEP) as server, \
                server.connect() as client:
            if exchanges_keep_it(client, deadline_s):
                return
    print("# this machine is too slow to show it")


def an_idle_connection_times_out():
    with Server(*PATIENT, "--keep-alive", "300ms", *KEEP) as server, server.connect() as client:
        start = time.monotonic()
        client.send(get())
        client.response()
        assert client.ended()
        assert took(start) > 0.25


def a_silent_connection_times_out():
    with Server(*PATIENT, "--header-timeout", "300ms", "--no-defer-accept") as server:
        start = time.monotonic()
        with server.connect() as client:
            assert client.ended()
            assert took(start) > 0.25


def a_client_that_never_reads_times_out():
    with Server(*PATIENT, "--write-timeout", "300ms") as server:
        with server.connect(receive_buffer=4096) as client:
            client.send(get("/bytes/100000000"))
            server.counted(timed_out=1)


def a_lingering_client_times_out_after_idle_and_grace():
    with Server(*PATIENT, "--idle", "300ms") as server, server.connect() as client:
        client.send(get())
        client.response()
        server.counted(timed_out=1, half_closed=0)
    with Server(*PATIENT, "--grace", "600ms") as server, server.connect() as client:
        client.send(get())
        client.response()
        # What it still sends is read, but does not extend the grace.
        def is_reset():
            try:
                client.send(b"more")
            except OSError:
                return True
            return False
        wait_for(is_reset, "the grace to be over")
        assert server.counted(timed_out=1)["drained_bytes_total"] >= 4


def sigterm_ends_at_once_when_nothing_is_open():
    for number in (signal.SIGTERM, signal.SIGINT):
        with Server("--threads", "3", "--drain", "1h") as server:
            server.signal(number)
            server.finish()


def sigterm_lets_exchanges_finish():
    with Server("--drain", "1h", *KEEP) as server:
        idle, busy, begun = server.connect(), server.connect(receive_buffer=4096), server.connect()
        idle.send(get())
        idle.response()
        busy.send(get("/bytes/5000000") + get("/bytes/10"))
        begun.send(get()[:10])
        server.receives(len(get()) + len(get("/bytes/5000000") + get("/bytes/10")) + 10)
        server.signal()
        assert idle.ended()
        begun.send(get()[10:])
        assert begun.response().closes and begun.ended()
        response = busy.response()
        assert response.body == pattern(5000000)
        response = busy.response()
        assert response.closes and response.body == pattern(10) and busy.ended()
        for client in (idle, busy, begun):
            client.socket.close()
        server.finish()
        assert server.opened == 3


def an_idle_client_is_told_in_the_drain():
    for how in (signal.SIGTERM, signal.SIGINT):
        with Server("--drain", "1h", *KEEP) as server:
            clients = [server.connect() for _ in range(8)]
            for client in clients:
                client.send(get())
                assert not client.response().closes
            server.signal(how)
            server.until(" drains ")
            for client in clients[:4]:
                assert client.told()
            for client in clients:
                # Those that do not ask are not waited for until the end of the drain.
                assert client in clients[:4] or client.ended()
                client.socket.close()
            server.finish()


def nobody_connects_in_the_drain():
    with Server("--drain", "1h", *KEEP) as server, server.connect() as client:
        client.send(get()[:10])
        server.receives(10)
        server.signal()
        server.until(" drains ")
        server.listens_no_more()
        client.send(get()[10:])
        assert client.response().closes and client.ended()


def the_drain_ends_for_thousands():
    with Server("--drain", "2s", "--threads", "2", *PATIENT, *KEEP) as server:
        lingering = [server.connect() for _ in range(1000)]
        slow = [server.connect(receive_buffer=4096) for _ in range(1000)]
        for client in lingering:
            client.send(get("/", b"Connection: close\r\n"))
        # Half of them never read, half never finish their request.
        for i, client in enumerate(slow):
            client.send(get("/bytes/3000000") if i % 2 else get()[:20])
        for client in lingering:
            client.response()
        server.receives(1000 * len(get()[:20]) + 1000 * 40)
        assert server.counted(half_closed=1000)["lingering_peak"] == 1000
        start = time.monotonic()
        server.signal()
        server.finish()
        assert took(start) > 1.9, took(start)
        assert server.opened == 2000, server.opened
        for client in lingering + slow:
            client.socket.close()


def the_drain_ends():
    with Server("--drain", "500ms", "--threads", "2", *PATIENT, *KEEP) as server:
        slow = [server.connect() for _ in range(50)]
        lingering = [server.connect() for _ in range(50)]
        for client in slow:
            client.send(get()[:10])
        for client in lingering:
            client.send(get("/", b"Connection: close\r\n"))
            client.response()
        server.receives(50 * (10 + len(get("/", b"Connection: close\r\n"))))
        start = time.monotonic()
        server.signal()
        server.finish()
        assert took(start) > 0.4, took(start)
        assert server.opened == 100, server.opened


def a_second_signal_ends_at_once():
    with Server("--drain", "1h", *PATIENT) as server, server.connect() as client:
        client.send(get()[:10])
        server.receives(10)
        server.signal()
        server.until(" drains ")
        server.signal(signal.SIGINT)
        server.finish()


def connections_waiting_to_be_accepted_are_served():
    with Server("--drain", "2s") as server:
        server.signal(signal.SIGSTOP)
        clients = [server.connect() for _ in range(30)]
        for client in clients:
            client.send(get())
        server.signal()
        server.signal(signal.SIGCONT)
        for client in clients:
            assert client.response().body == pattern(128) and client.ended()
            client.socket.close()
        server.finish()
        assert server.opened == 30


def a_request_that_was_complete_while_it_was_stopped_is_served():
    def play(stop):
        with Server("--header-timeout", stop.option, *KEEP) as server, server.connect() as client:
            start = time.monotonic()
            client.send(get()[:-2])
            client.is_read()
            stop.during(server, start, lambda: client.send(b"\r\n"))
            assert client.response().status == 200 or not stop.in_time
    stop_in_time(play)


def a_request_that_was_complete_while_it_was_stopped_is_served_at_the_end_of_a_drain():
    """No deadline passes but that of the drain."""
    def play(stop):
        with Server("--header-timeout", "1h", "--drain", stop.option, *KEEP) as server, \
                server.connect() as client:
            client.send(get()[:-2])
            client.is_read()
            start = time.monotonic()
            server.signal()
            server.until(" drains ")
            server.listens_no_more()
            stop.during(server, start, lambda: client.send(b"\r\n"))
            if stop.in_time:
                assert client.response().status == 200
    stop_in_time(play)


def a_fin_that_came_while_it_was_stopped_ends_the_lingering():
    def play(stop):
        with Server("--idle", stop.option, "--grace", "1h") as server, server.connect() as client:
            start = time.monotonic()
            client.send(get())
            assert client.response().status == 200 and client.ended()
            stop.during(server, start, client.half_close)
            if stop.in_time:
                server.counted(half_closed=0, timed_out=0)
    stop_in_time(play)


def clients_that_reset_leave_nothing():
    linger = b"\1\0\0\0\0\0\0\0"
    with Server(*KEEP) as server:
        for i in range(500):
            client = server.connect()
            client.send(get("/bytes/1000000") if i % 2 else get())
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            client.socket.close()
        wait_for(lambda: not tcp.waiting(server.port), "the server to accept them all")
        server.counted(open=0)
        assert len(os.listdir("/proc/%d/fd" % server.process.pid)) < 20
        server.finish()
        assert server.opened > 400


if __name__ == "__main__":
    run([value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and value not in (refused, took, exchanges_keep_it)])
