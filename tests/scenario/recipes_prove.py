#!/usr/bin/env python3
"""The items "Prove it" of docs/recipes.md: each command is run, with smaller numbers, on what has the trouble and on what
was changed as the recipe says, and tells the one from the other."""
import os
import shlex
import sys
import time

from lib.known_server import KnownServer, known_command, request_read, response
from lib.ramp import broke
from lib.recipe import line_of, lines_of, play, scaled
from lib.scenario import equal, main

RESTARTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib", "restarted_server.py")
OK, CROSSED = 0, 99


def words(line, **sizes):
    """A line's options, with `d="1s"` for its duration and so on. A whole command begins with its program and its verb."""
    options = shlex.split(line)
    options = options[2:] if options[:2] == ["teardown", "run"] else options
    for name, value in sizes.items():
        flag = ("-" if len(name) == 1 else "--") + name.replace("_", "-")
        options[options.index(flag) + 1] = value
    return options


def without(options, *flags):
    """The options but for these and their values."""
    return [word for at, word in enumerate(options) if not {word, *options[max(0, at - 1):at]} & set(flags)]


def prove(bench, *commands):
    """Runs them beside each other; returns their outcomes."""
    started = [bench.start("-r", "1", *options) for options in commands]
    return [bench.finish(one) for one in started]


def found(outcome):
    return {finding["id"]: finding for trial in outcome.trials for finding in trial["findings"]}


def statuses(bench, commands):
    """Those of runs with --fail-if, by what was changed."""
    outcomes = prove(bench, *commands.values())
    return {change: outcome.status for change, outcome in zip(commands, outcomes)}


def no_port_is_refused(bench):
    """70 ports, 80 connections within two seconds; where each is reused after a second they last for 70/s."""
    title = '"Cannot assign requested address"'
    same = without(words(line_of(title, "Have it here", "teardown run "), port_range="40000-40069"), "-s", "-r", "-n")
    proof = [*same, *words(line_of(title, "Prove it", "-R "), R="40", d="2s")]
    none = ["-s", "client-close"]
    cure = {"a pool": ["-s", "keep-alive"], "the server first": ["-s", "server-close"],
            "addresses": [*none, "--client-addresses", "2"], "a wider range": [*none, "--port-range", "40000-40099"],
            "reuse": [*none, "--sysctl", "client:net.ipv4.tcp_tw_reuse=1"]}
    tried = {"none": none, "tcp_fin_timeout": [*none, "--sysctl", "client:net.ipv4.tcp_fin_timeout=1"], **cure}
    equal(statuses(bench, {change: [*proof, *options] for change, options in tried.items()}),
          {"none": CROSSED, "tcp_fin_timeout": CROSSED, **{change: OK for change in cure}}, "exit status, by the change")


def a_rate_lasts(bench):
    """A ramp to 160/s within a second makes 80 connections, so of 100 ports none is missed. Two seconds at 80 % of what it
    held do miss some."""
    title = '"How much does it take?"'
    ramp = line_of(title, "Have it here", "teardown run --server-command ")
    options = without(words(ramp, ramp="1..160", d="1s"), "--server-command", "--server-port")
    few = ["-s", "client-close", "--port-range", "40000-40099"]
    held, = prove(bench, [*options, *few])
    equal([broke(trial["ramp"]) for trial in held.trials], [[]], "what broke of the ramp")
    again = words(line_of(title, "Prove it", "-R "), R="%d" % (160 * .8), d="2s")
    missed, lasts = prove(bench, [*again, *few], [*again, "-s", "server-close"])
    equal({"ports-exhausted" in found(missed), "ports-exhausted" in found(lasts)}, {True, False}, "once more")


def the_last_round_trip_is_lost(bench):
    """Each client pauses once. The last round trip before the limit is that from 1.2 s to 2 s; the pauses are so far from
    either that a process which is late by 0.3 s changes nothing."""
    title = "502 now and then, with keep-alive"
    here = words(line_of(title, "Have it here", "teardown run "), rtt="800ms", keep_alive="2s", d="60s",
                 requests_per_connection="2")
    sweep = line_of(title, "Prove it", "--sweep ")
    pauses = "50ms", "1.6s", "3s"
    outcomes = prove(bench, *([*without(here, "--think", "-r"), "-c", "8", "-n", "8",
                               *words(sweep, sweep="think=" + pause)] for pause in pauses))
    told = {}
    for pause, outcome in zip(pauses, outcomes):
        clients, = outcome.trials[0]["clients"]
        print(pause, clients, flush=True)
        equal(clients["attempted"], 8, "connections")
        counts = {"answered": clients["responses"] - 8, "lost": clients["unanswered_kept"], "closed": clients["closed_idle"]}
        told[pause] = {behind for behind, count in counts.items() if count > 0}
    equal(told, {"50ms": {"answered"}, "1.6s": {"lost"}, "3s": {"closed"}}, "what came of requests behind the pause")


