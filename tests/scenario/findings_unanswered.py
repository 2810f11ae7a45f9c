#!/usr/bin/env python3
"""Requests that get no byte of a response. The server reads them, and closes with a FIN: on first requests
and on later ones. What looks like it: it closes with the request unread, in the middle of a response, or
before the request has come. Or it keeps silent until the client gives up: with the request read, unread,
not accepted, or with its end of the connection gone. What looks like that: it answers late, or has answered
and does not close."""
import os
import select
import shutil
import socket
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main

CONNECTIONS = 20
NAME = "closed-unanswered"
ASKS = b"GET / HTTP/1.1\r\nHost: it\r\n\r\n"
SILENT = 4
TIMEOUT_S = 3
BESIDE = 120
TCP_REPAIR = 19


class Server(KnownServer):
    """"queue": it serves one after the other."""

    def _accept(self):
        if self.words[0] != "queue":
            super()._accept()
            return
        while True:
            self._serve(self.listener.accept()[0], 0)


def client_waits_in_vain(connection):
    try:
        equal(connection.recv(1), b"", "what the client sends")
    except ConnectionResetError:
        pass


def keep_silent(server, connection, how):
    """Until the client gives up."""
    if server.count(how) == 1:
        # As the bench sees this process: its own number is of its namespace.
        server.report["pid"] = int(os.readlink("/proc/self"))
    if how == "unread":
        connection.recv(1, socket.MSG_PEEK)
        poll = select.poll()
        poll.register(connection, select.POLLERR)  # The client's reset; not what it has sent.
        poll.poll()
        return
    request_read(connection)
    if how == "gone":
        # What is closed in this mode sends nothing (net/ipv4/tcp.c, __tcp_close).
        connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        return
    if how == "late":
        time.sleep(0.4)
    if how in ("late", "kept"):
        connection.sendall(response(10, closes=how == "late"))
    if how != "late":
        client_waits_in_vain(connection)


def deal(server, connection, number):
    """Every second connection is answered as it should be."""
    how, kind = server.words
    if kind == "silent" and how == "beside" and number > 0:
        request_read(connection)
        time.sleep(0.05)
        connection.sendall(response(10))
        return
    if kind == "silent":
        keep_silent(server, connection, how)
        return
    if how in ("early", "unasked"):
        server.count(how)
        return
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
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how, "closes"),
                    "--server-name", "it", "--repeat", "1", "-c", "1", "-n", str(CONNECTIONS), "-d", "100s",
                    "--requests-per-connection", "2")
    trial, known = run.trial("it"), report_read(path)
    found = {f["id"]: f for f in trial["findings"]}
    print(how, trial["connections"], {name: f["text"] for name, f in found.items()}, flush=True)
    equal(known[how], CONNECTIONS // 2, "connections that were " + how)
    return trial, found


def load(host, port, how):
    """A third party's: it asks again where the server keeps the connection; of "raced" when that has
    closed it."""
    for _ in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as one:
            one.sendall(ASKS)
            received = b"more"
            try:
                while received and not received.endswith(b"x" * 10):
                    received = one.recv(4096)
                if received and b"close" not in received:
                    if how == "raced":
                        equal(one.recv(1, socket.MSG_PEEK), b"", "what follows the response")
                    one.sendall(ASKS)
                while one.recv(4096):
                    pass
            except ConnectionResetError:
                pass


SAID = """Running 1s test @ it
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.00ms    1.00ms   1.00ms  100.00%%
  %d requests in 1.00s, 1.00KB read
  Socket errors: connect 0, read %d, write 0, timeout 0
Requests/sec:   1.00"""


def load_behind_fin(host, port, how):
    """Each waits for the server's FIN, and then asks ("early"), or closes; it says how many reads failed, as wrk
    would."""
    failed = 0
    for _ in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as one:
            equal(one.recv(1, socket.MSG_PEEK), b"", "what the server sends")
            if how == "unasked":
                continue
            one.sendall(ASKS)
            # The RST has come when this returns: it answers the request.
            poll = select.poll()
            poll.register(one, select.POLLERR)
            poll.poll()
            failed += one.recv(1) == b""
    print(SAID % (CONNECTIONS - failed, failed))


def of_those_closed_at_once(bench):
    """Before a byte of a request has come: of a client that asks all the same, and of one that never does."""
    for how, failed in (("early", CONNECTIONS), ("unasked", 0)):
        path = os.path.join(bench.folder, "server.json")
        trial = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how, "closes"),
                          "--server-name", "it", "--repeat", "1", "-d", "100s", "--loader-command",
                          known_command(__file__, "load", "{host}", "{port}", how)).trial("it")
        equal(report_read(path)[how], CONNECTIONS, "connections that were closed at once")
        found = {f["id"]: f for f in trial["findings"]}
        print(how, found.get("closed-unasked"), trial["invalid_because"], flush=True)
        unasked = found.get("closed-unasked")
        equal(unasked and (unasked["closed"], unasked["failed"], unasked["known_by"]),
              (CONNECTIONS, failed, "all") if failed else None, "numbers of " + how)
        assert not unasked or 0 <= unasked["t_s"] <= trial["duration_s"], (unasked, trial["duration_s"])
        equal({NAME, "keep-alive-race", "reset-unread"} & set(found), set(), "other findings of " + how)


