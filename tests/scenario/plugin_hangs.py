#!/usr/bin/env python3
"""Hooks of plug-ins that never return, crash or exit, in a run: the bench says which hook it was, ends
when it is told to, and goes on with the next strategy. A hook that is slow is no such case."""
import os
import signal
import subprocess
import sys

from lib.plugin_hook import ENOUGH, beside_another, built, is_lacking, reasons, result_of, trial_of
from lib.plugin_workshop import SKIPPED, TEARDOWN, TIMEOUT_S, Workshop, play
from lib.scenario import accounting, equal, played, status_played

# A hook's signal is to end the process, as it does in a release.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0"
LOOPS = "for (;;) __asm__ volatile(\"\");"
# It says so before: the test need not guess when.
FIRST_CALL_HANGS = "if (call == 0) { (void)!write(2, \"in the hook\\n\", 12); %s } usleep(20000);"


def a_hook_that_never_returns_is_named():
    for code in (LOOPS, "for (;;) pause();"):
        done, result = beside_another(code, "client", "-c", "4")
        equal(done.returncode, 1, done.stderr)
        trial = trial_of(result, "variant")
        assert trial["invalid_because"][0] == \
            "strategy variant: hook client.exchange_done does not return within 5 s", reasons(result)
        # All that it held are accounted for.
        equal(accounting(trial)["timed_out"], 4, "connections that timed out")


def a_hook_that_ends_the_process_is_named():
    for code, words in (("*(volatile int *)0x10 = 1;", "Segmentation fault"),
                        ("abort();", "Aborted"), ("_exit(0);", "exit status 0"),
                        ("exit(3);", "exit status 3")):
        done, result = beside_another(code, "client")
        equal(done.returncode, 1, done.stderr)
        equal(trial_of(result, "variant")["invalid_because"],
              ["strategy variant: the trial's process ended while hook client.exchange_done was "
               "called: " + words], "reasons")
        equal(result["not_run"], [], "what was not run")
        # exit(3) flushes what was buffered: of what is printed, nothing comes twice.
        equal(done.stdout.count("Medians of valid trials"), 1, "tables")


def what_was_measured_before_a_crash_is_kept():
    """2000 calls came back. Two threads hold eight connections then, all trials are played."""
    with Workshop() as shop:
        plugin = built(shop, "static __thread int paused;"
                       "if (call >= 500 && !paused++) usleep(300000);"
                       "if (call == 2000) raise(SIGSEGV);"
                       "while (call > 2000) pause();", "client")
        done = play(plugin + ",graceful", "-r", "2", "-t", "2", "-c", "8", "-n", "4000", "-d", "9s",
                    folder=shop.folder)
        result = result_of(shop)
    equal(done.returncode, 1, done.stderr)
    trials = [trial for trial in result["trials"] if trial["strategy"] == "variant"]
    equal([len(trials), len(result["trials"]), result["not_run"]], [2, 4, []], "trials")
    for trial in trials:
        outcomes = accounting(trial)
        # A call of the other thread may have been under way.
        assert 1999 <= outcomes["completed"] <= 2000, outcomes
        assert 0 < outcomes["timed_out"] <= 8, outcomes
        equal(trial["latency_us"]["total"]["count"], trial["exchanges"], "exchanges with a latency")
        assert 2000 <= trial["exchanges"] <= 2002, trial["exchanges"]
        # The pause is longer than the time between two samples.
        assert len(trial["samples"]) >= 3, trial["samples"]
        equal(trial["valid"], False, "whether it is valid")
        assert trial["rate_per_s"] * 0.3 <= 2000, trial["rate_per_s"]
        equal((trial["findings"], trial["holder"]["measured"], "still_open" in trial),
              ([], "unknown", False), "what only the end would tell")


