#!/usr/bin/env python3
"""faults.py [--for DURATION | --all] [--seed N] [--only CALL[:ERRNO[:N]]]
          [--sanitized] PATH-OF-THE-SERVER

Each system call that teardown-server makes fails, with each errno it can have, at its 1st to 20th
call (strace's injection), of plain connections and over TLS. Whatever fails: nothing crashes and
nobody is kept waiting, the server is back in service, its descriptors are as before, its accounting
balances, it exits with 0; or, at its start, it says in one line why it cannot run and exits with 1
(3: no address space).

--for draws from all of these until the time has passed, --all goes through them. Exits 77 where
strace cannot trace.
"""
import argparse
import concurrent.futures
import os
import random
import re
import sys
import time
import traceback
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from errnos import LEFT_OUT, SANITIZER, SERVING, STARTING  # noqa: E402
from subject import TLS, NotReached, Subject, can_trace, census, has_tls  # noqa: E402

CALLS_MAX = 20
STRATEGIES = ("graceful", "server-close", "reset", "reset-after-ack", "fin-on-data", "keep-alive",
              "adaptive-drain", "fin-then-reset")
SKIPPED = 77


class Fault:
    """One call that fails: the `number`th of its kind since the server's start, or in service."""

    def __init__(self, stage, is_tls, call, errno, number, skip=0):
        self.stage, self.is_tls = stage, is_tls
        self.call, self.errno, self.number, self.skip = call, errno, number, skip
        # Another for each, and always the same.
        self.strategy = STRATEGIES[zlib.crc32(self.injection().encode()) % len(STRATEGIES)]

    def __str__(self):
        return "%s, %s%s: %s fails the %d. time with %s" % (
            self.stage, self.strategy, " over TLS" if self.is_tls else "", self.call, self.number, self.errno)

    def injection(self):
        return "%s:error=%s:when=%d" % (self.call, self.errno, self.skip + self.number)


def faults_of(program, is_tls):
    """Every fault, and none that this server cannot meet: its calls are counted first."""
    starting, loading, serving = census(program, TLS if is_tls else None)
    unknown = {*starting, *serving} - {*STARTING, *SERVING} - LEFT_OUT
    for call, errnos in STARTING.items():
        for number in range(1, min(starting.get(call, 0), CALLS_MAX) + 1):
            for errno in errnos.split():
                yield Fault("start", is_tls, call, errno, number, loading.get(call, 0))
    for call, errnos in SERVING.items():
        for number in range(1, min(serving.get(call, 0), CALLS_MAX) + 1):
            for errno in errnos.split():
                yield Fault("service", is_tls, call, errno, number)
    # A call that nobody thought of is not proven harmless.
    assert not unknown, "no errno is known for %s: add it to errnos.py" % sorted(unknown)


def all_faults(program):
    yield from faults_of(program, False)
    if has_tls(program):
        yield from faults_of(program, True)


def meet(program, fault):
    """Returns None, or what is wrong."""
    with Subject(program, fault) as subject:
        try:
            subject.live()
            return None
        except NotReached:
            return "not reached"
        except Exception:
            return traceback.format_exc() + "The server said: " + subject.said()


def seconds(text):
    found = re.fullmatch(r"(\d+)(s|m|h)?", text)
    return int(found.group(1)) * {None: 1, "s": 1, "m": 60, "h": 3600}[found.group(2)]


def chosen(faults, only, sanitized):
    wanted = only.split(":") if only else []
    return [fault for fault in faults
            if [fault.call, fault.errno, str(fault.number)][:len(wanted)] == wanted
            and not (sanitized and fault.call in SANITIZER)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--for", dest="time_s", type=seconds, default=20)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only", help="CALL, CALL:ERRNO or CALL:ERRNO:N")
    parser.add_argument("--sanitized", action="store_true",
                        help="the server is a sanitizer's build")
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("program")
    arguments = parser.parse_args()
    if not can_trace():
        print("skipped: strace cannot trace here")
        return SKIPPED
    faults = chosen(list(all_faults(arguments.program)), arguments.only, arguments.sanitized)
    random.Random(arguments.seed).shuffle(faults)
    whole = arguments.all or arguments.only
    print("%d faults, seed %d" % (len(faults), arguments.seed), flush=True)
    end = time.monotonic() + arguments.time_s
    met = missed = failed = 0

    def one(fault):
        if not whole and time.monotonic() > end:
            return fault, "left"
        return fault, meet(arguments.program, fault)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for fault, wrong in pool.map(one, faults):
            met += wrong is None
            missed += wrong == "not reached"
            if wrong not in (None, "left", "not reached"):
                failed += 1
                print("not ok %s\n%s" % (fault, wrong), flush=True)
    print("%d faults met, %d not reached, %d failed" % (met, missed, failed))
    return 1 if failed or met == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
