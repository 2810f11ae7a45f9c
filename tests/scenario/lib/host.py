"""What a run must leave as it was on this host: namespaces, links, processes, settings."""
import os

from lib.scenario import descendants_of, equal, status_of
from lib.wait import wait_for

SETTINGS = "/proc/sys/net"
# Counts what passes through the host's own stack, whoever runs there.
GAUGES = ("nf_conntrack_count",)


def settings():
    values = {}
    for folder, _, names in os.walk(SETTINGS):
        for name in names:
            path = os.path.join(folder, name)
            if name in GAUGES:
                continue
            try:
                with open(path, "rb") as file:
                    values[path] = file.read()
            except OSError:
                continue  # write-only, or for root
    return values


def links():
    return sorted(os.listdir("/sys/class/net"))


def _link_targets(folder):
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        try:
            yield os.readlink(os.path.join(folder, name))
        except OSError:
            continue


def namespaces_of(pid):
    """Network and user namespaces that a process is in or holds a descriptor of."""
    found = set()
    folder = "/proc/%s/task" % pid
    try:
        tasks = os.listdir(folder)
    except OSError:
        return found
    for task in tasks:
        found.update(_link_targets("%s/%s/ns" % (folder, task)))
    found.update(_link_targets("/proc/%s/fd" % pid))
    return {name for name in found if name.startswith(("net:[", "user:["))}


def namespaces():
    found = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            found |= namespaces_of(entry)
    return found


class Host:
    """What is there before a run; `watch` while it runs; `check` when it has ended."""

    def __init__(self):
        self.settings, self.links = settings(), links()
        self.own = namespaces_of("self")
        self.made, self.pids = set(), set()

    def watch(self, pid):
        """Notes the processes and namespaces that the bench has now."""
        family = [pid, *descendants_of(pid)]
        self.pids.update(family)
        for one in family:
            self.made |= namespaces_of(one) - self.own

    def check(self):
        # Programs beside this one make namespaces too: those that are watched must go.
        wait_for(lambda: not self.made & namespaces(), "the namespaces %s to go" % self.made)
        wait_for(lambda: not any(status_of(pid) for pid in self.pids),
                 "the processes %s to end" % self.pids)
        equal(links(), self.links, "links of the host")
        after = settings()
        differs = {path: (self.settings.get(path), after.get(path))
                   for path in {*self.settings, *after}
                   if self.settings.get(path) != after.get(path)}
        equal(differs, {}, "settings of the host that differ")
        print("gone: %d processes, %d namespaces; %d settings and links %s as before" % (
            len(self.pids), len(self.made), len(after), " ".join(self.links)))
