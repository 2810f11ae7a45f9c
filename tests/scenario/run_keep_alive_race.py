#!/usr/bin/env python3
"""Clients that pause, and a third party's server that ends what was idle for 300 ms: how many requests met a closing
connection is what the server counted itself, and so is how it ended the others; and what clients of a third party
counted themselves."""
import glob
import http.client
import json
import os
import random
import re
import socket
import struct
import sys
import threading
import time

from lib.known_server import KnownServer, known_command, report_read, response
from lib.scenario import accounting, equal, main

LIMIT_S = 0.3


def request_of(server, connection):
    """Reads a request; returns None at the end of the stream, and "idle" where none comes within the limit."""
    request = b""
    connection.settimeout(LIMIT_S)
    while b"\r\n\r\n" not in request:
        try:
            more = connection.recv(4096)
        except TimeoutError:
            return "idle"
        if not more:
            return None
        request += more
    return request


def served(server, connection):
    """Answers until the client announces its end, or goes; returns whether it was idle for too long instead."""
    while True:
        request = request_of(server, connection)
        if request in (None, "idle"):
            return request == "idle"
        last = b"Connection: close" in request
        connection.sendall(response(10, closes=last))
        if last:
            return False


def fin_at_the_limit(server, connection, number):
    """A FIN; whatever comes then is a request that has crossed it."""
    if not served(server, connection):
        return
    server.count("ended idle")
    connection.settimeout(60)
    connection.shutdown(socket.SHUT_WR)
    server.count("lost", 1 if connection.recv(4096) else 0)


