#!/usr/bin/env python3
"""A server that connects on, and a loader that connects elsewhere: the load's figures are the load's
alone, and what else was opened stands beside it. What is right is known from the number of
connections that were asked for, and from packet sockets of the test's own in the server's network,
one for the server's port and one for that of its upstream."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading

from lib.known_server import known_command, report_read
from lib.scenario import equal, main, valid
from lib.segments import FIN, RST, SYN, Segments
from lib.table import WIDE, between, near
from lib.wait import wait_for

FIELD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "field")
PORT, UPSTREAM = 8080, 9000
N, AT_ONCE = 100, (1, 8)
NGINX = """daemon off; pid %(folder)s/%(name)s.pid; error_log %(folder)s/%(name)s.log;
worker_processes 1; user root;
events { worker_connections 512; }
http { access_log off; keepalive_timeout 60; keepalive_requests 100000;
 client_body_temp_path %(folder)s; proxy_temp_path %(folder)s; fastcgi_temp_path %(folder)s;
 uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s;
 %(body)s }"""
BACK = "server { listen 127.0.0.1:%d; location / { return 200 ok; } }" % UPSTREAM
CLOSED = """server { listen %d; location / { proxy_pass http://127.0.0.1:%d; } }""" % (
    PORT, UPSTREAM)
KEPT = """upstream back { server 127.0.0.1:%d; keepalive 16; }
server { listen %d; location / { proxy_pass http://back; proxy_http_version 1.1;
 proxy_set_header Connection ""; } }""" % (UPSTREAM, PORT)
HAPROXY = """defaults
 mode http
 timeout connect 60s
 timeout client 60s
 timeout server 60s
 option %(option)s
frontend front
 bind :%(port)d
 default_backend back
backend back
 http-reuse %(reuse)s
 server one 127.0.0.1:%(upstream)d
"""


class Watcher:
    """The segments of one port, and what became of each of its connections. A client's port may be
    used again: its SYN begins another."""

    def __init__(self, port):
        self.latest, self.connections = {}, []
        self.segments = Segments(port, self.see)

    def see(self, segment):
        if segment.flags & SYN and segment.sender == "client":
            self.latest[segment.client] = {"first": None, "fins": set()}
            self.connections.append(self.latest[segment.client])
        connection = self.latest[segment.client]
        if segment.flags & (FIN | RST) and not connection["first"]:
            connection["first"] = segment.sender if segment.flags & FIN else "reset"
        if segment.flags & FIN:
            connection["fins"].add(segment.sender)

    def finish(self):
        report = self.segments.finish()
        first = [connection["first"] for connection in self.connections]
        return dict(report, opened=len(self.connections),
                    both_sent_fin=sum(len(one["fins"]) == 2 for one in self.connections),
                    closed_first={end: first.count(end) for end in ("server", "client", "reset")})


def listens(port):
    wanted = ":%04X" % port
    with open("/proc/net/tcp") as file:
        return any(line.split()[1].endswith(wanted) and line.split()[3] == "0A"
                   for line in file.readlines()[1:])


def serve(path, *commands):
    """Watches both ports and runs the commands, the upstream's first, until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    watchers = {port: Watcher(port) for port in (PORT, UPSTREAM)}
    for watcher in watchers.values():
        watcher.segments.start()
    children = []
    for command in commands:
        children.append(subprocess.Popen(["sh", "-c", "exec " + command]))
        if len(commands) > 1:
            wait_for(lambda: listens(UPSTREAM), "the upstream")
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    report = {str(port): watcher.finish() for port, watcher in watchers.items()}
    with open(path, "w") as file:
        json.dump(report, file)
    for child in children:
        child.terminate()
    os._exit(0)


def run(bench, at_once, *commands):
    path = os.path.join(bench.folder, "watched.json")
    outcome = bench.run("--server-command", known_command(__file__, "serve", path, *commands),
                        "--server-name", "it", "-c", str(at_once), "-n", str(N), "--repeat", "1",
                        environment=WIDE)
    return outcome, outcome.trial("it"), report_read(path)


def check_load(trial, watched):
    """As if there were nothing else."""
    valid(trial)
    known = watched[str(PORT)]
    equal((known["opened"], known["dropped"], known["closed_first"]["server"]), (N, 0, N),
          "what the watcher saw of the load")
    c = trial["connections"]
    equal((c["attempted"], c["established"], c["completed"]), (N, N, N), "connections")
    equal(trial["samples"][-1]["opened"], N, "opened, by the last sample")
    equal(trial["first_closer"]["packet_tap"]["server"], N, "closed first by the server")
    made = trial["time_wait"]
    equal((made["server"]["created"], made["server"]["end"], made["client"]["created"]),
          (N, N, 0), "TIME_WAITs of the load")
    assert made["server"]["peak"] == N, made
    near(trial["segments_per_connection"], sum(known["sent"].values()) / N, 0, 1e-6, "segments")
    near(trial["resets_per_connection"], sum(known["resets"].values()) / N, 0, 1e-6, "resets")


def check_others(trial, watched, opened=None):
    known, others = watched[str(UPSTREAM)], trial["other_connections"]["server"]
    if opened is not None:
        equal(others["opened"], opened, "others opened")
    closed = known["closed_first"]
    equal(known["dropped"], 0, "segments that the watcher lost")
    equal({name: others[name] for name in ("attempted", "opened", "accepted")},
          dict.fromkeys(("attempted", "opened", "accepted"), known["opened"]), "others")
    # Of a kept connection a last ACK comes after the trial, and its end with that of the server.
    late = 5 * others["still_open"]
    between(others["segments"], sum(known["sent"].values()), others["segments"] + late,
            "segments of the others, as the watcher saw them")
    between(others["resets"], sum(known["resets"].values()), others["resets"] + late,
            "resets of the others, as the watcher saw them")
    # At the upstream's port its own end is the watcher's "server".
    equal(sum(others[name] for name in ("closed_by_opener", "closed_by_acceptor", "closed_by_both",
                                        "closed_by_reset", "still_open")), others["opened"],
          "what became of the others")
    equal(others["time_wait_made"], others["time_wait_end"], "TIME_WAITs of the others, by sock_diag")
    if others["still_open"] == 0 and others["closed_by_both"] == 0:
        equal((others["closed_by_opener"], others["closed_by_acceptor"], others["closed_by_reset"]),
              (closed["client"], closed["server"], closed["reset"]), "who closed the others first")
        equal(others["time_wait_made"], known["both_sent_fin"], "TIME_WAITs of the others")


def line_of(outcome):
    lines = [line for line in outcome.stdout.splitlines() if line.startswith("others: ")]
    assert len(lines) <= 1, lines
    return lines[0] if lines else None


def field_servers(bench):
    for name, opened in (("twohop", N), ("poolhop", 1)):
        for at_once in AT_ONCE:
            outcome, trial, watched = run(bench, at_once, "%s %s/%s.py 198.18.0.1 %d" % (
                sys.executable, FIELD, name, PORT))
            print("%s, %d at once: %s" % (name, at_once, line_of(outcome)))
            check_load(trial, watched)
            check_others(trial, watched, opened)
            others = trial["other_connections"]["server"]
            equal(others["to"], "127.0.0.1:%d" % UPSTREAM, "where they led")
            equal(others["still_open"], opened % N, "still open")
            equal(others["time_wait_made"], N if opened == N else 0, "TIME_WAITs of the others")
            assert "opened %d connections to 127.0.0.1" % opened in line_of(outcome), outcome.stdout


def nginx_command(bench, name, body):
    path = os.path.join(bench.folder, name + ".conf")
    with open(path, "w") as file:
        file.write(NGINX % {"folder": bench.folder, "name": name, "body": body})
    return "nginx -c %s -e %s/%s.log" % (path, bench.folder, name)


def haproxy_command(bench, **words):
    path = os.path.join(bench.folder, "haproxy.cfg")
    with open(path, "w") as file:
        file.write(HAPROXY % dict(words, port=PORT, upstream=UPSTREAM))
    return "haproxy -db -q -f " + path


def proxies(bench):
    if not shutil.which("nginx") or not shutil.which("haproxy"):
        print("not tried: nginx or haproxy is not installed")
        return
    back = nginx_command(bench, "back", BACK)
    for name, front, is_kept in (
            ("nginx", lambda: nginx_command(bench, "front", CLOSED), False),
            ("nginx", lambda: nginx_command(bench, "front", KEPT), True),
            ("haproxy", lambda: haproxy_command(bench, option="httpclose", reuse="never"), False),
            ("haproxy", lambda: haproxy_command(bench, option="http-keep-alive", reuse="always"),
             True)):
        for at_once in AT_ONCE:
            outcome, trial, watched = run(bench, at_once, back, front())
            others = trial["other_connections"]["server"]
            print("%s, %s, %d at once: %s" % (name, "kept" if is_kept else "closed each time",
                                              at_once, line_of(outcome)))
            check_load(trial, watched)
            check_others(trial, watched, None if is_kept else N)
            if is_kept:
                assert 1 <= others["opened"] <= 4 * at_once, others
                assert others["still_open"] >= 1, others
            else:
                equal(others["still_open"], 0, "still open")


def nothing_else(bench):
    """A server that opens nothing has no line, and a trial of teardown-server neither."""
    outcome, trial, _ = run(bench, 8, "%s -u -m http.server %d" % (sys.executable, PORT))
    equal(line_of(outcome), None, "a line")
    equal(trial["other_connections"]["server"]["segments"], 0, "segments of others")
    own = bench.run("-s", "graceful", "-c", "8", "-n", str(N), "--repeat", "1")
    equal(line_of(own), None, "a line")


# The loader's connections elsewhere: over its own loopback, to another port of the server, refused.
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
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", port))
    listener.listen(64)
    while True:
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
        connection.close()


def answer_both():
    threading.Thread(target=answer, args=(UPSTREAM,), daemon=True).start()
    answer(PORT)


def answer_beside(kind):
    """A server that has one connection open before the trial and uses it for each request; or that
    calls its client back, where nobody listens."""
    pool = None
    if kind == "pool":
        upstream = socket.create_server(("127.0.0.1", UPSTREAM))
        pool = socket.create_connection(("127.0.0.1", UPSTREAM)), upstream.accept()[0]
    listener = socket.create_server(("", PORT), backlog=64)
    while True:
        connection, (client, _) = listener.accept()
        connection.recv(4096)
        if pool:
            pool[0].sendall(b"x")
            pool[1].recv(1)
        else:
            with socket.socket() as refused:
                assert refused.connect_ex((client, UPSTREAM)) != 0
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.close()


def connections_of_before_and_refused_ones(bench):
    for kind in ("pool", "callback"):
        outcome, trial, watched = run(bench, 1, known_command(__file__, "beside", kind))
        print("%s: %s" % (kind, line_of(outcome)))
        check_load(trial, watched)
        server, client = (trial["other_connections"][end] for end in ("server", "client"))
        equal((server["opened"], server["time_wait_made"], server["began_before"],
               server["attempted"], client["resets"]),
              (0, 0, 1, 0, 0) if kind == "pool" else (0, 0, 0, N, N), kind)


def a_loader_that_connects_elsewhere(bench):
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
        line_of(outcome), outcome.stdout


def figures_others(bench):
    for situation in (field_servers, proxies, nothing_else, connections_of_before_and_refused_ones,
                      a_loader_that_connects_elsewhere):
        situation(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    elif sys.argv[1] == "answer":
        answer_both()
    elif sys.argv[1] == "beside":
        answer_beside(sys.argv[2])
    else:
        main(figures_others)
