#!/usr/bin/env python3
"""TLS with a server and a loader of third parties: the certificate that the run makes, who may read it and how
long it is there, and the URL that the loader is told."""
import contextlib
import json
import os
import select
import socket
import ssl
import stat
import subprocess
import sys
import urllib.parse
import urllib.request

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main, valid
from lib.server_process import metrics_parse
from lib.tls_server import client_context, notify, server_context
from lib.wait import wait_for

CONNECTIONS = 12
OWN = 20
BODY = 100
LONG_BODY = 2000000
UPLOADS = 4
UPLOAD_BYTES = 300000


class Server(KnownServer):
    def prepare(self, listener):
        certificate, key, *how = self.words
        self.how, self.tickets = how[0] if how else None, int(how[1]) if how[1:] else 2
        self.report["certificate"] = certificate
        self.report["modes"] = [stat.S_IMODE(os.stat(path).st_mode) for path in (certificate, key)]
        self.context = server_context(certificate, key, self.tickets)


def half_closed(server, tls):
    """The client's close_notify and FIN are there by now, or come while the response goes out."""
    tls.sendall(response(LONG_BODY))
    if server.how == "drains":
        notify(tls)
        tls.shutdown(socket.SHUT_WR)
        while socket.socket.recv(tls, 65536):
            pass


def upload_read(server, connection):
    """Says nothing but the handshake and its tickets, and counts what comes. Behind tickets it waits for the client's RST
    first: more than its window has room for is then still at the client."""
    arrived, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = server.context.wrap_bio(arrived, leaving, server_side=True)
    received = []

    def feed():
        data = connection.recv(65536)
        received.append(len(data))
        if not data:
            raise EOFError
        arrived.write(data)

    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            connection.sendall(leaving.read())
            feed()
    connection.sendall(leaving.read())
    if server.tickets:
        end = select.poll()
        end.register(connection, 0)
        end.poll()
    with contextlib.suppress(ConnectionError, EOFError):
        while True:
            feed()
    plain = 0
    with contextlib.suppress(ssl.SSLError):
        while more := tls.read(65536):
            plain += len(more)
    server.count("received", sum(received))
    server.count("whole", int(plain > UPLOAD_BYTES))


def deal(server, connection, number):
    if server.how == "upload":
        return upload_read(server, connection)
    with server.context.wrap_socket(connection, server_side=True) as tls:
        server.count(tls.version())
        if request_read(tls) is None:
            return
        server.count("answered")
        if server.how in ("closes", "drains"):
            return half_closed(server, tls)
        if server.how != "cuts":
            tls.sendall(response(BODY))
            return
        # The end of the stream ends this body; for each second client that is a FIN alone.
        tls.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * BODY)
        if number % 2 == 0:
            notify(tls)


def load(url, tell, wanted="known"):
    """The client's part: it verifies against nothing, as the loaders do, and says what it got."""
    place = urllib.parse.urlsplit(url)
    whole = 0
    for _ in range(CONNECTIONS):
        with socket.create_connection((place.hostname, place.port)) as connection:
            with client_context().wrap_socket(connection) as tls:
                tls.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
                received = b""
                while more := tls.recv(65536):
                    received += more
                whole += received == response(BODY) if wanted == "known" else received.startswith(b"HTTP/1.1 200 OK\r\n")
    with open(tell, "w") as file:
        file.write("%s %d" % (place.scheme, whole))


def refuse_clients(port, path, certificate, key):
    """A server that asks its clients for a certificate, which they have not."""
    context = server_context(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("0.0.0.0", int(port))) as listener:
        while True:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                context.wrap_socket(connection, server_side=True)


def broken(bench, name, command, why, alerts):
    """All connections end in a failure of TLS: they were not reset, and it is said why."""
    trial = bench.run("--tls", "--server-command", command, "--server-name", name, "-r", "1", "-c", "1",
                      "-n", str(OWN)).trial(name)
    tls, ends = trial["tls"], trial["connections"]
    print(name, tls, ends, trial["invalid_because"], flush=True)
    equal((tls["failed"], tls["broken"], ends["short"], ends["reset"]), (OWN, OWN, OWN, 0), "connections by their ends")
    equal((tls["alerts_sent"], tls["alerts_received"]), alerts, "alerts")
    assert why in tls["failure"], tls
    said = "TLS failed on %d of %d connections before the end of a response: %s" % (OWN, OWN, tls["failure"])
    assert said in trial["invalid_because"], trial["invalid_because"]
    assert not [reason for reason in trial["invalid_because"] if "reset" in reason or "were closed" in reason], trial["invalid_because"]


