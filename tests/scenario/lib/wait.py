"""Waiting for an event. Here alone a test sleeps between two looks: what it waits for is never a
time that should do, and a slow machine makes a wait longer but not wrong."""
import time

DEADLINE_S = 60
PERIOD_S = 0.005


def wait_for(look, what, within_s=DEADLINE_S):
    """Returns the first true value of look()."""
    due = time.monotonic() + within_s
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < due, "after %d s still waiting for %s" % (within_s, what)
        time.sleep(PERIOD_S)


def wait_past(moment):
    """Until time.monotonic() is past a moment: what comes then comes no earlier."""
    while time.monotonic() <= moment:
        time.sleep(PERIOD_S)
