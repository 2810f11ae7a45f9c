#!/usr/bin/env python3
"""Bytes behind the end of a response, known from the server that sent them: with its last bytes, later,
on a connection that is kept or waits for its next request. What only looks like them is none: chunks
with a trailer, an interim response, the next response right behind its request, a body that the
stream's end ends; over TLS close_notify, too."""
import os
import select
import socket
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import accounting, equal, main, valid, valid_but_late
from lib.tls_server import notify, server_context

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
OF_50 = response(50)
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n14\r\n" + b"x" * 20 + b"\r\n0\r\n"
LARGE = 300000

# A response, and what follows: with its last bytes, and with a send of its own.
SURPLUS = [
    (OF_50, b"y" * 7, b""),
    (OF_50, b"", b"y" * 13),
    (OF_50, b"y" * 3, b"y" * 4),
    (CHUNKED + b"\r\n", b"y" * 5, b""),
    (CHUNKED + b"A: trailer\r\n\r\n", b"", b"\r\n"),
    (b"HTTP/1.1 204 None\r\nConnection: close\r\n\r\n", b"a body", b""),
    (response(LARGE), b"y" * LARGE, b""),
]
EXACT = [
    OF_50,
    CHUNKED + b"\r\n",
    CHUNKED + b"A: trailer\r\nB: another\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + OF_50,
    HEAD + b"\r\n" + b"x" * 40,
    response(LARGE),
]
CONNECTIONS, REQUESTS, IDLE = 6, 4, 2


def deal(server, connection, number):
    """A connection for each response."""
    request_read(connection)
    head, with_it, later = SURPLUS[number % len(SURPLUS)]
    connection.sendall(head + with_it)
    if later:
        time.sleep(0.05)
        connection.sendall(later)
    server.count("surplus", len(with_it + later))


def deal_exact(_, connection, number):
    request_read(connection)
    connection.sendall(EXACT[number % len(EXACT)])


def requests_read(connection):
    """Of each request, whether it is the last, which says so."""
    while True:
        request = request_read(connection)
        if request is None:
            return
        closes = b"connection: close" in request.lower()
        yield closes
        if closes:
            return


def deal_kept(server, connection, _):
    """Every second response is followed by more, in the same segment; the others by nothing."""
    for asked, closes in enumerate(requests_read(connection)):
        surplus = b"y" * 9 if asked % 2 == 0 else b""
        connection.sendall(response(50, closes=closes) + surplus)
        server.count("surplus", len(surplus))


def deal_idle(server, connection, number):
    """The client has nothing to ask when they come, nor is the load at its end."""
    for closes in requests_read(connection):
        connection.sendall(response(50, closes=closes))
        server.count("answered")
        if number < IDLE and not select.select([connection], [], [], 0.05)[0]:
            connection.sendall(b"y" * 11)
            server.count("surplus", 11)
            server.count("responses")


def deal_kept_exact(_, connection, __):
    for closes in requests_read(connection):
        connection.sendall(response(50, closes=closes))


def deal_late(server, connection, _):
    """What is too much for the first response comes when the next one is due."""
    for asked, closes in enumerate(requests_read(connection)):
        connection.sendall((b"y" * 9 if asked == 1 else b"") + response(50, closes=closes))
        server.count("late", asked == 1)


def deal_no_http(server, connection, _):
    request_read(connection)
    connection.sendall(b"SSH-2.0-it\r\n")
    server.count("no_http")
    while connection.recv(100):
        pass


def over_tls(handle):
    """The same over TLS; close_notify comes behind all of it, in a segment of its own."""
    def handle_tls(server, connection, number):
        with server_context(*server.words).wrap_socket(connection, server_side=True) as tls:
            handle(server, tls, number)
            time.sleep(0.05)
            notify(tls)
    return handle_tls


def serve(bench, verb, *options):
    path = os.path.join(bench.folder, "server.json")
    words = ("{cert}", "{key}") if "--tls" in options else ()
    run = bench.run("--server-command", known_command(__file__, verb, "{port}", path, *words), "--server-name", "it",
                    "--repeat", "1", "-c", "1", "--timeout", "60s", *options)
    trial, known = run.trial("it"), report_read(path)
    print(verb, trial["surplus"], trial["bytes"], known, [f["id"] for f in trial["findings"]])
    equal(known.get("errors"), None, "what the server met")
    return run, trial, known


def told(run, trial, known, responses, answered, is_valid=valid):
    equal(trial["surplus"], {"responses": responses, "bytes": known["surplus"]}, "surplus")
    found = [f for f in trial["findings"] if f["id"] == "response-surplus"]
    equal([(f["bytes"], f["responses"], f["of"]) for f in found], [(known["surplus"], responses, answered)],
          "numbers of the finding")
    equal(trial["bytes"]["received"], trial["bytes"]["promised"], "received")
    is_valid(trial)
    assert "delivery" not in well_of(run), run.stdout


