#!/usr/bin/env python3
"""What a trial of many connections leaves: no memory, and no work for the kernel."""
import os
import time

from lib.scenario import accounting, equal, main

# AddressSanitizer would keep what each sample frees: a slow machine takes more of them.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0"
SMALL, LARGE = 2000, 60000
TIME_WAITS, TRIES = 20000, 5


def peak_kib(bench, connections):
    """Peak memory of the program or of its server, whichever has more."""
    process = bench.start("--strategies", "reset", "--repeat", "1", "-n", str(connections))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    outcome = bench.finish(process)
    outcome.played()
    equal(accounting(outcome.trial("reset"))["attempted"], connections, "connections")
    return usage.ru_maxrss


def memory_does_not_grow_with_connections(bench):
    peak_kib(bench, SMALL)
    small, large = peak_kib(bench, SMALL), peak_kib(bench, LARGE)
    print("%d connections: %d KiB at most; %d: %d KiB" % (SMALL, small, LARGE, large))
    # 58,000 more connections: not half of a hundred bytes for each.
    assert large - small < 2 * 1024, "%d KiB more" % (large - small)


def time_waits_of_the_kernel():
    """All namespaces' (root only), or None."""
    try:
        with open("/proc/slabinfo") as file:
            for line in file:
                if line.startswith("tw_sock_TCP "):
                    return int(line.split()[1])
    except OSError:
        pass
    return None


def others_make_some():
    """Whether anybody else's connections end on this host: there are more TIME_WAITs within 2 s."""
    looks = [time_waits_of_the_kernel()]
    while len(looks) < 20 and looks[-1] <= min(looks):
        time.sleep(0.1)
        looks.append(time_waits_of_the_kernel())
    return looks[-1] > min(looks)


def the_network_is_gone_when_the_run_is(bench):
    """One try says so, but where others make TIME_WAITs of their own meanwhile."""
    if time_waits_of_the_kernel() is None:
        print("not shown: /proc/slabinfo cannot be read here")
        return
    for _ in range(TRIES):
        before = time_waits_of_the_kernel()
        run = bench.run("--strategies", "server-close", "--repeat", "1", "-n", str(TIME_WAITS),
                        "--source-port", "range")
        after = time_waits_of_the_kernel()
        made = run.trial("server-close")["time_wait"]["server"]["end"]
        print("%d TIME_WAITs at the end; of the kernel's, %d before and %d after" % (
            made, before, after))
        assert made > 0.4 * TIME_WAITS, made
        if after - before < made / 2:
            return
        assert others_make_some(), "they are still there"
    raise AssertionError("they are still there, in every try")


def scale(bench):
    memory_does_not_grow_with_connections(bench)
    the_network_is_gone_when_the_run_is(bench)


if __name__ == "__main__":
    main(scale)
