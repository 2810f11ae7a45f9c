#!/usr/bin/env python3
"""Clients beside the load (--beside): the server has them, and no figure of the load does."""
from lib.scenario import accounting, equal, main, valid

IDLE, STALLED, TOTAL = 300, 40, 200


def of_the_load(trial):
    """What is the load's own, of 200 connections, whoever else is there."""
    accounting(trial)
    valid(trial)
    equal((trial["connections"]["attempted"], trial["connections"]["completed"]), (TOTAL, TOTAL), "the load")
    equal((trial["holder"]["measured"], trial["first_closer"]["measured"]), ("server", "server"), "claims")
    # Where clients beside the load reset theirs, a figure is of what no packet tells apart.
    waits = trial["time_wait"]["server"]
    assert waits["created_least"] <= TOTAL <= waits["created_most"], waits
    equal(trial["time_wait"]["client"]["created"], 0, "TIME_WAITs of the load's client")
    # What a busy machine may add is about its processors.
    for finding in trial["findings"]:
        assert not any(word in finding["id"] for word in (
            "reset", "wait", "close", "accept", "descriptor", "answer", "race", "listen", "port", "connection")), finding


def the_server_has_them_and_the_load_has_not(bench):
    options = ("--repeat", "1", "-c", "4", "-n", str(TOTAL), "--response-bytes", "128")
    run = bench.run(*options, "-s", "graceful", "--beside", "never-close=%d,stalled=%d" % (IDLE, STALLED))
    trial = run.trials[0]
    of_the_load(trial)
    never, stalled = trial["beside"]["clients"]
    for row, count in ((never, IDLE), (stalled, STALLED)):
        equal((row["connections"], row["attempted"], row["held"], row["completed"]), (count,) * 4, str(row))
    equal((never["responses"], stalled["responses"]), (IDLE, 0), "responses")
    server = trial["beside"]["server"]
    equal(server["held_peak"], IDLE + STALLED, "descriptors that the server held")
    equal(server["held_end"], 0, "descriptors that are left")
    said = " ".join(run.stdout.split())
    assert "beside: graceful: %d of never-close: %d connections" % (IDLE, IDLE) in said, run.stdout
    assert "held descriptors of %d connections that are not the load's, at most, and of 0" % (IDLE + STALLED) in said


def without_them_nothing_is_told(bench):
    run = bench.run("--repeat", "1", "-c", "4", "-n", str(TOTAL), "-s", "graceful")
    trial = run.trials[0]
    of_the_load(trial)
    assert "beside" not in trial and "beside:" not in run.stdout, run.stdout


def who_resets_beside_the_load_resets_nothing_of_it(bench):
    run = bench.run("--repeat", "1", "-c", "4", "-n", str(TOTAL), "-s", "graceful", "--beside", "reset=5,half-close=5")
    trial = run.trials[0]
    of_the_load(trial)
    equal(trial["connections"]["resets_seen"], 0, "resets of the load")
    reset, half = trial["beside"]["clients"]
    for row in (reset, half):
        assert row["attempted"] >= 5 and row["attempted"] == row["responses"] == row["completed"], row


def orphans_beside_the_load_are_none_of_its_own(bench):
    """The server closes towards clients that never do: its kernel has them in FIN_WAIT_2 before the trial begins."""
    run = bench.run("--repeat", "1", "-c", "4", "-n", str(TOTAL), "-s", "server-close", "--beside", "never-close=5")
    of_the_load(run.trials[0])
    equal(run.trials[0]["time_wait"]["server"]["created"], TOTAL, "TIME_WAITs of the load")


def nonsense_is_refused(bench):
    for options, words in ((("--beside", "idel=5"), "did you mean idle?"), (("--beside", "idle"), "how many of them?"),
                           (("--beside", "idle=999999"), "999999 of --beside"),
                           (("--beside", "idle=5", "--loader", "wrk"), "--beside is for the builtin loader")):
        refused = bench.verb("run", *options)
        equal(refused.returncode, 2, "exit status")
        assert words in refused.stderr, refused.stderr


def scenario(bench):
    for part in (the_server_has_them_and_the_load_has_not, without_them_nothing_is_told,
                 who_resets_beside_the_load_resets_nothing_of_it,
                 orphans_beside_the_load_are_none_of_its_own, nonsense_is_refused):
        part(bench)
        print(part.__name__)


main(scenario)
