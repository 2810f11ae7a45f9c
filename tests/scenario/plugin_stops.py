#!/usr/bin/env python3
"""A trial whose process is stopped (SIGSTOP), by a hook or from outside, and hooks that leave processes
behind: the run goes on, ends when it is told to, and leaves nothing. Ctrl-Z and fg are no such case."""
import os
import signal
import subprocess
import sys
import time

from lib.plugin_hook import ENOUGH, beside_another, built, is_lacking, result_of, trial_of
from lib.plugin_workshop import SKIPPED, TEARDOWN, TIMEOUT_S, Workshop, play
from lib.scenario import children_of, equal, played, server_of, status_of, status_played, wait_for_load
from lib.wait import wait_for, wait_past

STOPPED = "strategy variant: the trial's process was stopped by a signal, and killed"
IN_THE_HOOK = ", while hook client.exchange_done was called"
# How long the bench lets a trial be stopped that it is not stopped with.
STOPPED_S = 5
# A trial that is to go on until it is stopped, whose load leaves the processors to others meanwhile.
PACED = ("-R", "300")
# Once in a run: leaves its parent, session and group, and writes its number to a file. It has none of
# the sockets: with them in another process connections would not close, which takes long.
LEAVES = """static const char left[] = "%s";
	int leaves = call == 2 && access(left, F_OK) != 0;
	if (leaves && fork() == 0) {
		for (int fd = 3; fd < 1024; fd++)
			close(fd);
		setsid();
		if (fork() != 0)
			_exit(0);
		FILE *out = fopen("%s.new", "w");
		fprintf(out, "%%d", (int)getpid());
		fclose(out);
		rename("%s.new", left);
		for (;;) pause();
	}
	while (leaves && access(left, F_OK) != 0) usleep(1000);
	"""


def because(result):
    """Why there is no valid trial of the variant."""
    said = [entry["because"] for entry in result["not_run"]]
    return said + [reason for trial in result["trials"] if trial["strategy"] == "variant"
                   for reason in trial["invalid_because"]]


def a_hook_that_stops_the_trial_is_named():
    done, result = beside_another("if (call == 99) raise(SIGSTOP);", "client", "-c", "4")
    equal((done.returncode, because(result)), (1, [STOPPED + IN_THE_HOOK]), done.stderr)


def a_hook_that_ends_the_keeper_ends_its_trial():
    for code, words in (("kill(getppid(), SIGSTOP);", "was stopped by a signal, and killed"),
                        ("kill(getppid(), SIGKILL);", "ended")):
        done, result = beside_another(code, "client", "-c", "4")
        equal(done.returncode, 1, done.stderr)
        assert because(result)[0].startswith("strategy variant: the trial's process " + words), \
            because(result)


def child_named(pid, name):
    for child in children_of(pid):
        if (status_of(child) or {}).get("name") == name:
            return child
    return None


def family_of(bench):
    """The trial's keeper and its process, once they are there."""
    keeper = wait_for(lambda: child_named(bench.pid, "teardown-keeper"), "the keeper")
    return keeper, wait_for(lambda: child_named(keeper, "teardown"), "the trial's process")


def start(shop, *options, **popen):
    return subprocess.Popen(
        [TEARDOWN, "run", "--json", "result.json", *options], cwd=shop.folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **popen)


def meet(shop, *options, **popen):
    """A run, in the middle of a trial's load."""
    bench = start(shop, "-c", "4", *options, **popen)
    server = wait_for(lambda: server_of(bench.pid), "the server")
    wait_for_load(server, 100)
    return bench, family_of(bench), server


def finish(bench):
    out, said = bench.communicate(timeout=TIMEOUT_S)
    return bench.returncode, out, said


def is_gone(pid):
    """A zombie is its parent's to look at, and takes nothing."""
    return (status_of(pid) or {"state": "Z"})["state"] == "Z"


def stopped_from_outside():
    """The first of two trials, or the keeper that it has: the second one is played."""
    for which in (0, 1):
        with Workshop() as shop:
            bench, family, server = meet(shop, "-s", "graceful", "-r", "2", "-d", "3s", *PACED)
            os.kill(family[which], signal.SIGSTOP)
            status, _, said = finish(bench)
            result = result_of(shop)
        equal(status, 1, said)
        assert "the trial's process was stopped by a signal, and killed" in said, said
        for pid in (*family, server):
            wait_for(lambda pid=pid: is_gone(pid), "process %d to end" % pid)
        equal([trial["order"] for trial in result["trials"]], [1, 2], "trials")
        first, second = result["trials"]
        assert "was stopped by a signal" in first["invalid_because"][0], first["invalid_because"]
        assert first["connections"]["completed"] >= 90, first["connections"]
        played(second)


def one_signal_ends_a_run_that_is_stopped():
    for number in (signal.SIGTERM, signal.SIGINT):
        for which in (0, 1):
            with Workshop() as shop:
                bench, family, server = meet(shop, "-s", "graceful", "-d", "1h")
                os.kill(family[which], signal.SIGSTOP)
                bench.send_signal(number)
                status, _, said = finish(bench)
                [trial] = result_of(shop)["trials"]
            equal(status, 130, said)
            assert "was stopped by a signal" in trial["invalid_because"][0], trial["invalid_because"]
            equal(trial["invalid_because"][1:], ["interrupted"], "reasons beside it")
            assert trial["connections"]["completed"] >= 90, trial["connections"]
            for pid in (*family, server):
                wait_for(lambda pid=pid: is_gone(pid), "process %d to end" % pid)


