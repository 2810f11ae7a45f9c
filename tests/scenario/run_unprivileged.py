#!/usr/bin/env python3
"""All of it as an ordinary user, with no root at all: nothing can be gained by set-uid either."""
import ctypes
import os

from lib.scenario import accounting, equal, main, valid

NOBODY = 65534
PR_SET_NO_NEW_PRIVS = 38


def give_up_privileges():
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def identity(pid):
    with open("/proc/%d/status" % pid) as file:
        lines = dict(line.split(":", 1) for line in file)
    return {int(uid) for uid in lines["Uid"].split()}, lines["NoNewPrivs"].strip()


def unprivileged(bench):
    process, server = bench.start_and_meet("--repeat", "1", "-d", "500ms", "-c", "16",
                                           preexec_fn=give_up_privileges)
    uid = NOBODY if os.geteuid() == 0 else os.geteuid()
    for pid in (process.pid, server):
        equal(identity(pid), ({uid}, "1"), "user and no_new_privs of %d" % pid)
    run = bench.finish(process)
    run.played()
    equal(run.result["host"]["root"], False, "host.root")
    assert "as an ordinary user" in run.stdout, run.stdout
    equal(len(run.trials), 6, "trials")
    for trial in run.trials:
        c = accounting(trial)
        made = {end: trial["time_wait"][end]["created"] for end in ("server", "client")}
        print("%-12s completed %d, TIME_WAIT %s" % (trial["strategy"], c["completed"], made))
        valid(trial)
        assert c["completed"] > 0, trial["strategy"]
        for end in made:
            equal(made[end], c["completed"] if trial["holder"]["declared"] == end else 0,
                  trial["strategy"] + ": TIME_WAIT at " + end)

    # Nor do addresses of IPv6, of which all but one are a local route.
    run = bench.finish(bench.start("--family", "6", "-s", "graceful", "-r", "1", "-n", "20", "-c", "4",
                                   "--client-addresses", "3", preexec_fn=give_up_privileges))
    valid(run.trials[0])
    equal((accounting(run.trials[0])["completed"], run.trials[0]["time_wait"]["server"]["created"]), (20, 20), "over IPv6")

    # A command among the server's processes, and a restart, need no right on the host either.
    run = bench.finish(bench.start("-s", "graceful", "-r", "1", "-d", "1s", "-c", "8", "--at", "300ms=restart",
                                   "--at", "600ms=command:kill -HUP {pid}", preexec_fn=give_up_privileges))
    events = run.trials[0]["events"]
    assert events[0]["restart"]["listened_s"] is not None, events[0]
    equal((events[1]["lost"], events[1]["refused"]), (0, 0), "a reload by a command")
    assert not any("--at" in reason for reason in run.trials[0]["invalid_because"]), run.said()


if __name__ == "__main__":
    main(unprivileged, uid=NOBODY if os.geteuid() == 0 else None)
