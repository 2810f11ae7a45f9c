#!/usr/bin/env python3
"""A proxy between client and server: both of its hops, of a relay that counts what it did. One that runs
out of ports to its upstream is told, with the requests that failed; one whose pool holds every port,
and one that fails for another reason, are not."""
import csv
import errno
import os
import socket
import struct
import sys
import threading
import time

from lib.known_server import KnownServer, known_command, report_read, request_read
from lib.scenario import accounting, equal, main, valid

PORTS = 40
CONNECTIONS = 100
AT_ONCE = 8
# So many requests fail first, for another reason; the rest have a port each.
EARLY = 20
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
# So long a failure takes: samples, of which one comes each 0.1 s, have to see that nothing is opened.
FAILURE_S = 0.1
UPSTREAM = "198.18.1.1:8080"


def response_read(connection):
    """A whole response, by its Content-Length; b"" where the stream ends before one."""
    response = b""
    while b"\r\n\r\n" not in response:
        more = connection.recv(65536)
        if not more:
            return b""
        response += more
    head, body = response.split(b"\r\n\r\n", 1)
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                  if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def place(text):
    """Of "198.18.1.1:8080" or "[2001:2:0:100::1]:8080"."""
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


class Relay(KnownServer):
    def run(self):
        self.mode, self.upstreams = self.words[0], [place(at) for at in self.words[1].split(",")]
        self.pool, self.room, self.turns, self.asked = [], threading.Lock(), 0, 0
        super().run()

    def source(self):
        """By turns from each of the addresses that it was told."""
        if len(self.words) < 3:
            return None
        with self.room:
            self.turns += 1
            return (self.words[2].split(",")[self.turns % len(self.words[2].split(","))], 0)

    def connect(self):
        if self.mode == "pool":
            with self.room:
                if self.pool:
                    return self.pool.pop()
        self.count("connects")
        with self.room:
            host, port = self.upstreams[self.asked % len(self.upstreams)]
            self.asked += 1
        return socket.create_connection((host, port), source_address=self.source())

    def leave(self, upstream):
        if self.mode == "pool":
            with self.room:
                self.pool.append(upstream)
            return
        if self.mode in ("reset", "impatient", "careless"):
            upstream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if self.mode == "last":
            equal(upstream.recv(1), b"", "what follows a response of the upstream")
        upstream.close()


def deal(relay, connection, number):
    request_read(connection)
    try:
        if (relay.mode == "broken" and number % 2) or (relay.mode == "early" and number < EARLY):
            raise OSError(errno.EIO, "as it was told")
        upstream = relay.connect()
    except OSError as error:
        relay.count(errno.errorcode[error.errno])
        if relay.mode == "mute":
            return
        time.sleep(FAILURE_S)
        connection.sendall(BAD_GATEWAY)
        return
    upstream.sendall(b"GET /%s HTTP/1.1\r\nHost: it\r\n\r\n" % (b"late" if relay.mode == "impatient" else b""))
    if relay.mode == "impatient":
        # A client that has shut its side is taken for one that has left.
        equal(connection.recv(1), b"", "what follows a request of the client")
        relay.leave(upstream)
        return
    response = response_read(upstream)
    relay.leave(upstream)
    if relay.mode != "careless":
        connection.sendall(response)


def run(bench, mode, strategy, *arguments, ports=PORTS, sources=(), upstreams="{upstream}"):
    path = os.path.join(bench.folder, "relay.json")
    outcome = bench.run(
        "-s", strategy, "--repeat", "1", "-c", str(AT_ONCE), "-n", str(CONNECTIONS), "-d", "100s",
        "--proxy-command", known_command(__file__, "serve", "{port}", path, mode, upstreams, *sources),
        "--sysctl", "proxy:net.ipv4.ip_local_port_range=40000 %d" % (40000 + ports - 1), *arguments)
    trial, report = outcome.trial(strategy), report_read(path)
    equal(report.get("errors"), None, "errors of the relay")
    return outcome, trial, report


def hop(trial):
    """How many were opened, who closed first, and the TIME_WAITs that each end made."""
    waits = trial["time_wait"]
    return (trial["connections"]["attempted"], trial["first_closer"]["measured"],
            waits["client"]["created"], waits["server"]["created"])


def found_in(trial):
    return {finding["id"]: finding for finding in trial["findings"]}