def stopped_for_long(everybody):
    """Stops the bench and what is in its group, as Ctrl-Z and fg do; or everybody, as a debugger or a
    container that is paused. Longer than a trial may be stopped alone. Returns the trials."""
    with Workshop() as shop:
        bench, family, server = meet(shop, "-s", "graceful", "-r", "2", "-d", "2s", *PACED,
                                     start_new_session=True)
        pids = (bench.pid, *family, server)
        for number in (signal.SIGSTOP, signal.SIGCONT):
            os.killpg(bench.pid, number)
            for pid in pids if everybody else ():
                os.kill(pid, number)
            if number == signal.SIGSTOP:
                wait_past(time.monotonic() + STOPPED_S + 1.5)
        status, _, said = finish(bench)
        result = result_of(shop)
    equal((status, result["not_run"], len(result["trials"])), (status_played(said), [], 2), said)
    played(result["trials"][1])
    return result["trials"]


def stopped_with_the_bench_goes_on():
    """A trial is in a group of its own: Ctrl-Z does not reach it. Where all stop the clock goes on, so
    the trial has missed samples, and says so."""
    played(stopped_for_long(False)[0])
    said = "; ".join(stopped_for_long(True)[0]["invalid_because"])
    assert "samples missed" in said and "stopped" not in said, said


def a_hook_that_signals_its_group_ends_its_trial():
    for code, words in (("kill(0, SIGSTOP);", "was stopped by a signal, and killed"),
                        ("kill(0, SIGKILL);", "ended"), ("kill(0, SIGTSTP);", "was stopped")):
        done, result = beside_another("if (call == 99) " + code, "client", "-c", "4")
        equal(done.returncode, 1, done.stderr)
        assert because(result)[0].startswith("strategy variant: the trial's process " + words), \
            because(result)


def a_hook_that_becomes_another_program_ends_its_trial():
    done, result = beside_another(
        'if (call == 99) execl("/bin/sleep", "sleep", "3600", (char *)0);', "client", "-c", "4")
    equal((done.returncode, because(result)),
          (1, ["strategy variant: the trial's process closed all that it had open, and was killed"
               + IN_THE_HOOK]), done.stderr)
    assert trial_of(result, "variant")["connections"]["completed"] >= 90, result


def leaver(shop, code, end, name="variant.so"):
    """A plug-in that leaves a process behind, and then runs the code; and where its number is."""
    path = shop.path("left")
    return built(shop, LEAVES % (path, path, path) + code, end, name), path


def left_of(path):
    with open(path) as file:
        return int(file.read())


def what_a_hook_leaves_is_killed():
    """Whether the trial goes on after it, crashes, exits, is killed, or stops; also in `check`."""
    for code in ("", "if (call == 99) *(volatile int *)0x10 = 1;", "if (call == 99) _exit(3);",
                 "if (call == 99) raise(SIGKILL);", "if (call == 99) raise(SIGSTOP);"):
        with Workshop() as shop:
            plugin, path = leaver(shop, code, "client")
            done = play(plugin + ",graceful", "-c", "4", *ENOUGH, "--timeout", "300ms", folder=shop.folder)
            played(trial_of(result_of(shop), "graceful"))
            assert is_gone(left_of(path)), "%r: what the hook left is still there\n%s" % (
                code, done.stderr)
    with Workshop() as shop:
        plugin, path = leaver(shop, "", "client")
        subprocess.run([TEARDOWN, "check", plugin], cwd=shop.folder, stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=TIMEOUT_S)
        assert is_gone(left_of(path)), "what the hook left in check is still there"


def what_a_hook_leaves_dies_with_the_bench():
    """Killed, or told twice to end."""
    for numbers in ((signal.SIGKILL,), (signal.SIGTERM, signal.SIGINT)):
        with Workshop() as shop:
            plugin, path = leaver(shop, "if (call == 2) for (;;) pause();", "client")
            bench = start(shop, "-s", plugin, "-d", "1h", "-c", "4")
            wait_for(lambda path=path: os.path.exists(path), "what the hook leaves")
            family = family_of(bench)
            for number in numbers[:-1]:
                bench.send_signal(number)
                while "once more" not in bench.stderr.readline():
                    pass
            bench.send_signal(numbers[-1])
            status, _, said = finish(bench)
            equal(status, -numbers[-1], said)
            for pid in (*family, left_of(path)):
                wait_for(lambda pid=pid: is_gone(pid), "process %d to end" % pid)


if __name__ == "__main__":
    lacking = is_lacking()
    if lacking:
        print("skipped: there is no private network:", lacking)
        sys.exit(SKIPPED)
    for situation in (a_hook_that_stops_the_trial_is_named, a_hook_that_ends_the_keeper_ends_its_trial,
                      a_hook_that_signals_its_group_ends_its_trial,
                      a_hook_that_becomes_another_program_ends_its_trial,
                      stopped_from_outside, one_signal_ends_a_run_that_is_stopped,
                      stopped_with_the_bench_goes_on, what_a_hook_leaves_is_killed,
                      what_a_hook_leaves_dies_with_the_bench):
        began = time.monotonic()
        situation()
        print("%s: %.1f s" % (situation.__name__, time.monotonic() - began), flush=True)
