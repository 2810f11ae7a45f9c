#!/usr/bin/env python3
"""What became of connections, known from the server that did it: whole, short and reset responses,
silence, and a door that is shut. Bytes too: promised by it, and sent by it."""
import os
import random
import socket
import struct
import sys

from lib.drop_filter import drop_segments
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import accounting, equal, holds
from lib.table import WIDE, check_table, near, table_of

# What the server does: to how many connections, bytes promised, bytes sent.
DEEDS = {
    "whole": (20, 1000, 1000),
    "whole-then-reset": (3, 1500, 1500),
    "short": (9, 2000, 300),
    "reset": (5, 4000, 700),
    "silent": (2, 0, 0),
}
SERVED = sum(count for count, _, _ in DEEDS.values())
REFUSED = 4
TIMEOUT_MS = 700
# Long enough for a look at who holds what is quiet.
KEPT_MS = 300 * SCALE
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


def shuffled_deeds():
    """The last one is whole: with it the listener closes."""
    deeds = [deed for deed, (count, _, _) in DEEDS.items() for _ in range(count)]
    deeds.remove("whole")
    random.Random(1).shuffle(deeds)
    return [*deeds, "whole"]


def deal(server, connection, number):
    deed = shuffled_deeds()[number]
    _, promised, sent = DEEDS[deed]
    request_read(connection)
    server.count(deed)
    if deed == "silent":
        connection.recv(1)  # Until the client has had enough.
        return
    if number == SERVED - 1:
        # shutdown(2) wakes accept(2), and ends the listening.
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
    connection.sendall(response(sent, promised))
    server.count("promised", promised)
    server.count("sent", sent)
    if "reset" in deed:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)


def keep_open(server, connection, number):
    """Every fourth response is followed by nothing, every fourth is half a response, every fourth request
    is followed by nothing at all. A process of its own holds what is kept open behind a response or half
    of one; this one, what it has not answered."""
    request_read(connection)
    deed = ("closed", "kept", "silent", "half")[number % 4]
    server.count(deed)
    if deed != "silent":
        connection.sendall(response(5 if deed == "half" else 10, 10))
    if deed in ("kept", "half"):
        socket.send_fds(server.keeper, [b"1"], [connection.fileno()])
    if deed == "silent":
        try:
            equal(connection.recv(1), b"", "what the client sends")
        except ConnectionResetError:
            server.count("reset while " + deed)


class DeafServer(KnownServer):
    """No SYN reaches its listener."""

    def prepare(self, listener):
        drop_segments(listener)


class KeepingServer(KnownServer):
    """Has another process keep connections."""

    def prepare(self, _):
        self.keeper, end = socket.socketpair()
        if os.fork() == 0:
            os.close(self.segments.end)  # Whose end the server's own thread waits for.
            # As the bench sees that process: its own number is of its namespace.
            end.sendall(os.readlink("/proc/self").encode())
            kept = []
            while (got := socket.recv_fds(end, 1, 1))[0]:
                kept += got[1]
            os._exit(0)
        self.report["keeper"] = int(self.keeper.recv(16))


def never_closed(bench):
    path = os.path.join(bench.folder, "kept.json")
    run = bench.run("--server-command", known_command(__file__, "keep", "{port}", path),
                    "--server-name", "it", "--repeat", "1", "-n", "16", "-d", "100s", "-c", "4",
                    "--timeout", "%dms" % KEPT_MS)
    trial, known = run.trial("it"), report_read(path)
    print(known, trial["connections"], trial["invalid_because"])
    equal([known[deed] for deed in ("closed", "kept", "silent", "half")], [4, 4, 4, 4], "what the server did")
    equal(known["reset while silent"], 4, "connections that the client gave up")
    holds(trial["connections"], {"completed": 4, "timed_out": 12, "unconnected": 0, "part_answered": 4,
                                 "unclosed": 4}, "connections")
    for phase in ("timed out before the first byte of a response", "timed out before the end of a response",
                  "were not closed by the server before the client gave up (--timeout)"):
        assert "4 of 16 connections " + phase in trial["invalid_because"], trial["invalid_because"]
    found = {f["id"]: f for f in trial["findings"]}
    equal((found["server-never-closes"]["unclosed"], found["server-never-closes"]["waited_s"]),
          (4, KEPT_MS / 1000), "numbers of the finding")
    equal((found["server-never-closes"]["pid"], found["server-never-closes"]["processes"]),
          (known["keeper"], 1), "who keeps them")
    assert "loader-hides-server-policy" not in found, found["loader-hides-server-policy"]


def never_connected(bench):
    """A listener that no SYN reaches."""
    path = os.path.join(bench.folder, "deaf.json")
    run = bench.run("--server-command", known_command(__file__, "drop", "{port}", path), "--server-name",
                    "it", "--repeat", "1", "-n", "3", "-d", "100s", "-c", "3", "--timeout", "300ms")
    trial = run.trial("it")
    holds(trial["connections"], {"attempted": 3, "established": 0, "timed_out": 3, "unconnected": 3,
                                 "part_answered": 0, "unclosed": 0}, "connections of a deaf listener")
    reason = "3 of 3 connections timed out before the handshake was complete"
    assert reason in trial["invalid_because"], trial["invalid_because"]


def figures_outcomes(bench):
    never_closed(bench)
    never_connected(bench)
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path),
                    "--server-name", "it", "--repeat", "1", "-n", str(SERVED + REFUSED), "-d",
                    "100s", "-c", "1", "--timeout", "%dms" % TIMEOUT_MS, "--wide", environment=WIDE)
    trial, known = run.trial("it"), report_read(path)
    did = {deed: known[deed] for deed in DEEDS}
    print(did, accounting(trial))
    equal(did, {deed: count for deed, (count, _, _) in DEEDS.items()}, "what the server did")
    whole = did["whole"] + did["whole-then-reset"]
    holds(trial["connections"], {
        "attempted": SERVED + REFUSED, "established": SERVED, "completed": whole,
        "short": did["short"], "reset": did["reset"], "timed_out": did["silent"],
        "unclosed": 0, "resets_seen": did["reset"] + did["whole-then-reset"],
        "connect_errors": {"ECONNREFUSED": REFUSED}}, "connections")
    equal(trial["exchanges"], whole, "exchanges")
    equal(trial["bytes"], {"promised": known["promised"], "received": known["sent"]}, "bytes")
    equal([int(reason.split()[0]) for reason in trial["invalid_because"]
           if not reason.endswith("samples missed")],
          [REFUSED, did["short"], did["reset"], did["silent"], known["promised"]],
          "numbers of the reasons")
    resets = known["segments"]["resets"]
    equal(trial["counters"]["server"]["OutRsts"], resets["server"], "resets of the server")
    near(trial["resets_per_connection"], sum(resets.values()) / SERVED, 0, 1e-6,
         "resets a connection")
    check_table(run, "it")
    equal(table_of(run.stdout, "it")["delivered/ short/reset"],
          "%d/%d/%d" % (whole, did["short"], did["reset"]), "outcomes as they are printed")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    elif sys.argv[1] == "drop":
        DeafServer(deal).run()
    elif sys.argv[1] == "keep":
        KeepingServer(keep_open).run()
    else:
        main_at_scales(figures_outcomes)