def each_hop_has_its_own(bench):
    for mode, strategy, behind in (
            ("last", "graceful", (CONNECTIONS, "server", 0, CONNECTIONS)),
            ("first", "client-close", (CONNECTIONS, "client", CONNECTIONS, 0)),
            ("pool", "keep-alive", None)):
        outcome, trial, report = run(bench, mode, strategy, ports=CONNECTIONS + 1)
        valid(trial)
        upstream = trial["upstream"]
        print(mode, hop(trial), hop(upstream), report, flush=True)
        equal(hop(trial), (CONNECTIONS, "server", 0, CONNECTIONS), "the hop in front")
        accounting(trial)
        equal((trial["server"], upstream["server"], upstream["loader"]),
              ("proxy-command", "teardown-server", "proxy"), "who")
        equal(upstream["connections"]["attempted"], report["connects"], "connections to the upstream")
        equal(upstream["handshake"]["count"], report["connects"], "handshakes with the upstream")
        if behind:
            equal(hop(upstream), behind, "the hop behind")
            table = outcome.stdout.split("Behind the proxy", 1)[1].splitlines()
            row = next(line for line in table if line.startswith(strategy))
            equal(row.split()[1], "proxy" if mode == "first" else "upstream", "who holds TIME_WAIT: " + row)
        else:
            assert report["connects"] <= AT_ONCE, report
        equal(trial["other_connections"]["server"]["opened"], report["connects"],
              "others of the hop in front")
        equal(upstream["other_connections"]["client"]["accepted"], CONNECTIONS,
              "others of the hop behind")
        for said in ("Behind the proxy, its connections to the upstream:",
                     "first closer: %s: %s" % (strategy, {"last": "the upstream", "first": "the proxy",
                                                          "pool": ""}[mode])):
            assert said in outcome.stdout, outcome.stdout
        assert "others:" not in outcome.stdout, outcome.stdout
        # Nothing that is said of the front's ports passes for the proxy's.
        assert "obody ran out of ports" not in outcome.stdout, outcome.stdout


def outputs_name_their_hop(bench):
    """In front the proxy holds a TIME_WAIT for each connection, behind it as the one that connects."""
    path = {kind: os.path.join(bench.folder, "proxied." + kind) for kind in ("csv", "prom", "html")}
    outcome, trial, _ = run(bench, "first", "client-close", "--csv", path["csv"], "--prometheus", path["prom"],
                            "--html", path["html"], "--fail-if", "upstream.ports.held_share < 1%",
                            "--fail-if", "client-close.client_time_wait_per_connection > 0",
                            ports=CONNECTIONS + 1)
    equal(outcome.status, 0, "no threshold is crossed: " + outcome.stderr)
    with open(path["csv"], newline="") as file:
        rows = {row["hop"]: row for row in csv.DictReader(file)}
    equal({hop: row["time_wait.client.created"] for hop, row in rows.items()},
          {"client-proxy": "0", "proxy-upstream": str(CONNECTIONS)}, "TIME_WAITs of the end that connects")
    with open(path["prom"]) as file:
        lines = file.read().splitlines()
    for hop, each in (("client-proxy", 0), ("proxy-upstream", 1)):
        labels = '{strategy="client-close",hop="%s"}' % hop
        assert "teardown_client_time_wait_per_connection%s %d" % (labels, each) in lines, lines
    with open(path["html"]) as file:
        behind = file.read().split('<section id="behind">')[1].split("</section>")[0]
    assert "TIME_WAIT at the proxy" in behind and "at upstream" in behind and "client-close" in behind, behind
    # The lines of the charts are of the hop in front.
    assert "<input" not in behind, behind
    refused = bench.finish(bench.start("-s", "client-close", "-n", "5", "-c", "1", "-d", "100s", "--repeat", "1",
                                       "--fail-if", "upstream.rate_per_s < 1"))
    equal(refused.status, 2, "the exit status without a proxy")
    assert "there is no proxy (--proxy-command)" in refused.stderr and "trial 1" not in refused.stderr, refused.stderr


