#!/usr/bin/env python3
"""When a mutant counts as killed: a test failed twice. What only did not end in time, or failed once,
may be a slow machine's doing."""
import sys

sys.dont_write_bytecode = True
from mutation import Mutation  # noqa: E402
from workshop import BROKEN, KILLED, SURVIVED, UNSURE, Workshop  # noqa: E402

MUTATION = Mutation("name bench/file.c named live\n-a\n+b")


class Scripted(Workshop):
    """Its tests end as told: {test: [how the first run ends, how the second does, …]}."""

    def __init__(self, ends, can_build=True):
        self.unit, self.ends, self.can_build, self.ran = ["other", "named"], ends, can_build, []

    def builds(self, tests=None):
        return self.can_build

    def failing(self, names, until_one=True):
        found = {}
        for name in names:
            if found and until_one:
                break
            self.ran.append(name)
            end = self.ends.get(name, []).pop(0) if self.ends.get(name) else "OK"
            if end != "OK":
                found[name] = end
        return found


def check(ends, verdict, text, ran, **options):
    workshop = Scripted(ends, **options)
    found = workshop.verdict(MUTATION)
    assert found == (verdict, text), (ends, found)
    assert workshop.ran == ran, (ends, workshop.ran)


def main():
    once = ["named", "live", "other"]
    check({}, SURVIVED, "SURVIVED", once)
    check({"named": ["FAIL", "FAIL"]}, KILLED, "killed by named", ["named", "named"])
    check({"live": ["ERROR", "FAIL"]}, KILLED, "killed by live", ["named", "live", "live"])
    check({"other": ["FAIL", "FAIL"]}, KILLED, "killed by other", [*once, "other"])
    check({"live": ["FAIL"]}, UNSURE, "NOT KILLED, but failed once in live",
          ["named", "live", "live", "other"])
    check({"live": ["TIMEOUT", "TIMEOUT"]}, UNSURE, "NOT KILLED, but timed out in live", once)
    check({"live": ["FAIL", "TIMEOUT"]}, UNSURE, "NOT KILLED, but failed once in live",
          ["named", "live", "live", "other"])
    check({"named": ["TIMEOUT"], "other": ["FAIL", "FAIL"]}, KILLED, "killed by other",
          [*once, "other"])
    check({}, BROKEN, "DOES NOT BUILD", [], can_build=False)
    assert MUTATION.applied("a\n") == "b\n" and MUTATION.folder == "bench"
    assert MUTATION.applied("a\na\n") is None and MUTATION.applied(None) is None
    assert MUTATION.applied("c\n") is None
    print("ok")


if __name__ == "__main__":
    main()
