"""What the scenarios of `teardown run` share: run_NAME.py TEARDOWN TEARDOWN-SERVER"""
import json
import os
import shutil
import signal
import subprocess
import sys
import traceback

from lib import public_folder
from lib.wait import wait_for

HOST_CANNOT = 3
SKIPPED = 77
TIMEOUT_S = 120


def ignored_signals_restore():
    """What nohup(1) and a shell's background jobs ignore, the programs would ignore, too. SIGPIPE and
    SIGXFSZ are Python's, whose subprocess restores them."""
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


ignored_signals_restore()


class Skip(Exception):
    """This host cannot show it; the sentence says why."""


def status_of(pid):
    """{"name", "ppid", "state"} of a process, or None when there is none."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            head, tail = file.read().rsplit(")", 1)
    except OSError:
        return None
    fields = tail.split()
    return {"name": head.split("(", 1)[1], "state": fields[0], "ppid": int(fields[1])}


def children_of(pid):
    children = []
    for entry in os.listdir("/proc"):
        status = status_of(int(entry)) if entry.isdigit() else None
        if status and status["ppid"] == pid:
            children.append(int(entry))
    return children


def descendants_of(pid):
    found = []
    for child in children_of(pid):
        found += [child, *descendants_of(child)]
    return found


def server_of(pid):
    """The server that a bench has started: after its exec, so that it has its own name."""
    for child in descendants_of(pid):
        if (status_of(child) or {}).get("name", "").startswith("teardown-server"):
            return child
    return None


def passive_opens(server):
    """How many connections the kernel has opened in the network of a server's process."""
    with open("/proc/%d/net/snmp" % server) as file:
        names, values = [line.split() for line in file if line.startswith("Tcp:")]
    return int(values[names.index("PassiveOpens")])


def wait_for_load(server, connections):
    """Until the load is under way: so many connections have reached the server."""
    wait_for(lambda: passive_opens(server) >= connections, "%d connections" % connections)


def status_played(said):
    """The exit status of a run that came to its end: 1 where it says that no trial is valid, which is what
    a busy machine that misses the samples of all leaves; and that it did."""
    return 1 if "no trial is valid" in said else 0


class Outcome:
    """What a run left: exit status, stdout, stderr, the result file."""

    def __init__(self, status, stdout, stderr, path):
        self.status, self.stdout, self.stderr, self.path = status, stdout, stderr, path
        self.result = None
        if os.path.exists(path):
            with open(path) as file:
                self.result = json.load(file)

    @property
    def trials(self):
        return self.result["trials"]

    def trial(self, strategy):
        found = [trial for trial in self.trials if trial["strategy"] == strategy]
        assert len(found) == 1, "%d trials of %s" % (len(found), strategy)
        return found[0]

    def played(self):
        """The run came to its end: status 0, or 1 where no trial of it is valid, and says so. Of a run with a factor
        the cells answer, valid or not."""
        some_valid = "factor" in self.result or any(trial["valid"] for trial in self.trials)
        equal((self.status, "no trial is valid" in self.stderr), (0, False) if some_valid else (1, True), self.said())

    def said(self):
        return "exit status %s\n%s%s" % (self.status, self.stdout, self.stderr)


