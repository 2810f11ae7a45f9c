#!/usr/bin/env python3
"""The first closer of few connections, of which a share would often have none, and of many; and the
reason where nothing shows it. The loader and the server agree on who closes first."""
import os
import socket
import sys

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main, valid

FEW = (1, 2, 5, 20)
# The packet tap looks at all until a thousand have ended; then at one in eight.
MANY, PLENTY, SHARE = 4000, 1000, 8


def serve(server, connection, _):
    server.count("accepted")
    closer = request_read(connection).split()[1].decode()[1:]
    connection.sendall(response(10, closes=False))
    if closer != "server":
        while connection.recv(4096):
            pass


def one(address, closer):
    connection = socket.socket()
    connection.connect(address)
    connection.sendall(b"GET /%s HTTP/1.1\r\nHost: it\r\n\r\n" % closer.encode())
    received = b""
    while not received.endswith(b"\r\n\r\n" + 10 * b"x"):
        received += connection.recv(4096)
    if closer == "server":
        assert connection.recv(4096) == b"", "more than the response"
    connection.close()


def load(host, port, count, closer):
    for _ in range(int(count)):
        one((host, int(port)), closer)


def run(bench, count, closer):
    path = os.path.join(bench.folder, "server.json")
    outcome = bench.run("--server-command", known_command(__file__, "serve", "{port}", path),
                        "--server-name", "it", "--loader-command",
                        known_command(__file__, "load", "{host}", "{port}", str(count), closer),
                        "--repeat", "1", "-d", "100s")
    trial, known = outcome.trial("it"), report_read(path)
    equal(known["accepted"], count, "connections that the server met")
    return trial, trial["first_closer"]


def few_are_known(bench):
    for count in FEW:
        for closer, other in (("server", "client"), ("client", "server")):
            trial, seen = run(bench, count, closer)
            valid(trial)
            equal(seen["measured"], closer, "first closer of %d" % count)
            assert "unknown_because" not in seen, seen
            tap = seen["packet_tap"]
            equal((tap["connections"], tap[closer], tap[other], tap["share"],
                   tap["narrowed_after"]), (count, count, 0, 1, 0), "%d connections" % count)


def many_are_sampled(bench):
    seen = run(bench, MANY, "client")[1]
    tap = seen["packet_tap"]
    print("%d of %d judged, all of the first %d" % (tap["connections"], MANY,
                                                    tap["narrowed_after"]))
    equal((seen["measured"], tap["share"], tap["lost"]), ("client", SHARE, 0), "first closer")
    assert PLENTY <= tap["narrowed_after"] < MANY, tap
    assert tap["narrowed_after"] < tap["connections"] < MANY, tap
    equal(tap["client"], tap["connections"], "closed by the client")
    assert tap["undecided"] == 0, tap


def the_reason_is_said(bench):
    """A loader that opens none."""
    outcome = bench.run("--server-command", known_command(__file__, "serve", "{port}", os.devnull),
                        "--server-name", "it", "--loader-command", "true", "--repeat", "1")
    seen = outcome.trial("it")["first_closer"]
    equal((seen["measured"], seen["unknown_because"]), ("unknown", "no connection was opened"),
          "first closer")


def figures_few(bench):
    for situation in (few_are_known, many_are_sampled, the_reason_is_said):
        situation(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(serve).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(figures_few)
