"""A stand-in for servers of third parties, and the processes that they become."""
import os
import sys

from lib.scenario import status_of

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "third_party_server.py")


def command(*modes):
    return "%s %s {port} %s" % (sys.executable, SERVER, " ".join(modes))


def descendants(pid):
    """All processes below it, with /proc alone."""
    parents = {}
    for entry in os.listdir("/proc"):
        status = status_of(int(entry)) if entry.isdigit() else None
        if status:
            parents[int(entry)] = status["ppid"]
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found - {pid}
