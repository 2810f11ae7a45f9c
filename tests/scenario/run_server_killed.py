#!/usr/bin/env python3
"""The server dies in the middle of a trial: that trial is invalid, the run goes on and fails."""
import os
import re
import signal

from lib.scenario import accounting, equal, main, valid, wait_for_load


def server_killed(bench):
    process, server = bench.start_and_meet("--strategies", "server-close,keep-alive,client-close",
                                           "--repeat", "1", "-d", "3s", "-c", "32")
    wait_for_load(server, 200)
    os.kill(server, signal.SIGKILL)
    run = bench.finish(process)
    equal(run.status, 1, run.said())
    trials = sorted(run.trials, key=lambda trial: trial["order"])
    equal([trial["order"] for trial in trials], [1, 2, 3], "order of the trials")
    for trial in trials:
        print("%-12s %s, because %s" % (trial["strategy"], accounting(trial),
                                        trial["invalid_because"]))
    first, *later = trials
    assert not first["valid"], "the trial whose server was killed is valid"
    reason = "in the middle of the trial the server was killed by signal 9"
    assert first["invalid_because"][0].startswith(reason), first["invalid_because"]
    told = " ".join(run.stdout.split())
    # Samples that a busy machine missed may make others invalid, too.
    assert re.search("invalid: (\\d of 3 trials, )?%s: %s" % (first["strategy"], reason), told), run.stdout
    assert first["connections"]["completed"] > 0, "it was killed before the load"
    assert first["duration_s"] < 3, "the trial went on without its server"
    for trial in later:
        valid(trial)
    for summary in run.result["summary"]:
        expected = 0 if summary["strategy"] == first["strategy"] else 1
        assert summary["valid_trials"] <= expected, summary
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("teardown: a trial could not be carried out"), run.stderr


if __name__ == "__main__":
    main(server_killed)
