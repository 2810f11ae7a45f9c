#!/usr/bin/env python3
"""Why connections were reset, known from the server that did it: each finding by a server that has
it and by others that look like it to the client."""
import os
import select
import signal
import socket
import struct
import sys

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.wait import wait_for

CONNECTIONS = 20
WORKERS = 3
# More than a window holds whose owner does not read, less than a send buffer does.
LARGE = 200000
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
RESETS = {"reset-unanswered", "reset-unread", "reset-chosen", "reset-behind-fin", "reset-listener-closed"}
TCP_LINGER2 = 8


def request_await(connection):
    """Until all of a request has come: it stays unread."""
    while b"\r\n\r\n" not in connection.recv(4096, socket.MSG_PEEK):
        pass


def close_early(server, connection):
    """Before the request: the FIN is behind what the client's window has no room for."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    connection.sendall(response(LARGE))
    connection.close()
    with open(server.path + ".closed", "a") as file:
        file.write(".")
    server.count("early")


def reset(connection):
    """With a request unread it is that, and not this, for which the kernel resets."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    connection.close()


def limit(server, connection, number):
    """Answers every second connection; of the others, reads every second's request, and resets all."""
    (request_await if number % 4 == 3 else request_read)(connection)
    server.count("limit")
    if number & 1:
        reset(connection)
    else:
        connection.sendall(response(10))


def deal(server, connection, number):
    """The last word is how a connection ends."""
    how = server.words[0]
    if how == "limit":
        limit(server, connection, number)
        return
    if how == "early":
        close_early(server, connection)
        return
    if how == "unread":
        request_await(connection)
    else:
        request_read(connection)
    connection.sendall(response(10))
    server.count(how)
    if how == "chosen":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    if how == "linger2":
        connection.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, struct.pack("i", -1))


def serve_killed(port, how):
    """Workers, each of which takes a connection, and is killed: by then it has read the request, or
    not. Their parent waits for each."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    listener = socket.socket()
    listener.bind(("", int(port)))
    begin, end = os.pipe()
    for _ in range(WORKERS):
        if os.fork() == 0:
            os.close(end)
            os.read(begin, 1)  # Until the parent listens: before, there is no load.
            connection, _ = listener.accept()
            (request_await if how == "unread" else request_read)(connection)
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(begin)
    listener.listen()
    os.close(end)
    for _ in range(WORKERS):
        os.wait()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    os._exit(0)


def play_killed(bench, how):
    run = bench.run("--server-command", known_command(__file__, "killed", "{port}", how),
                    "--server-name", "it", "--repeat", "1", "-d", "100s", "-n", str(WORKERS), "-c", "1")
    return {f["id"]: f for f in run.trial("it")["findings"]}


def workers_that_are_killed(bench):
    """The kernel closes what they had open: with a RST where the request was unread, else a FIN."""
    for how, name, key in (("unread", "reset-unanswered", "unread"), ("read", "closed-unanswered", "unanswered")):
        found = play_killed(bench, how)[name]
        print(how, "and killed:", found["text"], flush=True)
        equal(found[key], WORKERS, "numbers of " + name)
        # The last one may still be ending when its connection has ended.
        assert 1 <= found["processes_ended"] <= WORKERS, found
        assert "processes of the server ended meanwhile" in found["text"], found


def closed(path):
    return os.path.getsize(path + ".closed") if os.path.exists(path + ".closed") else 0


def load_early(host, port, path):
    """Asks when the server has closed, and before its FIN was sent."""
    for number in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as connection:
            wait_for(lambda: closed(path) > number, "the server to close")
            connection.sendall(b"GET / HTTP/1.1\r\nHost: it\r\n\r\n")
            poll = select.poll()
            poll.register(connection, 0)
            poll.poll()  # Until the RST comes.


def load(host, port):
    """Sends more when the server has closed, so that its kernel resets the connection."""
    for _ in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
            while connection.recv(4096):
                pass
            connection.sendall(b"more")
            poll = select.poll()
            poll.register(connection, 0)
            poll.poll()  # Until the RST comes.


def findings_of(trial):
    return {f["id"]: f for f in trial["findings"] if f["id"] in RESETS}


def serve(bench, how, resets, options=("-n", str(CONNECTIONS), "-c", "1")):
    """The findings of a trial of that server, which resets so many connections. An ACK that crosses a reset draws
    another one."""
    path = os.path.join(bench.folder, how + ".json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how),
                    "--server-name", "it", "--repeat", "1", "-d", "100s", *options)
    trial, known = run.trial("it"), report_read(path)
    found = findings_of(trial)
    print(how, {name: f["text"] for name, f in found.items()}, flush=True)
    equal(known[how], CONNECTIONS, "connections")
    sent = trial["counters"]["server"]["OutRsts"]
    equal(sent, known["segments"]["resets"].get("server", 0), "resets of the server, and on the wire")
    client = trial["counters"]["client"]
    crossing = client["OutSegs"] + client["RetransSegs"] - 3 * CONNECTIONS
    assert resets <= sent <= (resets + crossing if resets else 0), (resets, sent, crossing)
    return found


def check_numbers(found, name, key):
    equal(list(found), [name], "findings")
    equal((found[name][key], found[name]["opened"]), (CONNECTIONS, CONNECTIONS),
          "numbers of " + name)


def strategies_that_declare_it(bench):
    run = bench.run("-s", "reset,graceful", "--repeat", "1", "-n", str(CONNECTIONS), "-d", "100s")
    for name in ("reset", "graceful"):
        equal(findings_of(run.trial(name)), {}, "findings of " + name)


def some_before_an_answer(bench):
    found = serve(bench, "limit", CONNECTIONS // 2)
    equal(list(found), ["reset-unanswered"], "findings of a limiter")
    told = found["reset-unanswered"]
    equal([told[key] for key in ("reset", "unread", "chosen")], [CONNECTIONS / part for part in (2, 4, 4)],
          "reset before an answer")


def findings_resets(bench):
    found = serve(bench, "unread", CONNECTIONS)
    check_numbers(found, "reset-unread", "unread")
    assert "processes_ended" not in found["reset-unread"], found
    some_before_an_answer(bench)
    workers_that_are_killed(bench)
    check_numbers(serve(bench, "chosen", CONNECTIONS), "reset-chosen", "chosen")
    equal(serve(bench, "plain", 0), {}, "findings of a server that reads and closes")
    equal(serve(bench, "linger2", CONNECTIONS), {}, "findings of a negative TCP_LINGER2")
    late = ("--loader-command", known_command(__file__, "load", "{host}", "{port}"))
    equal(serve(bench, "plain", CONNECTIONS, late), {}, "findings of data after the close")
    early = ("--loader-command", known_command(
        __file__, "load-early", "{host}", "{port}", os.path.join(bench.folder, "early.json")))
    equal(serve(bench, "early", CONNECTIONS, early), {}, "findings of data before the FIN")
    strategies_that_declare_it(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    elif sys.argv[1] == "killed":
        serve_killed(*sys.argv[2:])
    elif sys.argv[1] == "load-early":
        load_early(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_resets)
