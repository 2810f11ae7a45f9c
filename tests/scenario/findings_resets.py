#!/usr/bin/env python3
"""Why connections were reset, known from the server that did it: each finding by a server that has
it and by others that look like it to the client."""
import os
import socket
import struct
import sys

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main

CONNECTIONS = 20
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
RESETS = {"reset-unread"}


def request_await(connection):
    """Until all of a request has come: it stays unread."""
    while b"\r\n\r\n" not in connection.recv(4096, socket.MSG_PEEK):
        pass


def deal(server, connection, _):
    """The last word is how a connection ends."""
    how = server.words[0]
    if how == "unread":
        request_await(connection)
    else:
        request_read(connection)
    connection.sendall(response(10))
    server.count(how)
    if how == "chosen":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)


def findings_of(trial):
    return {f["id"]: f for f in trial["findings"] if f["id"] in RESETS}


def serve(bench, how):
    """The findings of a trial of that server."""
    path = os.path.join(bench.folder, how + ".json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how),
                    "--server-name", "it", "--repeat", "1", "-n", str(CONNECTIONS), "-d", "100s",
                    "-c", "1")
    trial, known = run.trial("it"), report_read(path)
    found = findings_of(trial)
    print(how, {name: f["text"] for name, f in found.items()}, flush=True)
    equal((known[how], trial["connections"]["completed"]), (CONNECTIONS, CONNECTIONS), "connections")
    resets = 0 if how == "plain" else CONNECTIONS
    equal(trial["counters"]["server"]["OutRsts"], resets, "resets of the server")
    return found


def strategies_that_declare_it(bench):
    run = bench.run("-s", "reset,graceful", "--repeat", "1", "-n", str(CONNECTIONS), "-d", "100s")
    for name in ("reset", "graceful"):
        equal(findings_of(run.trial(name)), {}, "findings of " + name)


def findings_resets(bench):
    found = serve(bench, "unread")
    equal(list(found), ["reset-unread"], "findings")
    holds = {key: found["reset-unread"][key] for key in ("unread", "opened")}
    equal(holds, {"unread": CONNECTIONS, "opened": CONNECTIONS}, "numbers of reset-unread")
    equal(list(serve(bench, "chosen")), [], "findings of SO_LINGER")
    equal(list(serve(bench, "plain")), [], "findings of a server that reads and closes")
    strategies_that_declare_it(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    else:
        main(findings_resets)
