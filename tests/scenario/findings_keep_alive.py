#!/usr/bin/env python3
"""Requests on connections that had been kept, and that the server closes without having read them, of
the builtin loader and of a third party's; and what looks like it: a server that reads them and gives no
answer, one that announces its close, and the rest of an upload that comes behind the answer. Of a proxy
towards its upstream, too."""
import os
import socket
import struct
import sys
import threading
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main

CONNECTIONS = 20
NAME = "keep-alive-race"
TCP_LINGER2 = 8
# The server has both requests when it answers: it reads one alone; both, and answers one, with an
# announced close or without; both, and answers both.
PIPELINES = ("ahead", "swallows", "omits", "both")
ASKS = b"GET / HTTP/1.1\r\nHost: it\r\n\r\n"
# Of late_requests: as the FIN and RST tell, and the last response's head.
TAP_WORDS = ("behind_fin", "drained", "knew_fin", "unread", "announced", "unannounced", "announced_timed",
             "announced_known")


class Server(KnownServer):
    """Behind it, where it is a proxy, stands an upstream that closes behind its first answer."""

    def prepare(self, _):
        if self.words[0].startswith("proxy"):
            self.upstream = socket.create_server(("127.0.0.1", 0), backlog=64)
            threading.Thread(target=self._upstream, daemon=True).start()

    def _upstream(self):
        while True:
            with self.upstream.accept()[0] as connection:
                if request_read(connection):
                    connection.sendall(response(10, closes=False))


def upstream_ask(server, how):
    """Once, and on the kept connection again when the upstream has closed it. "proxy-rest": what goes
    out then is no request; "proxy-looks": the request goes out on a connection of its own."""
    address = server.upstream.getsockname()
    with socket.create_connection(address) as one:
        ask(one)
        while one.recv(4096):
            pass
        if how == "proxy-looks":
            with socket.create_connection(address) as other:
                ask(other)
                while other.recv(4096):
                    pass
        else:
            one.sendall(b"y" * 100) if how == "proxy-rest" else ask(one)
    server.count(how)


def deal(server, connection, number):
    """Answers once. The last word is what becomes of the next request; "linger2": of every second
    connection it is read, the others announce the close, and a RST follows each FIN."""
    how = server.words[0]
    if how in PIPELINES:
        connection.recv(len(ASKS), socket.MSG_WAITALL)
        connection.recv(1, socket.MSG_PEEK)
        if how != "ahead":
            connection.recv(len(ASKS), socket.MSG_WAITALL)
        if how == "both":
            connection.sendall(response(10, closes=False))
    else:
        request_read(connection)
    if how.startswith("proxy"):
        upstream_ask(server, how)
        connection.sendall(response(10))
        return
    sent = time.monotonic()
    connection.sendall(response(10, closes=how in ("announced", "ahead", "swallows", "both") or (how == "linger2" and number % 2 == 0)))
    if how == "unread":
        connection.recv(1, socket.MSG_PEEK)
        server.add("idle_ms", (time.monotonic() - sent) * 1e3)
    if how == "upload-unread":
        connection.recv(1, socket.MSG_PEEK)
    if how == "read" or (how == "linger2" and number % 2):
        request_read(connection)
    if how == "drains":
        connection.shutdown(socket.SHUT_WR)
        server.count("late", int(request_read(connection) is not None))
        request_read(connection)
    if how == "linger2":
        connection.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, struct.pack("i", -1))
    server.count(how)


def play(bench, how, *options):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how),
                    "--server-name", "it", "--repeat", "1", "-c", "1", *options)
    trial, known = run.trial("it"), report_read(path)
    found = {f["id"]: f for f in trial["findings"]}.get(NAME)
    print(how, trial["connections"], found and found["text"], flush=True)
    return trial, known, found


def ask(connection, method=b"GET"):
    connection.sendall(method + ASKS[3:])


