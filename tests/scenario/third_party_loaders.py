#!/usr/bin/env python3
"""A loader of a third party: wrk, and any command. What it hides is found, and it is ended."""
import os
import shutil
import sys

from lib.host import Host
from lib.scenario import Bench, Skip, equal, holds, main, valid
from lib.third_party import command, descendants
from lib.wait import wait_for

NOBODY = 65534
ONE = ("--repeat", "1", "--strategies", "graceful")
UNKNOWN = ("completed", "short", "reset", "timed_out", "resets_seen", "connect_errors")
# Opens 30 connections, one after the other, and waits for the server's close. From ports that are
# known: one connection in eight is looked at, by its port.
LOAD = """sh -c "{before} exec %s -c '
import socket
for i in range(30):
    s = socket.create_connection((\\"{host}\\", {port}), source_address=(\\"\\", 40000 + 2 * i))
    s.sendall(bytes([13, 10]).join([b\\"GET / HTTP/1.1\\", b\\"Host: it\\", b\\"\\", b\\"\\"]))
    while s.recv(4096):
        pass
    s.close()
print(\\"done\\")
'" """ % sys.executable


def finding(trial, identity):
    found = [f for f in trial["findings"] if f["id"] == identity]
    assert found, "%s is not among %s" % (identity, [f["id"] for f in trial["findings"]])
    return found[0]


def wrk_is_measured(bench):
    run = bench.run("--loader", "wrk", *ONE, "-d", "1s", "-c", "16", "-H", "X-A: b c")
    trial = run.trial("graceful")
    wrk, connections = trial["third_party"], trial["connections"]
    print(wrk["command"], connections, wrk["requests"])
    equal(wrk["command"], "wrk -c 16 -t 1 -d 1s --latency --timeout 5s -H X-A: b c "
          "http://198.18.0.1:8080/", "command")
    equal([connections[key] for key in UNKNOWN], [None] * len(UNKNOWN), "what nobody counted")
    assert connections["attempted"] == connections["established"] > 0, connections
    # It opens one more to see whether it can, and at the end its requests under way are lost.
    assert 0 <= connections["attempted"] - wrk["requests"] <= 2 * 16 + 1, (connections, wrk)
    equal(trial["exchanges"], wrk["requests"], "exchanges")
    equal(trial["latency_us"], {}, "latencies of ours")
    equal(wrk["errors"], {"connect": 0, "read": 0, "write": 0, "timeout": 0}, "errors")
    assert 0 < wrk["latency_us"]["p50"] <= wrk["latency_us"]["p99"], wrk["latency_us"]
    assert trial["cpu_us_per_connection"]["client"] > 0, "its CPU time"
    assert "wrk says: graceful, trial 1: %d requests" % wrk["requests"] in run.stdout, run.stdout
    if wrk["latency_us"]["mean"] >= 16e6 / trial["rate_per_s"]:
        print("a busy machine: the handshake cannot be told from the window's ends")
        return
    found = finding(trial, "latency-without-handshake")
    equal(found["latency_us_p50"], wrk["latency_us"]["p50"], "p50 of the finding")
    assert found["connection_us_mean"] > found["latency_us_mean"], found


def wrk_loses_connections(bench):
    """It closes first, TIME_WAIT is its own, and there are 400 ports: connect() fails 20 times."""
    trial = bench.run("--loader", "wrk", "--repeat", "1", "--strategies", "client-close", "-d", "5s",
                      "-c", "20", "-H", "Connection: close", "--port-range", "40000-40399",
                      # A late RST would free a port.
                      "--sysctl", "client:net.ipv4.tcp_rfc1337=1").trial("client-close")
    found = finding(trial, "loader-lost-connections")
    print(found["text"])
    equal(trial["valid"], False, "valid")
    equal(found["connect_failures"], 20, "failures")
    equal(trial["third_party"]["errors"]["connect"], 20, "failures that wrk reports")
    equal((found["connections"], found["open_last"]), (20, 0), "connections asked for, open last")
    holds(trial["connections"], dict(dict.fromkeys(UNKNOWN), attempted=420, established=400),
          "connections: each port once")
    equal(trial["samples"][-1]["client_open"], 0, "open at the end")


def wrk_races_for_the_close(bench):
    trial = bench.run("--loader", "wrk", "--server-command", command("late:2"), "--server-name",
                      "late", "--repeat", "1", "-d", "1s", "-c", "8").trial("late")
    found = finding(trial, "loader-races-close")
    print(found["text"])
    equal(trial["first_closer"]["measured"], "mixed", "first closer")
    seen = trial["first_closer"]["packet_tap"]
    # Those that a RST ended are in no race of FINs.
    less = [seen[end] - found[key] for key, end in (("client_first", "client"), ("server_first", "server"),
                                                    ("crossed", "both"))]
    assert min(less) >= 0 and sum(less) <= seen["by_reset"], (found, seen)


