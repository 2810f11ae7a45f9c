#!/usr/bin/env python3
"""teardown run with the server on another host, which an agent plays: what ss(8) shows at both is what the run tells,
and whichever side is gone, nothing is left. The agent is led to by nsenter(1), then by ssh(1) and a sshd(8) of the
test's own: run_agent.py TEARDOWN TEARDOWN-SERVER"""
import os
import shutil
import signal
import subprocess
import time

from lib import loopback
from lib.scenario import HOST_CANNOT, Outcome, descendants_of, equal, main, status_of, valid
from lib.two_hosts import GATEWAY, GATEWAY_IPV6, SERVER, SERVER_IPV6, Router, ServerHost
from lib.wait import wait_for

CONNECTIONS = 20
# By strategy: TIME_WAITs at the server and at the client, RSTs of the server, and who closes first.
KNOWN = {"server-close": (CONNECTIONS, 0, 0, "server"), "client-close": (0, CONNECTIONS, 0, "client"),
         "bind-reuse": (0, CONNECTIONS, 0, "client"), "reset": (0, 0, CONNECTIONS, "server")}
WITHIN_S = 15
SSHD = "/usr/sbin/sshd"
BUCKETS = "/proc/sys/net/ipv4/tcp_max_tw_buckets"
ISOLATED, ISOLATED_IPV6 = "10.9.0.3", "fd09::3"
ROUTED, ROUTED_IPV6 = "10.10.0.3", "fd10::3"
UNROUTED = "10.9.0.4"


def time_waits(enter, port):
    """As ss(8) sees them."""
    return len(time_wait_rows(enter, "( sport = :%d or dport = :%d )" % (port, port)))


def time_wait_rows(enter, which):
    return subprocess.run([*enter, "ss", "-Htan", "state", "time-wait", which],
                          check=True, capture_output=True, text=True).stdout.splitlines()


def by_agent(bench, *options, address=SERVER, own=()):
    return ["--server-host", address, "--agent", " ".join([*HOST.enter, bench.program, "agent", *own]), *options]


def isolated(bench, *options, address=ISOLATED, link="server", more=()):
    """The server has an address that the host has not."""
    own = ["--isolated", link, "--address", address + ("/64" if ":" in address else "/24"), *more]
    return by_agent(bench, "--network", "isolated", *options, address=address, own=own)


def known_answers_check(outcome, kind="shared"):
    """Of an isolated server nothing is seen in its host's own namespace."""
    equal(outcome.result["network"]["kind"], kind, "network")
    ports = set()
    for strategy, (at_server, at_client, resets, first) in KNOWN.items():
        trial = outcome.trial(strategy)
        port = trial["remote"]["server_port"]
        ports.add(port)
        valid(trial)
        equal((time_waits(HOST.enter, port), time_waits([], port)),
              (at_server if kind == "shared" else 0, at_client), "ss(8) of " + strategy)
        equal((trial["time_wait"]["server"]["created"], trial["time_wait"]["client"]["created"]),
              (at_server, at_client), "TIME_WAITs of " + strategy)
        equal((trial["connections"]["opened"], trial["counters"]["server"]["OutRsts"]), (CONNECTIONS, resets),
              "opened, and reset, by " + strategy)
        equal((trial["first_closer"]["measured"], trial["first_closer"]["packet_tap"]["connections"]),
              (first, CONNECTIONS), "who closes first with " + strategy)
        equal((trial["remote"]["server_others"], trial["remote"]["client_others"]), (0, 0), "connections of others")
    equal((len(ports), all(18000 <= port <= 19999 for port in ports)), (len(KNOWN), True), "ports of the server")


KNOWN_OPTIONS = ["-s", ",".join(KNOWN), "-n", str(CONNECTIONS), "-c", "1", "-r", "1"]


def the_known_answers_are_those_of_one_host(bench):
    for address, family in ((SERVER, "4"), (SERVER_IPV6, "6")):
        known_answers_check(bench.run(*by_agent(bench, *KNOWN_OPTIONS, "--family", family, address=address)))
    for address, family in ((ISOLATED, "4"), (ISOLATED_IPV6, "6")):
        outcome = bench.run(*isolated(bench, *KNOWN_OPTIONS, "--family", family, address=address))
        known_answers_check(outcome, "isolated")
        # Pinned there, and not on the host.
        equal(outcome.result["network"]["sysctls"]["server"]["net.ipv4.tcp_tw_reuse"], "0", "a setting of the server")
        equal(HOST.run("cat", "/proc/sys/net/ipv4/tcp_tw_reuse").strip(), "2", "the same of its host")
    wait_for(lambda: not macvlan_is_there(), "the end of the macvlan")