def load(host, port, how):
    """A pool of a third party: it keeps a connection, and asks once more without a look at it. "upload":
    the rest of the request comes late in its place; "ahead": it asks twice, and then reads; "at-once":
    so with one segment."""
    for _ in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as one:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if how == "at-once":
                one.sendall(ASKS + ASKS)
            else:
                ask(one, b"POST" if how.startswith("upload") else b"GET")
            if how == "ahead":
                ask(one)
            received = one.recv(4096)
            while not received.endswith(b"x" * 10):
                received += one.recv(4096)
            try:
                if how in ("late", "upload"):
                    equal(one.recv(1, socket.MSG_PEEK), b"", "what follows the response")
                if how.startswith("upload"):
                    one.sendall(b"y" * 100)
                elif how not in ("ahead", "at-once"):
                    ask(one)
                while one.recv(4096):
                    pass
            except ConnectionResetError:
                pass


def pool(bench, serves, asks):
    """What the loader counts nothing of."""
    trial, known, found = play(bench, serves, "-d", "100s", "--loader-command",
                               known_command(__file__, "load", "{host}", "{port}", asks))
    equal(known[serves], CONNECTIONS, "connections that the server closed")
    names = [f["id"] for f in trial["findings"]]
    late = trial["late_requests"]
    return found, "reset-unread" in names, {word: late[word] for word in TAP_WORDS}


def of_third_parties(bench):
    found, is_unread, late = pool(bench, "closed", "late")
    equal((found["raced"], found["behind_fin"], found["unread"], found["knew_fin_seen"], is_unread),
          (CONNECTIONS, CONNECTIONS, 0, CONNECTIONS, False), "requests behind the FIN")
    equal(late, dict(dict.fromkeys(TAP_WORDS, 0), behind_fin=CONNECTIONS, knew_fin=CONNECTIONS,
                     unannounced=CONNECTIONS), "in the file")
    assert found["text"].endswith("before the server does"), found["text"]
    found, _, late = pool(bench, "announced", "late")
    equal(late, dict(dict.fromkeys(TAP_WORDS, CONNECTIONS), drained=0, unread=0, unannounced=0),
          "behind an announced close")
    assert "mend the client" in found["text"], found["text"]
    found, _, late = pool(bench, "ahead", "ahead")
    # A RST of close(2) for an unread one has an ACK, and tells nothing of what the client had.
    equal(late, dict(dict.fromkeys(TAP_WORDS, 0), unread=CONNECTIONS, announced=CONNECTIONS),
          "ahead of an announcement")
    assert "ahead of it (pipelining)" in found["text"], found["text"]
    found, is_unread, late = pool(bench, "unread", "unread")
    equal((found["raced"], found["behind_fin"], found["unread"], found["knew_fin_seen"], is_unread),
          (CONNECTIONS, 0, CONNECTIONS, 0, False), "requests that were not read")
    equal((late["announced"], late["unannounced"]), (0, CONNECTIONS), "unread, behind no announcement")
    # In the counters all of these look like it.
    found, _, late = pool(bench, "closed", "upload")
    equal((found, late["behind_fin"]), (None, 0), "the rest of uploads behind the FIN")
    found, is_unread, _ = pool(bench, "upload-unread", "upload-unread")
    equal((found, is_unread), (None, True), "the rest of uploads that was not read")
    found, _, late = pool(bench, "read", "unread")
    equal((found, late["unread"]), (None, 0), "requests that were read")


