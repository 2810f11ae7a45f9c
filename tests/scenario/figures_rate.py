#!/usr/bin/env python3
"""Connections and exchanges a second, known from a server's own count of them and its own clock. Three
exchanges a connection; a warm-up, which counts for neither."""
import os
import socket
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import accounting, equal, valid
from lib.table import WIDE, between, check_table

CONNECTIONS, EXCHANGES = 10, 3
# One connection takes a bit more than 60 ms, so that ten at a time are some 160 a second.
ANSWER_S = 0.02
WARMUP_S, WINDOW_S = 1.0 * SCALE, 1.5 * SCALE
BODY_BYTES = 70
# A busy machine: the first connection may be let in so late.
LATE_S = 0.2 * SCALE


def serve(server, connection, _):
    server.add("begins_s", time.monotonic())
    for exchange in range(EXCHANGES):
        if not request_read(connection):
            return
        time.sleep(ANSWER_S)
        server.add("answers_s", time.monotonic())
        server.count("bytes", BODY_BYTES)
        connection.sendall(response(BODY_BYTES, closes=exchange + 1 == EXCHANGES))
    server.add("ends_s", time.monotonic())


def within(moments, begin, end):
    return sum(begin <= moment < end for moment in moments)


def figures_rate(bench):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path),
                    "--server-name", "it", "--repeat", "1", "-d", "%dms" % (1000 * WINDOW_S),
                    "--warmup", "%dms" % (1000 * WARMUP_S), "-c", str(CONNECTIONS),
                    "--requests-per-connection", str(EXCHANGES), "--wide", environment=WIDE)
    trial, known = run.trial("it"), report_read(path)
    valid(trial)
    begins, ends, answers = known["begins_s"], known["ends_s"], known["answers_s"]
    equal(accounting(trial)["completed"], len(ends), "connections")
    equal(trial["exchanges"], len(answers), "exchanges")
    equal(trial["bytes"], {"promised": known["bytes"], "received": known["bytes"]}, "bytes")
    between(WINDOW_S, trial["duration_s"], 1.8 * WINDOW_S, "the window's length, as it was asked for")
    # Where the window lies on the server's clock is known but for the first connection's way to it.
    early = min(begins) + WARMUP_S - LATE_S
    for name, moments in (("rate_per_s", ends), ("exchanges_per_s", answers)):
        counts = [within(moments, early + late, early + late + trial["duration_s"])
                  for late in (0, LATE_S / 2, LATE_S)]
        slack = CONNECTIONS * (1 if name == "rate_per_s" else EXCHANGES)
        between((min(counts) - slack) / trial["duration_s"], trial[name],
                (max(counts) + slack) / trial["duration_s"], name)
        assert (max(counts) + slack) < 0.9 * len(moments), "the warm-up is not told apart"
    table = check_table(run, "it")
    low, high = map(float, table["conn/s 95 % interval"].split("-"))
    equal((low, high), (round(trial["rate_per_s"]), round(trial["rate_per_s"])),
          "the interval of one trial")


# The open loop of requests: so many a second, so many on a connection at most.
REQUEST_RATE, ON_EACH, LASTS_S = 50 // SCALE, 5, 2 * SCALE
SLOW, SLOW_S = 5, 0.5 * SCALE
TIMEOUT_S = 60
# A request is due at this distance from the one before; this one of them is never answered, for so long.
SELDOM = {1: 5, 2: 2, 4: 1}[SCALE]
SILENT, PATIENCE_S = 3, 0.3 * SCALE


def answer_all(server, connection, _):
    """Answers until the client has enough; one response comes late, or never, where a test says so."""
    server.count("connections")
    while True:
        request = request_read(connection)
        if not request:
            return
        number = server.count("requests")
        if number == SLOW and server.words == ["slow"]:
            time.sleep(SLOW_S)
        if number == SILENT and server.words == ["silent"]:
            connection.recv(1)
            return
        closes = b"Connection: close" in request
        connection.sendall(response(BODY_BYTES, closes=closes))
        if closes:
            return


def answer_once(server, connection, _):
    """Sends its FIN behind the first response, and does not say so before. A request may have been
    sent before the client knew of it: right behind the last one where that was late, or on time
    where this process was kept from sending its FIN for long. Such a one is counted."""
    server.count("connections")
    request_read(connection)
    server.count("requests")
    connection.sendall(response(BODY_BYTES, closes=False))
    connection.shutdown(socket.SHUT_WR)
    server.count("met", request_read(connection) is not None)