def a_load_from_beyond_the_link_comes_by_the_gateway(bench):
    """A router is between. A spare link is there itself, and is back as it was, up, also behind a `kill -9`."""
    router = Router(HOST)
    routed = isolated(bench, *KNOWN_OPTIONS, address=ROUTED, link="routed", more=("--gateway", GATEWAY))
    known_answers_check(bench.run(*routed), "isolated")
    for address, gateway, family in ((ROUTED, GATEWAY, "4"), (ROUTED_IPV6, GATEWAY_IPV6, "6")):
        spare = {"address": address, "link": "routed", "more": ("--gateway", gateway, "--spare")}
        known_answers_check(bench.run(*isolated(bench, *KNOWN_OPTIONS, "--family", family, **spare)), "isolated")
        assert is_up("routed")
    for killed in (lambda lost: lost.agent, lambda lost: lost.run.pid):
        lost = Lost(bench, isolated(bench, "--family", "6", **spare), None, lambda *_: None)
        assert not is_up("routed")
        os.kill(killed(lost), signal.SIGKILL)
        wait_for(lambda: is_up("routed"), "the spare link")
        lost.nothing_is_left()
        lost.run.communicate(timeout=60)
    router.close()


def is_up(link):
    """False where it is not there."""
    shown = subprocess.run([*HOST.enter, "ip", "link", "show", link], check=False, capture_output=True, text=True).stdout
    return ",UP" in shown.partition(">")[0]


def what_a_host_lacks_leaves_a_strategy_out(bench):
    """No setting is written: neither that of the server's host nor that of the client's."""
    there = HOST.run("cat", BUCKETS).strip()
    run = bench.start(*by_agent(bench, "-s", "graceful,tw-cap,tw-reuse", "-n", "5", "-r", "1"))
    stdout, stderr = run.communicate(timeout=60)
    outcome = Outcome(run.returncode, stdout, stderr, run.path)
    equal(outcome.status, HOST_CANNOT, outcome.said())
    lacking = {row["strategy"]: row["because"] for row in outcome.result["not_run"]}
    equal(set(lacking), {"tw-cap", "tw-reuse"}, "what was not run")
    assert "tcp_max_tw_buckets = 1000 on the server's host, which has " + there in lacking["tw-cap"], lacking
    assert "tcp_tw_reuse = 1 on the client's host, which has 2" in lacking["tw-reuse"], lacking
    valid(outcome.trial("graceful"))
    equal(HOST.run("cat", BUCKETS).strip(), there, "a setting of the server's host")
    equal(outcome.result["network"]["sysctls"]["server"]["net.ipv4.tcp_max_tw_buckets"], there, "the same as recorded")


