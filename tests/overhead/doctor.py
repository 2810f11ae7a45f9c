#!/usr/bin/env python3
"""What a look of teardown doctor costs, and what it costs the others: doctor.py TEARDOWN TIME_WAITS

500,000 TIME_WAITs of 10,000 pairs in one network namespace, beside 100 others. A measurement: a busy machine
fails it. The last line is the figure; exit 77 where the TIME_WAITs cannot be made before the first of them ends."""
import multiprocessing
import os
import resource
import socket
import statistics
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../scenario"))
from lib import loopback  # noqa: E402  pylint: disable=wrong-import-position

WORKERS, DESTINATIONS, EACH, OTHERS = 100, 100, 5000, 100
CPU_MS_MOST, MEMORY_MB_MOST, SLOWER_MOST = 250, 64, 1.02
LEAST = 0.95
LOOKS, WINDOW_S = 12, 2


def made(program, *arguments):
    """Holds the namespaces until its input is closed. Returns it, and what it says."""
    process = subprocess.Popen([program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    said = process.stdout.readline().strip()
    if not said:
        sys.exit("no TIME_WAITs were made")
    return process, said


def time_waits(pid):
    with open("/proc/%d/net/sockstat" % pid) as file:
        words = next(line.split() for line in file if line.startswith("TCP:"))
    return int(words[words.index("tw") + 1])


def most_time_waits():
    """Of all namespaces that a process here is in."""
    return max(time_waits(int(pid)) for pid in os.listdir("/proc") if pid.isdigit())


def look(program):
    """Its CPU time in ms, of both looks."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.run([program, "doctor", "--for", "1s"], stdout=subprocess.DEVNULL)
    if process.returncode not in (0, 90, 91):
        sys.exit("teardown doctor ended with %d" % process.returncode)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def connect_on(count):
    """Connections that leave nothing, one after the other, for as long as it may."""
    listener = socket.create_server(("127.0.0.1", 0))
    while True:
        with socket.create_connection(listener.getsockname()) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            listener.accept()[0].close()
        count.value += 1


def rate_of(count, during):
    begin, first = time.monotonic(), count.value
    during()
    time.sleep(max(0, WINDOW_S - (time.monotonic() - begin)))
    return (count.value - first) / (time.monotonic() - begin)


def slower(program):
    """How many times fewer connections/s beside looks: windows with one and without, in turn."""
    count = multiprocessing.Value("Q", 0, lock=False)
    load = multiprocessing.Process(target=connect_on, args=(count,), daemon=True)
    load.start()
    without, beside = [], []
    for _ in range(LOOKS):
        without.append(rate_of(count, lambda: None))
        beside.append(rate_of(count, lambda: look(program)))
    load.kill()
    return statistics.median(without) / statistics.median(beside)


def measured(program, fixture, fixtures):
    """How many TIME_WAITs there were throughout, ms of CPU of two looks, how many times slower a load is."""
    fixtures.append(made(fixture, 4, 1, 1, OTHERS)[0])
    many, said = made(fixture, EACH, DESTINATIONS, WORKERS, 1)
    fixtures.append(many)
    print(said, flush=True)
    before = most_time_waits()
    cpu_ms = sorted(look(program) for _ in range(3))[1]
    there = min(before, most_time_waits())
    return there, cpu_ms, slower(program)


def main():
    loopback.enter("--pid", "--fork", "--mount-proc")
    program, fixtures, wanted = sys.argv[1], [], EACH * WORKERS
    try:
        there, cpu_ms, ratio = measured(program, sys.argv[2], fixtures)
        memory_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    finally:
        for process in fixtures:
            process.stdin.close()
            process.wait()
    if there < LEAST * wanted:
        print("of %d TIME_WAITs %d had ended: the machine is too slow, or busy" % (wanted, wanted - there), file=sys.stderr)
        sys.exit(77)
    print("%d TIME_WAITs of %d pairs, %d other namespaces: two looks take %.0f ms of CPU and %.0f MB; beside them a load is "
          "%.3f times slower" % (there, DESTINATIONS * WORKERS, OTHERS, cpu_ms, memory_mb, ratio))
    sys.exit(cpu_ms > CPU_MS_MOST or memory_mb > MEMORY_MB_MOST or ratio > SLOWER_MOST)


if __name__ == "__main__":
    main()