def of_third_parties(bench):
    """By packets. Each second connection is as the word says."""
    half = CONNECTIONS // 2
    for how, numbers in (("closed", (half, 0)), ("later", (0, half)), ("unread", None), ("cut", None),
                         ("raced", None)):
        path = os.path.join(bench.folder, "server.json")
        trial = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how, "closes"),
                          "--server-name", "it", "--repeat", "1", "-d", "100s", "--loader-command",
                          known_command(__file__, "load", "{host}", "{port}", how)).trial("it")
        equal(report_read(path)[how], half, "connections that were " + how)
        found = {f["id"]: f for f in trial["findings"]}
        closed = found.get(NAME)
        print(how, closed and closed["text"], trial["invalid_because"], flush=True)
        equal(closed and (closed["first_requests"], closed["later_seen"]), numbers, "numbers of " + how)
        reason = "the server closed on %d of %d first requests and sent no byte" % (half, CONNECTIONS)
        equal(reason in trial["invalid_because"], how == "closed", "invalid for " + how)
        equal("keep-alive-race" in found, how == "raced", "race of " + how)


def play_silent(bench, how, connections=SILENT):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how, "silent"),
                    "--server-name", "it", "--repeat", "1", "-c", str(SILENT), "-n", str(connections), "-d", "100s",
                    "--timeout", "%ds" % (60 if how == "late" else TIMEOUT_S))
    trial, known = run.trial("it"), report_read(path)
    found = {f["id"]: f for f in trial["findings"]}
    print(how, trial["connections"], {name: f["text"] for name, f in found.items()}, flush=True)
    return known, found


def of_the_silent(bench):
    counts = {"read": {"read": SILENT}, "unread": {"unread": SILENT}, "gone": {"gone": SILENT},
              "queue": {"read": 1, "unaccepted": SILENT - 1}}
    for how, seen in counts.items():
        known, found = play_silent(bench, how)
        silent = found["never-answered"]
        equal((silent["unanswered"], silent["attempted"], silent["first_requests"], silent["timeout_s"]),
              (SILENT, SILENT, SILENT, TIMEOUT_S), "unanswered, of how many, first requests, within")
        equal({name: silent[name] for name in ("read", "unread", "unaccepted", "gone", "unacknowledged")
               if silent[name]}, seen, "what was seen of " + how)
        equal(silent["state"], "several" if len(seen) > 1 else how, "state")
        assert TIMEOUT_S / 2 <= silent["looked_t_s"] <= silent["t_s"] <= silent["last_t_s"], silent
        equal(silent.get("pid"), None if how == "gone" else known["pid"], "who holds them")
        equal({"never-accepted", "server-never-closes", NAME} & set(found), set(), "other findings of " + how)
    # Others are answered meanwhile, the last of them behind half of the client's patience.
    _, found = play_silent(bench, "beside", BESIDE)
    silent = found["never-answered"]
    equal((silent["unanswered"], silent["attempted"], silent["waiting"], silent["read"]),
          (1, BESIDE, 1, 1), "unanswered, of how many, seen, read")
    for how, other in (("late", set()), ("kept", {"server-never-closes"})):
        _, found = play_silent(bench, how)
        equal({"never-answered", "server-never-closes"} & set(found), other, "findings of " + how)


def of_the_silent_to_wrk(bench):
    """It says that it got no answer; a server that answers has none, though wrk leaves some at its end."""
    if not shutil.which("wrk"):
        print("without wrk")
        return
    for how, kind, lasts_s in (("read", "silent", 2), ("even", "closes", 1)):
        path = os.path.join(bench.folder, "server.json")
        trial = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how, kind),
                          "--server-name", "it", "--repeat", "1", "-c", "2", "-d", "%ds" % lasts_s, "--loader-command",
                          "wrk -t 1 -c 2 -d %ds http://{host}:{port}/" % lasts_s).trial("it")
        silent, known = {f["id"]: f for f in trial["findings"]}.get("never-answered"), report_read(path)
        print(how, silent and silent["text"], trial["invalid_because"], flush=True)
        # At its begin wrk probes with a connection on which it does not ask.
        equal(silent and silent["unanswered"], known["read"] - 1 if how == "read" else None, "unanswered")
        if silent:
            assert silent["waited_s_least"] > 0.5, silent


def findings_unanswered(bench):
    for how, first in (("closed", CONNECTIONS // 2), ("later", 0)):
        trial, found = play(bench, how)
        closed = found[NAME]
        equal((closed["unanswered"], closed["attempted"], closed["first_requests"]),
              (CONNECTIONS // 2, CONNECTIONS, first), "unanswered, of how many, first requests")
        assert 0 <= closed["t_s"] <= closed["last_t_s"], closed
        equal(trial["connections"]["short"], CONNECTIONS // 2, "short")
        reason = "%d of %d connections were closed before the first byte of a response" % (CONNECTIONS // 2, CONNECTIONS)
        assert reason in trial["invalid_because"], trial["invalid_because"]
        equal({"keep-alive-race", "response-truncated"} & set(found), set(), "other findings of " + how)
    for how, other in (("unread", "reset-unanswered"), ("cut", "response-truncated"), ("raced", "keep-alive-race")):
        trial, found = play(bench, how)
        equal((NAME in found, other in found), (False, True), "findings of " + how)
    of_third_parties(bench)
    of_those_closed_at_once(bench)
    of_the_silent(bench)
    of_the_silent_to_wrk(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "load":
        (load_behind_fin if sys.argv[4] in ("early", "unasked") else load)(*sys.argv[2:])
    else:
        main(findings_unanswered)