def reset_at_the_limit(server, connection, number):
    if served(server, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        server.count("reset")


def one_answer_of_four(server, connection, number):
    """Reads four requests, which were sent at once, answers the first, and closes."""
    asked = b""
    while asked.count(b"\r\n\r\n") < 4:
        asked += connection.recv(4096)
    connection.sendall(response(10, closes=False))
    server.count("unanswered", 3)


def ask(host, port, path):
    """Eight clients at a time with ten connections each: a request, a pause of 300 ms on average, another request.
    They send it whether the server has closed or not, and count how many got no answer."""
    lost, pauses = [], random.Random(1)

    def client(pauses_s):
        for pause_s in pauses_s:
            connection = http.client.HTTPConnection(host, int(port), timeout=60)
            connection.request("GET", "/")
            connection.getresponse().read()
            time.sleep(pause_s)
            try:
                connection.request("GET", "/", headers={"Connection": "close"})
                connection.getresponse().read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
                lost.append(type(error).__name__)
            connection.close()

    threads = [threading.Thread(target=client, args=([min(pauses.expovariate(1 / LIMIT_S), 1) for _ in range(10)],))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open(path, "w") as file:
        json.dump(lost, file)


def play(bench, verb, *options, clients="think"):
    path = os.path.join(bench.folder, verb + ".json")
    run = bench.run("--server-command", known_command(__file__, verb, "{port}", path), "--server-name", "it",
                    "--repeat", "1", "--clients", clients, *options)
    trial = run.trial("it")
    accounting(trial)
    row, = trial["clients"]
    return trial, row, report_read(path), run


def requests_that_cross_the_fin(bench):
    """Pauses about the limit, and a round trip that makes the window wide."""
    _, row, known, run = play(bench, "fin", "--think", "exp:300ms", "--rtt", "80ms", "-c", "40", "-n", "160",
                              "--requests-per-connection", "5")
    print(row, known)
    assert known["lost"] > 0, known
    equal(row["unanswered_kept"], known["lost"], "requests lost, by the client and by the server")
    equal(row["closed_idle"] + row["unanswered_kept"], known["ended idle"], "connections that the server ended")
    equal(row["reset_idle"], 0, "resets")
    assert "%d requests on a kept connection got no answer" % known["lost"] in " ".join(run.stdout.split()), run.stdout


def clients_of_others_count_the_same(bench):
    """Their count, the server's, and that of the packets."""
    path, asked = (os.path.join(bench.folder, name) for name in ("others.json", "asked.json"))
    run = bench.run("--server-command", known_command(__file__, "fin", "{port}", path), "--server-name", "it",
                    "--repeat", "1", "--rtt", "20ms", "-d", "100s", "--requests-per-connection", "2",
                    "--loader-command", known_command(__file__, "ask", "{host}", "{port}", asked))
    late, known, lost = run.trial("it")["late_requests"], report_read(path), report_read(asked)
    print(late, known, lost)
    assert 0 < len(lost) < 80, lost
    equal(known["lost"], len(lost), "requests lost, by the server and by the clients")
    equal(late["behind_fin"] + late["unread"], len(lost), "requests lost, by packets and by the clients")


def a_reset_is_no_close(bench):
    """Pauses far above the limit: each reset comes while the client pauses, and is seen as one."""
    trial, row, known, run = play(bench, "reset", "--think", "60s", "-c", "8", "-n", "8",
                                  "--requests-per-connection", "3")
    equal((row["reset_idle"], row["closed_idle"], row["completed"]), (8, 0, 8), str(row))
    equal(known["reset"], 8, "the server's resets")
    equal(trial["connections"]["resets_seen"], 8, "resets that the client met")
    assert "8 connections were reset by the server while the client paused" in " ".join(run.stdout.split()), run.stdout


def each_request_that_was_sent_ahead_is_lost(bench):
    _, row, known, _ = play(bench, "one of four", "-c", "8", "-n", "40", clients="pipeline=4")
    equal((row["responses"], row["unanswered_kept"]), (40, known["unanswered"]), "answered, and not")


def a_load_that_ends_in_its_pauses_tells_nothing(bench):
    """Over a round trip of 80 ms no pause begins before 160 ms: each is cut short, or ends in time."""
    for duration, words in (("500ms", r"the load's end cut (\d+) of \1 pauses short"), ("2s", "Nothing was lost by keep-alive")):
        run = bench.finish(bench.start("-s", "keep-alive", "--sweep", "think=480ms,490ms", "-d", duration, "--rtt", "80ms",
                                       "-c", "2"))
        said = " ".join(run.stdout.split())
        assert re.search(words, said), (words, run.said())
        equal("Nothing was lost" in said, duration == "2s", said)
        equal(" 480ms to 490ms not known not known: " in said, duration == "500ms", said)


def a_sweep_of_pauses_shows_the_window(bench):
    """Over a round trip of 400 ms a request after a pause of 60 ms comes 460 ms after the response, beyond the server's
    300 ms; after 2 s the client has long seen the FIN. Each value has a server, which writes its own report."""
    path = os.path.join(bench.folder, "swept.json")
    run = bench.run("--server-command", known_command(__file__, "sweep", "{port}", path), "--server-name", "it",
                    "--sweep", "think=60ms,2s", "--rtt", "400ms", "-c", "8")
    rows = {trial["strategy"]: trial for trial in run.trials}
    equal(sorted(rows), ["it:think@2000ms", "it:think@60ms"], "rows")
    known = [report_read(file) for file in glob.glob(path + ".*")]
    equal(len(known), 2, "servers")
    lost = {name: trial["delivery"]["lost"] for name, trial in rows.items()}
    print(lost, known)
    equal(sum(lost.values()), sum(report.get("lost", 0) for report in known), "requests lost, by clients and servers")
    equal(lost["it:think@2000ms"], 0, "lost after pauses above the limit")
    assert lost["it:think@60ms"] > 0, lost
    shown = [" ".join(line.split()) for line in run.stdout.splitlines()]
    assert any(line.startswith("60ms ") and line.endswith("%d of 8" % lost["it:think@60ms"]) for line in shown), shown
    assert "it lost responses at think " in " ".join(shown), shown


def scenario(bench):
    for part in (requests_that_cross_the_fin, clients_of_others_count_the_same, a_reset_is_no_close,
                 each_request_that_was_sent_ahead_is_lost, a_load_that_ends_in_its_pauses_tells_nothing,
                 a_sweep_of_pauses_shows_the_window):
        part(bench)
        print(part.__name__)


if sys.argv[1] == "fin":
    KnownServer(fin_at_the_limit).run()
if sys.argv[1] == "ask":
    ask(*sys.argv[2:])
    sys.exit(0)
if sys.argv[1] == "sweep":
    sys.argv[3] += ".%d" % time.time_ns()
    KnownServer(fin_at_the_limit).run()
if sys.argv[1] == "one of four":
    KnownServer(one_answer_of_four).run()
if sys.argv[1] == "reset":
    KnownServer(reset_at_the_limit).run()
main(scenario)