def bound_ports_are_taken_again(bench):
    """They are none of those that connect(2) gives, and a TIME_WAIT from one trial keeps none from the next one."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        low, high = map(int, file.read().split())
    outcome = bench.run(*by_agent(bench, "-s", "bind-reuse", "-n", str(CONNECTIONS), "-c", "1", "-r", "2"))
    ports = []
    for trial in outcome.trials:
        valid(trial)
        equal((trial["connections"]["opened"], trial["ports"]["available"]), (CONNECTIONS, 65535 - high), "connections, and ports")
        rows = time_wait_rows([], "dport = :%d" % trial["remote"]["server_port"])
        ports.append(sorted(int(row.split()[2].rpartition(":")[2]) for row in rows))
    equal((ports[0], len(ports[0]), low <= ports[0][0] <= high), (ports[1], CONNECTIONS, False), "ports of both trials")


def what_the_agent_may_set_is_put_back(bench):
    """By its own --apply, or where the network is its own. Behind a `kill -9` of the agent, too, and of the run."""
    there = HOST.run("cat", BUCKETS).strip()
    for options in (by_agent(bench, own=["--apply"]), isolated(bench)):
        outcome = bench.run(*options, "-s", "tw-cap", "-n", "5", "-c", "1", "-r", "1")
        equal(outcome.trial("tw-cap")["sysctls"]["server"]["net.ipv4.tcp_max_tw_buckets"], "1000", "as it was set")
        equal(HOST.run("cat", BUCKETS).strip(), there, "the same behind the run")
    for killed in (lambda pid: agents_under(pid)[-1], lambda pid: pid):
        run = bench.start("-s", "tw-cap", "-R", "20", "-d", "60s", "-r", "1", *by_agent(bench, own=["--apply"]))
        wait_for(lambda: servers_under(run.pid), "the server")
        equal(HOST.run("cat", BUCKETS).strip(), "1000", "in the trial")
        os.kill(killed(run.pid), signal.SIGKILL)
        wait_for(lambda: HOST.run("cat", BUCKETS).strip() == there, "the setting as it was")
        run.communicate(timeout=60)


def macvlan_is_there():
    """The link below hears its address."""
    return "02:00:0a:09:00:03" in HOST.run("bridge", "fdb", "show", "dev", "server")


def beside_others(bench, options):
    """A trial while others connect at the server's host, to its own loopback."""
    run = bench.start(*options, "-s", "server-close", "-d", "60s", "-n", "100", "-R", "100", "-r", "1")
    server = wait_for(lambda: servers_under(run.pid), "the server")[0]
    talk = "import socket\nl = socket.create_server(('127.0.0.1', 0))\nfor _ in range(30):\n" \
           "    c = socket.create_connection(l.getsockname())\n    l.accept()[0].close()\n    c.close()\n"
    wait_for(lambda: is_served(server), "the load")
    HOST.run("python3", "-c", talk)
    stdout, stderr = run.communicate(timeout=60)
    return Outcome(run.returncode, stdout, stderr, run.path).trial("server-close")


def what_others_do_is_told(bench):
    """Connections of others are in none of the load's figures, and where the server is isolated there are none."""
    trial = beside_others(bench, isolated(bench))
    assert "other connections" not in "; ".join(trial["invalid_because"]), trial["invalid_because"]
    equal((trial["remote"]["server_others"], trial["connections"]["opened"]), (0, 100), "of an isolated server")
    trial = beside_others(bench, by_agent(bench))
    equal((trial["remote"]["server_others"], trial["remote"]["client_others"]), (60, 0), "connections of others")
    equal((trial["connections"]["opened"], trial["time_wait"]["server"]["created"]), (100, 100), "those of the load")
    assert "60 other connections began on the server's host" in "; ".join(trial["invalid_because"]), trial["invalid_because"]


def what_cannot_be_asked_is_refused(bench):
    host = ("--server-host", SERVER)
    for options, because in ((("--agent", "true"), "add --server-host HOST"),
                             (("--server-ports", "1-2"), "is for a server on another host"),
                             (("--network", "shared"), "needs a second host"),
                             (("--network", "isolated"), "needs a second host"),
                             ((*host, "--server-command", "id"), "nothing that comes from another host is executed"),
                             ((*host, "--proxy-command", "true"), "not with --server-host"),
                             ((*host, "--nat"), "not with --server-host"),
                             ((*host, "--rtt", "1ms"), "not with --server-host"),
                             ((*host, "--sysctl", "server:net.ipv4.tcp_rfc1337=1"), "not with --server-host"),
                             ((*host, "--port-range", "5000-6000"), "not with --server-host"),
                             ((*host, "--server-ports", "9-8"), "LO is above HI"),
                             (("--server-host", "-oProxyCommand=id"), "is no host's name"),
                             ((*by_agent(bench), "--network", "isolated"), "the agent's network is shared"),
                             (isolated(bench)[:-2], "the agent's network is isolated"),
                             (("--server-host", "127.0.0.1", "--agent", "true"), "127.0.0.1 is this host")):
        refused = bench.verb("run", *options)
        equal((refused.returncode, refused.stdout), (2, ""), " ".join(options))
        assert because in refused.stderr and len(refused.stderr.splitlines()) == 1, refused.stderr


def named_under(pid, name):
    return [found for found in descendants_of(pid) if (status_of(found) or {}).get("name") == name]


