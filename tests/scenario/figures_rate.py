#!/usr/bin/env python3
"""Connections and exchanges a second, known from a server's own count of them and its own clock. Three
exchanges a connection; a warm-up, which counts for neither."""
import os
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import accounting, equal, main, valid
from lib.table import WIDE, between, check_table

CONNECTIONS, EXCHANGES = 10, 3
# One connection takes a bit more than 60 ms, so that ten at a time are some 160 a second.
ANSWER_S = 0.02
WARMUP_S, WINDOW_S = 1.0, 1.5
BODY_BYTES = 70
# A busy machine: the first connection may be let in so late.
LATE_S = 0.2


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
                    "--requests-per-connection", str(EXCHANGES), environment=WIDE)
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


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(serve).run()
    else:
        main(figures_rate)