def a_server_without_tls(bench):
    broken(bench, "plain", bench.server + " --listen {host}:{port}", "the server speaks HTTP without TLS", (0, 0))


def a_server_that_refuses_the_client(bench):
    broken(bench, "refuses", known_command(__file__, "refuse", "{port}", "-", "{cert}", "{key}"), "certificate", (0, OWN))


def server_of(bench, name, *how):
    path = os.path.join(bench.folder, name + ".json")
    return path, known_command(__file__, "serve", "{port}", path, "{cert}", "{key}", *how)


def run(bench, name, *load_options):
    path, command = server_of(bench, name)
    trial = bench.run("--tls", "--server-command", command, "--server-name", "it", "--repeat", "1", "-d", "100s",
                      *load_options).trial("it")
    valid(trial)
    known = report_read(path)
    print(name, known, flush=True)
    equal(known["modes"], [0o600, 0o600], "who may read the certificate and the key")
    assert not os.path.exists(known["certificate"]), "the certificate is there after its trial"
    return trial, known


def a_certificate_for_a_server(bench):
    tell = os.path.join(bench.folder, "client")
    trial, known = run(bench, "known", "--loader-command", known_command(__file__, "load", "{url}", tell))
    with open(tell) as file:
        equal(file.read(), "https %d" % CONNECTIONS, "URL, whole responses")
    equal((known["answered"], known["TLSv1.3"]), (CONNECTIONS,) * 2, "answers over TLS 1.3")
    equal(trial["first_closer"]["packet_tap"]["connections"], CONNECTIONS, "connections")


def a_server_of_the_project(bench):
    """As the refusal of --tls says; the certificate of the run is one that it takes, too."""
    for certificate in ("", " --tls-cert {cert} --tls-key {key}"):
        tell = os.path.join(bench.folder, "own")
        command = "%s --strategy graceful --tls --listen {host}:{port}%s" % (bench.server, certificate)
        trial = bench.run("--tls", "--server-command", command, "--repeat", "1", "-d", "100s", "--loader-command",
                          known_command(__file__, "load", "{url}", tell, "any")).trial("teardown-server")
        valid(trial)
        with open(tell) as file:
            equal(file.read(), "https %d" % CONNECTIONS, "URL, whole responses")
        # A client that is done at the close_notify may close before the FIN has come.
        made = [trial["time_wait"][end]["created"] for end in ("server", "client")]
        # FINs that cross leave TIME_WAIT at both ends.
        crossed = trial["first_closer"]["packet_tap"]["both"]
        equal((sum(made), trial["late_data"]["reset"]), (CONNECTIONS + crossed, 0), "TIME_WAITs, and connections reset")


def metrics_behind(port, handshakes):
    """None before so many, and before there is a server."""
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port) as answer:
            counted = metrics_parse(answer.read().decode())
    except OSError:
        return None
    return counted if counted["tls_handshakes_total"] >= handshakes else None


def own_serve(port, path, program, certificate, key):
    """The project's server, and in the file what it has counted once it has shaken hands so often."""
    metrics_port = int(port) + 1
    server = subprocess.Popen([program, "--strategy", "graceful", "--tls", "--tls-cert", certificate, "--tls-key", key,
                               "--listen", "0.0.0.0:" + port, "--metrics", "127.0.0.1:%d" % metrics_port])
    counted = wait_for(lambda: metrics_behind(metrics_port, OWN), "handshakes")
    with open(path, "w") as file:
        json.dump(counted, file)
    server.wait()


def who_resumes_by_the_packets(bench):
    """The packets, the loader and the server count the same."""
    for resume in ("off", "on"):
        path = os.path.join(bench.folder, "own-" + resume)
        trial = bench.run("--tls", "--tls-resume", resume, "--server-command",
                          known_command(__file__, "own", "{port}", path, bench.server, "{cert}", "{key}"),
                          "--server-name", "own", "-r", "1", "-c", "2", "-n", str(OWN)).trial("own")
        with open(path) as file:
            counted = json.load(file)["tls_resumed_total"]
        tls = trial["tls"]
        equal((tls["hellos"], tls["hellos_resumed"], tls["resumed"]), (OWN, counted, counted), "resumed by --tls-resume " + resume)
        assert (OWN - 2 <= counted < OWN) if resume == "on" else counted == 0, counted
        # That is what it was told to do.
        assert not [found for found in trial["findings"] if found["id"] == "loader-resumes"], trial["findings"]


