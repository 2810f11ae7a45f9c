#!/usr/bin/env python3
"""How TLS connections end, known from both ends: a close_notify that meets a closed socket, one that is read, and
two resets that look like the first: unread input, and the rest of an upload, which is no TLS. And which handshakes
resumed a session: the server says it of each."""
import contextlib
import os
import select
import socket
import ssl
import sys
import urllib.parse

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.tls_server import client_context, notify, server_context

CONNECTIONS = 20
BODY = 1000
UPLOAD = 5000
REQUEST = b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n"
FINDINGS = {"reset-after-fin", "reset-unread", "reset-behind-fin", "reset-chosen", "keep-alive-race",
            "reset-without-fin-wait", "loader-resumes", "close-notify-missing"}
# One that no client sends its key of at once, so that each is asked for another hello (HelloRetryRequest).
RARE_GROUP = "secp521r1"


class Server(KnownServer):
    def prepare(self, listener):
        self.how, *self.files = self.words
        if self.files:
            self.context = self.context_make()

    def context_make(self):
        made = server_context(*self.files, version=ssl.TLSVersion.TLSv1_2 if self.how == "drains-1.2" else None)
        if self.how == "drains-retried":
            made.set_ecdh_curve(RARE_GROUP)
        return made


def drain(connection):
    connection.shutdown(socket.SHUT_WR)
    with contextlib.suppress(ConnectionResetError):
        while connection.recv(65536):
            pass


def deal(server, connection, number):
    """The connection is closed behind this: with all that this has read, and no more."""
    if server.how == "early":
        request_read(connection)
        connection.sendall(response(BODY))
        server.count("answered")
        return
    # Nobody else knows the secret of a context's tickets.
    context = server.context_make() if server.how == "drains-forgetful" else server.context
    with context.wrap_socket(connection, server_side=True) as tls:
        server.count("resumed", int(tls.session_reused))
        if request_read(tls) is None:
            return
        tls.sendall(response(BODY)[:-1] if server.how == "cuts" else response(BODY))
        server.count("answered")
        if server.how in ("ends", "cuts"):
            return
        if server.how == "unread":
            # What the client sent behind the request has come; to notify would read it.
            select.select([tls], [], [])
            return
        notify(tls)
        if server.how.startswith("drains"):
            plain = socket.socket(fileno=tls.detach())
            drain(plain)
            plain.close()


def ended_await(connection):
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    poll.poll()


def exchange(tls, how):
    tls.sendall(REQUEST)
    if how == "sends-on":
        tls.sendall(b"more")
    with contextlib.suppress(ssl.SSLError, OSError):
        while tls.recv(65536):
            pass


def load(place, how):
    """The client has seen the server's FIN, or its RST, before it says its close_notify."""
    server = urllib.parse.urlsplit(place)
    context, session = client_context(), None
    for _ in range(CONNECTIONS):
        connection = socket.create_connection((server.hostname, server.port))
        if how == "uploads":
            connection.sendall(b"POST / HTTP/1.1\r\nHost: it\r\nContent-Length: %d\r\n\r\n" % UPLOAD)
            ended_await(connection)
            connection.sendall(b"x" * UPLOAD)
            connection.close()
            continue
        with context.wrap_socket(connection, session=session) as tls:
            exchange(tls, how)
            session = tls.session if how == "resumes" else None
            ended_await(tls)
            notify(tls)


