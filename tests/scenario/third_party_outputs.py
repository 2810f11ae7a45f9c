#!/usr/bin/env python3
"""What third-party loaders say is held against what the server counted itself; a load that is not
the one that was asked for is found. Stand-ins of the test's own, and each loader that is
installed."""
import os
import shutil
import socket
import struct
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read
from lib.scenario import equal, main, valid
from lib.table import near

REQUESTS, CONNECTIONS = 240, 4
BODY = b"x" * 16
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
# Each makes REQUESTS; without keep-alive, and with it.
ORDERS = {
    "ab": ("ab -q -c {connections} -n {total} {url}", "ab -q -k -c {connections} -n {total} {url}"),
    "h2load": (None, "h2load --h1 -c {connections} -n {total} {url}"),
    "hey": ("hey -disable-keepalive -c {connections} -n {total} {url}",
            "hey -c {connections} -n {total} {url}"),
    "siege": ("siege -q -b -H 'Connection: close' -c {connections} -r %d {url}"
              % (REQUESTS // CONNECTIONS), None),
    "wrk": ("wrk -H 'Connection: close' -c {connections} -t 1 -d 1 {url}",
            "wrk -c {connections} -t 1 -d 1 {url}"),
}
RESET_ORDERS = {
    "h2load": ("h2load --h1 -c {connections} -n 20 {url}", "20 requests of the loader failed"),
    "siege": ("siege -b -c {connections} -r 5 {url}", "reads of the loader failed"),
    "wrk": ("wrk -c {connections} -t 1 -d 1 {url}", "reads of the loader failed"),
}


def answer(server, connection, _):
    """Keeps a connection alive when it is asked to."""
    server.count("connections")
    while True:
        request = request_read(connection)
        if request is None:
            return
        head = request.lower()
        kept = b"keep-alive" in head or (b"http/1.1" in head and b"connection: close" not in head)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n%s"
                           % (len(BODY), b"keep-alive" if kept else b"close", BODY))
        server.count("requests")
        if not kept:
            return


def never_close(server, connection, _):
    """Answers HTTP/1.0 as if it had asked for keep-alive."""
    server.count("connections")
    while request_read(connection) is not None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
        server.count("requests")


def cut(_, connection, __):
    request_read(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)


def load(host, port, count, seconds, keep, said=""):
    """A loader that nobody knows: one connection after the other, or all of them kept, for so long,
    or once each."""
    def ask(connection):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: it\r\n\r\n")
        connection.recv(4096)
    ends = time.monotonic() + float(seconds)
    kept = []
    while len(kept) < int(count) or (keep == "keep" and time.monotonic() < ends):
        if len(kept) < int(count):
            kept.append(socket.create_connection((host, int(port))))
            ask(kept[-1])
            if keep == "close":
                kept[-1].close()
        else:
            for connection in kept:
                ask(connection)
    for connection in kept:
        connection.close()
    print(said)
    if keep == "hang":
        time.sleep(600)


def serve(bench, verb, order, *options, expect=0, **popen):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, verb, "{port}", path),
                    "--server-name", "it", "--loader-command", order, "-c", str(CONNECTIONS), "-r",
                    "1", *options, expect=expect, **popen)
    return run, run.trial("it"), report_read(path)


def declared(bench, strategy, *arguments):
    run = bench.run("-r", "1", "-s", strategy, "-c", str(CONNECTIONS), *arguments)
    return run, run.trial(strategy)


def own(*words):
    return known_command(__file__, "load", "{host}", "{port}", *words)


def requests_are_counted(bench):
    for name, orders in ORDERS.items():
        for order, kept in zip(orders, (False, True)):
            if not order or not shutil.which(name):
                print("not shown:", name, "kept alive" if kept else "closed")
                continue
            total = ("-n", str(REQUESTS), "-d", "60s") if "{total}" in order else ("-d", "60s")
            run, trial, known = serve(bench, "answer", order, *total)
            said, connections = trial["third_party"], trial["connections"]["established"]
            print(name, known["requests"], known["connections"], said["requests"], connections)
            equal(said["kind"], name, "kind")
            equal(connections, known["connections"], name + "'s connections")
            # What wrk and ab have under way when they end is answered, and not counted; both open
            # one connection more than they need.
            spare = CONNECTIONS + 1 if name in ("wrk", "ab") else 0
            assert 0 <= known["requests"] - said["requests"] <= spare, (known, said["requests"])
            equal(trial["exchanges"], said["requests"], "exchanges")
            near(trial["exchanges_per_connection"], said["requests"] / connections, 0, 1e-6,
                 name + "'s requests a connection")
            assert (said["requests"] > 2 * connections) == kept, (said["requests"], connections)
            assert "%s says: it, trial 1: %d requests" % (name, said["requests"]) in run.stdout
            valid(trial)


