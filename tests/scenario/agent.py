#!/usr/bin/env python3
"""teardown agent plays the server's end on a second host for a load that the test makes, and tells what the
test and ss(8) know: agent.py TEARDOWN TEARDOWN-SERVER. However its other side ends, the server ends."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from lib import loopback
from lib.scenario import descendants_of, status_of
from lib.two_hosts import SERVER, SERVER_IPV6, ServerHost
from lib.wait import wait_for

CONNECTIONS, BYTES, SILENCE_S = 200, 1000, 10
# From a port of its own each connection leaves a TIME_WAIT that no later one opens again.
PORTS = iter(range(20000, 30000))
TIMESTAMPS = "/proc/sys/net/ipv4/tcp_timestamps"
REQUEST = b"GET / HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\n"


class Agent:
    def __init__(self, *words, **streams):
        given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        self.process = subprocess.Popen([*HOST.enter, sys.argv[1], "agent", *words], text=True, **given)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, word, **fields):
        self.say(json.dumps({"do": word, **fields}))
        answer = self.hear()
        assert answer.get("did") == word, answer
        return answer

    def serve(self, strategy, port, address=SERVER, needing=None, **more):
        """`needing`: the strategy whose settings are asked for."""
        self.ask("hello", protocol=1)
        self.ask("open", **({"strategy": needing} if needing else {}))
        return self.ask("serve", strategy=strategy, address=address, port=port, threads=1,
                        requests_per_connection=1, response_bytes=BYTES, **more)

    def server(self):
        """The process of the server, while it runs."""
        found = [pid for pid in descendants_of(self.process.pid)
                 if status_of(pid) and status_of(pid)["name"] == "teardown-server"]
        return found[0] if found else None

    def end(self):
        """Returns (exit status, what it said last, its stderr)."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def gone(pid):
    status = status_of(pid)
    return not status or status["state"] == "Z"


def connection_make(address, port, closes_first):
    with socket.create_connection((address, port), source_address=("", next(PORTS))) as connection:
        connection.sendall(REQUEST)
        received = b""
        while len(received.partition(b"\r\n\r\n")[2]) < BYTES:
            piece = connection.recv(65536)
            assert piece, received
            received += piece
        try:
            assert closes_first or connection.recv(1) == b""
        except ConnectionResetError:
            pass


def time_waits(enter, port):
    """As ss(8) sees them."""
    rows = subprocess.run([*enter, "ss", "-Htan", "state", "time-wait", "( sport = :%d or dport = :%d )" % (port, port)],
                          check=True, capture_output=True, text=True).stdout.splitlines()
    return len(rows)


def settled(agent):
    answer = agent.ask("settle")
    load = answer["sample"]["load"]
    return answer if answer["waiting"] == 0 and set(load) <= {"TIME-WAIT"} else None


def trial(strategy, port, address=SERVER):
    """Returns (the agent's difference of counters, its last sample, its report, its samples, ss's TIME_WAITs
    at the server, and at the client)."""
    agent = Agent()
    agent.serve(strategy, port, address)
    before = agent.ask("load", sample_period_ns=20_000_000)
    assert before["sample"]["load"] == {}, before
    agent.ask("arm", connections=1, timeout_ns=10_000_000_000)
    for _ in range(CONNECTIONS):
        connection_make(address, port, strategy == "client-close")
    assert agent.ask("beat")["runs"]
    agent.ask("stop")
    after = wait_for(lambda: settled(agent), "the end of all connections")
    at_server, at_client = time_waits(HOST.enter, port), time_waits([], port)
    report = agent.ask("report")
    samples = [agent.hear() for _ in range(report["samples"])]
    closed = agent.ask("close")
    assert closed["clean"] and agent.end() == (0, "", ""), closed
    counters = after["sample"]["counters"]
    difference = {name: value - before["sample"]["counters"].get(name, 0) for name, value in counters.items()}
    return difference, after["sample"], report, samples, at_server, at_client