class ServerOfEnds(KnownServer):
    def all_ended(self):
        for thread in self.threads:
            thread.join(TIMEOUT_S)


def on_a_schedule(bench, server, *options, words=()):
    path = os.path.join(bench.folder, "requests.json")
    run = bench.run("--server-command", known_command(__file__, server, "{port}", path, *words),
                    "--server-name", "it", "--repeat", "1", "-d", "%ds" % LASTS_S, "--request-rate",
                    str(REQUEST_RATE), "--requests-per-connection", str(ON_EACH), *options)
    trial, known = run.trial("it"), report_read(path)
    print(known["requests"], known["connections"], trial["loop"], trial["connections"])
    equal(trial["exchanges"], known["requests"], "requests")
    equal(accounting(trial)["attempted"], known["connections"], "connections")
    equal(trial["loop"]["requests_per_s"], REQUEST_RATE, "requests that were to be sent in a second")
    assert "Open loop: %d requests/s" % REQUEST_RATE in run.stdout, run.stdout
    between(REQUEST_RATE * LASTS_S - 1, trial["loop"]["intended"],
            REQUEST_RATE * (trial["duration_s"] + 1), "requests that were due")
    return trial, known


def requests_on_connections_that_are_open(bench):
    trial, known = on_a_schedule(bench, "all")
    due = trial["loop"]["intended"] - trial["loop"]["missed"]
    equal(trial["connections"]["completed"], known["connections"], "connections that completed")
    # At the end each connection that is idle is asked once more.
    between(due, known["requests"], due + known["connections"], "requests, and those of the end")
    assert known["connections"] >= known["requests"] / ON_EACH, known
    assert known["connections"] < known["requests"] / 2, "connections are not used again"
    between(0.9 * REQUEST_RATE, trial["exchanges_per_s"], 1.1 * REQUEST_RATE, "requests a second")


def connections_that_the_server_ends_while_they_are_idle(bench):
    """It is no error; the next request has a connection of its own. A request that met the server's
    FIN on its way was cut short, and the server knows how many did."""
    trial, known = on_a_schedule(bench, "once")
    equal(known["connections"], known["requests"], "connections")
    equal(trial["connections"]["short"], known["met"], "requests that met the server's FIN")
    equal(trial["connections"]["completed"], known["connections"] - known["met"],
          "connections that completed")
    assert trial["connections"]["completed"] > 0, known


def a_late_response_is_waited_for_by_the_next_requests(bench):
    trial, _ = on_a_schedule(bench, "all", "-c", "1", words=("slow",))
    total, response_only = trial["latency_us"]["total"], trial["latency_us"]["response"]
    print(total["p90"], total["max"], response_only["p90"])
    # A quarter of 100 requests were due meanwhile; only one was answered late.
    assert total["p90"] > 0.1e6 * SLOW_S, total
    assert total["max"] >= 0.9e6 * SLOW_S, total
    assert response_only["p90"] < total["p90"], response_only
    assert trial["loop"]["late"] >= 15, trial["loop"]


def one_that_is_never_answered_waits_from_when_it_was_due(bench):
    """And not from when the one before it was, on the same connection."""
    path = os.path.join(bench.folder, "silent.json")
    trial = bench.run("--server-command", known_command(__file__, "all", "{port}", path, "silent"), "--server-name",
                      "it", "--repeat", "1", "-d", "%ds" % LASTS_S, "--request-rate", str(SELDOM), "-c", "1",
                      "--requests-per-connection", str(ON_EACH), "--timeout", "%dms" % (1000 * PATIENCE_S)).trial("it")
    equal(trial["connections"]["timed_out"], 1, "requests that were given up")
    between(0.98 * PATIENCE_S, trial["latency_us"]["total"]["max"] / 1e6, 1.5 * PATIENCE_S, "s of waiting in vain")


def rates(bench):
    figures_rate(bench)
    requests_on_connections_that_are_open(bench)
    connections_that_the_server_ends_while_they_are_idle(bench)
    a_late_response_is_waited_for_by_the_next_requests(bench)
    one_that_is_never_answered_waits_from_when_it_was_due(bench)


SERVERS = {"serve": serve, "all": answer_all, "once": answer_once}

if __name__ == "__main__":
    if sys.argv[1] in SERVERS:
        kind = ServerOfEnds if sys.argv[1] == "once" else KnownServer
        kind(SERVERS[sys.argv[1]]).run()
    else:
        main_at_scales(rates)
