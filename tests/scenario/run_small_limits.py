#!/usr/bin/env python3
"""A run under limits that are too small (setrlimit(2)) says so in one sentence and ends by itself,
never by a signal; and what was measured is shown."""
import os
import re
import resource
import subprocess

from lib.scenario import TIMEOUT_S, Bench, equal, main, status_played, valid

OTHER_UID = 54321
QUICK = ("--strategies", "graceful,client-close", "-d", "200ms", "--repeat", "1", "-c", "8")
MIB = 1 << 20
# LeakSanitizer makes a thread of its own at the end, which few processes do not allow.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"


def run_with(bench, limit, value):
    process = bench.start(
        *QUICK, preexec_fn=lambda: resource.setrlimit(limit, (value, value)))
    out, err = process.communicate(timeout=TIMEOUT_S)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def sentence(done):
    """The last line of a run that failed."""
    assert done.returncode in (1, 2, 3), "exit status %d\n%s" % (done.returncode, done.stderr)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("teardown: "), done.stderr
    return last


def a_file_may_not_grow(bench):
    done = run_with(bench, resource.RLIMIT_FSIZE, 4096)
    equal(done.returncode, 1, done.stderr)
    assert "File too large" in sentence(done), done.stderr
    for strategy in ("graceful", "client-close"):
        assert re.search(r"\n(\S+)? +%s " % strategy, done.stdout), done.stdout
    # One that is large enough is no limit.
    run = bench.finish(bench.start(*QUICK, preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (MIB, MIB))))
    run.played()
    for trial in run.trials:
        valid(trial)


def few_descriptors(bench):
    for count in (8, 16, 40):
        done = run_with(bench, resource.RLIMIT_NOFILE, count)
        equal(done.returncode, 2, done.stderr)
        assert "limit of open descriptors (ulimit -Hn) is %d" % count in sentence(done), done.stderr


def little_memory(bench):
    """From what the program cannot even start with to what is plenty."""
    ended = set()
    for mib in (*range(20, 120, 10), 1024):
        done = run_with(bench, resource.RLIMIT_AS, mib * MIB)
        # The dynamic linker and the allocator speak for themselves.
        if done.returncode != 127:
            assert done.returncode >= 0, "%d MiB: signal %d\n%s" % (
                mib, -done.returncode, done.stderr)
        if done.returncode in (1, 2, 3):
            sentence(done)
        ended.add(done.returncode)
    assert 0 in ended and len(ended) > 1, ended


def little_stack(bench):
    for kib in (128, 256, 512):
        done = run_with(bench, resource.RLIMIT_STACK, kib << 10)
        equal(done.returncode, 3, done.stderr)
        assert "RLIMIT_STACK: its hard limit is %d bytes" % (kib << 10) in sentence(done), done.stderr
    # What may be raised is, and threads do not go by it.
    run = bench.finish(bench.start(*QUICK, "--threads", "2", preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_STACK, (256 << 10, 8 * MIB))))
    run.played()
    done = run_with(bench, resource.RLIMIT_STACK, MIB)
    equal(done.returncode, status_played(done.stderr), "1 MiB")


def few_processes():
    with Bench(uid=OTHER_UID) as bench:
        for count in (1, 2, 3):
            done = run_with(bench, resource.RLIMIT_NPROC, count)
            if done.returncode == 3:
                print("few_processes:", sentence(done))
                continue
            equal(done.returncode, 1, done.stderr)
            assert "Resource temporarily unavailable" in done.stderr, done.stderr
            sentence(done)


def what_is_ignored_for_it_is_not_ignored_in_a_server(bench):
    """The bench itself ignores SIGXFSZ, and in a run SIGPIPE."""
    done = bench.verb("run", "--server-command", "grep SigIgn /proc/self/status", "-d", "1s")
    assert "exited with status 0: SigIgn:?0000000000000000" in done.stderr, done.stderr


def small_limits(bench):
    what_is_ignored_for_it_is_not_ignored_in_a_server(bench)
    a_file_may_not_grow(bench)
    few_descriptors(bench)
    if not os.environ.get("SANITIZED"):
        little_memory(bench)
        little_stack(bench)
    if os.geteuid() == 0:
        few_processes()


if __name__ == "__main__":
    main(small_limits)
