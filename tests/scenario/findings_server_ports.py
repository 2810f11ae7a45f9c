#!/usr/bin/env python3
"""A server that connects on runs out of ports there: the server says itself when its connect() first had none, and
how often. And servers that look alike: a pool that has every port and wants no other, an upstream that closes first."""
import errno
import itertools
import os
import socket
import sys
import threading
import time

from lib.bench import finding
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.table import near

UPSTREAM = 9000
# A FIN that a busy machine sends again may have a RST kill a TIME_WAIT: play() forbids it by tcp_rfc1337.
LOW, PORTS = 40000, 40
REQUESTS, RATE = 400, 200
BAD = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Server(KnownServer):
    """Its upstream is a thread of its own. The first word is what it does with a connection there:
    closes it first ("server", and "bind" and "spread" towards four upstreams, with and
    without bind() before connect()), leaves that to the upstream, keeps it for itself ("keep"), or has as many as there are
    ports and shares them ("pool"). The second is what it answers when it has none."""

    def prepare(self, listener):
        self.kept, self.pool_lock, self.turns = [], threading.Lock(), itertools.count()
        self.places = 4 if self.words[0] in ("bind", "spread") else 1
        for port in range(UPSTREAM, UPSTREAM + self.places):
            upstream = socket.create_server(("127.0.0.1", port), backlog=1024)
            threading.Thread(target=self._answer, args=(upstream,), daemon=True).start()

    def _answer(self, upstream):
        while True:
            connection, _ = upstream.accept()
            if self.words[0] == "upstream":
                connection.close()
            else:
                threading.Thread(target=self._await, args=(connection,), daemon=True).start()

    @staticmethod
    def _await(connection):
        connection.recv(1)
        connection.close()


def connect_on(server):
    on = socket.socket()
    try:
        if server.words[0] == "bind":
            on.bind(("127.0.0.1", 0))
        on.connect(("127.0.0.1", UPSTREAM + next(server.turns) % server.places))
        server.count("connected on")
        return on
    except OSError as error:
        assert error.errno in (errno.EADDRNOTAVAIL, errno.EADDRINUSE), error
        server.count("refused")
        server.report.setdefault("first refused", time.monotonic())
        on.close()
        return None


def deal(server, connection, _):
    request_read(connection)
    server.report.setdefault("first", time.monotonic())
    how, otherwise = server.words
    if how == "pool":
        with server.pool_lock:
            if len(server.kept) < PORTS:
                server.kept.append(connect_on(server))
        connection.sendall(response(10))
        return
    on = connect_on(server)
    if not on and otherwise == "wait":
        connection.recv(1)  # Until the client has had enough.
        return
    if on and how == "upstream":
        on.recv(1)
    if on and how == "keep":
        server.kept.append(on)
    elif on:
        on.close()
    connection.sendall(response(10) if on or otherwise == "well" else BAD)


def play(bench, how, otherwise, requests=REQUESTS, options=()):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how, otherwise),
                    "--server-name", "it", "-c", "8", "-n", str(requests), *options, "-R", str(RATE), "--repeat", "1", "-d", "100s",
                    "--sysctl", "server:net.ipv4.tcp_rfc1337=1",
                    "--sysctl", "server:net.ipv4.ip_local_port_range=%d %d" % (LOW, LOW + PORTS - 1))
    trial, known = run.trial("it"), report_read(path)
    others = trial["other_connections"]["server"]
    print(how, otherwise, known, others, finding(trial, "ports-exhausted"), trial["invalid_because"], flush=True)
    equal((others["opened"], others["ports_available"]), (known["connected on"], PORTS), "connections that led on")
    return trial, known, run.stdout