def any_command(bench):
    run = bench.run("--loader-command", LOAD.replace("{before}", ""), *ONE, "-d", "20s")
    trial = run.trial("graceful")
    valid(trial)
    equal(trial["third_party"]["end"], "exited with status 0", "end")
    assert trial["third_party"]["output"].endswith("done\n"), trial["third_party"]
    holds(trial["connections"], dict(dict.fromkeys(UNKNOWN), attempted=30, established=30),
          "connections")
    equal((trial["exchanges"], trial["exchanges_per_s"], trial["bytes"]), (None, None, None),
          "what nobody counted")
    equal(trial["time_wait"]["server"]["created"], 30, "TIME_WAITs of the server")
    equal(trial["first_closer"]["measured"], "server", "first closer")
    assert finding(trial, "loader-ended-early")["t_s"] < 20, trial["findings"]


def all_its_processes_are_counted(bench):
    """Half a second of CPU time in a child, and half in a daemon that outlives the command."""
    burn = "%s -c 'import time\nwhile time.process_time() < 0.5: pass\n%s'"
    before = burn % (sys.executable, "") + " & wait; " + \
        "(setsid " + burn % (sys.executable, "time.sleep(1)") + " &); "
    trial = bench.run("--loader-command", LOAD.replace("{before}", before), *ONE, "-d",
                      "40s").trial("graceful")
    used_s = trial["cpu_us_per_connection"]["client"] * trial["connections"]["attempted"] / 1e6
    print("%.2f s of CPU time" % used_s)
    assert 1 <= used_s < 2, "%.2f s of CPU time were counted" % used_s


def its_words(bench):
    echo = "sh -c 'printf \"%s|\" \"$@\"' sh {url} {host}:{port} '{connections} {threads}' " \
        "{duration_s} {total} {unknown} \"a 'b'\" \\{host}"
    trial = bench.run("--loader-command", echo, *ONE, "-c", "4", "-t", "2", "-d", "1500ms", "-n",
                      "9", "--path", "/bytes/3").trial("graceful")
    equal(trial["third_party"]["output"], "http://198.18.0.1:8080/bytes/3|198.18.0.1:8080|4 2|2|9|"
          "{unknown}|a 'b'|{host}|", "its words")
    equal(trial["invalid_because"][0], "no connection was attempted", "reason")


def a_loader_that_says_much(bench):
    """More than a pipe holds, at once: it waits until it is heard, and nothing fails."""
    trial = bench.run("--loader-command", LOAD.replace("{before}", "seq 1 200000;"), *ONE, "-d",
                      "40s").trial("graceful")
    valid(trial)
    equal(trial["third_party"]["end"], "exited with status 0", "end")
    output = trial["third_party"]["output"]
    assert output.endswith("200000\ndone\n"), output[-99:]
    run = bench.run("--loader-command", "yes", *ONE, "-d", "500ms")
    loader = run.trial("graceful")["third_party"]
    equal((loader["stopped"], loader["killed"]), (True, False), "how one ended that never stops")


def a_loader_that_runs_on(bench):
    host = Host()
    process = bench.start("--loader-command",
                          "sh -c 'trap \"\" INT; echo on; sleep 60 & setsid sleep 60; wait'", *ONE,
                          "-d", "500ms")
    wait_for(lambda: len(descendants(process.pid)) >= 5, "the loader to run")
    host.watch(process.pid)
    host.pids |= descendants(process.pid)
    run = bench.finish(process)
    run.played()
    loader = run.trial("graceful")["third_party"]
    equal((loader["stopped"], loader["killed"], loader["exit_status"], loader["output"]),
          (True, True, 137, "on\n"), "how it ended")
    assert loader["ran_s"] < 30, loader
    host.check()


def bad_loaders(bench):
    run = bench.finish(bench.start("--loader-command", "sh -c 'sleep 0.2; echo no use; exit 4'",
                                   *ONE, "-d", "5s"))
    equal(run.status, 1, run.said())
    equal(run.trial("graceful")["invalid_because"][0],
          "the loader exited with status 4: no use", "reason")
    run = bench.finish(bench.start("--loader-command", "sh -c 'printf \"\\377\\n\"; exit 5'", *ONE))
    equal(run.trial("graceful")["third_party"]["output"], "?\n", "output that is no text")
    equal(run.trial("graceful")["invalid_because"][0], "the loader exited with status 5: ?",
          "reason that is no text")
    for arguments, words in ((("--loader-command", "no-such-loader {url}"),
                              ("--loader-command", "no-such-loader", "PATH")),
                             (("--loader-command", "./no-such-loader"), ("No such file",)),
                             (("--loader", "wrk"), ("--loader wrk", "Debian's package wrk"))):
        process = bench.verb("run", *arguments, environment={"PATH": "/nowhere"})
        print("%d %s" % (process.returncode, process.stderr.strip()))
        equal((process.returncode, process.stderr.count("\n")), (3, 1), process.stderr)
        for word in words:
            assert word in process.stderr, process.stderr


def third_party_loaders(bench):
    for situation in (any_command, all_its_processes_are_counted, its_words,
                      a_loader_that_says_much, a_loader_that_runs_on, bad_loaders):
        situation(bench)
    if not shutil.which("wrk"):
        raise Skip("wrk is not installed")
    for situation in (wrk_is_measured, wrk_loses_connections, wrk_races_for_the_close):
        situation(bench)
    if os.geteuid() == 0:
        with Bench(uid=NOBODY) as ordinary:
            wrk_is_measured(ordinary)
            a_loader_that_runs_on(ordinary)


if __name__ == "__main__":
    main(third_party_loaders)