def own_trial(bench, strategy):
    """The project's own server and loader."""
    trial = bench.run("-s", strategy, "--tls", "-r", "1", "-c", "2", "-n", str(OWN)).trial(strategy)
    valid(trial)
    tls = trial["tls"]
    equal((tls["version"], tls["key"], tls["handshakes"]), ("TLSv1.3", "EC 256", OWN), "handshakes")
    equal([tls[name] for name in ("failed", "broken", "truncated", "alerts_sent", "alerts_received")], [0] * 5, "failures")
    assert 0 < tls["handshake_cpu_us"] < trial["cpu_us_per_connection"]["client"], (tls, trial["cpu_us_per_connection"])
    assert trial["latency_us"]["handshake"]["count"] == OWN
    return tls, trial["time_wait"], trial["late_data"]["reset"]


def both_ends_of_the_project(bench):
    """Who keeps TIME_WAIT is known of each way to close."""
    for strategy, waits, resets, seen in (("graceful", (OWN, 0), 0, (OWN, OWN)), ("server-close", (0, 0), OWN, (OWN, OWN)),
                                          ("client-close", (0, OWN), 0, (OWN, 0)), ("reset", (0, 0), 0, (0, 0))):
        tls, made, reset = own_trial(bench, strategy)
        equal((made["server"]["created"], made["client"]["created"], reset), (*waits, resets), strategy)
        equal((tls["notified_by_client"], tls["notified_by_server"], tls["resumed"]), (*seen, 0), strategy)


def a_body_that_was_cut(bench):
    """A FIN without close_notify makes no body whole that the end of the stream ends."""
    _, command = server_of(bench, "cut", "cuts")
    trial = bench.run("--tls", "--server-command", command, "--server-name", "it", "-r", "1", "-c", "1",
                      "-n", str(CONNECTIONS)).trial("it")
    print(trial["truncated"] if "truncated" in trial else None, trial["connections"], trial["tls"], flush=True)
    half = CONNECTIONS // 2
    equal((trial["tls"]["notified_by_server"], trial["tls"]["truncated"]), (half, half), "ends of the stream")
    equal((trial["truncated"]["by_close"], trial["connections"]["completed"]), (half, half), "bodies, cut and whole")


def clients_of_behaviours(bench):
    """What each does at the end is the same with TLS and without, but for a close_notify that is left unread: that is a
    RST, and leaves nobody with TIME_WAIT."""
    part, names = OWN // 2, ("half-close", "http10", "unread-alert", "early-reset")
    shares = ",".join(name + "=25%" for name in names)
    for options, resets, more in (("--tls",), 2 * part, 0), ((), part, part - 1):
        trial, = bench.run(*options, "-s", "graceful", "-r", "1", "-c", "4", "-n", str(len(names) * part),
                           "--clients", shares).trials
        for row in trial["clients"]:
            equal((row["completed"], row["responses"]), (part, 0 if row["behaviour"] == "early-reset" else part), str(row))
        # Without TLS a busy machine adds a few: what comes behind early-reset's RST is answered by another one (RFC 9293,
        # 3.10.7.1), and FINs that cross leave TIME_WAIT at both ends.
        sent, waits = trial["counters"]["client"]["OutRsts"], sum(trial["time_wait"][end]["created"] for end in ("server", "client"))
        said = (options, sent, waits, trial["endings"]["client"], trial["first_closer"]["packet_tap"])
        assert resets <= sent <= resets + more, said
        assert 0 <= waits - (len(names) * part - resets) <= more, said
    equal(trial.get("tls"), None, "handshakes without TLS")


