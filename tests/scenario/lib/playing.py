"""`teardown trace --strategy NAME` as tests call it: sys.argv[1] is the program."""
import os
import re
import subprocess
import sys

TEARDOWN = os.path.abspath(sys.argv[1])
HOST_CANNOT = 3
SKIPPED = 77


def teardown(*arguments):
    return subprocess.run([TEARDOWN, *arguments], capture_output=True, text=True, timeout=120,
                          env=dict(os.environ, COLUMNS="100", LC_ALL="C.UTF-8"))


def by_kernel(text):
    """The states that sock_diag told of: {end: [state]}."""
    return {end: re.search("^%s by sock_diag: (.*)$" % end, text, re.M).group(1).split(", ")
            for end in ("client", "server")}


def refused(cases):
    """Each (arguments of trace, a part of what is said) is a wrong use."""
    for arguments, because in cases:
        done = teardown("trace", *arguments)
        assert done.returncode == 2 and because in done.stderr, (arguments, done)


def skip_unless_the_host_can():
    probe = teardown("trace", "--strategy", "graceful", "--rtt", "2ms")
    if probe.returncode == HOST_CANNOT:
        print("skipped:", probe.stderr)
        sys.exit(SKIPPED)
