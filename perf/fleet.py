#!/usr/bin/env python3
"""What a fleet of 1,000 client hosts comes to: fleet.py [--docs] BUILD

Of this machine are measured: a trial's result, what merging as many of them takes, how late starts are, and how long
rank 0 takes for a ping. What follows of them for 10, 100 and 1,000 hosts is printed; --docs writes it into
docs/fleet.md, between its marks. `teardown-mpi` and mpirun are needed, and a machine with nothing else to do."""
import argparse
import json
import os
import platform
import random
import re
import statistics
import subprocess
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOSTS = (10, 100, 1000)
STARTS, PINGED, ROUNDS = 40, 10, 1000
MARKS = re.compile(r"(<!-- fleet: begin -->\n).*?(<!-- fleet: end -->)", re.DOTALL)
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2"]


def go_first():
    """As if the machine had nothing else to do, where this user may say so."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    except PermissionError:
        pass


def run(*words):
    """Returns what it used."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=go_first)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def starts(program, folder, repeat, launcher=()):
    """Short trials of a fleet: how each has begun."""
    path = os.path.join(folder, "starts.json")
    run(*launcher, program, *([] if launcher else ["--hosts", "1"]), "-s", "graceful", "-r", str(repeat), "-d", "50ms",
        "-q", "-o", path)
    with open(path, encoding="utf-8") as file:
        return [trial["start"] for trial in json.load(file)["trials"]]


def message_of(program, folder):
    """What a rank sends of a trial of two seconds."""
    run(program, "--hosts", "1", "-s", "graceful", "-r", "1", "-d", "2s", "-q", "-o", os.path.join(folder, "one.json"),
        "--host-results", folder)
    with open(os.path.join(folder, "trial-1-rank-0.json"), encoding="utf-8") as file:
        return file.read()


def merged(teardown, message, hosts, folder):
    """Merges what so many hosts send: (processor time in s, memory in bytes, bytes of the merged file)."""
    result, into = json.loads(message), os.path.join(folder, "merged.json")
    trial, paths = result["trials"][0], []
    begun = trial["started_unix_us"]
    for host in range(hosts):
        result["host"]["name"], trial["started_unix_us"] = "host-%d" % host, begun + host
        paths.append(os.path.join(folder, "host-%d.json" % host))
        with open(paths[-1], "w", encoding="utf-8") as file:
            json.dump(result, file, separators=(",", ":"))
    usage = run(teardown, "merge", *paths, "-q", "-o", into)
    size = os.path.getsize(into)
    os.remove(into)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, size


def ahead_ms(hosts):
    """How long before the start rank 0 names it, as its source says."""
    with open(os.path.join(SOURCE, "bench/mpi/head.c"), encoding="utf-8") as file:
        text = file.read()
    return int(re.search(r"AHEAD_NS \((\d+) \* NS_PER_MS", text)[1]) + \
        hosts * int(re.search(r"AHEAD_A_HOST_NS \((\d+) \* NS_PER_US", text)[1]) / 1000


def last_ms(late_us, hosts, chance):
    """When the last of so many hosts begins: drawn from how late one was."""
    lasts = sorted(max(chance.choices(late_us, k=hosts)) / 1000 for _ in range(ROUNDS))
    return lasts[ROUNDS // 2], lasts[ROUNDS * 99 // 100]


def row(name, values):
    return "| %s | %s |\n" % (name, " | ".join(values))


def table(build, folder):
    program, teardown = os.path.join(build, "bench/mpi/teardown-mpi"), os.path.join(build, "bench/teardown")
    chance = random.Random(1)
    message = message_of(program, folder)
    bins = sum(len(kind["histogram"]) for kind in json.loads(message)["trials"][0]["latency_us"].values())
    late_us = [start["late_us"] for start in starts(program, folder, STARTS)]
    ping_us = 2 * statistics.median(start["clock_bound_us"] for start in starts(program, folder, PINGED, MPIRUN))
    costs = [merged(teardown, message, hosts, folder) for hosts in HOSTS]
    lasts = [last_ms(late_us, hosts, chance) for hosts in HOSTS]
    head = "Linux %s, %d processors, load average %.1f: a host sends %.1f KB of a trial of 2 s, of which its bins are " \
        "%.1f KB. Of %d starts of one host the median was %.2f ms late, the latest %.2f ms; a ping of another rank took " \
        "%.0f us.\n\n" % (platform.release(), os.cpu_count(), os.getloadavg()[0], len(message) / 1000, bins / 1000, STARTS,
                         statistics.median(late_us) / 1000, max(late_us) / 1000, ping_us)
    return head + row("client hosts", ("{:,}".format(hosts) for hosts in HOSTS)) + "|---" * (1 + len(HOSTS)) + "|\n" + \
        row("rank 0 holds of a trial until the last host has sent its part, MB",
            ("%.2f" % (hosts * len(message) / 1e6) for hosts in HOSTS)) + \
        row("`teardown merge` of their files: processor time, s", ("%.2f" % cost[0] for cost in costs)) + \
        row("its memory, MB", ("%.0f" % (cost[1] / 1e6) for cost in costs)) + \
        row("the merged file, KB", ("%.0f" % (cost[2] / 1000) for cost in costs)) + \
        row("rank 0 names the start so long before, ms", ("%.1f" % ahead_ms(hosts) for hosts in HOSTS)) + \
        row("the last host begins so late, half of the times, ms (simulated)", ("%.2f" % last[0] for last in lasts)) + \
        row("the same, 99 times of 100 (simulated)", ("%.2f" % last[1] for last in lasts)) + \
        row("how far apart clocks may be, at most, where all ping at once, ms", ("%.2f" % (hosts * ping_us / 2000) for hosts in HOSTS))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", action="store_true", help="write it into docs/fleet.md")
    parser.add_argument("build", metavar="BUILD")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = table(os.path.abspath(arguments.build), folder)
    print(text, end="")
    path = os.path.join(SOURCE, "docs/fleet.md")
    if arguments.docs:
        with open(path, encoding="utf-8") as file:
            page = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(MARKS.sub(lambda marks: marks[1] + "\n" + text + "\n" + marks[2], page))


if __name__ == "__main__":
    main()
