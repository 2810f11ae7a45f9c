#!/usr/bin/env python3
"""Connections whose ends are known: a loader and a server that agree who closes first, how, and
when. TIME_WAIT and FIN_WAIT_2 of both ends, ports, segments, resets and first closers follow."""
import errno
import os
import socket
import struct
import sys
import threading
import time

from lib import tcp
from lib.drop_filter import drop_segments, pass_segments
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import equal, valid
from lib.table import WIDE, between, check_table, near
from lib.wait import DEADLINE_S

# How a connection ends: how many do. The FINs of "both" cross.
KINDS = {"server": 12, "client": 7, "both": 3, "reset-by-server": 5, "reset-by-client": 2}
# After all this: connections from ports whose TIME_WAIT is the server's, which reset it away.
REOPENED = 4
OPENED = sum(KINDS.values()) + REOPENED
FIRST_PORT, PORTS = 41000, 64
# The bench takes a sample ten times a second; a census of both ends, whose walk through the kernel's
# table of the whole host costs most, is less than a hundredth of a processor.
HOLD_S = 0.8 * SCALE
CENSUS_SHARE, ENDS = 125, 2
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    connection.close()


def read_to_end(connection):
    while connection.recv(4096):
        pass


class Closer(KnownServer):
    """Does as the path of a request says. It closes after the client only once the last of those
    connections is over that it closed itself: so long, the client waits in FIN_WAIT_2."""

    def __init__(self):
        super().__init__(self.serve)
        self.released = threading.Event()

    def prepare(self, listener):
        """A connection that is refused, before the trial: its segments and its reset do not count."""
        with socket.socket() as refused:
            equal(refused.connect_ex(("127.0.0.1", self.port + 1)), errno.ECONNREFUSED, "connect")

    def serve(self, _, connection, number):
        kind = request_read(connection).split()[1].decode()[1:]
        if kind == "both":
            drop_segments(connection)
        connection.sendall(response(10, closes=False))
        {"server": self.first, "client": self.second, "both": self.crosswise,
         "reset-by-server": reset, "reset-by-client": read_to_end}[kind](connection)

    def first(self, connection):
        connection.shutdown(socket.SHUT_WR)
        read_to_end(connection)
        if self.count("closed_first") == KINDS["server"]:
            self.released.set()

    def second(self, connection):
        read_to_end(connection)
        assert self.released.wait(DEADLINE_S), "the connections that the server closes are not over"

    def crosswise(self, connection):
        """The client's FIN is on the wire, and this end has not heard of it."""
        client = connection.getpeername()
        self.segments.wait_for(lambda: "client" in self.segments.fins[client], "the client's FIN")
        connection.shutdown(socket.SHUT_WR)
        pass_segments(connection)
        read_to_end(connection)