def deal(server, connection, _):
    if request_read(connection):
        connection.sendall(response(10, closes=False))
    connection.recv(4096)
    while server.words[0] == "keeps":
        time.sleep(600)


def what_is_kept_is_named(bench):
    title = "CLOSE_WAIT that grows"
    def server(how):
        return ["--server-command", known_command(__file__, "serve", "{port}", os.path.join(bench.folder, how), how),
                "--server-name", "it", "--timeout", "500ms"]
    one = without(words(line_of(title, "Prove it", "teardown run ")), "--server-command")
    all_over = words(line_of(title, "Prove it", "--matrix "))
    ill, well, ill_cells, well_cells = prove(bench, *([*options, "-n", "8", *server(how)]
                                                      for options in (one, all_over) for how in ("keeps", "closes")))
    holder = found(ill)["close-wait-leak"]
    equal((holder["held"], holder["process"], "close-wait-leak" in found(well)), (8, "python3", False), str(holder))
    for outcome, kept in ((ill_cells, True), (well_cells, False)):
        equal({trial["strategy"] for trial in outcome.trials}, {"it:close-first", "it:half-close"}, "cells")
        for trial in outcome.trials:
            made = trial["connections"]["attempted"]
            equal((made > 0, trial["delivery"]["held"]), (True, made if kept else 0), "held of " + trial["strategy"])
    assert "8 held" in ill_cells.stdout and "held" not in well_cells.stdout, ill_cells.stdout + well_cells.stdout


def the_cap_is_kept(bench):
    line = line_of('"TCP: time wait bucket table overflow"', "Prove it", "--sysctl ")
    proof = [words(scaled(line, {"buckets=N": "buckets=%d" % cap}), R="100", d="1s") for cap in (20, 1000)]
    said = [next((line for line in outcome.stdout.splitlines() if line.startswith("checked and well: ")), "")
            for outcome in prove(bench, *(["-s", "server-close", *options] for options in proof))]
    equal(["TIME_WAIT cap" in line for line in said], [False, True], "whether the TIME_WAIT cap is well: %s" % said)


def a_restart_is_told(bench):
    title = '"Connection reset by peer" at a restart'
    reload, restart = line_of(title, "Prove it", "teardown run "), line_of(title, "Prove it", "1s=restart")
    ids = [line for line in lines_of(title, "Prove it") if line in ("reset-listener-closed", "restart-port-held")]
    equal(len(ids), 2, "findings that the recipe names: %s" % ids)

    def restarted(*how, duration="1500ms"):
        return ["--server-command", " ".join((sys.executable, RESTARTED, "{host} {port}", *how)), "--server-name", "it",
                "-c", "16", "-d", duration, "--at", restart]
    handed_on = [*without(words(reload), "--server-command"), "--server-command",
                 bench.server + " --listen {host}:{port} --strategy graceful", "-c", "16", "-d", "1500ms"]
    # A busy machine is slow to stop the one and to start the other.
    outcomes = prove(bench, restarted("reuseaddr", "slow"), restarted(duration="3s"), restarted("reuseaddr"), handed_on)
    has = [[id in found(outcome) for id in ids] for outcome in outcomes]
    equal([has[0][0], has[1][1], has[2][1], has[3]], [True, True, False, [False, False]], "findings %s: %s" % (ids, has))
    equal(sum(event["lost"] for event in outcomes[3].trials[0]["events"]), 0, "lost where the listener was handed on")


def a_nat_is_enough(bench):
    """A kernel that counts no SYNs with an older timestamp cannot answer. Four at once: a server that stands still has the NAT
    hold some ports for each of them, and of 40 it is not to run out."""
    title = "Behind SNAT"
    here = line_of(title, "Have it here", "teardown run -s graceful ")
    same = without(words(here, nat_ports="3000-3039", c="4"), "-s", "-r", "-n")
    proof = words(scaled(line_of(title, "Prove it", "-R "), {"addresses N": "addresses 2"}), R="400", d="1s")
    proof += ["-n", "80"]
    with open("/proc/net/netstat") as file:
        if " PAWSTimewait " not in file.read():
            return "this kernel does not count SYNs with an older timestamp"
    more = ["--nat-ports", "3000-3499"]
    equal(statuses(bench, {"none": [*same, *proof, "-s", "graceful"],
                           "the client first": [*same, *proof, "-s", "client-close"],
                           "ports": [*same, *more, *proof, "-s", "graceful"]}),
          {"none": CROSSED, "the client first": OK, "ports": OK}, "exit status, by the change")


def scenario(bench):
    for part in (no_port_is_refused, a_rate_lasts, the_last_round_trip_is_lost, what_is_kept_is_named, the_cap_is_kept,
                 a_restart_is_told, a_nat_is_enough):
        play(part, bench)


if sys.argv[1] == "serve":
    KnownServer(deal).run()
else:
    main(scenario)