def who_half_closes_by_close_notify(bench):
    """A server that closes with it unread loses the response's end; one that reads on loses nothing."""
    for how, whole in (("closes", 0), ("drains", 4)):
        _, command = server_of(bench, how, how)
        # So far away, the server's kernel still has a part of the response to send when the server closes.
        trial = bench.run("--tls", "--server-command", command, "--server-name", "it", "-r", "1", "-c", "2", "-n", "4",
                          "--clients", "half-close", "--rtt", "20ms").trial("it")
        row, = trial["clients"]
        print(how, row, trial["tls"], flush=True)
        equal((row["attempted"], row["responses"], row["truncated"], row["reset"]), (4, whole, 4 - whole, 4 - whole), how)
        equal(trial["tls"]["notified_by_client"], 4, "close_notify of the client")


def uploads_and_tickets(bench):
    """Of a client that reads nothing, the tickets cost the end of what it sends; without them all of it arrives. The
    client's buffer has room for all, and so the client closes at once."""
    for tickets, whole in ((2, 0), (0, UPLOADS)):
        path, command = server_of(bench, "upload-%d" % tickets, "upload", str(tickets))
        run = bench.run("--tls", "--server-command", command, "--server-name", "it", "-r", "1", "-c", "2",
                        "-n", str(UPLOADS), "--clients", "upload", "--request-bytes", str(UPLOAD_BYTES),
                        "--sysctl", "client:net.ipv4.tcp_wmem=4096 2000000 4000000")
        trial, known = run.trial("it"), report_read(path)
        print(tickets, known, trial["sent"], trial["clients"], flush=True)
        equal((trial["clients"][0]["completed"], known["whole"]), (UPLOADS, whole), "uploads, and those that came whole")
        equal(trial["sent"]["arrived_bytes"], known["received"], "bytes that came")
        assert trial["sent"]["taken_bytes"] > UPLOADS * UPLOAD_BYTES, trial["sent"]
        lost = trial["sent"]["taken_bytes"] - trial["sent"]["arrived_bytes"]
        equal((lost > 0, "their kernel dropped the rest" in " ".join(run.stdout.split())), (tickets > 0,) * 2, "told")
        equal(trial["counters"]["client"]["OutRsts"] >= UPLOADS, tickets > 0, "RSTs of the clients")


def plain_and_tls_are_rows(bench):
    """The plain row has none of TLS, and the other one a handshake a connection; what each ends with differs."""
    run = bench.run("--compare-tls", "-s", "server-close", "-r", "2", "-c", "1", "-n", str(OWN))
    equal(run.result["factor"], {"option": "compare-tls", "strategies": ["server-close"], "levels": ["plain", "TLS"]}, "the factor")
    for level, handshakes, resets, waits in (("plain", None, 0, OWN), ("TLS", OWN, OWN, 0)):
        trials = [trial for trial in run.trials if trial["strategy"] == "server-close:" + level]
        equal(len(trials), 2, "trials of " + level)
        for trial in trials:
            valid(trial)
            equal((trial.get("tls") or {}).get("handshakes"), handshakes, "handshakes of " + level)
            equal((trial["connections"]["completed"], trial["late_data"]["reset"] if handshakes else 0,
                   trial["time_wait"]["server"]["created"]), (OWN, resets, waits), "ends of " + level)
    assert "TLS: server-close: fewer than 5 valid trials of each, so whether plain and TLS differ" in \
        " ".join(run.stdout.split()), run.stdout


def refused(bench, status, words, *options):
    process = bench.verb("run", "--repeat", "1", *options)
    equal(process.returncode, status, process.stderr)
    for word in words:
        assert word in process.stderr, process.stderr


def what_does_not_go(bench):
    _, command = server_of(bench, "refused")
    refused(bench, 2, ("--tls-resume: needs --tls",), "--tls-resume", "on")
    refused(bench, 2, ("there is no {url} in it",), "--tls", "--server-command", command, "--loader-command", "true")


def run_tls(bench):
    a_certificate_for_a_server(bench)
    a_server_of_the_project(bench)
    both_ends_of_the_project(bench)
    who_resumes_by_the_packets(bench)
    a_body_that_was_cut(bench)
    a_server_without_tls(bench)
    a_server_that_refuses_the_client(bench)
    clients_of_behaviours(bench)
    who_half_closes_by_close_notify(bench)
    uploads_and_tickets(bench)
    plain_and_tls_are_rows(bench)
    what_does_not_go(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "own":
        own_serve(*sys.argv[2:])
    elif sys.argv[1] == "refuse":
        refuse_clients(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(run_tls)