def begin(address, kind, port):
    """A connection that has had its response."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind(("", port))
    connection.connect(address)
    connection.sendall(b"GET /%s HTTP/1.1\r\nHost: it\r\n\r\n" % kind.encode())
    received = b""
    while not received.endswith(b"\r\n\r\n" + 10 * b"x"):
        received += connection.recv(4096)
    return connection


def begin_reset(address, port):
    """The reset may overtake the reading of the response."""
    try:
        with begin(address, "reset-by-server", port) as connection:
            read_to_end(connection)
    except ConnectionResetError:
        return
    raise AssertionError("there was no reset")


def hold():
    """Long enough for a sample and for a census; this process's own walk, through /proc, takes longer
    than one by sock_diag."""
    began_s = time.thread_time()
    list(tcp.table())
    time.sleep(HOLD_S + ENDS * CENSUS_SHARE * (time.thread_time() - began_s))


def load(host, port):
    address, source, open_ones = (host, int(port)), FIRST_PORT, {kind: [] for kind in KINDS}
    for kind, count in KINDS.items():
        for _ in range(count):
            if kind == "reset-by-server":
                begin_reset(address, source)
            else:
                open_ones[kind].append(begin(address, kind, source))
            if kind in ("client", "both"):
                open_ones[kind][-1].shutdown(socket.SHUT_WR)
            source += 1
    for connection in open_ones["both"]:
        read_to_end(connection)
    hold()
    for connection in open_ones["reset-by-client"]:
        reset(connection)
    for connection in open_ones["server"]:
        connection.close()
    for connection in open_ones["client"]:
        read_to_end(connection)
    hold()
    for again in range(REOPENED):
        begin_reset(address, FIRST_PORT + again)


def check_time_wait(trial):
    made = {"server": KINDS["server"] + KINDS["both"], "client": KINDS["client"] + KINDS["both"]}
    ends = dict(made, server=made["server"] - REOPENED)
    for end, count in made.items():
        equal({key: trial["time_wait"][end][key] for key in ("created", "peak", "end")},
              {"created": count, "peak": count, "end": ends[end]}, "TIME_WAIT of the " + end)
        near(trial["time_wait"][end]["per_connection"], count / OPENED, 0, 1e-6, "a connection")
        for name in ("%s_tw", "%s_tw_census"):
            equal(max(sample.get(name % end, 0) for sample in trial["samples"]), count, name % end)
    equal(trial["holder"]["measured"], "mixed", "holder")
    # Those whose FINs cross come by, at the server; at the client they are CLOSING.
    fin_wait2 = trial["fin_wait2"]
    between(KINDS["server"], fin_wait2["server"]["peak"], KINDS["server"] + KINDS["both"],
            "FIN_WAIT_2 of the server")
    equal(fin_wait2["client"], {"peak": KINDS["client"], "end": 0, "unfinished": 0, "expired": 0,
                                "killed": 0}, "FIN_WAIT_2 of the client")
    equal(fin_wait2["server"]["end"], 0, "FIN_WAIT_2 of the server")


def check_packets(trial, known):
    equal(known["dropped"], 0, "segments that the server's own socket lost")
    for end in ("server", "client"):
        counters = trial["counters"][end]
        equal(counters["OutSegs"] + counters["RetransSegs"], known["sent"][end],
              "segments of the " + end)
        equal(counters["OutRsts"], known["resets"][end], "resets of the " + end)
    assert known["resets"]["client"] < known["resets"]["server"], known
    near(trial["segments_per_connection"], sum(known["sent"].values()) / OPENED, 0, 1e-6,
         "segments a connection")
    near(trial["resets_per_connection"], sum(known["resets"].values()) / OPENED, 0, 1e-6,
         "resets a connection")
    by_server = KINDS["reset-by-server"] + REOPENED
    seen = trial["first_closer"]["packet_tap"]
    equal({key: seen[key] for key in ("server", "client", "both", "by_reset", "undecided", "lost",
                                      "connections", "share")},
          {"server": KINDS["server"] + by_server,
           "client": KINDS["client"] + KINDS["reset-by-client"], "both": KINDS["both"],
           "by_reset": by_server + KINDS["reset-by-client"], "undecided": 0, "lost": 0,
           "connections": OPENED, "share": 1}, "first closers")
    equal(trial["first_closer"]["measured"], "mixed", "first closer")


def figures_closing(bench):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}"), "--repeat", "1", "-d",
                    "100s", "--port-range", "%d-%d" % (FIRST_PORT, FIRST_PORT + PORTS - 1),
                    "--wide", environment=WIDE)
    trial, known = run.trial("it"), report_read(path)["segments"]
    valid(trial)
    connections = trial["connections"]
    equal((connections["attempted"], connections["established"]), (OPENED, OPENED), "connections")
    check_time_wait(trial)
    check_packets(trial, known)
    at_end = KINDS["client"] + KINDS["both"]
    peak = OPENED - REOPENED - KINDS["reset-by-server"]
    equal(trial["ports"], {"available": PORTS, "own": 0, "peak_in_use": peak, "held_share": peak / PORTS,
                           "in_use_at_end": at_end}, "ports")
    equal(trial["samples"][-1]["opened"], OPENED, "opened, by the last sample")
    check_table(run, "it")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Closer().run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main_at_scales(figures_closing)
