#!/usr/bin/env python3
"""A NAT between client and server: what it holds and refuses, by a server that writes down who came from where. One
that is out of ports is told, and so are SYNs that met another connection's TIME_WAIT; one whose ports are all held and
not missed, and one whose TIME_WAITs are the client's, are not."""
import os
import sys

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import accounting, equal, main, valid

NAT = "198.18.2.1"
PORTS = 40
# Few enough that a SYN always finds a TIME_WAIT of the NAT whose sequence numbers it may follow.
AT_ONCE = 16


def deal(server, connection, _):
    server.add("peers", connection.getpeername())
    while request_read(connection):
        connection.sendall(response(100, closes=server.words[0] == "close"))
        if server.words[0] == "close":
            return


def run(bench, *options, server=None):
    """Its outcome, its trial, and what the server has written down."""
    path, command = os.path.join(bench.folder, "nat.json"), ()
    if server:
        command = ("--server-command", known_command(__file__, "serve", "{port}", path, server),
                   "--requests-per-connection", "1" if server == "close" else "1000")
    outcome = bench.run("--nat", "-r", "1", "-d", "60s", *options, *command)
    trial = outcome.trials[0]
    accounting(trial)
    return outcome, trial, report_read(path) if server else None


def found_in(trial):
    return {finding["id"]: finding for finding in trial["findings"]}


def nothing_found(trial):
    equal(set(found_in(trial)) & {"nat-ports-exhausted", "older-timestamp-met", "server-stood-still"}, set(),
          "findings")


def a_port_is_held_by_each_connection(bench):
    page = os.path.join(bench.folder, "nat.html")
    outcome, trial, report = run(bench, "-n", "100", "-c", "4", "--client-addresses", "3", "--html", page,
                                 server="close")
    valid(trial)
    nothing_found(trial)
    peers = {tuple(peer) for peer in report["peers"]}
    nat = trial["nat"]
    print(nat, len(peers), flush=True)
    equal({address for address, _ in peers}, {NAT}, "whom the server saw")
    equal((len(report["peers"]), len(peers)), (100, 100), "connections, and their ports at the NAT")
    equal((nat["ports_available"], nat["end"]["ports"], nat["end"]["time_wait"], nat["refused"]),
          (65535 - 1024 + 1, 100, 100, 0), "what the NAT holds")
    equal((nat["peak"]["ports"], nat["time_wait_s"] > 0, nat["older_timestamps"]), (100, True, 0), "its peak")
    # The same as without it: who closed first, and who holds TIME_WAIT.
    equal((trial["first_closer"]["measured"], trial["holder"]["measured"]), ("server", "server"), "the closing")
    equal(trial["time_wait"]["server"]["created"], 100, "TIME_WAITs of the server")
    network = outcome.result["network"]
    equal((network["kind"], network["nat"]), ("nat", {"address": NAT, "port_range": [1024, 65535]}), "network")
    for said in ("The ends are joined by a NAT: the server sees 198.18.2.1, ports 1024-65535.",
                 "nat: of its 64512 ports held at most: python3 100 (100 TIME_WAIT)"):
        assert said in outcome.stdout, outcome.stdout
    with open(page) as file:
        page_text = file.read()
    for said in ("a NAT: the server sees 198.18.2.1, ports 1024-65535", "ports held at most: python3 100"):
        assert said in page_text, said


def one_that_is_out_of_ports_is_told(bench):
    """Thrice as many connections as ports, which stay open: two of three find none."""
    options = ("--nat-ports", "2000-2009", "--timeout", "400ms")
    outcome, trial, report = run(bench, *options, "-n", "30", "-c", "30", server="keep")
    finding, nat = found_in(trial)["nat-ports-exhausted"], trial["nat"]
    syns = trial["counters"]["client"]["ActiveOpens"] + trial["counters"]["client"]["TCPSynRetrans"]
    print(nat, finding, trial["connections"], len(report["peers"]), flush=True)
    assert all(address == NAT and 2000 <= port <= 2009 for address, port in report["peers"]), report
    equal(nat["refused"], syns - len(report["peers"]), "SYNs that the NAT dropped")
    equal((finding["refused"], finding["ports_available"], finding["held_by"]),
          (nat["refused"], 10, "open connections"), "the finding")
    equal(finding["unconnected"], 20, "connections that were never made")
    assert "server-stood-still" not in found_in(trial), found_in(trial)
    assert "the NAT dropped %d of %d SYNs without an answer" % (nat["refused"], syns) in outcome.stdout, outcome.stdout
    # As many connections as ports.
    _, trial, _ = run(bench, *options, "-n", "10", "-c", "10", server="keep")
    nothing_found(trial)
    equal((trial["nat"]["peak"]["ports"], trial["nat"]["ports_held_share"], trial["nat"]["refused"]), (10, 1, 0),
          "a NAT that is full")


