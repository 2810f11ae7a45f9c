#!/usr/bin/env python3
"""A pool of two workers, each of which has one connection until its client closes: six of eight
clients wait to be accepted throughout; the same of two listeners of the port, with a worker each. And
what looks like it: workers for all, a pool that has as many waiting, but takes the next as soon as it
has answered. Of two listeners of which one alone has too few, listener-starved tells. How many wait, the server reads from
/proc/net/tcp in its own network."""
import contextlib
import json
import os
import socket
import sys
import threading
import time

from lib import tcp
from lib.known_server import known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import equal
from lib.wait import wait_for

CLIENTS, WORKERS = 8, 2
# The kernel deals them to two listeners: so many that one gets fewer than two once in 600,000 times.
MANY = 24
ANSWER_S = 0.02
NAME, OF_ONE = "accept-starved", "listener-starved"
REASON_OF_ONE = ("%d connections waited in the queue of one listener of the port for half of the load or "
                 "more, while the others had none: rates and latency are those of the others")
pids = {}  # Of servers, by mode, as the bench sees them.
REASON = ("%d connections were not accepted for half of the load or more, while others were served: "
          "rates and latency are those of the others")


def work(listener, kept, delay_s):
    while True:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(ConnectionError):
            goes_on = True
            while goes_on:
                request = request_read(connection)
                time.sleep(delay_s)
                goes_on = kept and request and b"connection: close" not in request.lower()
                if request:
                    connection.sendall(response(10, closes=not goes_on))


def listener_make(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("", port))
    return listener


def queues(port):
    return sorted(row.unread for row in tcp.table() if row.local == port and row.state == tcp.LISTEN)


def serve_two(port, path, mode):
    """Of "two" each has one worker; of "one of two" the other has enough."""
    listeners = [listener_make(port) for _ in range(2)]
    for one in listeners:
        one.listen(128)
    for one, count in zip(listeners, (1, 1 if mode == "two" else MANY)):
        for _ in range(count):
            threading.Thread(target=work, args=(one, True, 0.001), daemon=True).start()
    wait_for(lambda: len([row for row in tcp.table() if row.local == port and row.state ==
                          tcp.ESTABLISHED]) == MANY, "all to come")
    if mode == "two":
        wait_for(lambda: sum(queues(port)) == MANY - 2 and queues(port)[0] > 0, "both to have a queue")
    else:
        wait_for(lambda: queues(port)[0] == 0 and queues(port)[1] > 0, "one to have a queue")
    tell(path, sum(queues(port)))


def tell(path, waiting):
    with open(path + ".new", "w") as file:
        json.dump({"waiting": waiting, "pid": int(os.readlink("/proc/self"))}, file)
    os.rename(path + ".new", path)
    threading.Event().wait()


def serve(port, path, mode):
    if "two" in mode:
        serve_two(int(port), path, mode)
    listener = socket.create_server(("", int(port)), backlog=128)
    workers = CLIENTS if mode == "enough" else WORKERS
    for _ in range(workers):
        threading.Thread(target=work, args=(listener, mode != "moves", ANSWER_S if mode == "moves"
                                            else 0.001), daemon=True).start()
    left = CLIENTS - workers
    if mode != "moves":
        wait_for(lambda: len([row for row in tcp.table() if row.local == int(port) and row.state ==
                              tcp.ESTABLISHED]) == CLIENTS and tcp.waiting(int(port)) == left,
                 "%d to wait" % left)
    tell(path, tcp.waiting(int(port)))


def play(bench, mode, *options, clients=CLIENTS):
    path = os.path.join(bench.folder, mode + ".json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, mode),
                    "--server-name", "it", "--repeat", "1", "-c", str(clients), "-d", "%ds" % (2 * SCALE), *options)
    trial = run.trial("it")
    found = {f["id"]: f for f in trial["findings"]}
    print(mode, trial["accept_queue"], trial["invalid_because"], found.get(NAME), flush=True)
    equal(OF_ONE in found, mode == "one of two", mode + ": " + OF_ONE)
    report = report_read(path)
    pids[mode] = report["pid"]
    return run, trial, found, report["waiting"]


def findings_accept_starved(bench):
    kept = ("--requests-per-connection", "1000000", "--timeout", "30s")
    run, trial, found, waiting = play(bench, "held", *kept)
    equal(waiting, CLIENTS - WORKERS, "what waits, as the server sees it")
    starved = found[NAME]
    equal((starved["waiting"], starved["accepted"], starved["opened"]), (waiting, WORKERS, CLIENTS),
          "numbers of the finding")
    assert starved["until_s"] - starved["t_s"] >= 1, starved
    equal(REASON % waiting in trial["invalid_because"], True, "why it is invalid")
    assert "listen queue" not in run.stdout, run.stdout

    # Those that are given up wait on, and are no sockets any more.
    _, trial, found, waiting = play(bench, "held", *kept[:2], "--timeout", "500ms")
    starved = found[NAME]
    equal(starved["accepted"], WORKERS, "accepted, with a timeout")
    assert starved["waiting"] > waiting, starved
    assert trial["connections"]["timed_out"] >= waiting, trial["connections"]

    _, trial, found, waiting = play(bench, "enough", *kept)
    equal((waiting, NAME in found, REASON % 0 in trial["invalid_because"]), (0, False, False), "enough")

    _, trial, found, waiting = play(bench, "two", *kept, clients=MANY)
    starved = found[NAME]
    equal((starved["waiting"], starved["accepted"], starved["listeners"]), (waiting, 2, 2),
          "numbers of two listeners")
    assert "in the queues of all 2 listeners" in starved["text"], starved["text"]
    equal(REASON % waiting in trial["invalid_because"], True, "why it is invalid with two listeners")
    _, trial, found, waiting = play(bench, "one of two", *kept, clients=MANY)
    equal((waiting > 0, NAME in found), (True, False), "one of two listeners")
    starved = found[OF_ONE]
    # Where a busy machine connects some in the second half, these have not waited for half of the load: again, longer.
    equal((starved["waiting"], starved["listeners"], starved["listeners_waiting"], starved["pid"]),
          (waiting, 2, 1, pids["one of two"]), "numbers of one of two listeners")
    assert starved["oldest_s"] >= SCALE, starved
    equal(REASON_OF_ONE % waiting in trial["invalid_because"], True, "why it is invalid with one of two")

    # As many wait, but each for a moment.
    _, trial, found, _ = play(bench, "moves")
    equal(NAME in found, False, "a pool that moves")
    assert trial["accept_queue"]["peak"] >= CLIENTS - WORKERS - 1, trial["accept_queue"]
    assert not [reason for reason in trial["invalid_because"] if "not accepted" in reason], trial


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        main_at_scales(findings_accept_starved)