def exhausted(bench, how, otherwise, by):
    trial, known, text = play(bench, how, otherwise)
    found = finding(trial, "ports-exhausted")
    equal((known["connected on"], known["refused"]), (PORTS, REQUESTS - PORTS), "what the server counted")
    assert found, trial["findings"]
    equal((found["end"], found["held_by"], found["to"]), ("server", by, "127.0.0.1:%d" % UPSTREAM), "whose, by what")
    equal((found["ports_held"], found["ports_available"]), (PORTS, PORTS), "ports")
    equal(found["failed"], known["refused"] if otherwise == "fail" else 0, "requests that failed")
    equal(found["opened_per_s_after"], 0, "what it opened from then on")
    # The first request came after the load began.
    assert found["t_s"] >= PORTS / RATE / 2, found
    assert "checked and well" not in text or "ports" not in text.split("checked and well:")[1].split("\n")[0], text
    return trial, found


def time_waits(bench):
    trial, found = exhausted(bench, "server", "fail", "TIME_WAIT")
    equal(found["time_waits"], PORTS, "TIME_WAITs")
    runway = trial["other_connections"]["server"]["runway"]
    # Of the time until then, not of all requests.
    near(runway["held_after_s"], found["t_s"], 0, 1e-6, "the forecast")
    near(runway["rate_per_s"] * found["t_s"], PORTS, 0, 1e-6, "its rate")


def waits_for_a_port(bench):
    """A handler that waits where it has none: clients get no answer, and the reason is the same."""
    trial, known, _ = play(bench, "server", "wait", 2 * PORTS, ("--timeout", "300ms"))
    equal((known["refused"], trial["connections"]["timed_out"]), (PORTS, PORTS), "waited, timed out")
    found = finding(trial, "never-answered")
    equal((finding(trial, "ports-exhausted")["end"], found["unanswered"]), ("server", PORTS), "findings")
    assert "no port left for connections of its own (ports-exhausted)" in found["text"], found["text"]


def time_waits_and_no_error(bench):
    """The server answers as ever, and opens no more: that tells."""
    exhausted(bench, "server", "well", "TIME_WAIT")


def bound(bench):
    """bind() before connect() takes a port away from all four places."""
    trial, known, text = play(bench, "bind", "fail")
    found = finding(trial, "ports-exhausted")
    equal((known["connected on"], known["refused"]), (PORTS, REQUESTS - PORTS), "what the server counted")
    assert found, trial["findings"]
    equal((found["to"], found["held_by"], found["time_waits"], found["failed"]),
          ("several", "TIME_WAIT", PORTS, known["refused"]), "where, by what")
    runway = trial["other_connections"]["server"]["runway"]
    equal(runway["to"], "several", "whose runway")
    near(runway["rate_per_s"] * found["t_s"], PORTS, 0, 1e-6, "its rate")
    assert "ports (" not in text.split("checked and well:")[-1], text


def spread(bench):
    """connect() alone: the places share ports, and 80 connections have enough of 40."""
    trial = well(bench, "spread", 2 * PORTS)
    equal(trial["other_connections"]["server"]["opened"], 2 * PORTS, "connections, over four places")


def bound_and_enough(bench):
    trial = well(bench, "bind", PORTS - 1)
    equal(trial["other_connections"]["server"]["opened"], PORTS - 1, "connections, each with a port of its own")


def open_connections(bench):
    exhausted(bench, "keep", "fail", "open connections")


def well(bench, how, requests=REQUESTS):
    trial, known, _ = play(bench, how, "well", requests)
    assert "refused" not in known, known
    assert not finding(trial, "ports-exhausted"), trial["findings"]
    return trial


def a_pool_at_its_limit(bench):
    trial = well(bench, "pool")
    equal(trial["other_connections"]["server"]["ports_peak"], PORTS, "ports of the pool")


def an_upstream_that_closes_first(bench):
    trial = well(bench, "upstream")
    equal(trial["other_connections"]["server"]["opened"], REQUESTS, "connections, through fewer ports")


def findings_server_ports(bench):
    for part in (time_waits, time_waits_and_no_error, waits_for_a_port, open_connections, a_pool_at_its_limit,
                 bound, spread, bound_and_enough, an_upstream_that_closes_first):
        part(bench)
        print("ok", part.__name__, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    else:
        main(findings_server_ports)
