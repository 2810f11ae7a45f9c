#!/usr/bin/env python3
"""Clients that reset before their first byte, as a load balancer's probes do: with TCP_DEFER_ACCEPT a
server never sees them, and they are counted all the same. What is right is known from the loader's own
count, the server's, and a packet socket in the server's network."""
import os
import socket
import struct
import sys

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main, valid
from lib.table import WIDE, near

FIELD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "field")
PROBES, REQUESTS = 30, 20
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Deferring(KnownServer):
    """Counts what accept(2) shows it."""

    def __init__(self):
        super().__init__(self.serve)

    def prepare(self, listener):
        if "defer" in self.words:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 30)

    @staticmethod
    def serve(server, connection, _):
        server.count("accepted")
        if request_read(connection):
            connection.sendall(response(10))


def load(host, port, probes, requests):
    address = (host, int(port))
    for _ in range(int(probes)):
        with socket.create_connection(address) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    for _ in range(int(requests)):
        with socket.create_connection(address) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while connection.recv(4096):
                pass


def run(bench, mode, probes, requests):
    path = os.path.join(bench.folder, "server.json")
    outcome = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, mode),
                        "--server-name", "it", "--loader-command", known_command(
                            __file__, "load", "{host}", "{port}", str(probes), str(requests)),
                        "--repeat", "1", "-d", "100s", "--wide", environment=WIDE)
    return outcome, outcome.trial("it"), report_read(path)


def line_of(outcome):
    return next((line for line in outcome.stdout.splitlines()
                 if line.startswith("kept from accept: ")), None)


def check(bench, mode, probes, requests, kept):
    outcome, trial, known = run(bench, mode, probes, requests)
    all_of_them = probes + requests
    print("%s, %d probes, %d requests: %s" % (mode, probes, requests, line_of(outcome)))
    if requests:
        valid(trial)
    else:
        assert ("no request was sent: on none of the %d connections seen did the client send a byte" % probes
                in trial["invalid_because"]), trial["invalid_because"]
    c = trial["connections"]
    equal(known.get("accepted", 0), all_of_them - kept, "what the server was shown")
    equal({name: c[name] for name in ("attempted", "established", "kept_from_accept",
                                      "reset_before_accept", "kept_by_defer_accept")},
          {"attempted": all_of_them, "established": all_of_them, "kept_from_accept": kept,
           "reset_before_accept": kept, "kept_by_defer_accept": kept > 0}, "connections")
    equal(sum(known["segments"]["resets"].values()), probes, "resets on the wire")
    near(trial["resets_per_connection"], probes / all_of_them, 0, 1e-6, "resets")
    near(trial["segments_per_connection"], sum(known["segments"]["sent"].values()) / all_of_them,
         0, 1e-6, "segments")
    tap = trial["first_closer"]["packet_tap"]
    equal((tap["client"], tap["by_reset"], tap["server"]), (probes, probes, requests),
          "first closers")
    equal(trial["time_wait"]["server"]["created"], requests, "TIME_WAITs")
    equal("kept from accept" in outcome.stdout, kept > 0, "the sentence")
    equal("accepted/" in outcome.stdout, kept > 0, "the column")
    if kept:
        assert "%d of %d connections never came to accept(2): the client reset %d before" % (
            kept, all_of_them, kept) in line_of(outcome), outcome.stdout


def kept_and_two_that_look_like_it(bench):
    """The same probes where nothing defers, and requests where it does: the kernel drops the bare
    ACK of each of these, too (TCPDeferAcceptDrop)."""
    check(bench, "defer", PROBES, 0, PROBES)
    check(bench, "defer", PROBES, REQUESTS, PROBES)
    check(bench, "plain", PROBES, REQUESTS, 0)
    check(bench, "defer", 0, REQUESTS, 0)


def a_load_balancers_probe(bench):
    """The reference server defers; its strategy is not tried by probes, which the reasons say."""
    outcome = bench.run("-s", "graceful", "--loader-command", "%s %s/probe.py {host} {port} "
                        "{duration_s}" % (sys.executable, FIELD), "-d", "2s", "--repeat", "1")
    trial = outcome.trial("graceful")
    probes = int(trial["third_party"]["output"].split()[-1])
    print("%d probes: %s" % (probes, line_of(outcome)))
    c = trial["connections"]
    equal((c["attempted"], c["established"], c["kept_from_accept"], c["reset_before_accept"]),
          (probes,) * 4, "connections")
    equal((trial["resets_per_connection"], trial["first_closer"]["measured"],
           trial["holder"]["measured"]), (1, "client", "none"), "how they ended")
    near(trial["rate_per_s"], probes / trial["duration_s"], 0, 1e-3, "connections/s")
    assert "loader-hides-server-policy" not in [f["id"] for f in trial["findings"]], \
        trial["findings"]


def figures_probe(bench):
    for situation in (kept_and_two_that_look_like_it, a_load_balancers_probe):
        situation(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Deferring().run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(figures_probe)
