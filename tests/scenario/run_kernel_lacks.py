#!/usr/bin/env python3
"""What this kernel cannot run: with "all" it is listed and no failure, by its name it is exit status 3.

A library that is preloaded hides a setting, as kernels before Linux 6.14 have it:
run_kernel_lacks.py TEARDOWN TEARDOWN-SERVER COMPILER…"""
import json
import os
import subprocess
import sys

from lib.scenario import HOST_CANNOT, Skip, equal, main, status_played

HIDDEN = "tcp_tw_reuse_delay"
LACKS = "tw-reuse-fast"
SHORT = ("-n", "3", "-c", "1", "-r", "1")
SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/types.h>

static int hidden(const char *path)
{
	return strncmp(path, "/proc/sys/", 10) == 0 && strstr(path, HIDDEN) != 0;
}

#define OPEN(name) \
	int name(const char *path, int flags, ...) \
	{ \
		va_list args; \
		va_start(args, flags); \
		mode_t mode = va_arg(args, mode_t); \
		va_end(args); \
		if (hidden(path)) { \
			errno = ENOENT; \
			return -1; \
		} \
		return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name))(path, flags, mode); \
	}

OPEN(open)
OPEN(open64)
OPEN(__open_2)
OPEN(__open64_2)
"""


def library(bench):
    path = os.path.join(bench.folder, "hides.so")
    subprocess.run([*sys.argv[3:], "-shared", "-fPIC", "-DHIDDEN=\"%s\"" % HIDDEN, "-x", "c", "-", "-o", path,
                    "-ldl"], input=SOURCE.encode(), check=True)
    return {"LD_PRELOAD": path}


def all_are_asked_for(bench, lacking):
    process = bench.verb("run", "-s", "all", *SHORT, "-o", "all.json", environment=lacking)
    equal(process.returncode, status_played(process.stderr), "exit status: " + process.stderr)
    with open(os.path.join(bench.folder, "all.json")) as file:
        result = json.load(file)
    equal([entry["strategy"] for entry in result["not_run"]], [LACKS], "not run")
    because = result["not_run"][0]["because"]
    assert "client:net.ipv4.%s: no network namespace of this kernel has" % HIDDEN in because, because
    said = "not run: %s: %s\n" % (LACKS, because)
    equal(" ".join(process.stdout.split()).count(said.strip()), 1, "what is said below the table: " + process.stdout)
    equal(process.stderr.count(said), 1, "what is said before the run: " + process.stderr)
    assert process.stderr.index(said) < process.stderr.index("trial 1 of"), process.stderr
    played = [trial["strategy"] for trial in result["trials"]]
    assert LACKS not in played and "tw-reuse" in played and len(played) > 10, played
    equal([trial["order"] for trial in result["trials"]], list(range(1, len(played) + 1)), "order")
    equal(set(result["strategies"]), {*played, LACKS}, "strategies")


def named_beside_others(bench, lacking):
    """The others are run."""
    process = bench.verb("run", "-s", "graceful, %s" % LACKS, *SHORT, "-o", "named.json",
                         environment=lacking)
    equal(process.returncode, HOST_CANNOT, "exit status: " + process.stderr)
    assert process.stderr.rstrip().split("\n")[-1].startswith("teardown: %s: client:net.ipv4.%s: " % (
        LACKS, HIDDEN)), process.stderr
    equal(process.stderr.count("trial 1 of 1, "), 1, "trials: " + process.stderr)
    assert os.path.exists(os.path.join(bench.folder, "named.json")), os.listdir(bench.folder)


def named_alone(bench, lacking):
    """Nothing can be run: no trial, no table, no file."""
    before = os.listdir(bench.folder)
    process = bench.verb("run", "-s", LACKS, *SHORT, "-q", "-o", "alone.json", environment=lacking)
    equal((process.returncode, process.stdout), (HOST_CANNOT, ""), process.stderr)
    equal(process.stderr.count("\n"), 1, "lines: " + process.stderr)
    equal(os.listdir(bench.folder), before, "files")


def a_threshold_of_what_was_not_run(bench, lacking):
    process = bench.verb("run", "-s", "graceful,%s" % LACKS, *SHORT, "-o", "fail-if.json", "--fail-if",
                         LACKS + ".rate_per_s < 1", environment=lacking)
    equal(process.returncode, HOST_CANNOT, "exit status: " + process.stderr)
    assert "threshold not judged: %s.rate_per_s < 1: no trial of this strategy is valid" % LACKS \
        in process.stderr, process.stderr


def nothing_is_lacking(bench):
    """The same commands, where the kernel has the setting: this is not the library's doing."""
    with open("/proc/sys/net/ipv4/" + HIDDEN) as file:
        file.read()
    outcome = bench.run("-s", LACKS, *SHORT)
    equal((len(outcome.trials), outcome.result["not_run"]), (1, []), "trials, not run")


def an_unknown_setting(bench):
    """Refused once, before the first trial; the nearest name is offered."""
    before = os.listdir(bench.folder)
    for setting, said in (
            ("client:net.ipv4.tcp_tw_resue=1", "did you mean net.ipv4.tcp_tw_reuse?\n"),
            ("server:net.ipv4.xyzzy_plugh=1", "has such a setting\n"),
            ("client:net.nowhere.tcp_tw_reuse=1", "has such a setting\n"),
            ("client:net.ipv4.tcp_tw_reuse=banana", "tcp_tw_reuse=banana: Invalid argument\n")):
        process = bench.verb("run", "-s", "graceful,reset", "-r", "3", "-o", "x.json", "--sysctl", setting)
        equal((process.returncode, process.stdout), (HOST_CANNOT, ""), process.stderr)
        equal(process.stderr.count("\n"), 1, "lines: " + process.stderr)
        assert process.stderr.endswith(said), process.stderr
        equal(os.listdir(bench.folder), before, "files")


def kernel_lacks(bench):
    bench.run("-s", "graceful", *SHORT)  # Skips where there is no namespace.
    an_unknown_setting(bench)
    lacking = library(bench)
    for part in (all_are_asked_for, named_beside_others, named_alone, a_threshold_of_what_was_not_run):
        part(bench, lacking)
        print("ok", part.__name__, flush=True)
    try:
        nothing_is_lacking(bench)
    except OSError as error:
        raise Skip("this kernel lacks the setting itself: %s" % error) from error


if __name__ == "__main__":
    main(kernel_lacks)