def of_pipelines(bench):
    """The server has both requests before it closes, and answers the first one alone, or both."""
    for serves, asks, is_raced in (("swallows", "ahead", True), ("swallows", "at-once", True),
                                   ("both", "ahead", False), ("both", "at-once", False)):
        trial, known, found = play(bench, serves, "-d", "100s", "--loader-command",
                                   known_command(__file__, "load", "{host}", "{port}", asks))
        equal(known[serves], CONNECTIONS, "connections that the server closed")
        equal((found["raced"], found["before_fin"]) if found else None,
              (CONNECTIONS, CONNECTIONS) if is_raced else None, "sent ahead, " + asks)
        lost = [text for text in trial["invalid_because"] if "requests on kept connections" in text]
        equal(len(lost), int(is_raced), "reasons, " + asks)
        if asks == "at-once":
            _, _, found = play(bench, serves, "-n", str(CONNECTIONS), "-d", "100s", "--clients", "pipeline=2")
            equal((found["raced"], found["sent_ahead"]) if found else None,
                  (CONNECTIONS, CONNECTIONS) if is_raced else None, "sent ahead by the builtin loader")
    found, is_unread, late = pool(bench, "ahead", "at-once")
    equal((found["unread"], is_unread), (CONNECTIONS, False), "one segment, half of it unread")
    # Without an announcement the server had the request, and gave no answer.
    trial, known, found = play(bench, "omits", "-d", "100s", "--loader-command",
                               known_command(__file__, "load", "{host}", "{port}", "at-once"))
    omitted = {f["id"]: f for f in trial["findings"]}.get("closed-unanswered")
    equal((found, omitted and omitted["later_seen"]), (None, CONNECTIONS), "not announced")
    assert any("later requests" in text for text in trial["invalid_because"]), trial["invalid_because"]


def of_a_server_that_drains(bench, closed_loop):
    """It reads on behind its FIN, and so no RST follows."""
    trial, known, found = play(bench, "drains", *closed_loop)
    behind = trial["late_requests"]["drained"]
    equal((known["late"], trial["connections"]["short"]), (CONNECTIONS, CONNECTIONS), "late, short")
    # The client cannot send before the response, nor the server shut down behind its next request.
    equal(found["raced"] if found else 0, behind, "requests behind the FIN")
    # Requests that wait for the FIN all come behind it.
    found, _, late = pool(bench, "drains", "late")
    equal((found["raced"], late["drained"]), (CONNECTIONS, CONNECTIONS), "drained of a pool")
    found, _, late = pool(bench, "drains", "upload")
    equal((found, late["drained"]), (None, 0), "the rest of uploads, drained")


def of_proxies(bench):
    for how, raced in (("proxy", CONNECTIONS), ("proxy-rest", 0), ("proxy-looks", 0)):
        _, known, found = play(bench, how, "-n", str(CONNECTIONS), "-d", "100s")
        equal(known[how], CONNECTIONS, "connections of the proxy")
        equal(found["raced"] if found else 0, raced, "requests to the upstream, behind its FIN")
        if found:
            equal((found["end"], found["behind_fin"]), ("server", CONNECTIONS), "whose they were")


def findings_keep_alive(bench):
    closed_loop = ("-n", str(CONNECTIONS), "-d", "100s", "--requests-per-connection", "5")
    trial, known, found = play(bench, "unread", *closed_loop)
    equal((known["unread"], found["raced"]), (CONNECTIONS, CONNECTIONS), "requests not read")
    assert found["idle_ms_least"] <= found["idle_ms_most"] <= max(known["idle_ms"]), found

    # Ten requests a second, so that a connection is idle between two of them.
    trial, known, found = play(bench, "unread", "--request-rate", "10", "-d", "2s",
                               "--requests-per-connection", "5")
    lost = trial["connections"]["reset"] + trial["connections"]["short"]
    assert lost > 0, trial["connections"]
    equal(found["raced"], lost, "requests not read")
    assert 0 < found["idle_ms_most"] <= max(known["idle_ms"]), (found, known)

    # The server closes at once: the request comes behind its FIN.
    trial, _, found = play(bench, "closed", *closed_loop)
    lost = trial["connections"]["reset"] + trial["connections"]["short"]
    equal(found["raced"] if found else 0, lost, "requests behind the FIN")

    for how in ("read", "linger2", "announced"):
        trial, known, found = play(bench, how, *closed_loop)
        equal((known[how], found), (CONNECTIONS, None), "connections, finding of " + how)
    lost = trial["connections"]["reset"] + trial["connections"]["short"]
    equal(lost, 0, "lost where the close is announced")
    of_a_server_that_drains(bench, closed_loop)
    of_third_parties(bench)
    of_pipelines(bench)
    of_proxies(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_keep_alive)
