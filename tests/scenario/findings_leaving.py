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
    kept = request and b"HTTP/1.0" in request
    if request and b"/late" in request:
        connection.recv(1)
    if request:
        server.count("asked")
        part = b"/part" in request
        connection.sendall(response(10, 20 if part else 10, closes=not part))
        if part or kept:
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


def wait(host, port, path, requests):
    """Four connections are answered, and kept for a second; then it says how many answers it counts,
    in the words of wrk."""
    connections = [socket.create_connection((host, int(port))) for _ in range(4)]
    for connection in connections:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
    got = [len(connection.recv(4096)) for connection in connections]
    time.sleep(1)
    print("Running 1s test @ http://it/\n    Latency     1.00ms    1.00ms    1.00ms   90.00%%\n"
          "  %s requests in 1.00s, 1.00KB read\nRequests/sec: %s" % (requests, requests))
    with open(path, "w") as file:
        json.dump({"answered": sum(1 for size in got if size)}, file)
    sys.stdout.flush()
    os._exit(0)  # Its kernel closes them: nothing is sent before it has ended.


def load(host, port, path, *hows):
    """The last connection is like the others, and begins when the others are long over."""
    counts = {}
    for number in range(CONNECTIONS):
        if number == CONNECTIONS - len(hows):
            time.sleep(WENT_ON_S)
        ask((host, int(port)), hows[number % len(hows)], counts)
    with open(path, "w") as file:
        json.dump(counts, file)


def play(bench, *hows, verb="load"):
    server, client = (os.path.join(bench.folder, name) for name in ("server.json", "client.json"))
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", server), "--server-name", "it",
                    "--loader-command", known_command(__file__, verb, "{host}", "{port}", client, *hows),
                    "--repeat", "1", "-d", "100s")
    trial, known = run.trial("it"), report_read(client)
    found = {f["id"]: f for f in trial["findings"]}
    reasons = [reason for reason in trial["invalid_because"] if reason.startswith("no request")]
    print(hows, known, trial["invalid_because"], {name: f["text"] for name, f in found.items()}, flush=True)
    equal(trial["connections"]["established"], sum(known.values()), "connections")
    return reasons, known, found, trial


def findings_leaving(bench):
    reasons, known, found, _ = play(bench, "late")
    equal(reasons, [
        "no request was answered: on none of the %d connections seen did a byte of a response come, and the client "
        "left %d of them before one did" % (known["late"], known["late"])], "reasons")
    left = found[NAME]
    equal((left["left"], left["opened"], left["answered_late"], HIDDEN in found),
          (known["late"] - 1, known["late"], known["late"] - 1, False), "left, of how many, answered late, hidden")
    assert left["open_ms_least"] >= 10, left

    reasons, known, found, _ = play(bench, "late", "whole")
    equal(reasons, [], "reasons")
    left = found[NAME]
    equal((left["left"], HIDDEN in found), (known["late"] - 1, False), "left, hidden")

    reasons, known, found, _ = play(bench, "silent")
    equal(reasons, [
        "no request was sent: on none of the %d connections seen did the client send a byte" % known["silent"]],
        "reasons")
    equal(NAME in found, False, "found of silent")

    for how in ("half", "part", "whole"):
        reasons, known, found, _ = play(bench, how)
        equal(reasons, [], "reasons")
        equal(NAME in found, False, "found of " + how)
    reasons, known, found, _ = play(bench, "silent", "whole")
    equal(reasons, [], "reasons")
    equal(NAME in found, False, "found of some that are silent")

    for counted in (0, 4):
        _, known, found, trial = play(bench, str(counted), verb="wait")
        equal("server-never-closes" in found, counted == 0, "found with %d counted" % counted)
        if counted == 0:
            equal(found["server-never-closes"]["unclosed"], known["answered"], "unclosed")
            # The loader waits for a second, and ends then.
            assert .3 <= found["server-never-closes"]["waited_s"] <= trial["third_party"]["ran_s"], (found, trial["third_party"])


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    elif sys.argv[1] == "wait":
        wait(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_leaving)
