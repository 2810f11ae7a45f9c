#!/usr/bin/env python3
"""A server of a third party: measured whatever it does, and ended whatever it became."""
import contextlib
import os
import signal
import sys

from lib.host import Host
from lib.scenario import TIMEOUT_S, accounting, equal, main, passive_opens, valid
from lib.third_party import SERVER, command, descendants
from lib.wait import wait_for

QUICK = ("--server-name", "it", "--repeat", "1", "-n", "200", "-c", "4")


def how_it_closes(bench):
    for modes in ((), ("chunked",), ("endless",), ("daemon",)):
        trial = bench.run("--server-command", command(*modes), *QUICK).trial("it")
        print("%-10s %s first, %s holds" % (" ".join(modes) or "plain",
                                            trial["first_closer"]["measured"],
                                            trial["holder"]["measured"]))
        valid(trial)
        equal(accounting(trial)["completed"], 200, "completed")
        equal(trial["bytes"], {"promised": 200 * 21, "received": 200 * 21}, "bytes")
        equal(trial["first_closer"]["measured"], "server", "first closer")
        equal(trial["holder"]["measured"], "server", "holder")
        assert trial["cpu_us_per_connection"]["server"] > 0, "CPU time"
        assert trial["server_memory"]["rss_bytes"] > 1000000, "memory"


def a_child_that_comes_late_is_counted(bench):
    """It is there at the end of the trial, but was not at the start."""
    trial = bench.run("--server-command", command("forks"), *QUICK).trial("it")
    used_s = trial["cpu_us_per_connection"]["server"] * trial["connections"]["attempted"] / 1e6
    print("%.2f s of CPU time in %.2f s" % (used_s, trial["duration_s"]))
    assert used_s >= 0.05, "%.2f s of CPU time were counted" % used_s


def resets_before_the_request(bench):
    """They were established: no connect(2) failed."""
    trial = bench.run("--server-command", command("resets"), *QUICK).trial("it")
    connections = accounting(trial)
    equal({name: connections[name] for name in ("established", "reset", "connect_errors")},
          {"established": 200, "reset": 200, "connect_errors": {}}, "connections")


def several_requests_on_one_connection(bench):
    trial = bench.run("--server-command", command(), *QUICK,
                      "--requests-per-connection", "5").trial("it")
    valid(trial)
    equal((trial["connections"]["completed"], trial["exchanges"]), (200, 1000), "exchanges")
    equal(trial["first_closer"]["measured"], "server", "first closer")


def another_client_close(bench):
    run = bench.run("--server-command", command(), *QUICK, "--client-close", "reset")
    trial = run.trial("it")
    valid(trial)
    equal(trial["holder"]["measured"], "none", "holder")
    assert "loader-hides-server-policy" in [f["id"] for f in trial["findings"]], trial["findings"]


def another_path_and_port(bench):
    for path, reasons in (("/", []), ("/nothing", ["200 responses without a status of 2xx (404: 200)"])):
        trial = bench.run("--server-command", "%s -u -m http.server {port}" % sys.executable, "-c",
                          "1", "--server-port", "9000", "--path", path, *QUICK[:-2]).trial("it")
        equal([r for r in trial["invalid_because"] if "samples" not in r], reasons, path)


def its_name(bench):
    """The program's, as strategies are called."""
    program = os.path.join(bench.folder, "_My_Server.2_")
    os.symlink(sys.executable, program)
    run = bench.run("--server-command", "%s %s {port}" % (program, SERVER), *QUICK[2:])
    valid(run.trial("my-server-2"))


def fails(bench, status, words, *arguments):
    process = bench.verb("run", "--repeat", "1", "-d", "2s", "-c", "4", *arguments)
    print("%d %s" % (process.returncode, process.stderr.strip().splitlines()[-1]))
    equal(process.returncode, status, process.stderr)
    said = [line for line in process.stderr.splitlines() if line.startswith("teardown: ")]
    equal(len(said), 1, "lines that say why: " + process.stderr)
    for word in words:
        assert word in process.stdout + process.stderr, process.stdout + process.stderr


def bad_servers(bench):
    fails(bench, 3, ("--server-command", "no-such-server"), "--server-command", "no-such-server")
    fails(bench, 1, ("ended before it listened", "exited with status 3: so it is"),
          "--server-command", "sh -c 'echo so it is; exit 3'")
    fails(bench, 1, ("does not listen on port 8080 after 5 s", "it said: elsewhere"),
          "--server-command", "sh -c 'echo elsewhere; sleep 100'")
    fails(bench, 1, ("in the middle of the trial the server exited with status 3",),
          "--server-command", command("dies:100"))


def serves(bench_pid):
    """Whether a process that the bench has started is in a network with connections."""
    for pid in descendants(bench_pid):
        with contextlib.suppress(OSError):  # It has just ended.
            if passive_opens(pid) > 0:
                return True
    return False


def ends_with_all_it_started(bench):
    """After a run, an interrupt's, and kill -9: daemons and those who ignore signals, too."""
    for how in (None, signal.SIGINT, signal.SIGKILL):
        host = Host()
        process = bench.start("--server-command", command("daemon", "stubborn"), "--repeat", "1",
                              "-d", "1s" if how is None else "1h", "-c", "4")
        # The trial's keeper, the trial's process, the server's first process, and the daemon: its
        # parent and that one's are gone.
        wait_for(lambda: serves(process.pid) and len(descendants(process.pid)) == 4, "the daemon")
        host.watch(process.pid)
        host.pids |= descendants(process.pid)
        if how is not None:
            process.send_signal(how)
        _, said = process.communicate(timeout=TIMEOUT_S)
        # A busy machine may leave no valid trial.
        played = 1 if "no trial is valid" in said else 0
        wanted = {None: played, signal.SIGINT: 130, signal.SIGKILL: -9}[how]
        equal(process.returncode, wanted, "exit status after %s" % how)
        host.check()


def third_party_servers(bench):
    for situation in (how_it_closes, a_child_that_comes_late_is_counted,
                      resets_before_the_request, several_requests_on_one_connection,
                      another_client_close, another_path_and_port, its_name, bad_servers,
                      ends_with_all_it_started):
        situation(bench)


if __name__ == "__main__":
    main(third_party_servers)
