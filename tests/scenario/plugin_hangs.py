#!/usr/bin/env python3
"""Hooks of plug-ins that never return, crash or exit, in a run: the bench says which hook it was, ends
when it is told to, and goes on with the next strategy. A hook that is slow is no such case."""
import json
import os
import signal
import subprocess
import sys

from lib.plugin_workshop import (
    HOST_CANNOT, SKIPPED, TEARDOWN, TIMEOUT_S, Workshop, play)
from lib.scenario import accounting, equal, valid

# A hook's signal is to end the process, as it does in a release.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0"
HOOK = """#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
static _Atomic int calls;
enum td_verdict bad(const struct td_view *view);
enum td_verdict bad(const struct td_view *view) {
	int call = calls++;
	(void)call;
	%s
	return view->last ? TD_CLOSE : TD_KEEP; }
"""
LOOPS = "for (;;) __asm__ volatile(\"\");"
# It says so before: the test need not guess when.
FIRST_CALL_LOOPS = "if (call == 0) { (void)!write(2, \"in the hook\\n\", 12); %s }" % LOOPS
CLIENT = ".client = {.exchange_done = bad}"
SERVER = ".server = {.exchange_done = bad}"


def built(shop, code, end):
    part = {"client": {"client": CLIENT}, "server": {"server": SERVER}}[end]
    return shop.variant(before=HOOK % code, **part)


def result_of(shop):
    with open(shop.path("result.json")) as file:
        return json.load(file)


def trial_of(result, strategy):
    [trial] = [trial for trial in result["trials"] if trial["strategy"] == strategy]
    return trial


def beside_another(code, end, *options):
    """Plays the hook, and then a strategy of which all is well; returns the result."""
    with Workshop() as shop:
        done = play(built(shop, code, end) + ",graceful", *options, folder=shop.folder)
        result = result_of(shop)
    valid(trial_of(result, "graceful"))
    return done, result


def reasons(result, strategy="variant"):
    return "; ".join(trial_of(result, strategy)["invalid_because"])


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
        [entry] = result["not_run"]
        equal(entry, {"strategy": "variant",
                      "because": "strategy variant: the trial's process ended while hook "
                                 "client.exchange_done was called: " + words}, "what was not run")
        # exit(3) flushes what was buffered: of what is printed, nothing comes twice.
        equal(done.stdout.count("Medians of valid trials"), 1, "tables")


def the_first_signal_ends_a_run_whose_hook_does_not_return(number):
    """The other thread of the loader goes on for an hour, and what it has measured is kept."""
    with Workshop() as shop:
        path = built(shop, FIRST_CALL_LOOPS, "client")
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
            done = play(path + ",graceful", folder=shop.folder)
            result = result_of(shop)
        equal(done.returncode, 1, done.stderr)
        [entry] = result["not_run"]
        assert words in entry["because"], entry
        valid(trial_of(result, "graceful"))


def a_slow_hook_is_waited_for():
    """8 connections, whose calls come one after the other: longer together than what one may take."""
    done, result = beside_another("usleep(800000);", "client", "-c", "8", "-n", "8", "-d", "60s",
                                  "--timeout", "60s")
    equal(done.returncode, 0, done.stderr)
    equal(accounting(trial_of(result, "variant"))["completed"], 8, reasons(result))
    assert "hook" not in reasons(result), reasons(result)


def a_slow_hook_does_not_hold_up_the_end():
    """64 calls of 400 ms are due in the first turn of the loop. The end comes after 3.3 s, and the
    rest of them is not asked."""
    done, result = beside_another("usleep(400000);", "client", "-c", "64", "--timeout", "2s")
    equal(done.returncode, 0, done.stderr)
    assert "hook" not in reasons(result), reasons(result)
    outcomes = accounting(trial_of(result, "variant"))
    assert outcomes["completed"] < 32 and outcomes["timed_out"] > 32, outcomes


def is_lacking():
    with Workshop() as shop:
        done = play("graceful", folder=shop.folder)
    return done.stderr if done.returncode == HOST_CANNOT else None


if __name__ == "__main__":
    lacking = is_lacking()
    if lacking:
        print("skipped: there is no private network:", lacking)
        sys.exit(SKIPPED)
    a_hook_that_never_returns_is_named()
    a_hook_that_ends_the_process_is_named()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        the_first_signal_ends_a_run_whose_hook_does_not_return(signal_number)
    a_hook_of_the_server_is_named()
    a_hook_that_keeps_the_server_from_listening_is_named()
    a_slow_hook_is_waited_for()
    a_slow_hook_does_not_hold_up_the_end()