def its_settings_are_its_own(bench):
    """Asked for at the NAT, or at the client, whose connection tracking translates nothing."""
    name = "net.netfilter.nf_conntrack_tcp_timeout_time_wait"
    for end, lives_s in (("nat", 33), ("client", 120)):
        page = os.path.join(bench.folder, end + ".html")
        outcome, trial, _ = run(bench, "-s", "server-close", "-n", "10", "--sysctl", "%s:%s=33" % (end, name),
                                "--html", page)
        valid(trial)
        sysctls = trial["sysctls"]
        equal((sysctls["nat"][name], sysctls["nat"]["net.ipv4.ip_forward"], sysctls[end][name]),
              (str(lives_s), "1", "33"), "settings read back, asked of the " + end)
        equal(outcome.result["network"]["sysctls"]["nat"], sysctls["nat"], "those of all trials")
        equal(trial["nat"]["time_wait_s"], lives_s, "seconds that its TIME_WAITs live")
        assert ("%s: %s=33" % (end, name)) in " ".join(outcome.stdout.split()), outcome.stdout
        with open(page) as file:
            row = file.read().partition('<th scope="row">%s<' % name)[2].partition("</tr>")[0]
        equal(row.count(">33<"), 1, "the row of the page: " + row)
    refused = bench.verb("run", "--sysctl", "nat:%s=33" % name)
    equal((refused.returncode, refused.stderr),
          (2, "teardown: --sysctl nat:%s=33: there is no NAT: --nat\n" % name), "without a NAT")


def has_counter():
    with open("/proc/net/netstat") as file:
        return " PAWSTimewait " in file.read()


def another_connections_time_wait_is_told(bench):
    options = ("-n", str(2 * PORTS), "--nat-ports", "3000-%d" % (3000 + PORTS - 1),
               "--client-addresses", "2")
    _, trial, report = run(bench, "-c", str(AT_ONCE), *options, server="close")
    nat, counters = trial["nat"], trial["counters"]
    print(nat, counters["client"]["TCPSynRetrans"], trial["latency_us"]["connect"]["max"], flush=True)
    equal(len(report["peers"]), 2 * PORTS, "connections")
    equal("older_timestamps" in nat, has_counter(), "whether SYNs with an older timestamp are counted")
    if not has_counter() or nat["refused"] > 0 and not nat["older_timestamps"]:
        return  # An older kernel has no counter of it, or its NAT gives away no TIME_WAIT.
    finding = found_in(trial)["older-timestamp-met"]
    equal((finding["met"], finding["hosts"]), (nat["older_timestamps"], 2), "the finding")
    equal(counters["client"]["TCPSynRetrans"], nat["older_timestamps"] + nat["refused"], "SYNs sent again")
    equal(trial["time_wait"]["server"]["created"], 2 * PORTS, "TIME_WAITs of the server")
    equal(trial["first_closer"]["packet_tap"]["undecided"], 0, "connections that were not seen to end")
    assert trial["latency_us"]["connect"]["max"] >= 1e6, trial["latency_us"]
    assert "SYNs of %d connections met a TIME_WAIT of the server's" % (2 * PORTS) in finding["text"], finding
    # The ports are given away as early, and the server has no TIME_WAIT.
    _, trial, _ = run(bench, "-c", "1", *options, "-s", "client-close")
    valid(trial)
    nothing_found(trial)
    equal((trial["nat"]["end"]["ports"], trial["nat"]["older_timestamps"]), (PORTS, 0), "what the NAT holds")
    equal(trial["time_wait"]["client"]["created"], 2 * PORTS, "TIME_WAITs of the client")


def what_cannot_be_asked_is_refused(bench):
    for options, because in ((("--nat-ports", "1-2"), "--nat-ports 1-2: there is no NAT: --nat"),
                             (("--nat", "--nat-ports", "9-8"), "--nat-ports 9-8: LO is above HI"),
                             (("--nat", "--nat-ports", "x"), "--nat-ports x: must be LO-HI"),
                             (("--nat", "--rtt", "1ms"), "the wire and the NAT would both be in the middle"),
                             (("--nat", "--ladders"), "not with --nat"),
                             (("--nat", "--matrix"), "not with --nat"),
                             (("--nat", "--beside", "idle=2"), "not with --nat"),
                             (("--nat", "--proxy-command", "true"), "not with --nat")):
        refused = bench.verb("run", *options)
        equal((refused.returncode, refused.stdout), (2, ""), " ".join(options))
        assert because in refused.stderr and len(refused.stderr.splitlines()) == 1, refused.stderr


def scenario(bench):
    what_cannot_be_asked_is_refused(bench)
    a_port_is_held_by_each_connection(bench)
    its_settings_are_its_own(bench)
    one_that_is_out_of_ports_is_told(bench)
    another_connections_time_wait_is_told(bench)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "serve":
        KnownServer(deal).run()
    else:
        main(scenario)