def the_first_signal_ends_a_run_whose_hook_does_not_return(number, hang):
    """The other thread of the loader goes on for an hour, and what it has measured is kept."""
    with Workshop() as shop:
        path = built(shop, FIRST_CALL_HANGS % hang, "client")
        bench = subprocess.Popen(
            [TEARDOWN, "run", "--strategies", path, "-d", "1h", "-t", "2", "-c", "8", "--json",
             "result.json"], cwd=shop.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        for line in bench.stderr:
            if "in the hook" in line:
                break
        bench.send_signal(number)
        _, said = bench.communicate(timeout=TIMEOUT_S)
        equal(bench.returncode, 130, said)
        result = result_of(shop)
    trial = trial_of(result, "variant")
    assert "hook client.exchange_done does not return within 5 s" in reasons(result), reasons(result)
    assert "interrupted" in trial["invalid_because"], reasons(result)
    equal(accounting(trial)["timed_out"], 4, "connections of the thread that hangs")
    equal(trial["connections"]["completed"] > 0, True, "whether the other thread's are there")


def a_hook_of_the_server_is_named():
    for code, words in (
            (LOOPS, "the server did not end on SIGTERM, and was killed by signal 9 while "),
            ("*(volatile int *)0x10 = 1;", "in the middle of the trial the server was killed by "
                                           "signal 11 while "),
            ("_exit(3);", "in the middle of the trial the server exited with status 3 while ")):
        done, result = beside_another(code, "server", "-c", "4", "--timeout", "300ms")
        equal(done.returncode, 1, done.stderr)
        reason = reasons(result).split("; ")[0]
        assert reason.startswith(words + "hook server.exchange_done was called"), reasons(result)


def a_hook_that_keeps_the_server_from_listening_is_named():
    """The other ends by itself, and not in a hook."""
    for code, words in (
            ("for (;;) pause();", "hook server.configure_listener does not return"),
            ("_exit(3);", "the server ended before it listened: it exited with status 3 while hook "
                          "server.configure_listener was called")):
        with Workshop() as shop:
            path = shop.variant(
                before="#include <unistd.h>\nstatic int bad(int fd) { (void)fd; %s return 0; }" % code,
                server=".server = {.exchange_done = td_half_close_after_last, "
                       ".configure_listener = bad}")
            done = play(path + ",graceful", *ENOUGH, folder=shop.folder)
            result = result_of(shop)
        equal(done.returncode, 1, done.stderr)
        [entry] = result["not_run"]
        assert words in entry["because"], entry
        played(trial_of(result, "graceful"))


def a_slow_hook_is_waited_for():
    """8 connections, whose calls come one after the other: longer together than what one may take."""
    done, result = beside_another("usleep(800000);", "client", "-c", "8", "-n", "8", "-d", "60s",
                                  "--timeout", "60s")
    equal(done.returncode, status_played(done.stderr), done.stderr)
    equal(accounting(trial_of(result, "variant"))["completed"], 8, reasons(result))
    assert "hook" not in reasons(result), reasons(result)


def a_slow_hook_does_not_hold_up_the_end():
    """64 calls of 400 ms are due in the first turn of the loop. The end comes after 3.3 s, and the
    rest of them is not asked."""
    done, result = beside_another("usleep(400000);", "client", "-c", "64", "--timeout", "2s")
    equal(done.returncode, status_played(done.stderr), done.stderr)
    assert "hook" not in reasons(result), reasons(result)
    outcomes = accounting(trial_of(result, "variant"))
    assert outcomes["completed"] < 32 and outcomes["timed_out"] > 32, outcomes


if __name__ == "__main__":
    lacking = is_lacking()
    if lacking:
        print("skipped: there is no private network:", lacking)
        sys.exit(SKIPPED)
    a_hook_that_never_returns_is_named()
    a_hook_that_ends_the_process_is_named()
    what_was_measured_before_a_crash_is_kept()
    for signal_number, endless in ((signal.SIGTERM, LOOPS), (signal.SIGINT, "for (;;) pause();")):
        the_first_signal_ends_a_run_whose_hook_does_not_return(signal_number, endless)
    a_hook_of_the_server_is_named()
    a_hook_that_keeps_the_server_from_listening_is_named()
    a_slow_hook_is_waited_for()
    a_slow_hook_does_not_hold_up_the_end()
