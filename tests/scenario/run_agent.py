#!/usr/bin/env python3
"""teardown run with the server on another host, which an agent plays: what ss(8) shows at both is what the run tells.
run_agent.py TEARDOWN TEARDOWN-SERVER"""
import subprocess

from lib import loopback
from lib.scenario import HOST_CANNOT, Outcome, equal, main, valid
from lib.two_hosts import SERVER, SERVER_IPV6, ServerHost

CONNECTIONS = 20
# By strategy: TIME_WAITs at the server and at the client, RSTs of the server, and who closes first.
KNOWN = {"server-close": (CONNECTIONS, 0, 0, "server"), "client-close": (0, CONNECTIONS, 0, "client"),
         "reset": (0, 0, CONNECTIONS, "server")}


def time_waits(enter, port):
    """As ss(8) sees them."""
    return len(subprocess.run([*enter, "ss", "-Htan", "state", "time-wait", "( sport = :%d or dport = :%d )" % (port, port)],
                              check=True, capture_output=True, text=True).stdout.splitlines())


def by_agent(bench, *options, address=SERVER):
    return ["--server-host", address, "--agent", " ".join([*HOST.enter, bench.program, "agent"]), *options]


def the_known_answers_are_those_of_one_host(bench):
    for address, family in ((SERVER, "4"), (SERVER_IPV6, "6")):
        outcome = bench.run(*by_agent(bench, "-s", ",".join(KNOWN), "-n", str(CONNECTIONS), "-c", "1", "-r", "1",
                                      "--family", family, address=address))
        equal(outcome.result["network"]["kind"], "shared", "network")
        ports = set()
        for strategy, (at_server, at_client, resets, first) in KNOWN.items():
            trial = outcome.trial(strategy)
            port = trial["remote"]["server_port"]
            ports.add(port)
            valid(trial)
            equal((time_waits(HOST.enter, port), time_waits([], port)), (at_server, at_client), "ss(8) of " + strategy)
            equal((trial["time_wait"]["server"]["created"], trial["time_wait"]["client"]["created"]),
                  (at_server, at_client), "TIME_WAITs of " + strategy)
            equal((trial["connections"]["opened"], trial["counters"]["server"]["OutRsts"]), (CONNECTIONS, resets),
                  "opened, and reset, by " + strategy)
            equal((trial["first_closer"]["measured"], trial["first_closer"]["packet_tap"]["connections"]),
                  (first, CONNECTIONS), "who closes first with " + strategy)
        equal((len(ports), all(18000 <= port <= 19999 for port in ports)), (len(KNOWN), True), "ports of the server")


def what_a_host_lacks_leaves_a_strategy_out(bench):
    """No setting is written: neither that of the server's host nor that of the client's."""
    bucket = "/proc/sys/net/ipv4/tcp_max_tw_buckets"
    there = HOST.run("cat", bucket).strip()
    run = bench.start(*by_agent(bench, "-s", "graceful,tw-cap,tw-reuse,bind-reuse", "-n", "5", "-r", "1"))
    stdout, stderr = run.communicate(timeout=60)
    outcome = Outcome(run.returncode, stdout, stderr, run.path)
    equal(outcome.status, HOST_CANNOT, outcome.said())
    lacking = {row["strategy"]: row["because"] for row in outcome.result["not_run"]}
    equal(set(lacking), {"tw-cap", "tw-reuse", "bind-reuse"}, "what was not run")
    assert "tcp_max_tw_buckets = 1000 on the server's host, which has " + there in lacking["tw-cap"], lacking
    assert "tcp_tw_reuse = 1 on the client's host, which has 2" in lacking["tw-reuse"], lacking
    valid(outcome.trial("graceful"))
    equal(HOST.run("cat", bucket).strip(), there, "a setting of the server's host")
    equal(outcome.result["network"]["sysctls"]["server"]["net.ipv4.tcp_max_tw_buckets"], there, "the same as recorded")


def what_cannot_be_asked_is_refused(bench):
    host = ("--server-host", SERVER)
    for options, because in ((("--agent", "true"), "add --server-host HOST"),
                             (("--server-ports", "1-2"), "is for a server on another host"),
                             (("--network", "shared"), "needs a second host"),
                             ((*host, "--server-command", "id"), "nothing that comes from another host is executed"),
                             ((*host, "--proxy-command", "true"), "not with --server-host"),
                             ((*host, "--nat"), "not with --server-host"),
                             ((*host, "--rtt", "1ms"), "not with --server-host"),
                             ((*host, "--sysctl", "server:net.ipv4.tcp_rfc1337=1"), "not with --server-host"),
                             ((*host, "--port-range", "5000-6000"), "not with --server-host"),
                             ((*host, "--server-ports", "9-8"), "LO is above HI"),
                             (("--server-host", "-oProxyCommand=id"), "is no host's name"),
                             (("--server-host", "127.0.0.1", "--agent", "true"), "127.0.0.1 is this host")):
        refused = bench.verb("run", *options)
        equal((refused.returncode, refused.stdout), (2, ""), " ".join(options))
        assert because in refused.stderr and len(refused.stderr.splitlines()) == 1, refused.stderr


def scenario(bench):
    for function in (what_cannot_be_asked_is_refused, the_known_answers_are_those_of_one_host,
                     what_a_host_lacks_leaves_a_strategy_out):
        function(bench)
        print("ok", function.__name__, flush=True)


if __name__ == "__main__":
    loopback.enter()
    HOST = ServerHost()
    main(scenario)
