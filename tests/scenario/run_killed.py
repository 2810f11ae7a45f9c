#!/usr/bin/env python3
"""kill -9 of the bench, at any moment of a run, leaves nothing on this host."""
import ctypes
import os
import signal

from lib.host import Host
from lib.scenario import equal, main, wait_for_load

PR_SET_CHILD_SUBREAPER = 36
# As its server begins, and when so many connections have reached it.
AFTER = (0, 1, 1000, 10000)


def orphans_reap():
    """Whose parent dies becomes this process's child, as it would be init's."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def kill_after(bench, connections):
    host = Host()
    process, server = bench.start_and_meet("-d", "1h", "-c", "64", "-t", "2")
    wait_for_load(server, connections)
    host.watch(process.pid)
    assert {process.pid, server} <= host.pids, "the bench and its server do not run"
    if process.poll() is None:
        process.kill()
    process.communicate()
    equal(process.returncode, -signal.SIGKILL, "how the bench ended")
    assert len([name for name in host.made if name.startswith("net:")]) >= 2, \
        "a server's and a client's namespace were expected: %s" % host.made
    signal.signal(signal.SIGCHLD, lambda *_: orphans_reap())
    orphans_reap()
    host.check()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # The name of the result was taken before the first trial, and no trial has ended.
    left = [name for name in os.listdir(bench.folder) if "result" in name]
    equal(left, [os.path.basename(process.path)], "files")
    equal(os.path.getsize(process.path), 0, "bytes of the result")
    os.unlink(process.path)


def killed(bench):
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for connections in AFTER:
        kill_after(bench, connections)


if __name__ == "__main__":
    main(killed)
