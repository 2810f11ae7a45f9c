#!/usr/bin/env python3
"""Clients that leave before the first byte of a response, every time or every second time, and some that
never ask. What looks like it: a client that closes one direction alone and reads on, one that leaves in the
middle of a response, and one that is well served. What is right is the client's own count, in a file."""
import json
import os
import socket
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main

CONNECTIONS = 20
NAME, HIDDEN = "client-leaves-unanswered", "loader-hides-server-policy"
# A client that goes on for longer than the bench takes for its end (bench/measure/leaving.h).
WENT_ON_S = .3


def deal(server, connection, _):
    """Where the request says so, the response comes when the client has left."""
    request = request_read(connection)
    if request and b"/late" in request:
        connection.recv(1)
    if request:
        server.count("asked")
        part = b"/part" in request
        connection.sendall(response(10, 20 if part else 10, closes=not part))
        if part:
            connection.recv(1)


def ask(address, how, counts):
    with socket.create_connection(address) as connection:
        counts[how] = counts.get(how, 0) + 1
        if how == "silent":
            return
        connection.sendall(b"GET /%s HTTP/1.1\r\nHost: it\r\n\r\n" % how.encode())
        if how == "half":
            connection.shutdown(socket.SHUT_WR)
        if how == "late":
            time.sleep(.01)
            return
        while connection.recv(4096) and how != "part":
            pass


def load(host, port, path, *hows):
    """The last connection is like the others, and begins when the others are long over."""
    counts = {}
    for number in range(CONNECTIONS):
        if number == CONNECTIONS - len(hows):
            time.sleep(WENT_ON_S)
        ask((host, int(port)), hows[number % len(hows)], counts)
    with open(path, "w") as file:
        json.dump(counts, file)


def play(bench, *hows):
    server, client = (os.path.join(bench.folder, name) for name in ("server.json", "client.json"))
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", server), "--server-name", "it",
                    "--loader-command", known_command(__file__, "load", "{host}", "{port}", client, *hows),
                    "--repeat", "1", "-d", "100s")
    trial, known = run.trial("it"), report_read(client)
    found = {f["id"]: f for f in trial["findings"]}
    reasons = [reason for reason in trial["invalid_because"] if reason.startswith("no request")]
    print(hows, known, trial["invalid_because"], {name: f["text"] for name, f in found.items()}, flush=True)
    equal(trial["connections"]["established"], sum(known.values()), "connections")
    return reasons, known, found


def findings_leaving(bench):
    reasons, known, found = play(bench, "late")
    equal(reasons, [
        "no request was answered: on none of the %d connections seen did a byte of a response come, and the client "
        "left %d of them before one did" % (known["late"], known["late"])], "reasons")
    left = found[NAME]
    equal((left["left"], left["opened"], left["answered_late"], HIDDEN in found),
          (known["late"] - 1, known["late"], known["late"] - 1, False), "left, of how many, answered late, hidden")
    assert left["open_ms_least"] >= 10, left

    reasons, known, found = play(bench, "late", "whole")
    equal(reasons, [], "reasons")
    left = found[NAME]
    equal((left["left"], HIDDEN in found), (known["late"] - 1, False), "left, hidden")

    reasons, known, found = play(bench, "silent")
    equal(reasons, [
        "no request was sent: on none of the %d connections seen did the client send a byte" % known["silent"]],
        "reasons")
    equal(NAME in found, False, "found of silent")

    for how in ("half", "part", "whole"):
        reasons, known, found = play(bench, how)
        equal(reasons, [], "reasons")
        equal(NAME in found, False, "found of " + how)
    reasons, known, found = play(bench, "silent", "whole")
    equal(reasons, [], "reasons")
    equal(NAME in found, False, "found of some that are silent")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_leaving)
