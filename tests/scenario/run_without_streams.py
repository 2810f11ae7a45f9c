#!/usr/bin/env python3
"""A run that was started without some of stdin, stdout and stderr is a run like any other:
run_without_streams.py TEARDOWN TEARDOWN-SERVER"""
import json
import os
import subprocess

from lib.scenario import HOST_CANNOT, TIMEOUT_S, Skip, main, valid

CLOSED = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))


def each_stream_may_be_closed(bench):
    for closed in CLOSED:
        path = os.path.join(bench.folder, "without-%s.json" % "-".join(map(str, closed)))
        shell = 'exec "$0" "$@" ' + " ".join("%d>&-" % fd for fd in closed)
        run = subprocess.run(
            ["sh", "-c", shell, bench.program, "run", "--strategies", "server-close", "--repeat",
             "1", "-n", "200", "-c", "4", "--json", path], capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, cwd=bench.folder)
        if run.returncode == HOST_CANNOT:
            raise Skip("this host cannot: " + run.stderr)
        with open(path) as file:
            trial = json.load(file)["trials"][0]
        # A busy machine may leave no valid trial.
        assert run.returncode == (0 if trial["valid"] else 1), (closed, run.returncode, run.stderr)
        valid(trial)
        assert trial["connections"]["completed"] == 200, (closed, trial["connections"])


if __name__ == "__main__":
    main(each_stream_may_be_closed)