def it_tells_what_the_server_s_end_has():
    """By strategy: TIME_WAITs at the server, at the client, and resets that the server sends."""
    known = {"server-close": (CONNECTIONS, 0, 0), "client-close": (0, CONNECTIONS, 0),
             "reset": (0, 0, CONNECTIONS)}
    for port, (strategy, (server, client, resets)) in enumerate(known.items(), start=8080):
        address = SERVER_IPV6 if strategy == "server-close" else SERVER
        difference, last, report, samples, at_server, at_client = trial(strategy, port, address)
        assert (at_server, at_client) == (server, client), (strategy, at_server, at_client)
        assert last["load"].get("TIME-WAIT", 0) == server, (strategy, last)
        assert difference["PassiveOpens"] == CONNECTIONS, (strategy, difference)
        assert difference.get("TW", 0) == server and difference.get("OutRsts", 0) == resets, (strategy, difference)
        assert report["still_open"] == difference.get("ListenDrops", 0) == 0, report
        assert report["report"]["cpu_ns"] > 0 and report["report"]["rss_peak_bytes"] > 0, report
        assert report["report"]["open_held_by"] == {} and report["report"]["listen_backlog"] > 0, report
        times = [sample["at_ns"] for sample in samples]
        opens = [sample["sample"]["counters"].get("PassiveOpens", 0) for sample in samples]
        assert samples and times == sorted(set(times)) and opens == sorted(opens), samples


