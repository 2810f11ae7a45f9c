#!/usr/bin/env python3
"""How connections ended, known from the ends that did it: a FIN that comes late, and why not; a client
that half closes, and two that look like it; probes that reset among clients that do not; a RST
behind the FIN; a response that ends early by a FIN."""
import os
import select
import socket
import struct
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main

CONNECTIONS = 20
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
BODY = 1000
LATE_S = 0.6
# The kernel's clock of what has arrived when.
TICK_S = 0.02
with open("/proc/self/comm") as own:
    NAME = own.read().strip()
REQUEST = b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n"
FINDINGS = {"server-closes-late", "loader-half-closes", "loader-races-close", "reset-behind-fin",
            "reset-chosen", "reset-unread", "response-truncated", "loader-hides-server-policy"}


class Server(KnownServer):
    """The child that holds a connection is no thread of this server."""

    def prepare(self, listener):
        # What a child of fork(2) inherits has no thread that would close it.
        self.children = []

    def all_ended(self):
        for child in self.children:
            os.waitpid(child, 0)


def child_hold(server):
    """A child inherits all descriptors that are open, and holds them for a while."""
    child = os.fork()
    if child == 0:
        time.sleep(LATE_S)
        os._exit(0)
    server.children.append(child)


def deal(server, connection, number):
    """The last word is how a connection ends; every other one of some."""
    how = server.words[0]
    server.report["pid"] = int(os.readlink("/proc/self"))
    if request_read(connection) is None:
        server.count("unasked")
        return
    if how == "early" and number % 2:
        connection.sendall(response(BODY // 2, BODY))
        connection.shutdown(socket.SHUT_WR)
        server.count("ended early")
        connection.recv(1)
        return
    if how == "slow":
        time.sleep(LATE_S)
    if how == "child" and number % 2:
        child_hold(server)
        server.count("held by a child")
    connection.sendall(response(BODY))
    server.count("answered")
    if how == "late" and number % 2:
        time.sleep(LATE_S)
        server.count("closed late")
    if how == "behind":
        connection.shutdown(socket.SHUT_WR)
    if how == "behind" or (how == "chosen" and number % 2):
        server.count("reset")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)


def load(host, port, how):
    """The client's part."""
    for number in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as connection:
            if how == "probes" and number % 4 == 0:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
                continue
            connection.sendall(REQUEST)
            if how == "half":
                connection.shutdown(socket.SHUT_WR)
            received = b""
            while b"\r\n\r\n" not in received or len(received.split(b"\r\n\r\n", 1)[1]) < BODY:
                received += connection.recv(65536)
            if how == "first":
                continue
            if how == "last-half":
                connection.shutdown(socket.SHUT_WR)
            select.select([connection], [], [])
            connection.recv(1)
            if how == "patient":
                poll = select.poll()
                poll.register(connection, 0)
                poll.poll()  # Until the RST comes.


def run(bench, name, how, client=None, options=()):
    path = os.path.join(bench.folder, name + ".json")
    if client:
        load_options = ("--loader-command",
                        known_command(__file__, "load", "{host}", "{port}", client))
    else:
        load_options = ("-n", str(CONNECTIONS), "-c", "2", "--response-bytes", str(BODY))
    outcome = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how),
                        "--server-name", "it", "--repeat", "1", "-d", "100s", *load_options, *options)
    trial = outcome.trial("it")
    found = {f["id"]: f for f in trial["findings"] if f["id"] in FINDINGS}
    print(name, {key: f["text"] for key, f in found.items()}, flush=True)
    return found, trial["endings"], report_read(path), trial


def only(found, name):
    equal(list(found), [name], "findings")
    return found[name]


def fins_that_come_late(bench):
    found, _, known, _ = run(bench, "close(2) is late", "late")
    late = only(found, "server-closes-late")
    # As the bench sees this process: the server's own number is of its namespace.
    equal((late["process"], late["pid"], late["processes"]), (NAME, known["pid"], 1), "who is late")
    assert "held by %s (pid %d)" % (NAME, known["pid"]) in late["text"], late
    equal((late["late"], late["opened"]), (known["closed late"], CONNECTIONS), "what came late")
    assert late["longest_s"] >= LATE_S - TICK_S, late
    # A child may have inherited a connection of another thread as well.
    found, _, known, _ = run(bench, "a child holds it", "child")
    late = only(found, "server-closes-late")
    assert late["process"] == NAME and late["pid"] != known["pid"], (late, known)
    assert known["held by a child"] <= late["late"] <= CONNECTIONS, (late, known)
    # The response is late.
    equal(run(bench, "a slow handler", "slow")[0], {}, "findings of a slow handler")
    equal(run(bench, "plain", "plain")[0], {}, "findings of a server that closes at once")


