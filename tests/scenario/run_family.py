#!/usr/bin/env python3
"""IPv6 and IPv4: each strategy ends the same way in both; a server on [::] that writes down who came; ports that run
out; thousands of addresses; a loader of its own that is given a URL; a proxy and its upstreams; clients beside the
load."""
import os
import socket
import sys
import urllib.parse

import run_proxy
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import accounting, equal, main, valid

CLIENT, EXTRA = "2001:2::2", "2001:2:0:1::"
CONNECTIONS, ADDRESSES, LOADS = 100, 4096, 20
UPSTREAMS = ["[2001:2:0:100::1]:8080", "[2001:2:0:102::1]:8080"]
BESIDE = 30


def deal(server, connection, _):
    server.add("peers", connection.getpeername()[:2])
    if request_read(connection):
        connection.sendall(response(100))


def load(url, path):
    with open(path, "w") as file:
        file.write(url)
    place = urllib.parse.urlsplit(url)
    for _ in range(LOADS):
        with socket.create_connection((place.hostname, place.port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % place.netloc.encode())
            while connection.recv(4096):
                pass


def closing_of(trial):
    valid(trial)
    counts = accounting(trial)
    return {"completed": counts["completed"], "exchanges": trial["exchanges"],
            "first closer": trial["first_closer"]["measured"], "holder": trial["holder"]["measured"],
            "TIME_WAIT": [trial["time_wait"][end]["created"] for end in ("server", "client")],
            "undecided": trial["first_closer"]["packet_tap"]["undecided"]}


def each_strategy_ends_the_same_way(bench):
    rows = {}
    for family in "46":
        run = bench.run("--family", family, "-s", "all", "-r", "1", "-n", "24", "-c", "4", "--timeout", "60s",
                        "--sysctl", "client:net.ipv4.tcp_rfc1337=1")
        rows[family] = {trial["strategy"]: closing_of(trial) for trial in run.trials}
    print(len(rows["6"]), "strategies", rows["6"]["graceful"], flush=True)
    assert len(rows["6"]) >= 15, rows["6"].keys()
    for name, row in rows["6"].items():
        if name == "simultaneous":  # Which FINs cross, is chance.
            row, rows["4"][name] = ({key: found[key] for key in ("completed", "exchanges", "undecided")}
                                    for found in (row, rows["4"][name]))
        equal(row, rows["4"][name], name + ": IPv6, and IPv4")


def a_server_on_all_addresses_knows_who_came(bench):
    path = os.path.join(bench.folder, "family.json")
    run = bench.run("--family", "6", "-r", "1", "-d", "60s", "-n", str(CONNECTIONS), "-c", "4",
                    "--client-addresses", str(ADDRESSES),
                    "--requests-per-connection", "1", "--server-command",
                    known_command(__file__, "serve", "{port}", path))
    trial, report = run.trials[0], report_read(path)
    valid(trial)
    peers = [tuple(peer) for peer in report["peers"]]
    tap = trial["first_closer"]["packet_tap"]
    print(len(peers), sorted(peers)[:3], tap, flush=True)
    equal((len(peers), accounting(trial)["completed"]), (CONNECTIONS, CONNECTIONS), "connections")
    # Each connection takes the next address.
    equal({address for address, _ in peers}, {CLIENT} | {EXTRA + "%x" % i for i in range(1, CONNECTIONS)}, "addresses")
    equal((tap["client"], tap["server"], tap["undecided"]), (0, CONNECTIONS, 0), "who closed first")
    equal(trial["time_wait"]["server"]["created"], CONNECTIONS, "TIME_WAITs of the server")


def ports_run_out(bench):
    run = bench.run("--family", "6", "-s", "client-close", "-r", "1", "-n", "120", "-c", "4", "-d", "60s",
                    "--port-range", "40000-40099", "--sysctl", "client:net.ipv4.tcp_rfc1337=1")
    trial = run.trials[0]
    counts = accounting(trial)
    print(counts, trial["ports"], flush=True)
    equal((counts["completed"], counts["connect_errors"]), (100, {"EADDRNOTAVAIL": 20}), "connections")
    equal((trial["ports"]["available"], trial["ports"]["peak_in_use"], trial["time_wait"]["client"]["created"]),
          (100, 100, 100), "ports")
    assert "all 100 ports of [2001:2::2]:* to [2001:2::1]:8080 were held" in run.stdout, run.stdout


def a_loader_is_given_a_url(bench):
    path = os.path.join(bench.folder, "url")
    run = bench.run("--family", "6", "-s", "server-close", "-r", "1", "-d", "60s", "--loader-command",
                    known_command(__file__, "load", "{url}", path))
    trial = run.trials[0]
    valid(trial)
    with open(path) as file:
        equal(file.read(), "http://[2001:2::1]:8080/", "the URL")
    equal((trial["counters"]["client"]["ActiveOpens"], trial["time_wait"]["server"]["created"]), (LOADS, LOADS), "connections")


def over_a_wire_too(bench):
    run = bench.run("--family", "6", "-s", "graceful", "-r", "1", "-n", "12", "-c", "4", "--rtt", "2ms")
    equal(closing_of(run.trials[0])["TIME_WAIT"], [12, 0], "TIME_WAITs over a wire")
    assert run.trials[0]["latency_us"]["connect"]["p50"] >= 2000, run.trials[0]["latency_us"]


def a_proxy_has_a_hop_behind(bench):
    """One upstream has 40 ports for the proxy: with it 60 connections fail, with two 20, by what the relay counts."""
    for options, said in (((), UPSTREAMS[0]), (("--upstreams", "2"), "its upstreams at port 8080, 2 of 2 addresses,")):
        count = 2 if options else 1
        _, trial, report = run_proxy.run(
            bench, "first", "client-close", "--family", "6", *options,
            upstreams=",".join("{upstream%d}" % (i + 1) for i in range(count)) if options else "{upstream}")
        ports, behind = count * run_proxy.PORTS, trial["upstream"]
        failed = run_proxy.CONNECTIONS - ports
        print(report, behind["ports"], flush=True)
        equal(report.get("EADDRNOTAVAIL"), failed, "connects of the relay that failed")
        equal(run_proxy.hop(trial), (run_proxy.CONNECTIONS, "server", 0, run_proxy.CONNECTIONS), "the hop in front")
        equal(run_proxy.hop(behind), (ports, "client", ports, 0), "the hop behind")
        equal((behind["ports"]["available"], behind["ports"]["peak_in_use"]), (ports, ports), "ports of the proxy")
        accounting(trial)
        finding = run_proxy.found_in(trial)["ports-exhausted"]
        equal((finding["end"], finding["failed"], finding["ports_held"]), ("proxy", failed, ports), "what it tells")
        assert said in finding["text"], finding


def a_proxy_may_have_more_addresses(bench):
    sources = "2001:2:0:100::2,2001:2:0:101::1,2001:2:0:101::2"
    _, trial, report = run_proxy.run(bench, "first", "client-close", "--family", "6", "--proxy-addresses", "3",
                                     sources=[sources])
    valid(trial)
    equal(report.get("EADDRNOTAVAIL"), None, "connects that failed")
    equal(trial["upstream"]["ports"]["available"], 3 * run_proxy.PORTS, "ports of the proxy")
    equal(run_proxy.hop(trial["upstream"]), (run_proxy.CONNECTIONS, "client", run_proxy.CONNECTIONS, 0), "the hop behind")


def who_is_beside_the_load_is_not_counted(bench):
    run = bench.run("--family", "6", "--repeat", "1", "-c", "4", "-n", str(CONNECTIONS), "-s", "graceful",
                    "--beside", "never-close=%d,reset=5" % BESIDE)
    trial = run.trials[0]
    valid(trial)
    never, reset = trial["beside"]["clients"]
    print(never, reset, trial["first_closer"]["packet_tap"], flush=True)
    equal((trial["connections"]["attempted"], trial["connections"]["resets_seen"]), (CONNECTIONS, 0), "the load")
    equal((never["attempted"], never["responses"], never["held"]), (BESIDE,) * 3, "those beside it")
    tap = trial["first_closer"]["packet_tap"]
    equal((tap["server"], tap["client"], tap["undecided"]), (CONNECTIONS, 0, 0), "who closed first")


def both_families_are_rows(bench):
    """With and without twins: what the kernel counted of each is that family's, and the usual table shows them."""
    for more, rounds in (((), 2), (("--twins", "-d", "300ms"), 1)):
        count = () if more else ("-n", "20", "-d", "60s")
        run = bench.run("--family", "both", "-s", "client-close", "-c", "2", "-r", str(rounds), *count, *more)
        equal(run.result["factor"], {"option": "family", "strategies": ["client-close"], "levels": ["IPv4", "IPv6"]},
              "the factor")
        equal(run.result["options"]["family"], "both", "the option")
        for family, own in (("IPv4", False), ("IPv6", True)):
            row = "client-close:" + family
            trials = [trial for trial in run.trials if trial["strategy"] == row]
            equal(len(trials), rounds, "trials of " + row)
            for trial in trials:
                counts = accounting(trial)
                # A setting that is pinned of IPv6 alone.
                equal("net.ipv6.bindv6only" in trial["sysctls"]["server"], own, "settings of " + row)
                equal(trial["holder"]["measured"], "client", "who holds TIME_WAIT in " + row)
                assert counts["completed"] == 20 or more, counts
            assert any(row in line.split()[:2] for line in run.stdout.splitlines()), run.stdout
        assert "net.ipv6.bindv6only" not in run.result["network"]["sysctls"]["server"], run.result["network"]
        equal(len(run.result["declared"]), 2, "rows that declare")
        least = "fewer than 8 valid pairs of twins" if more else "fewer than 5 valid trials of each"
        assert "families: client-close: " + least in " ".join(run.stdout.split()), run.stdout
    crossed = bench.verb("run", "--family", "both", "-s", "client-close", "-c", "2", "-r", "1", "-n", "20", "-o", "/dev/null",
                         "--fail-if", "client-close:IPv6.rate_per_s > 0", "--fail-if", "client-close:IPv4.rate_per_s < 0")
    equal(crossed.returncode, 99, crossed.stderr)
    assert "client-close:IPv6" in crossed.stderr, crossed.stderr


def what_is_of_ipv4_alone_is_refused(bench):
    for options, because in ((("5",), "--family 5: must be 4, 6 or both"), (("6", "--nat"), "--nat: the NAT translates IPv4")):
        refused = bench.verb("run", "--family", *options)
        equal((refused.returncode, refused.stdout), (2, ""), " ".join(options))
        assert because in refused.stderr and len(refused.stderr.splitlines()) == 1, refused.stderr


def family(bench):
    what_is_of_ipv4_alone_is_refused(bench)
    ports_run_out(bench)
    a_server_on_all_addresses_knows_who_came(bench)
    a_loader_is_given_a_url(bench)
    over_a_wire_too(bench)
    a_proxy_has_a_hop_behind(bench)
    a_proxy_may_have_more_addresses(bench)
    who_is_beside_the_load_is_not_counted(bench)
    both_families_are_rows(bench)
    each_strategy_ends_the_same_way(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal, address="::").run()
    if sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(family)
