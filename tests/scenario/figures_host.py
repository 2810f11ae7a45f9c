#!/usr/bin/env python3
"""The host that a result names: its CPUs, memory, kernel, limits, and user, from /proc."""
import os
import resource
import time

from lib.scenario import equal, main
from lib.table import between, near

DESCRIPTORS = 6000
# Of the kernel, whose ticks are its resolution; Python has no name for it.
CLOCK_MONOTONIC_COARSE = 6


def first_of(path, name):
    with open(path) as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith(name)),
                    "unknown")


def online_cpus():
    """From a list of ranges: 0-3,6"""
    with open("/sys/devices/system/cpu/online") as file:
        ranges = [part.split("-") for part in file.read().strip().split(",")]
    return sum(int(part[-1]) - int(part[0]) + 1 for part in ranges)


def limit():
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS // 2, DESCRIPTORS))


def check_time_wait_life(life):
    """60 s (TCP_TIMEWAIT_LEN, include/net/tcp.h), and up to a tick of the kernel's timer wheel: at
    that distance an eighth of 64 s at most (LVL_CLK_DIV, kernel/time/timer.c), or less."""
    equal(life.pop("hz"), round(1 / time.clock_getres(CLOCK_MONOTONIC_COARSE)), "ticks a second")
    equal(life["least_s"], 60, "s that a TIME_WAIT lives at least")
    between(60, life["most_s"], 68, "s that a TIME_WAIT lives at most")
    near(life["mean_s"], (life["least_s"] + life["most_s"]) / 2, 0, 0.001, "s in the mean")


def figures_host(bench):
    run = bench.run("--strategies", "graceful", "--repeat", "1", "-n", "10", "-c", "2", "-d",
                    "100s", preexec_fn=limit)
    with open("/proc/sys/kernel/osrelease") as file:
        kernel = file.read().strip()
    host = dict(run.result["host"])
    known = {"name": os.uname().nodename, "kernel": kernel, "cpus": online_cpus(),
             "rlimit_nofile": DESCRIPTORS,
             "cpu_model": first_of("/proc/cpuinfo", "model name"), "root": os.geteuid() == 0}
    # MemTotal is what a container is shown, which may round it.
    near(host.pop("memory_bytes"), 1024 * int(first_of("/proc/meminfo", "MemTotal").split()[0]),
         0.01, 0, "bytes of memory")
    check_time_wait_life(host.pop("time_wait_life"))
    equal(host, known, "the host")
    line = "kernel:   %s, %d CPUs, %s, %s" % (
        kernel, known["cpus"], known["cpu_model"],
        "as root" if known["root"] else "as an ordinary user")
    assert line in run.stdout.splitlines(), "\"%s\" is not in\n%s" % (line, run.stdout)


if __name__ == "__main__":
    main(figures_host)
