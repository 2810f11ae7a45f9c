#!/usr/bin/env python3
"""A server that connects on: the load's figures are the load's alone, and what else was opened stands
beside it. What is right is known from the number of
connections that were asked for, and from packet sockets of the test's own in the server's network,
one for the server's port and one for that of its upstream."""
import errno
import os
import shutil
import socket
import sys

from lib.known_server import known_command, report_read
from lib.scenario import equal, main, valid
from lib.table import WIDE, between, near
from lib.watcher import PORT, UPSTREAM, serve

FIELD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "field")
NOBODY = "198.18.0.0"  # The address of the link that no end has and no broadcast goes to.
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


def run(bench, at_once, *commands):
    path = os.path.join(bench.folder, "watched.json")
    outcome = bench.run("--server-command", known_command(__file__, "serve", path, *commands),
                        "--server-name", "it", "-c", str(at_once), "-n", str(N), "--repeat", "1",
                        "--wide", environment=WIDE)
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
            assert "opened %d connection%s to 127.0.0.1" % (opened, "s" * (opened != 1)) in line_of(outcome), outcome.stdout


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


def answer_beside(kind):
    """A server that has one connection open before the trial and uses it for each request; or that
    calls its client back, where nobody listens; or that connects to what refuses, to a listener
    that is full, and to an address of the link that nobody has."""
    pool = full = None
    pending = {}  # The last one to each place waits until the next one comes.
    if kind == "failing":
        listens = socket.create_server(("127.0.0.1", UPSTREAM + 1), backlog=0)
        full = listens, socket.create_connection(listens.getsockname())
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
                to = (client, UPSTREAM) if kind == "callback" else ("127.0.0.1", UPSTREAM)
                equal(refused.connect_ex(to), errno.ECONNREFUSED, "a connect")
        for to in (full[0].getsockname(), (NOBODY, 80)) if full else ():
            if to in pending:
                pending.pop(to).close()
            pending[to] = socket.socket()
            pending[to].setblocking(False)
            equal(pending[to].connect_ex(to), errno.EINPROGRESS, "a connect to %s:%d" % to)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.close()


def connections_of_before_and_refused_ones(bench):
    for kind in ("pool", "callback", "failing"):
        outcome, trial, watched = run(bench, 1, known_command(__file__, "beside", kind))
        print("%s: %s" % (kind, line_of(outcome)))
        check_load(trial, watched)
        server, client = (trial["other_connections"][end] for end in ("server", "client"))
        equal([server[name] for name in ("opened", "time_wait_made", "began_before", "attempted",
                                         "refused", "unanswered", "unsent", "failed_there")],
              {"pool": [0, 0, 1, 0, 0, 0, 0, 0], "callback": [0, 0, 0, N, N, 0, 0, N],
               "failing": [0, 0, 0, 2 * N, N, N, N, N]}[kind], kind)
        equal((client["resets"], server.get("failed_to")),
              {"pool": (0, None), "callback": (N, "198.18.0.2:%d" % UPSTREAM),
               "failing": (0, "127.0.0.1:%d" % UPSTREAM)}[kind], kind)
        equal(server.get("unsent_to"), "%s:80" % NOBODY if kind == "failing" else None, "whose SYN did not leave")
        if kind == "failing":
            assert "%d did not open (%d refused, %d not answered), %d of them to 127" % (
                2 * N, N, N, N) in " ".join(outcome.stdout.split()), outcome.stdout
            equal(trial["counters"]["server"]["ActiveOpens"], 3 * N, "connects, by the kernel")


def figures_others(bench):
    for situation in (field_servers, proxies, nothing_else, connections_of_before_and_refused_ones):
        situation(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "beside":
        answer_beside(sys.argv[2])
    else:
        main(figures_others)