def run(bench, how, client="waits"):
    path = os.path.join(bench.folder, how + ".json")
    is_plain = how == "early"
    outcome = bench.run(*(() if is_plain else ("--tls",)), "--server-command",
                        known_command(__file__, "serve", "{port}", path, how, *(() if is_plain else ("{cert}", "{key}"))),
                        "--server-name", "it", "--repeat", "1", "-d", "100s", "--loader-command",
                        known_command(__file__, "load", "{url}", client))
    trial = outcome.trial("it")
    found = {f["id"]: f for f in trial["findings"] if f["id"] in FINDINGS}
    print(how, trial["late_data"], {key: f["text"] for key, f in found.items()}, flush=True)
    equal(report_read(path)["answered"], CONNECTIONS, "answers")
    equal(report_read(path)["segments"]["resets"]["server"] >= CONNECTIONS, not how.startswith("drains"),
          "resets seen by the server")
    if not is_plain:
        tls = trial["tls"]
        equal((tls["hellos"], tls["hellos_resumed"], tls["resumed_share"]),
              (CONNECTIONS, report_read(path)["resumed"], report_read(path)["resumed"] / CONNECTIONS), "handshakes")
        equal(tls["version"], "TLSv1.2" if how == "drains-1.2" else "TLSv1.3", "the version that was agreed on")
    return trial, found


def time_waits(trial, made, by):
    """What was made is what there is: none has expired yet."""
    for key in ("created", "peak", "end"):
        equal(trial["time_wait"]["server"][key], made, "TIME_WAITs of the server, %s, %s" % (key, by))


def late(found, alerts):
    equal(list(found), ["reset-after-fin"], "findings")
    one = found["reset-after-fin"]
    equal((one["reset"], one["looked_at"], one["knew_fin"], one["tls_alerts"]),
          (CONNECTIONS, CONNECTIONS, CONNECTIONS, alerts), "connections on which data came late")


def a_notify_that_meets_a_closed_socket(bench):
    trial, found = run(bench, "notifies")
    late(found, CONNECTIONS)
    # The kernel counts an orphan in FIN_WAIT_2 as one.
    time_waits(trial, 0, "killed by data")
    trial, found = run(bench, "drains")
    equal((found, trial["late_data"]["reset"]), ({}, 0), "findings of a server that reads on")
    time_waits(trial, CONNECTIONS, "drained")


def what_looks_like_it(bench):
    trial, found = run(bench, "unread", "sends-on")
    equal(list(found), ["reset-unread"], "findings")
    equal((found["reset-unread"]["unread"], trial["late_data"]["reset"]), (CONNECTIONS, 0), "resets")
    _, found = run(bench, "early", "uploads")
    late(found, 0)


def a_loader_that_resumes(bench):
    """Its first connection has no session to resume."""
    for how in ("drains", "drains-1.2", "drains-retried"):
        found = run(bench, how, "resumes")[1]
        equal(list(found), ["loader-resumes"], "findings")
        equal((found["loader-resumes"]["hellos"], found["loader-resumes"]["resumed"]), (CONNECTIONS, CONNECTIONS - 1), how)
    # What it offers is refused.
    equal(run(bench, "drains-forgetful", "resumes")[1], {}, "findings where the server resumes none")


def a_fin_without_close_notify(bench):
    """With the builtin loader, which tells; a response that was cut is another matter."""
    for how, expected in (("ends", "close-notify-missing"), ("cuts", "response-truncated"), ("notifies", "reset-after-fin")):
        path = os.path.join(bench.folder, how + "-own.json")
        trial = bench.run("--tls", "--server-command", known_command(__file__, "serve", "{port}", path, how, "{cert}", "{key}"),
                          "--server-name", "it", "-r", "1", "-c", "1", "-n", str(CONNECTIONS)).trial("it")
        told = ("close-notify-missing", "response-truncated", expected)
        found = [f for f in trial["findings"] if f["id"] in told]
        print(how, trial["tls"], [f["text"] for f in trial["findings"]], flush=True)
        equal(report_read(path)["answered"], CONNECTIONS, "answers")
        equal([f["id"] for f in found], [expected], how)
        if how == "ends":
            equal((found[0]["missing"], found[0]["handshakes"]), (CONNECTIONS, CONNECTIONS), "connections")


def findings_tls(bench):
    a_fin_without_close_notify(bench)
    a_notify_that_meets_a_closed_socket(bench)
    what_looks_like_it(bench)
    a_loader_that_resumes(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_tls)