def no_port_is_told(bench):
    outcome, trial, report = run(bench, "first", "client-close")
    finding = found_in(trial)["ports-exhausted"]
    failed = report["EADDRNOTAVAIL"]
    print(finding["text"], report, flush=True)
    equal(failed, CONNECTIONS - PORTS, "connects that failed")
    assert "the proxy ran out of ports to its upstream %s after" % UPSTREAM in finding["text"], finding
    assert "%d of %d requests got 502; all %d were held, %d by TIME_WAITs; " % (
        failed, CONNECTIONS, PORTS, PORTS) in finding["text"], finding
    equal((finding["end"], finding["failed"], finding["ports_held"], finding["ports_available"]),
          ("proxy", failed, PORTS, PORTS), "what it tells")
    equal(hop(trial["upstream"]), (PORTS, "client", PORTS, 0), "the hop behind")
    equal((trial["valid"], trial["upstream"]["valid"]), (False, False), "valid")
    assert "loader-ended-early" not in found_in(trial["upstream"]), trial["upstream"]["findings"]
    assert outcome.stdout.count("ports-exhausted") == 1, outcome.stdout
    assert "all %d ports of the proxy were held from" % PORTS in outcome.stdout, outcome.stdout


def a_proxy_that_says_nothing(bench):
    """Its requests fail faster than samples come."""
    _, trial, report = run(bench, "mute", "client-close")
    finding, failed = found_in(trial)["ports-exhausted"], report["EADDRNOTAVAIL"]
    print(finding["text"], report, flush=True)
    assert "%d of %d requests failed; all %d were held, %d by TIME_WAITs; " % (
        failed, CONNECTIONS, PORTS, PORTS) in finding["text"], finding
    equal(failed, CONNECTIONS - PORTS, "connects that failed")


def more_addresses_are_more_ports(bench):
    """The same load, which one address has not ports enough for."""
    _, trial, report = run(bench, "first", "client-close", "--proxy-addresses", "3",
                           sources=["198.18.1.2,198.19.128.1,198.19.128.2"])
    valid(trial)
    equal(report.get("EADDRNOTAVAIL"), None, "connects that failed")
    equal(trial["upstream"]["ports"]["available"], 3 * PORTS, "ports of the proxy")
    equal(hop(trial["upstream"]), (CONNECTIONS, "client", CONNECTIONS, 0), "the hop behind")
    assert "ports-exhausted" not in found_in(trial) | found_in(trial["upstream"]), trial["findings"]


def each_upstream_is_a_range_of_ports_more(bench):
    """Two have not ports enough together, three have; and of two of which the proxy knows one, one counts."""
    two, three = "{upstream1},{upstream2}", "{upstream1},{upstream2},{upstream3}"
    for count, upstreams, met in ((2, two, 2), (2, "{upstream}", 1), (3, three, 3)):
        outcome, trial, report = run(bench, "first", "client-close", "--upstreams", str(count), upstreams=upstreams)
        ports, failed = met * PORTS, max(0, CONNECTIONS - met * PORTS)
        behind = trial["upstream"]
        print(upstreams, report, behind["ports"], flush=True)
        equal(report.get("EADDRNOTAVAIL", 0), failed, "connects that failed")
        equal((behind["ports"]["available"], behind["ports"]["destinations"]), (ports, met), "ports of the proxy")
        equal(hop(behind), (CONNECTIONS - failed, "client", CONNECTIONS - failed, 0), "the hop behind")
        equal(behind["ports"]["in_use_at_end"], CONNECTIONS - failed, "ports that are held")
        said = "connected to %s" % ("each of %d upstreams" % count if met == count else "1 of 2 upstreams:")
        assert said in " ".join(outcome.stdout.split()), outcome.stdout
        accounting(trial)
        finding = found_in(trial).get("ports-exhausted")
        if not failed:
            valid(trial)
            equal(finding, None, "a finding")
            continue
        assert "ran out of ports to its upstreams at port 8080, %d of %d addresses, after" % (met, count) in \
            finding["text"], finding
        equal((finding["failed"], finding["ports_held"], finding["ports_available"], finding["upstreams"]),
              (failed, ports, ports, met), "what it tells")


