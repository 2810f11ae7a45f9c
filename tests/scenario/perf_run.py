#!/usr/bin/env python3
"""perf/run from end to end, short and few: perf_run.py PERF BUILD. With LONG_TESTS=1 also beside third parties,
and how many system calls there are, which run_system_calls looks at, too."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
IS_LONG = "LONG_TESTS" in os.environ
TIMEOUT_S = 100
os.environ["PATH"] += ":/usr/sbin:/sbin"
# LeakSanitizer does not work under strace, with which system calls are counted.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"


def run(folder, *options):
    process = subprocess.run([os.path.join(sys.argv[1], "run"), "--output", folder, *options],
                             capture_output=True, text=True, timeout=TIMEOUT_S)
    if process.returncode == SKIPPED or "this host cannot" in process.stderr:
        print("skipped:", process.stderr.strip())
        sys.exit(SKIPPED)
    assert process.returncode == 0, (process.returncode, process.stderr)
    return process.stdout


def measure(folder, name, *options):
    """The figures of one measurement; the file holds what was printed."""
    chosen = ["--only", name, *options]
    text = run(folder, "--build", sys.argv[2], "--quick", "--repeat", "1", *chosen)
    print(text)
    assert run(folder, "--report", *chosen) == text, "the file does not say what was printed"
    with open(os.path.join(folder, name + ".json")) as file:
        result = json.load(file)
    for who, figures in result["figures"].items():
        assert len(figures) == 1 and figures[0] is not None, (who, figures, result["invalid"])
    return {who: figures[0] for who, figures in result["figures"].items()}


def has(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        print("not shown, not installed:", *missing)
    return not missing


def among(names):
    return [] if IS_LONG else ["--among", names]


def servers_take_cpu(folder):
    figures = measure(folder, "server-cpu", *among("teardown,bare loop,bare ring"))
    assert {"teardown", "bare loop"} <= figures.keys(), figures
    ring = os.path.join(sys.argv[2], "perf", "bare-ring")
    allowed = os.path.exists(ring) and subprocess.run([ring], stderr=subprocess.DEVNULL).returncode == 0
    assert ("bare ring" in figures) == allowed, figures
    for name, program in (("nginx", "nginx"), ("HAProxy", "haproxy"), ("lighttpd", "lighttpd"),
                          ("h2o", "h2o")):
        assert (name in figures) == (IS_LONG and bool(shutil.which(program))), (name, figures)
    assert all(2 < figure < 2000 for figure in figures.values()), figures


def calls_are_counted(folder):
    if not has("strace"):
        return
    figures = measure(folder, "server-calls", "--among",
                      "bare loop,teardown server-close,teardown graceful")
    # accept4, read, write, close: one less is not possible, and one more is made now and then.
    assert 3.9 <= figures["bare loop"] <= 4.3, figures
    assert figures["teardown graceful"] > figures["teardown server-close"] + 0.9, figures


def captures_take_cpu(folder):
    figures = measure(folder, "trace-cpu")
    assert 0 < figures["teardown"] < 1000, figures
    assert 0 < figures["teardown beyond cat"] < 1000, figures
    for name in ("tshark", "tcptrace"):
        assert (name in figures) == bool(shutil.which(name)), (name, figures)
    figures = measure(folder, "trace-flood")
    assert 0 < figures["teardown"] < 100, figures


def captures_take_memory(folder):
    if os.environ.get("SANITIZED"):
        print("not looked at: the sanitizer's own memory")
        return
    figures = measure(folder, "trace-memory")
    with open(os.path.join(folder, "trace-memory.json")) as file:
        assert "kernel" in json.load(file)["host"], "no trial was run, and the host is not known"
    assert 150 < figures["open"] <= 300, figures
    assert -20 < figures["told of"] < 20, figures
    assert 150 < figures["followed of a flood"] <= 300, figures


def loaders_take_cpu(folder):
    figures = measure(folder, "loader-cpu", *among("teardown,bare loader"))
    assert {"teardown", "bare loader"} <= figures.keys(), figures
    for name in ("wrk", "ab", "h2load", "h1load"):
        assert (name in figures) == (IS_LONG and bool(shutil.which(name))), (name, figures)
    assert all(5 < figure < 2000 for figure in figures.values()), figures


def loaders_calls_are_counted(folder):
    if has("strace"):
        figures = measure(folder, "loader-calls", "--among", "teardown,bare loader")
        assert 5.9 <= figures["bare loader"] <= 6.1, figures
        # Six that no connection can do without, and as many more as it can make where each of its
        # reads comes too early, as on a busy machine: epoll_ctl, two recv and two waits. How few
        # it makes on a quiet machine is what perf/run says.
        assert 6 <= figures["teardown"] <= 11, figures


def memory_is_measured(folder):
    figures = measure(folder, "memory", "--among", "teardown")
    assert 0 < figures["teardown"] < 100000, figures


def pages_are_written(folder):
    """A quick run alters no page of the tree: its run and its pages are a copy of theirs."""
    kept = set(os.listdir(os.path.join(sys.argv[1], "runs")))
    run(folder, "--build", sys.argv[2], "--quick", "--repeat", "1", "--docs", "--only",
        "loader-cpu", "--among", "teardown,bare loader")
    assert set(os.listdir(os.path.join(sys.argv[1], "runs"))) == kept, "a quick run was kept"
    pages = os.path.join(folder, "pages")
    added = set(os.listdir(os.path.join(pages, "perf", "runs"))) - kept
    assert len(added) == 1, added
    with open(os.path.join(pages, "docs", "perf.md")) as file:
        text = file.read()
    names = [name[:-len(".json")] for name in kept | added]
    assert all("| %s |" % name in text for name in names), (names, text)
    assert text.count("quick: too short") == 1, text


def processes_in(folder):
    """Those whose working folder is, or was, in there."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink("/proc/%s/cwd" % pid).startswith(folder):
                found.append(pid)
        except OSError:
            pass  # It has ended, or is somebody else's.
    return found


def it_can_be_ended(folder):
    """By SIGTERM too: nothing that it started, nothing that it wrote stays behind."""
    scratch = os.path.join(folder, "scratch")
    os.mkdir(scratch)
    process = subprocess.Popen(
        [os.path.join(sys.argv[1], "run"), "--output", folder, "--build", sys.argv[2], "--quick",
         "--repeat", "1000", "--only", "server-cpu", "--among", "teardown"],
        env={**os.environ, "TMPDIR": scratch}, stderr=subprocess.PIPE, text=True)
    with process:
        said = process.stderr.readline()
        deadline = time.monotonic() + TIMEOUT_S
        while not processes_in(scratch):  # Until the next trial is under way.
            assert time.monotonic() < deadline
        process.terminate()
        assert process.wait(TIMEOUT_S) == 128 + signal.SIGTERM, process.returncode
    assert said.startswith("server-cpu 1/1000"), said
    assert not os.listdir(scratch), os.listdir(scratch)
    deadline = time.monotonic() + TIMEOUT_S
    while processes_in(scratch):  # Killed, and the kernel takes their namespaces down.
        assert time.monotonic() < deadline, processes_in(scratch)


def main():
    with tempfile.TemporaryDirectory() as folder:
        counts = (calls_are_counted, loaders_calls_are_counted) if IS_LONG else ()
        for situation in (servers_take_cpu, captures_take_cpu, captures_take_memory, loaders_take_cpu, *counts,
                          memory_is_measured, pages_are_written, it_can_be_ended):
            begun = time.monotonic()
            situation(folder)
            print("ok %s: %.1f s" % (situation.__name__, time.monotonic() - begun), flush=True)


if __name__ == "__main__":
    main()