class Bench:
    """The two programs, and a folder for results. With a uid: copies that this user can reach, in
    a folder of its own, since a build tree may lie where only its owner gets in."""

    def __init__(self, uid=None):
        self.program, self.server = (os.path.abspath(path) for path in sys.argv[1:3])
        self.folder = public_folder.make_folder("teardown-scenario-")
        self.identity = {}
        self.started = []
        if uid is not None:
            self.identity = {"user": uid, "group": uid, "extra_groups": []}
            self.program = public_folder.copy_program(self.program, self.folder)
            self.server = public_folder.copy_program(self.server, self.folder)
            os.chown(self.folder, uid, uid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """What a test that has failed leaves behind would run for as long as it was told to."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
        shutil.rmtree(self.folder)

    def start(self, *arguments, environment=(), **popen):
        """Starts `teardown run` with a result file of its own."""
        path = os.path.join(self.folder, "result-%d.json" % (len(self.started) + 1))
        process = subprocess.Popen(
            [self.program, "run", *arguments, "--json", path], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder,
            env={**os.environ, "COLUMNS": "120", **dict(environment)}, **self.identity, **popen)
        process.path = path
        self.started.append(process)
        return process

    def finish(self, process, timeout_s=TIMEOUT_S):
        try:
            stdout, stderr = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        outcome = Outcome(process.returncode, stdout, stderr, process.path)
        if outcome.status == HOST_CANNOT:
            raise Skip("this host cannot: " + stderr.strip().splitlines()[-1])
        return outcome

    def run(self, *arguments, expect=0, **popen):
        outcome = self.finish(self.start(*arguments, **popen))
        assert outcome.result, "there is no result file\n" + outcome.said()
        if expect == 0 and "--fail-if" not in arguments:
            outcome.played()
        else:
            equal(outcome.status, expect, outcome.said())
        return outcome

    def start_and_meet(self, *arguments, **popen):
        """Starts a run; returns it and its server's pid, once the server runs."""
        process = self.start(*arguments, **popen)

        def look():
            if process.poll() is not None:
                outcome = self.finish(process)
                raise AssertionError("the run ended early\n" + outcome.said())
            return server_of(process.pid)
        return process, wait_for(look, "the server to run")

    def verb(self, *arguments, environment=(), **options):
        """Any verb, or a run that is to be refused; returns what subprocess.run does."""
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        return subprocess.run([self.program, *arguments], capture_output=True, text=True,
                              timeout=TIMEOUT_S, cwd=self.folder,
                              env={**os.environ, "COLUMNS": "120", **dict(environment)}, **options)


def accounting(trial):
    """Whether every attempted connection is accounted for; returns its connections."""
    c = trial["connections"]
    errors = sum(c["connect_errors"].values())
    ends = c["completed"] + c["short"] + c["reset"] + c["timed_out"] + errors
    assert c["attempted"] == ends, "%s: the accounting does not balance: attempted %d, accounted %d: %s" \
        % (trial["strategy"], c["attempted"], ends, c)
    return c


def valid(trial):
    """A busy machine may miss a sample, which changes none of the counts; nothing else passes."""
    reasons = [reason for reason in trial["invalid_because"]
               if not reason.endswith("samples missed")]
    assert not reasons, "%s is invalid: %s" % (trial["strategy"], "; ".join(reasons))
    assert trial["valid"] == (not trial["invalid_because"]), trial["invalid_because"]


def valid_but_late(trial):
    """Of an open loop: a busy machine may start some late; nothing else is wrong."""
    reasons = [reason for reason in trial["invalid_because"] if "were late" not in reason]
    valid(dict(trial, invalid_because=reasons, valid=not reasons))


def played(trial):
    """It was played to its end. What a busy machine did to its figures is another test's."""
    cut_off = [reason for reason in trial["invalid_because"] if "process" in reason or "hook" in reason]
    assert not cut_off, "%s: %s" % (trial["strategy"], "; ".join(cut_off))
    assert trial["connections"]["completed"] > 0, trial["connections"]


def equal(measured, expected, what):
    assert measured == expected, "%s: %s, expected %s" % (what, measured, expected)


def holds(measured, expected, what):
    """The keys that are expected; what else stands there is another test's."""
    equal({key: measured.get(key) for key in expected}, expected, what)


def main(test, **bench):
    """Runs one scenario: exits 0, 1, or 77 where this host cannot show it."""
    def stop(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, stop)
    try:
        with Bench(**bench) as one:
            test(one)
    except Skip as reason:
        print("skipped:", reason)
        sys.exit(SKIPPED)
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    print("ok")
