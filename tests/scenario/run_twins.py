#!/usr/bin/env python3
"""Twins: two strategies at the same time, each on a network of its own. run_twins.py TEARDOWN TEARDOWN-SERVER"""
import os
import signal

from lib.scenario import accounting, descendants_of, equal, main, passive_opens, status_of
from lib.wait import wait_for

LONG = "60s"


def servers_of(pid):
    return [child for child in descendants_of(pid)
            if (status_of(child) or {}).get("name", "").startswith("teardown-server")]


def is_loaded(server):
    try:
        return passive_opens(server) >= 20
    except OSError:
        return False


def start_and_meet_both(bench, *arguments):
    """Until both servers are under load: at the same time, then."""
    process = bench.start("-s", "graceful,reset", "--twins", "-c", "8", *arguments)

    def look():
        assert process.poll() is None, "the run ended early\n" + bench.finish(process).said()
        servers = servers_of(process.pid)
        return servers if len(servers) == 2 and all(map(is_loaded, servers)) else None
    return process, wait_for(look, "two servers under load")


def at_the_same_time(bench):
    """That both servers run at once is seen in the longer runs below."""
    run = bench.run("-s", "graceful,reset", "--twins", "-c", "8", "-r", "3", "-d", "500ms")
    equal(sorted((trial["repeat"], trial["strategy"]) for trial in run.trials),
          [(round, name) for round in (1, 2, 3) for name in ("graceful", "reset")], "trials")
    equal([trial["order"] for trial in run.trials], [1, 2, 3, 4, 5, 6], "order")
    for trial in run.trials:
        accounting(trial)
    assert run.result["options"]["twins"] is True, run.result["options"]
    assert "3 pairs of 0.5 s: " in run.stderr and run.stderr.count("beside it: ") == 3, run.stderr
    assert "pair 3 of 3" in run.stderr and "pair 4" not in run.stderr, run.stderr
    assert "Twins: both strategies ran at the same time" in run.stdout, run.stdout
    assert " --twins " in run.result["command_line"], run.result["command_line"]
    said = bench.verb("compare", run.path, "-s", "graceful,reset").stdout
    assert "twins, %d valid pairs of 3" % sum(
        all(trial["valid"] for trial in run.trials if trial["repeat"] == round)
        for round in (1, 2, 3)) in said, said
    assert "Fewer than 8 valid pairs of twins" in said, said


def not_at_the_same_time(bench):
    """What looks like it: the same run without --twins."""
    run = bench.run("-s", "graceful,reset", "-c", "8", "-r", "1", "-d", "200ms")
    assert run.result["options"]["twins"] is False and "Twins" not in run.stdout, run.said()
    assert "beside it" not in run.stderr and "2 trials of 0.2 s" in run.stderr, run.stderr
    assert "valid pairs" not in bench.verb("compare", run.path, "-s", "graceful,reset").stdout


def interrupted(bench):
    process, servers = start_and_meet_both(bench, "-r", "2", "-d", LONG)
    equal(len({os.readlink("/proc/%d/ns/net" % server) for server in servers}), 2, "networks")
    process.send_signal(signal.SIGINT)
    run = bench.finish(process)
    equal(run.status, 130, run.said())
    equal([trial["repeat"] for trial in run.trials], [1, 1], "rounds")
    for trial in run.trials:
        assert "interrupted" in trial["invalid_because"] and trial["duration_s"] < 60, trial


def one_server_dies(bench):
    """Its twin's trial goes on to its end, and the next round has both."""
    process, servers = start_and_meet_both(bench, "-r", "2", "-d", "8s")
    os.kill(servers[0], signal.SIGKILL)
    run = bench.finish(process)
    equal(run.status, 1, run.said())
    first = [trial for trial in run.trials if trial["repeat"] == 1]
    equal(len(first), 2, "trials of the first round")
    broken = [trial for trial in first if any("the server" in text for text in trial["invalid_because"])]
    equal(len(broken), 1, "trials whose server died")
    whole = next(trial for trial in first if trial not in broken)
    assert whole["duration_s"] >= 8, whole["duration_s"]
    equal(len(run.trials), 4, "trials")


def twins(bench):
    at_the_same_time(bench)
    not_at_the_same_time(bench)
    interrupted(bench)
    one_server_dies(bench)


if __name__ == "__main__":
    main(twins)