def a_third_party_that_waits(bench):
    """Its load says nothing of the FIN: the packets do. A response that is late is none."""
    found, _, known, _ = run(bench, "late for a third party", "late", "waits")
    late = only(found, "server-closes-late")
    equal((late["late"], late["seen"], known["closed late"]),
          (CONNECTIONS // 2, CONNECTIONS, CONNECTIONS // 2), "what came late")
    assert late["longest_s"] >= LATE_S - TICK_S, late
    equal(run(bench, "slow for a third party", "slow", "waits")[0], {}, "of a slow handler")
    equal(run(bench, "plain for a third party", "plain", "waits")[0], {}, "of a plain server")


def a_client_that_closes_first(bench):
    """The server's FIN is late behind the client's, in which the response was acknowledged."""
    found, endings, known, _ = run(bench, "late behind the client's", "late", "first")
    # It does race; the scheduler decides whether the server is ever the first.
    found.pop("loader-races-close", None)
    late = only(found, "server-closes-late")
    equal((late["late"], known["closed late"]), (CONNECTIONS // 2,) * 2, "what came late")
    # The others the server closed at once.
    assert endings["client"]["fin_first"] >= CONNECTIONS // 2, endings
    assert LATE_S <= endings["server"]["fin_behind_fin"]["most_us"] / 1e6, endings
    equal(endings["server"]["fin_behind_fin"]["late"], CONNECTIONS // 2, "late FINs")


def half_closes(bench):
    # The response is behind the client's FIN, since it takes its time.
    found, endings, _, trial = run(bench, "half closes", "slow", "half")
    half = only(found, "loader-half-closes")
    equal((half["half_closed"], half["client_first"]), (CONNECTIONS,) * 2, "half closes")
    equal(endings["client"]["half_closed"], CONNECTIONS, "half closes")
    equal(trial["time_wait"]["client"]["created"], CONNECTIONS, "TIME_WAITs")
    # Nothing tells close(2) from shutdown(2) once all has been read; neither is a half close.
    for client in ("first", "last-half"):
        found, endings, _, _ = run(bench, "client " + client, "plain", client)
        assert "loader-half-closes" not in found, found
        equal(endings["client"]["half_closed"], 0, "half closes")
    equal(run(bench, "client last", "plain", "last")[0], {}, "findings of a client that waits")


def probes_that_reset(bench):
    found, endings, known, _ = run(bench, "probes", "plain", "probes")
    hidden = only(found, "loader-hides-server-policy")
    probes = CONNECTIONS // 4
    equal((hidden["resets"], hidden["opened"]), (probes, CONNECTIONS), "resets")
    equal(endings["client"]["resets_sent"]["open"], probes, "resets before any FIN")
    equal(known["answered"], CONNECTIONS - probes, "answers")
    assert "the other 75 % do" in hidden["text"] and "--client-close" not in hidden["text"], hidden


def resets_behind_a_fin(bench):
    found, endings, known, _ = run(bench, "FIN, then RST", "behind", "patient")
    behind = only(found, "reset-behind-fin")
    equal((known["reset"], behind["behind_fin"]), (CONNECTIONS,) * 2, "resets behind the FIN")
    equal(endings["server"]["resets_sent"]["behind_own_fin"], CONNECTIONS, "resets")
    equal(endings["server"]["reset_behind_fin"]["count"], CONNECTIONS, "times")
    # In place of a FIN; the others the client resets.
    found, endings, known, _ = run(bench, "both reset", "chosen", None, ("--client-close", "reset"))
    equal(set(found), {"reset-chosen", "loader-hides-server-policy"}, "findings")
    equal((known["reset"], found["reset-chosen"]["chosen"],
           found["loader-hides-server-policy"]["resets"]), (CONNECTIONS // 2,) * 3, "resets")
    found, endings, _, trial = run(bench, "the client resets", "plain", None,
                                   ("--client-close", "reset"))
    only(found, "loader-hides-server-policy")
    equal(trial["counters"]["server"]["OutRsts"], 0, "resets of the server")
    equal(endings["client"]["resets_sent"]["behind_other_fin"], CONNECTIONS, "resets of the client")


def responses_that_end_early(bench):
    found, _, known, trial = run(bench, "ends early", "early")
    cut = only(found, "response-truncated")
    equal((cut["ended_by_fin"], cut["short"], cut["reset"]), (known["ended early"],) * 2 + (0,),
          "responses that a FIN cut off")
    equal(cut["bytes_missing"], known["ended early"] * (BODY - BODY // 2), "bytes that are missing")
    assert "with a FIN and no RST" in cut["text"] and "graceful" not in cut["text"], cut
    equal(trial["counters"]["server"]["OutRsts"], 0, "resets")


def findings_endings(bench):
    for situation in (fins_that_come_late, a_third_party_that_waits, a_client_that_closes_first,
                      half_closes, probes_that_reset, resets_behind_a_fin, responses_that_end_early):
        situation(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_endings)