def a_connection_that_is_left_open_is_told_of():
    agent = Agent()
    agent.serve("server-close", 8090)
    agent.ask("load", sample_period_ns=100_000_000)
    agent.ask("arm", connections=1)
    with socket.create_connection((SERVER, 8090)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        wait_for(lambda: agent.ask("beat")["runs"] and HOST.run("ss", "-Htn", "sport = :8090").strip(), "a connection")
        agent.ask("stop")
        wait_for(lambda: agent.ask("settle")["sample"]["load"] == {"ESTABLISHED": 1}, "accept(2)")
        report = agent.ask("report")
        holder = report["report"]["open_held_by"]["established"]
        assert report["still_open"] == 1 and holder["name"] == "teardown-server" and holder["held"] == 1, report
    agent.process.kill()


def the_end_of_the_server_is_told():
    agent = Agent()
    agent.serve("graceful", 8091)
    os.kill(agent.server(), signal.SIGKILL)
    beat = wait_for(lambda: (answer := agent.ask("beat")) and not answer["runs"] and answer, "its end")
    assert "signal 9" in beat["end"], beat
    closed = agent.ask("close")
    assert not closed["clean"] and "signal 9" in closed["end"] and agent.end()[0] == 0, closed


def a_port_in_use_is_said():
    """Though SO_REUSEPORT would let a second server in."""
    agent, other = Agent(), Agent()
    agent.serve("graceful", 8092)
    other.ask("hello", protocol=1)
    other.ask("open")
    other.say(json.dumps({"do": "serve", "strategy": "graceful", "address": SERVER, "port": 8092, "threads": 1,
                          "requests_per_connection": 1, "response_bytes": 10}))
    status, out, err = other.end()
    why = json.loads(out)["error"]
    assert status == 1 and why == "another program listens on port 8092 already" and why in err, (out, err)
    agent.process.kill()


def the_server_ends_with_its_agent():
    """By SIGKILL, at the end of the input, and by SIGTERM."""
    for how in (lambda agent: agent.process.kill(), lambda agent: agent.process.stdin.close(),
                lambda agent: agent.process.terminate()):
        agent = Agent()
        agent.serve("graceful", 8093)
        server = agent.server()
        how(agent)
        wait_for(lambda: gone(server), "the end of the server")
        agent.process.wait(60)


def a_setting_that_is_not_as_needed_is_said():
    """The agent writes none."""
    agent = Agent()
    settings = agent.ask("hello", protocol=1) and agent.ask("open")["settings"]
    name = "net.ipv4.tcp_max_tw_buckets"
    there = HOST.run("cat", "/proc/sys/" + name.replace(".", "/")).strip()
    assert settings[name] == there, (settings[name], there)
    agent.say(json.dumps({"do": "serve", "strategy": "tw-cap", "address": SERVER, "port": 8097, "threads": 1,
                          "requests_per_connection": 1, "response_bytes": 10}))
    status, out, _ = agent.end()
    assert status == 1 and "tw-cap needs " + name in json.loads(out)["error"], out
    assert HOST.run("cat", "/proc/sys/" + name.replace(".", "/")).strip() == there


def settings_are_those_of_the_strategy():
    """Written where the command line says --apply, put back at the end; what somebody else has written stays."""
    name = "/proc/sys/net/ipv4/tcp_max_tw_buckets"
    there = HOST.run("cat", name).strip()
    for words, meanwhile, within, behind in ((["--apply"], None, "1000", there), ([], None, there, there),
                                             (["--apply"], "777", "1000", "777")):
        agent = Agent(*words)
        agent.ask("hello", protocol=1)
        agent.ask("open", strategy="tw-cap")
        assert HOST.run("cat", name).strip() == within, words
        if meanwhile:
            HOST.run("sh", "-c", "echo %s >%s" % (meanwhile, name))
        agent.ask("close")
        assert agent.end()[0] == 0 and HOST.run("cat", name).strip() == behind, words
    HOST.run("sh", "-c", "echo %s >%s" % (there, name))
    # SIGALRM is the dead man's switch of an agent that cannot write.
    for number in (signal.SIGKILL, signal.SIGALRM, signal.SIGTERM):
        agent = Agent("--apply")
        agent.ask("hello", protocol=1)
        agent.ask("open", strategy="tw-cap")
        agent.process.send_signal(number)
        wait_for(lambda: HOST.run("cat", name).strip() == there, "the setting as it was")
        agent.process.wait(60)
    # The agent does it itself where the process that was to do so is killed.
    agent = Agent("--apply")
    agent.ask("hello", protocol=1)
    agent.ask("open", strategy="tw-cap")
    os.kill(descendants_of(agent.process.pid)[-1], signal.SIGKILL)
    agent.ask("close")
    assert agent.end()[0] == 0 and HOST.run("cat", name).strip() == there, "a killed keeper"


def what_isolates_is_checked():
    HOST.run("sh", "-c", "ip link add bridge type bridge; ip link add port type veth peer name other netns %d; "
             "ip link set port master bridge" % os.getpid())
    for words, status, because in ((["--address", "10.9.0.3/24"], 2, "is for --isolated LINK"),
                                   (["--spare"], 2, "is for --isolated LINK"),
                                   (["--isolated", "server", "--address", "10.9.0.3/24", "--spare"], 3, "has an address of this host"),
                                   (["--isolated", "bridge", "--address", "10.9.0.3/24", "--spare"], 3, "or below one"),
                                   (["--isolated", "port", "--address", "10.9.0.3/24", "--spare"], 3, "is part of another"),
                                   (["--isolated", "server"], 2, "add --address"),
                                   (["--isolated", "server", "--address", "10.9.0.3"], 2, "ADDRESS/PREFIX"),
                                   (["--isolated", "server", "--address", "10.9.0.3/33"], 2, "the prefix is 1 to 32"),
                                   (["--isolated", "server", "--address", "server/24"], 2, "is no address"),
                                   (["--isolated", "server", "--address", "10.9.0.3/24", "--gateway", "fd09::1"], 2, "not of the family"),
                                   (["--isolated", "none", "--address", "10.9.0.3/24"], 3, "link none")):
        requests = '{"do":"hello","protocol":1}\n{"do":"open"}\n'
        done = subprocess.run([*HOST.enter, sys.argv[1], "agent", *words], input=requests, capture_output=True, text=True, timeout=60)
        assert done.returncode == status and because in done.stderr, (words, done)


def a_server_is_closed_amid_a_load():
    """While samples of it are taken."""
    agent = Agent()
    agent.serve("graceful", 8093)
    agent.ask("load", sample_period_ns=1000000)
    agent.ask("arm", connections=1)
    connection_make(SERVER, 8093, False)
    closed = agent.ask("close")
    assert closed["clean"] and agent.end()[0] == 0, closed


def what_is_wrong_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        # A plug-in that `teardown run` would load.
        plugin = shutil.copy(os.path.join(os.path.dirname(sys.argv[1]), "..", "tests", "fuzz", "mutated.so"), folder)
        wrong_are_refused(plugin)


def wrong_are_refused(plugin):
    hello = '{"do":"hello","protocol":1}'
    serve = '{"do":"serve","strategy":"%s","address":"10.9.0.2","port":8094,"threads":1,"requests_per_connection":1,"response_bytes":1%s}'
    opened = hello + '\n{"do":"open"}\n'
    wrong = {
        "": None,
        "hello": "no JSON object",
        "[" * 60000: "no JSON object",
        '{"do":"hello","protocol":1}\0': "no JSON object",
        '{"do":"hello","do":"hello","protocol":1}': "no JSON object",
        '{"do":"hello","protocol":2}': "protocol 1 only",
        '{"do":"hello","protocol":1e999}': "no JSON object",
        '{"do":"hello","protocol":"1"}': "a whole number",
        '{"do":"hello","protocol":-1}': "a whole number",
        '{"do":"hello"}': "missing",
        '{"do":"exec","command":"id"}': 'no word "exec"',
        '{"do":"hello","protocol":1,"command":"id"}': "not known",
        '{"do":"open"}': "not its turn",
        hello + '\n{"do":"open","strategy":"/tmp/plugin.so"}': "/tmp/plugin.so",
        hello + '\n{"do":"open","settings":{"net.ipv4.tcp_rfc1337":"1"}}': "not known",
        hello + "\n" + hello: "not its turn",
        hello + '\n{"do":"report"}': "not its turn",
        opened + serve % ("/tmp/plugin.so", ""): "/tmp/plugin.so",
        opened + serve % ("./graceful", ""): "graceful",
        opened + serve % (plugin, ""): "`teardown list` names them all",
        opened + serve % ("x" * 64, ""): "1 to 63 bytes",
        opened + serve % ("graceful", ',"server_command":"id"'): "not known",
        opened + (serve % ("graceful", "")).replace("10.9.0.2", "$(id)"): "no address",
        opened + (serve % ("graceful", "")).replace("8094", "0"): "1 to 65535",
        **{opened + (serve % ("graceful", "")).replace("10.9.0.2", address): "not an address of one host"
           for address in ("0.0.0.0", "::", "::ffff:10.9.0.2", "224.0.0.1", "ff02::1")},
    }
    for text, why in wrong.items():
        agent = Agent()
        out, err = agent.process.communicate(text + "\n", timeout=60)
        last = json.loads(out.splitlines()[-1])
        assert agent.process.returncode == 2, (text[:80], agent.process.returncode)
        assert why is None or why in last["error"], (text[:80], last)
        assert last["error"].split("…")[0] in err, (last, err)
    assert ":8094" not in HOST.run("ss", "-Htln"), "a server that was refused listens"


def a_line_without_an_end_is_refused():
    """However long the other side makes it: the agent reads 64 KiB of it."""
    agent = Agent()
    sent = 0
    try:
        while sent < 1 << 30:
            sent += agent.process.stdin.write("x" * 65536)
            agent.process.stdin.flush()
    except BrokenPipeError:
        pass
    assert sent < 1 << 20, sent
    assert agent.process.wait(60) == 2 and "longer than 65536" in agent.process.stdout.readline()


def timestamps():
    return HOST.run("cat", TIMESTAMPS).strip()


class Silent:
    """A side that says nothing any more, for which a setting was applied, and one that does not read its answers
    either."""

    def __init__(self, reads):
        self.reads, self.agent = reads, Agent(*["--apply"] if reads else [])
        self.agent.serve("graceful", 8095 if reads else 8096, needing="tw-reuse" if reads else None)
        self.server, self.passed = self.agent.server(), None
        # From before its last word on.
        self.began = time.monotonic()
        if not reads:
            os.set_blocking(self.agent.process.stdin.fileno(), False)
            try:
                while True:
                    os.write(self.agent.process.stdin.fileno(), b'{"do":"ping"}\n' * 1000)
            except BlockingIOError:
                pass
        self.watch = threading.Thread(target=self.watch_server, daemon=True)
        self.watch.start()

    def watch_server(self):
        wait_for(lambda: gone(self.server), "the end of the server")
        self.passed = time.monotonic() - self.began

    def end(self):
        self.watch.join()
        assert self.passed > SILENCE_S - 1, self.passed
        if self.reads:
            status, out, _ = self.agent.end()
            assert status == 1 and "said nothing for 10 s" in json.loads(out)["error"], (status, out)
            assert timestamps() == "0", "a setting that was not put back"
        else:
            assert self.agent.process.wait(60) == -signal.SIGALRM, self.agent.process.returncode


class Talking(threading.Thread):
    """A side that says something now and then, for longer than one that is silent is waited for."""

    def __init__(self):
        super().__init__(daemon=True)
        self.agent, self.is_over = Agent(), threading.Event()
        self.agent.ask("hello", protocol=1)
        self.start()

    def run(self):
        while not self.is_over.wait(1):
            self.agent.ask("ping")

    def end(self):
        """Behind the end of those that are silent."""
        self.is_over.set()
        self.join()
        self.agent.ask("close")
        assert self.agent.end()[0] == 0


loopback.enter()
HOST = ServerHost()
talking = Talking()
HOST.run("sh", "-c", "echo 0 >" + TIMESTAMPS)
silents = [Silent(True), Silent(False)]
assert timestamps() == "1"
for function in (it_tells_what_the_server_s_end_has, a_connection_that_is_left_open_is_told_of,
                 the_end_of_the_server_is_told, a_port_in_use_is_said, the_server_ends_with_its_agent,
                 a_setting_that_is_not_as_needed_is_said, settings_are_those_of_the_strategy, what_isolates_is_checked, a_server_is_closed_amid_a_load, what_is_wrong_is_refused, a_line_without_an_end_is_refused):
    function()
    print("ok", function.__name__, flush=True)
for silent in silents:
    silent.end()
talking.end()
print("ok a side that says nothing is given up, and no other")
HOST.close()