def others_are_not(bench):
    _, trial, report = run(bench, "pool", "keep-alive", ports=AT_ONCE)
    print(report, trial["upstream"]["ports"], flush=True)
    valid(trial)
    assert "ports-exhausted" not in found_in(trial) | found_in(trial["upstream"]), trial["findings"]
    _, trial, report = run(bench, "broken", "graceful")
    equal(report["EIO"], CONNECTIONS // 2, "requests that failed")
    equal(trial["upstream"]["connections"]["attempted"], CONNECTIONS // 2, "connections to the upstream")
    assert "ports-exhausted" not in found_in(trial) | found_in(trial["upstream"]), trial["findings"]
    _, early, report = run(bench, "early", "client-close", "--connect-batch", "1", ports=CONNECTIONS - EARLY)
    equal((report["EIO"], early["upstream"]["ports"]["in_use_at_end"]), (EARLY, CONNECTIONS - EARLY), "early")
    assert "ports-exhausted" not in found_in(early), early["findings"]
    assert any("502: %d" % (CONNECTIONS // 2) in reason for reason in trial["invalid_because"]), \
        trial["invalid_because"]


def keep(upstream, connection, _):
    """An upstream that leaves the close to its client, and writes down how it came. What is asked for late
    it does not answer."""
    try:
        while request := request_read(connection):
            if request.startswith(b"GET /late "):
                continue
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        upstream.count("closed")
    except ConnectionError:
        upstream.count("reset")


def between(bench, mode, *arguments):
    """A relay in front of an upstream that writes down, too."""
    paths = [os.path.join(bench.folder, name + ".json") for name in ("relay", "upstream")]
    outcome = bench.run(
        "--server-command", known_command(__file__, "keep", "{port}", paths[1]), "--server-name", "it",
        "--repeat", "1", "-c", str(AT_ONCE), "-n", str(CONNECTIONS), "-d", "100s",
        "--proxy-command", known_command(__file__, "serve", "{port}", paths[0], mode, "{upstream}"), *arguments)
    return outcome, outcome.trial("it"), report_read(paths[1])


def resets_towards_the_upstream_are_told(bench):
    """What the upstream reads is what the line says; a relay that closes, and clients that reset, have no such line."""
    told = "reset by the proxy, with no FIN before"
    line = told + ", of the connections seen: it: %d of %d:" % (CONNECTIONS, CONNECTIONS)
    for mode, arguments, ends, holder in (("reset", (), {"reset": CONNECTIONS}, "none"),
                                          ("first", (), {"closed": CONNECTIONS}, "client"),
                                          ("first", ("--clients", "reset"), {"closed": CONNECTIONS}, "client")):
        outcome, trial, report = between(bench, mode, *arguments)
        equal({key: report[key] for key in ("reset", "closed") if key in report}, ends, "ends that the upstream read")
        text = " ".join(outcome.stdout.split())
        equal((trial["upstream"]["holder"]["measured"], told in text, line in text),
              (holder, mode == "reset", mode == "reset"), outcome.stdout)
        if mode == "reset":
            equal(hop(trial["upstream"]), (CONNECTIONS, "client", 0, 0), "the hop behind")
            valid(trial)


def answers_that_the_proxy_gave_up_are_named(bench):
    """Of clients that half-close: the relay resets its connections to the upstream; or it waits for the answers, and
    then loses them itself; or it passes them on."""
    _, trial, report = between(bench, "impatient", "--clients", "half-close")
    equal(report["reset"], CONNECTIONS, "resets that the upstream read")
    text = found_in(trial)["closed-unanswered"]["text"]
    assert "proxy reset %d of its %d connections to the upstream" % (CONNECTIONS, CONNECTIONS) in text, text
    _, trial, report = between(bench, "careless", "--clients", "half-close")
    equal(report["reset"], CONNECTIONS, "resets that the upstream read")
    text = found_in(trial)["closed-unanswered"]["text"]
    assert "half-close" in text and "proxy reset" not in text, text
    _, trial, report = between(bench, "reset", "--clients", "half-close")
    equal(report["reset"], CONNECTIONS, "resets that the upstream read")
    valid(trial)
    assert "closed-unanswered" not in found_in(trial), trial["findings"]


def handshakes_are_timed(bench):
    """The upstream's queue holds one connection, and nobody accepts for 0.5 s: SYNs of the proxy are dropped,
    and sent again a second after the first one."""
    script = ("import socket, time; s = socket.create_server(('', 8080), backlog=0); time.sleep(0.5)\n"
              "while 1:\n c = s.accept()[0]; c.recv(999); c.sendall(b'HTTP/1.1 200 OK\\r\\n"
              "Content-Length: 0\\r\\nConnection: close\\r\\n\\r\\n'); c.close()")
    path = os.path.join(bench.folder, "relay.json")
    outcome = bench.run(
        "--server-command", "%s -c \"%s\"" % (sys.executable, script), "--server-name", "it",
        "--repeat", "1", "-c", str(AT_ONCE), "-n", str(AT_ONCE), "-d", "100s", "--timeout", "60s",
        "--proxy-command", known_command(__file__, "serve", "{port}", path, "first", "{upstream}"))
    behind = outcome.trial("it")["upstream"]
    took, report = behind["handshake"], report_read(path)
    print(took, report, behind["counters"]["client"]["TCPSynRetrans"], flush=True)
    equal(took["count"], AT_ONCE, "handshakes")
    assert behind["counters"]["client"]["TCPSynRetrans"] > 0 and took["max_us"] >= 1e6, took
    assert took["p50_us"] <= took["p99_us"] <= took["max_us"], took
    assert "SYN to SYN-ACK there (median, 99 %, longest): it: " in outcome.stdout, outcome.stdout
    assert "handshake" not in outcome.trial("it"), "of the builtin loader latency_us.connect tells"


def settings_are_of_their_host(bench):
    _, trial, _ = run(bench, "last", "graceful", "--sysctl", "upstream:net.ipv4.tcp_fin_timeout=31",
                      "--sysctl", "client:net.ipv4.tcp_fin_timeout=32",
                      "--sysctl", "proxy:net.ipv4.tcp_fin_timeout=33")
    name = "net.ipv4.tcp_fin_timeout"
    equal([trial["sysctls"][end][name] for end in ("client", "server")] +
          [trial["upstream"]["sysctls"][end][name] for end in ("client", "server")],
          ["32", "33", "33", "31"], name)


def nonsense_is_refused(bench):
    for status, said, arguments in (
            (2, "there is no proxy", ("--proxy-addresses", "2")),
            (2, "there is no proxy", ("--upstreams", "2")),
            (2, "has {upstream3}, and --upstreams is 2",
             ("--upstreams", "2", "--proxy-command", "true {upstream2} {upstream3}")),
            (2, "there is no proxy", ("--sysctl", "proxy:net.ipv4.tcp_fin_timeout=1")),
            (2, "there is no proxy", ("--sysctl", "upstream:net.ipv4.tcp_fin_timeout=1")),
            (2, "--network wire: the wire joins two ends", ("--rtt", "1ms", "--proxy-command", "true")),
            (2, "--ladders plays one", ("--ladders", "--proxy-command", "true")),
            (3, "no-such-proxy", ("--proxy-command", "no-such-proxy")),
            (1, "the proxy ended before it listened", ("--proxy-command", "true")),
            (1, "the proxy does not listen on port 8080 after 5 s; it listens on 127.0.0.1:8080, where no client reaches it: "
                "{listen} in --proxy-command stands for 198.18.0.1:8080",
             ("--proxy-command", "%s -m http.server --bind 127.0.0.1 8080" % sys.executable))):
        done = bench.verb("run", "-s", "graceful", "-n", "10", "--repeat", "1", "-o", "/dev/null", *arguments)
        equal((done.returncode, said in done.stderr), (status, True), done.stderr)


def an_upstream_that_ends_is_named(bench):
    script = "import os, socket; s = socket.create_server(('', 8080)); s.accept(); os._exit(7)"
    path = os.path.join(bench.folder, "relay.json")
    outcome = bench.run(
        "--server-command", "%s -c \"%s\"" % (sys.executable, script), "--server-name", "it",
        "--repeat", "1", "-c", "2", "-d", "100s", "--timeout", "1s",
        "--proxy-command", known_command(__file__, "serve", "{port}", path, "first", "{upstream}"))
    trial = outcome.trial("it")
    equal(trial["valid"], False, "valid")
    assert "behind the proxy: in the middle of the trial the upstream exited with status 7" in \
        trial["invalid_because"][0], trial["invalid_because"]
    accounting(trial)


def run_proxy(bench):
    each_hop_has_its_own(bench)
    outputs_name_their_hop(bench)
    no_port_is_told(bench)
    a_proxy_that_says_nothing(bench)
    more_addresses_are_more_ports(bench)
    each_upstream_is_a_range_of_ports_more(bench)
    others_are_not(bench)
    resets_towards_the_upstream_are_told(bench)
    answers_that_the_proxy_gave_up_are_named(bench)
    handshakes_are_timed(bench)
    settings_are_of_their_host(bench)
    nonsense_is_refused(bench)
    an_upstream_that_ends_is_named(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        # Of an IPv6 upstream the hop in front has IPv6, too.
        Relay(deal, address="::" if "[" in sys.argv[5] else "").run()
    elif sys.argv[1] == "keep":
        KnownServer(keep).run()
    else:
        main(run_proxy)