def untold(run, trial, name):
    equal(trial["surplus"], {"responses": 0, "bytes": 0}, "surplus of " + name)
    assert not [f for f in trial["findings"] if f["id"] == "response-surplus"], trial["findings"]
    valid(trial)
    assert "delivery" in well_of(run), run.stdout


def well_of(run):
    text = " ".join(run.stdout.split())
    return text.partition("checked and well: ")[2].partition(" measured:")[0]


def load(host, port, count):
    """Reads each response to the end of the stream."""
    for _ in range(int(count)):
        with socket.create_connection((host, int(port))) as one:
            one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
            while one.recv(65536):
                pass


def known_over_tls(bench, kept, idle):
    run, trial, known = serve(bench, "each", "--tls", "-n", str(len(SURPLUS)), "-d", "100s")
    told(run, trial, known, len(SURPLUS), len(SURPLUS))
    run, trial, known = serve(bench, "kept", "--tls", *kept)
    told(run, trial, known, CONNECTIONS * REQUESTS // 2, CONNECTIONS * REQUESTS)
    run, trial, known = serve(bench, "idle", "--tls", *idle)
    assert known.get("responses"), "no connection was idle"
    told(run, trial, known, known["responses"], known["answered"], valid_but_late)
    run, trial, _ = serve(bench, "exact", "--tls", "-n", str(len(EXACT)), "-d", "100s")
    untold(run, trial, "exact responses over TLS")
    equal((trial["tls"]["handshakes"], trial["tls"]["notified_by_server"], trial["tls"]["truncated"]),
          (len(EXACT), len(EXACT), 0), "close_notify of the server")


def of_third_party(bench, mode, responses):
    """Of those with a length the packets tell: what the server sent behind it."""
    sized = [one for one in responses if b"Content-Length" in one[0] or b" 204 " in one[0]]
    more = [len(with_it + later) for _, with_it, later in sized if with_it + later]
    run = bench.run("--server-command", known_command(__file__, mode, "{port}", os.path.join(
        bench.folder, "third.json")), "--server-name", "it", "--repeat", "1", "-d", "100s",
        "--loader-command", known_command(__file__, "load", "{host}", "{port}", str(len(responses))))
    found = [f for f in run.trial("it")["findings"] if f["id"] == "response-surplus"]
    print(mode, "of a third party:", [f["text"] for f in found], flush=True)
    equal([(f["bytes"], f["connections"], f["seen"]) for f in found],
          [(sum(more), len(more), len(sized))] if more else [], "numbers of a third party's finding")


def findings_surplus(bench):
    of_third_party(bench, "each", SURPLUS)
    of_third_party(bench, "exact", [(one, b"", b"") for one in EXACT])

    run, trial, known = serve(bench, "each", "-n", str(len(SURPLUS)), "-d", "100s")
    told(run, trial, known, len(SURPLUS), len(SURPLUS))
    equal(accounting(trial)["completed"], len(SURPLUS), "completed")

    kept = ("--requests-per-connection", str(REQUESTS), "-n", str(CONNECTIONS), "-d", "100s")
    run, trial, known = serve(bench, "kept", *kept)
    told(run, trial, known, CONNECTIONS * REQUESTS // 2, CONNECTIONS * REQUESTS)

    idle = ("--requests-per-connection", "100", "--request-rate", "1", "-d", "3s")
    run, trial, known = serve(bench, "idle", *idle)
    assert known.get("responses"), "no connection was idle"
    told(run, trial, known, known["responses"], known["answered"], valid_but_late)

    behind = "%d of them behind a whole one on the connection" % CONNECTIONS
    _, trial, known = serve(bench, "late", *kept)
    equal((known["late"], trial["connections"]["short"]), (CONNECTIONS, CONNECTIONS), "late")
    reasons = "; ".join(trial["invalid_because"])
    assert "%d responses that are no HTTP, %s" % (CONNECTIONS, behind) in reasons, reasons
    assert "closed before" not in reasons and "without a status" not in reasons, reasons
    _, trial, known = serve(bench, "no-http", "-n", str(CONNECTIONS), "-d", "100s")
    equal(known["no_http"], CONNECTIONS, "what is no HTTP")
    assert "%d responses that are no HTTP" % CONNECTIONS in trial["invalid_because"], trial["invalid_because"]

    run, trial, _ = serve(bench, "exact", "-n", str(len(EXACT)), "-d", "100s")
    untold(run, trial, "exact responses")
    run, trial, _ = serve(bench, "kept-exact", *kept)
    untold(run, trial, "exact responses of kept connections")
    known_over_tls(bench, kept, idle)


SERVERS = {"each": deal, "kept": deal_kept, "idle": deal_idle, "exact": deal_exact, "kept-exact": deal_kept_exact,
           "late": deal_late, "no-http": deal_no_http}

if __name__ == "__main__":
    if sys.argv[1] in SERVERS:
        deals = SERVERS[sys.argv[1]]
        KnownServer(over_tls(deals) if sys.argv[4:] else deals).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_surplus)