def servers_under(pid):
    return named_under(pid, "teardown-server")


def agents_under(pid):
    def words(found):
        try:
            with open("/proc/%d/cmdline" % found, "rb") as file:
                return file.read().split(b"\0")
        except OSError:
            return []
    return [found for found in named_under(pid, "teardown") if words(found)[1:2] == [b"agent"]]


def is_gone(pid):
    status = status_of(pid)
    return not status or status["state"] == "Z"


def is_served(server):
    """Whether it has read a request: its port has a TIME_WAIT that is not older."""
    with open("/proc/%d/cmdline" % server, "rb") as file:
        words = file.read().decode().split("\0")
    port = words[words.index("--listen") + 1].rsplit(":", 1)[1]
    there = ["nsenter", "--net=/proc/%d/ns/net" % server, "ss", "-Htan", "state", "time-wait", "sport = :" + port]
    return subprocess.run(there, check=True, capture_output=True, text=True).stdout.strip()


class Lost:
    """A run that is amid its first trial of two when `break_it`, given the run and the agent, breaks something."""

    def __init__(self, bench, options, root, break_it, **popen):
        self.run = bench.start("-s", "graceful,reset", "-R", "20", "-c", "8", "-d", "60s", "-r", "1", *options, **popen)
        under = root or self.run.pid
        self.server = wait_for(lambda: servers_under(under), "the server")[0]
        self.agent = agents_under(under)[-1]
        wait_for(lambda: is_served(self.server), "the load")
        break_it(self.run.pid, self.agent)
        self.began = time.time()

    def end(self, why):
        """The run says so in time, keeps what it has measured, and begins no other trial."""
        stdout, stderr = self.run.communicate(timeout=60)
        # It may have ended long before this asks.
        passed = os.path.getmtime(self.run.path) - self.began
        outcome = Outcome(self.run.returncode, stdout, stderr, self.run.path)
        equal((outcome.status, len(outcome.trials)), (1, 1), outcome.said())
        trial = outcome.trials[0]
        because = trial["invalid_because"][0]
        assert not trial["valid"] and trial["remote"]["lost"] and "the server is lost: the agent " in because, because
        assert why in because, because
        assert trial["connections"]["completed"] > 0 and len(trial["samples"]) > 1, trial["connections"]
        of_the_lost = {key for sample in trial["samples"][:-1] for key in sample
                       if key == "opened" or key.startswith("server_")}
        equal(of_the_lost, set(), "what samples of the load say of a server that told nothing")
        print("lost after %.1f s: %s" % (passed, because), flush=True)
        assert passed < WITHIN_S, passed
        self.nothing_is_left()

    def nothing_is_left(self):
        wait_for(lambda: is_gone(self.server) and is_gone(self.agent), "the end of the server and of its agent")


def a_side_that_is_gone_ends_the_other(bench):
    def kill_agent(_, agent):
        os.kill(agent, signal.SIGKILL)

    def stop_agent(_, agent):
        os.kill(agent, signal.SIGSTOP)

    def kill_run(run, _):
        os.kill(run, signal.SIGKILL)
    unrouted = bench.start("-s", "graceful", "-r", "1", "--network", "isolated", *by_agent(
        bench, address=UNROUTED, own=["--isolated", "server", "--address", UNROUTED + "/32"]))
    mute = bench.start("-s", "graceful", "-r", "1", "--server-host", SERVER, "--agent", "sleep 60")
    stopped = Lost(bench, by_agent(bench), None, stop_agent)
    killed = Lost(bench, by_agent(bench), None, kill_agent)
    killed.end("is gone: its command was killed by signal 9")
    for options, break_it in ((by_agent(bench), kill_run), (isolated(bench), kill_run), (isolated(bench), kill_agent)):
        lost = Lost(bench, options, None, break_it)
        lost.nothing_is_left()
        lost.run.communicate(timeout=60)
        wait_for(lambda: not macvlan_is_there(), "the end of the macvlan")
    stopped.end('has not answered "beat" for 6 s')
    stderr = mute.communicate(timeout=60)[1]
    equal((mute.returncode, stderr.splitlines()[-1]),
          (1, 'teardown: the agent has not answered "hello" for 14 s'), "an agent that says nothing")
    stderr = unrouted.communicate(timeout=60)[1]
    equal(unrouted.returncode, 1, stderr)
    assert "--network isolated: %s has not answered for 12 s" % UNROUTED in stderr.splitlines()[-1], stderr