def errors_are_reasons(bench):
    for name, (order, reason) in RESET_ORDERS.items():
        if not shutil.which(name):
            print("not shown:", name)
            continue
        _, trial, _ = serve(bench, "cut", order, "-d", "60s")
        print(name, trial["invalid_because"])
        assert any(because.endswith(reason) for because in trial["invalid_because"]), name


def one_that_hangs(bench):
    """Of each kind: ab waits for the end of a stream that never comes; a loader that hangs
    anyway."""
    if shutil.which("ab"):
        _, trial, known = serve(bench, "never_close", ORDERS["ab"][0], "-n", "10", "-d", "2s")
        print(known, trial["invalid_because"])
        equal((known["requests"], trial["third_party"]["requests"]), (2 * 2, 0), "requests")
        assert any(because.startswith("the loader made 0 of 10 requests, on 4 connections, and "
                                      "hung: nothing was sent or received from")
                   for because in trial["invalid_because"]), trial["invalid_because"]
    _, trial, known = serve(bench, "answer", own("3", "0", "hang") + " {total}", "-n", "10", "-d",
                            "2s")
    print(known, trial["invalid_because"])
    assert any(because.startswith("the loader made 3 of 10 connections, and hung: nothing was sent "
                                  "or received from") for because in trial["invalid_because"])
    _, trial, _ = serve(bench, "answer", own("10", "0", "close") + " {total}", "-n", "10", "-d",
                        "60s")
    valid(trial)


def one_that_is_told_how_long(bench):
    """It may take a little longer; when it does not end, it has to be ended."""
    _, trial, _ = serve(bench, "answer", own("10", "1", "keep", "{duration_s} s"), "-d", "300ms")
    valid(trial)
    equal(trial["third_party"]["stopped"], False, "stopped")
    equal(trial["third_party"]["output"], "1 s\n", "output")
    _, trial, _ = serve(bench, "answer", own("3", "0", "hang", "{duration_s} s"), "-d", "1s")
    assert trial["invalid_because"][0].startswith(
        "the loader was told how long to run, and hung: nothing"), trial["invalid_because"]


def keep_alive_where_the_client_is_to_close(bench):
    words = "the loader keeps its connections alive"
    _, trial = declared(bench, "client-close", "-d", "60s", "--loader-command",
                        own("5", "1", "keep"))
    print(trial["invalid_because"])
    assert any(because.startswith(words + ": ") and "segments on each" in because
               for because in trial["invalid_because"]), trial["invalid_because"]
    _, trial = declared(bench, "client-close", "-d", "60s", "-n", "50", "--loader-command",
                        own("50", "0", "close") + " {total}")
    valid(trial)
    if not shutil.which("wrk"):
        print("not shown: wrk")
        return
    # Behind a shell, so that its command line does not show it: such a run is refused.
    _, trial = declared(bench, "client-close", "-d", "1s", "--loader-command",
                        "sh -c 'exec wrk -c {connections} -t 1 -d {duration_s}s {url}'")
    print(trial["invalid_because"])
    assert any(because.startswith(words) for because in trial["invalid_because"])
    for strategy, header in (("client-close", ("-H", "Connection: close")), ("graceful", ())):
        _, trial = declared(bench, strategy, "-d", "1s", "--loader", "wrk", *header)
        assert not any(because.startswith(words) for because in trial["invalid_because"]), trial


def last_lines_are_shown(bench):
    run, trial, _ = serve(bench, "answer", own("3", "0", "close", "a\n\nb\nc\n \nd"), "-d", "60s")
    assert "the loader says: it, trial 1: b | c | d\n" in run.stdout, run.stdout
    assert "kind" not in trial["third_party"], trial["third_party"]


def a_total_that_nobody_gave(bench):
    process = bench.verb("run", "--loader-command", "sh -c 'echo {total}'")
    equal(process.returncode, 2, process.stderr)
    equal(process.stderr, "teardown: --loader-command has {total}, and nothing says how many: add "
          "-n N (--total), or write a number in its place\n", "what it says")


def third_party_outputs(bench):
    a_total_that_nobody_gave(bench)
    last_lines_are_shown(bench)
    one_that_is_told_how_long(bench)
    one_that_hangs(bench)
    keep_alive_where_the_client_is_to_close(bench)
    requests_are_counted(bench)
    errors_are_reasons(bench)


SERVERS = {"answer": answer, "never_close": never_close, "cut": cut}

if __name__ == "__main__":
    if sys.argv[1] in SERVERS:
        KnownServer(SERVERS[sys.argv[1]]).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(third_party_outputs)
