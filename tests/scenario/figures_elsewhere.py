#!/usr/bin/env python3
"""A loader that connects elsewhere, too: over its own loopback, to another port of the server, to
nobody. The load's figures are the load's alone, and the others stand beside it."""
import os
import socket
import sys
import threading

from lib.known_server import known_command, report_read
from lib.scenario import equal, main, valid
from lib.table import near
from lib.watcher import PORT, UPSTREAM, serve

N = 100
# Over its own loopback, to another port of the server, refused.
ELSEWHERE, ADMIN, REFUSED = 7, 5, 3


def get(address):
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while connection.recv(4096):
            pass


def load(host, port):
    own = socket.socket()
    own.bind(("127.0.0.1", 0))
    own.listen(ELSEWHERE)
    for i in range(N):
        get((host, int(port)))
        if i < ELSEWHERE:
            opened = socket.create_connection(own.getsockname())
            accepted, _ = own.accept()
            opened.close()
            assert accepted.recv(1) == b""
            accepted.close()
        if i < ADMIN:
            get((host, UPSTREAM))
        if i < REFUSED:
            with socket.socket() as refused:
                assert refused.connect_ex(("127.0.0.1", 1)) != 0


def answer(port):
    """A server that closes first, on a thread."""
    listener = socket.create_server(("", port), backlog=64)
    while True:
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
        connection.close()


def answer_both():
    threading.Thread(target=answer, args=(UPSTREAM,), daemon=True).start()
    answer(PORT)


def figures_elsewhere(bench):
    path = os.path.join(bench.folder, "watched.json")
    outcome = bench.run(
        "--server-command", known_command(__file__, "serve", path, known_command(
            __file__, "answer")), "--server-name", "it", "--repeat", "1", "-d", "100s",
        "--loader-command", known_command(__file__, "load", "{host}", "{port}"))
    trial, watched = outcome.trial("it"), report_read(path)
    valid(trial)
    equal(watched[str(PORT)]["opened"], N, "what the watcher saw of the load")
    equal((trial["connections"]["attempted"], trial["connections"]["established"]), (N, N),
          "connections")
    near(trial["segments_per_connection"], sum(watched[str(PORT)]["sent"].values()) / N, 0, 1e-6,
         "segments")
    equal(trial["resets_per_connection"], 0, "resets")
    equal((trial["time_wait"]["server"]["created"], trial["time_wait"]["client"]["created"]),
          (N, 0), "TIME_WAITs of the load")
    client, server = (trial["other_connections"][end] for end in ("client", "server"))
    equal({name: client[name] for name in ("attempted", "opened", "accepted", "closed_by_opener",
                                           "closed_by_acceptor", "time_wait_made", "resets",
                                           "to")},
          {"attempted": ELSEWHERE + ADMIN + REFUSED, "opened": ELSEWHERE + ADMIN,
           "accepted": ELSEWHERE, "closed_by_opener": ELSEWHERE, "closed_by_acceptor": ADMIN,
           "time_wait_made": ELSEWHERE, "resets": REFUSED, "to": "several"}, "the client's others")
    equal({name: server[name] for name in ("attempted", "accepted", "time_wait_made")},
          {"attempted": 0, "accepted": ADMIN, "time_wait_made": ADMIN}, "the server's others")
    assert "the client opened %d connections to several places" % (ELSEWHERE + ADMIN) in \
        outcome.stdout, outcome.stdout


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    elif sys.argv[1] == "answer":
        answer_both()
    else:
        main(figures_elsewhere)