class Sshd:
    """On the server's host, with keys of its own."""

    def __init__(self, bench):
        self.folder = bench.folder
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
        os.mkdir("/run/sshd", 0o755)
        for key in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path(key)], check=True)
        self.write("sshd_config", "ListenAddress %s\nHostKey %s\nAuthorizedKeysFile %s\nStrictModes no\nUsePAM no\n"
                   "PermitRootLogin yes\nPidFile none\nSetEnv PATH=%s:/usr/bin:/bin\n" % (
                       SERVER, self.path("host"), self.path("client.pub"), os.path.dirname(bench.program)))
        self.write("ssh_config", "IdentityFile %s\nStrictHostKeyChecking no\nUserKnownHostsFile /dev/null\n"
                   "LogLevel ERROR\n" % self.path("client"))
        os.mkdir(self.path("bin"))
        self.write("bin/ssh", '#!/bin/sh\nexec %s -F %s "$@"\n' % (shutil.which("ssh"), self.path("ssh_config")))
        os.chmod(self.path("bin/ssh"), 0o755)
        self.environment = {"PATH": self.path("bin") + ":" + os.environ["PATH"]}
        self.process = subprocess.Popen([*HOST.enter, SSHD, "-D", "-e", "-f", self.path("sshd_config")],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # It ends with the test, however that ends.
        bench.started.append(self.process)
        wait_for(lambda: HOST.run("ss", "-Htln", "sport = :22").strip(), "sshd")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)


def cut(*_):
    """What arrives at the server's host is dropped."""
    HOST.run("nft", "add table inet cut; add chain inet cut arriving { type filter hook input priority 0; policy drop; }")


def by_ssh(bench):
    """As `ssh HOST teardown agent`, without --agent."""
    sshd = Sshd(bench)
    options = ["--server-host", SERVER]
    known_answers_check(bench.run(*options, *KNOWN_OPTIONS, environment=sshd.environment))

    def kill_ssh(run, _):
        os.kill(named_under(run, "ssh")[0], signal.SIGKILL)
    killed = Lost(bench, options, sshd.process.pid, kill_ssh, environment=sshd.environment)
    killed.end("is gone: its command was killed by signal 9")
    # What the agent there has set is put back behind a `kill -9` of the run.
    there = HOST.run("cat", BUCKETS).strip()
    run = bench.start("-s", "tw-cap", "-R", "20", "-d", "60s", "-r", "1", "--agent", "ssh %s teardown agent --apply" % SERVER,
                      *options, environment=sshd.environment)
    wait_for(lambda: servers_under(sshd.process.pid), "the server")
    equal(HOST.run("cat", BUCKETS).strip(), "1000", "in the trial")
    os.kill(run.pid, signal.SIGKILL)
    wait_for(lambda: HOST.run("cat", BUCKETS).strip() == there, "the setting as it was")
    run.communicate(timeout=60)
    cut_off = Lost(bench, options, sshd.process.pid, cut, environment=sshd.environment)
    cut_off.end('has not answered "beat" for 6 s')
    # Of the connection that is cut, which sshd would keep for hours.
    for session in named_under(sshd.process.pid, "sshd"):
        os.kill(session, signal.SIGKILL)


def scenario(bench):
    functions = [what_cannot_be_asked_is_refused, the_known_answers_are_those_of_one_host, bound_ports_are_taken_again, a_load_from_beyond_the_link_comes_by_the_gateway,
                 what_a_host_lacks_leaves_a_strategy_out, what_the_agent_may_set_is_put_back, what_others_do_is_told, a_side_that_is_gone_ends_the_other]
    if ROOT and os.path.exists(SSHD) and shutil.which("ssh") and shutil.which("nft"):
        functions.append(by_ssh)
    else:
        print("skipped: by ssh: needs root, openssh-server and nft")
    for function in functions:
        function(bench)
        print("ok", function.__name__, flush=True)


if __name__ == "__main__":
    # sshd(8) becomes another user, which a user namespace of one has not.
    ROOT = loopback.enter_as_root("--mount")
    HOST = ServerHost()
    main(scenario)
