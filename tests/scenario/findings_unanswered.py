#!/usr/bin/env python3
"""Requests that the server reads, and then closes with a FIN and no byte of a response: on first requests
and on later ones. What looks like it: it closes with the request unread, in the middle of a response, or
before the request has come."""
import os
import socket
import sys

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main

CONNECTIONS = 20
NAME = "closed-unanswered"


def deal(server, connection, number):
    """Every second connection is answered as it should be."""
    how, = server.words
    if how == "unread" and number % 2:
        connection.recv(1, socket.MSG_PEEK)
        server.count(how)
        return
    request_read(connection)
    if number % 2 == 0:
        connection.sendall(response(10))
        return
    server.count(how)
    if how == "cut":
        connection.sendall(response(10, 20))
    if how in ("later", "raced"):
        connection.sendall(response(10, closes=False))
    if how == "later":
        request_read(connection)


def play(bench, how):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how),
                    "--server-name", "it", "--repeat", "1", "-c", "1", "-n", str(CONNECTIONS), "-d", "100s",
                    "--requests-per-connection", "2")
    trial, known = run.trial("it"), report_read(path)
    found = {f["id"]: f for f in trial["findings"]}
    print(how, trial["connections"], {name: f["text"] for name, f in found.items()}, flush=True)
    equal(known[how], CONNECTIONS // 2, "connections that were " + how)
    return trial, found


def findings_unanswered(bench):
    for how, first in (("closed", CONNECTIONS // 2), ("later", 0)):
        trial, found = play(bench, how)
        closed = found[NAME]
        equal((closed["unanswered"], closed["attempted"], closed["first_requests"]),
              (CONNECTIONS // 2, CONNECTIONS, first), "unanswered, of how many, first requests")
        assert 0 <= closed["t_s"] <= closed["last_t_s"], closed
        equal(trial["connections"]["short"], CONNECTIONS // 2, "short")
        reason = "%d connections were closed before the first byte of a response" % (CONNECTIONS // 2)
        assert reason in trial["invalid_because"], trial["invalid_because"]
        equal({"keep-alive-race", "response-truncated"} & set(found), set(), "other findings of " + how)
    for how, other in (("unread", "reset-unread"), ("cut", "response-truncated"), ("raced", "keep-alive-race")):
        trial, found = play(bench, how)
        equal((NAME in found, other in found), (False, True), "findings of " + how)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    else:
        main(findings_unanswered)
