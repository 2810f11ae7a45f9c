#!/usr/bin/env python3
"""Connections from a port that the server still has an older connection of, and what looks like it:
the server's TIME_WAITs of the same ports, and old connections of other ports."""
import os
import socket
import sys
import threading

from lib import tcp
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.wait import wait_for

PORTS = range(40000, 40020)
OTHER_PORTS = range(41000, 41020)
NAME = "old-connection-met"
# The client's orphans in FIN_WAIT_2 are gone after a second, and with them their ports are free.
OPTIONS = ("--sysctl", "client:net.ipv4.tcp_fin_timeout=1")


def deal(server, connection, _):
    """Closes first, or never."""
    request_read(connection)
    connection.sendall(response(10))
    server.count("answered")
    if server.words[0] == "never":
        threading.Event().wait()


def ask(address, port, reads_to_end):
    """One connection from that port, which the client closes."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("", port))
        one.connect(address)
        one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
        while one.recv(4096) and reads_to_end:
            pass


def load(host, port, when, second):
    address = (host, int(port))
    for local in PORTS:
        ask(address, local, when == "first")
    wait_for(lambda: not any(row.local in PORTS for row in tcp.table()), "the ports to be free")
    for local in OTHER_PORTS if second == "others" else PORTS:
        ask(address, local, when == "first")


def play(bench, when, second):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, when),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}", when, second), "--repeat",
                    "1", "-d", "100s", *OPTIONS)
    trial = run.trial("it")
    equal(report_read(path)["answered"], 2 * len(PORTS), "answered")
    found = {f["id"]: f for f in trial["findings"]}.get(NAME)
    print(when, second, trial["counters"]["server"]["TCPChallengeACK"], found and found["text"],
          flush=True)
    return trial, found


def findings_old_connection(bench):
    trial, found = play(bench, "never", "same")
    equal(trial["counters"]["server"]["TCPChallengeACK"], len(PORTS), "challenges")
    equal((found["met"], found["opened"]), (len(PORTS), 2 * len(PORTS)), "numbers of the finding")

    equal(play(bench, "never", "others")[1], None, "finding of other ports")
    trial, found = play(bench, "first", "same")
    equal(found, None, "finding of the server's TIME_WAITs")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_old_connection)
