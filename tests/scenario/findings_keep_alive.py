#!/usr/bin/env python3
"""Requests on connections that had been kept, and that the server closes without having read them;
and what looks like it: a server that reads them and gives no answer, and one that announces its
close."""
import os
import socket
import struct
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main

CONNECTIONS = 20
NAME = "keep-alive-race"
TCP_LINGER2 = 8


def deal(server, connection, number):
    """Answers once. The last word is what becomes of the next request; "linger2": of every second
    connection it is read, the others announce the close, and a RST follows each FIN."""
    how = server.words[0]
    request_read(connection)
    sent = time.monotonic()
    connection.sendall(response(10, closes=how == "announced" or (how == "linger2" and number % 2 == 0)))
    if how == "unread":
        connection.recv(1, socket.MSG_PEEK)
        server.add("idle_ms", (time.monotonic() - sent) * 1e3)
    if how == "read" or (how == "linger2" and number % 2):
        request_read(connection)
    if how == "linger2":
        connection.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, struct.pack("i", -1))
    server.count(how)


def play(bench, how, *options):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how),
                    "--server-name", "it", "--repeat", "1", "-c", "1", *options)
    trial, known = run.trial("it"), report_read(path)
    found = {f["id"]: f for f in trial["findings"]}.get(NAME)
    print(how, trial["connections"], found and found["text"], flush=True)
    return trial, known, found


def findings_keep_alive(bench):
    closed_loop = ("-n", str(CONNECTIONS), "-d", "100s", "--requests-per-connection", "5")
    trial, known, found = play(bench, "unread", *closed_loop)
    equal((known["unread"], found["raced"]), (CONNECTIONS, CONNECTIONS), "requests not read")
    assert found["idle_ms_least"] <= found["idle_ms_most"] <= max(known["idle_ms"]), found

    # Ten requests a second, so that a connection is idle between two of them.
    trial, known, found = play(bench, "unread", "--request-rate", "10", "-d", "2s",
                               "--requests-per-connection", "5")
    lost = trial["connections"]["reset"] + trial["connections"]["short"]
    assert lost > 0, trial["connections"]
    equal(found["raced"], lost, "requests not read")
    assert 0 < found["idle_ms_most"] <= max(known["idle_ms"]), (found, known)

    # The server closes at once: the request comes behind its FIN.
    trial, _, found = play(bench, "closed", *closed_loop)
    lost = trial["connections"]["reset"] + trial["connections"]["short"]
    equal(found["raced"] if found else 0, lost, "requests behind the FIN")

    for how in ("read", "linger2", "announced"):
        trial, known, found = play(bench, how, *closed_loop)
        equal((known[how], found), (CONNECTIONS, None), "connections, finding of " + how)
    lost = trial["connections"]["reset"] + trial["connections"]["short"]
    equal(lost, 0, "lost where the close is announced")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    else:
        main(findings_keep_alive)
