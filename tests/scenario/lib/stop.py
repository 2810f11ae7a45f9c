"""A program that is stopped (SIGSTOP) while a deadline passes, and goes on afterwards."""
import signal
import time

from lib.wait import wait_for, wait_past


class Stop:
    """Stops the server from here past a deadline. The machine may have let the deadline pass before
    that: then the test is no test, and is done again with a longer one."""

    def __init__(self, deadline_s):
        self.deadline_s, self.option, self.in_time = deadline_s, "%ds" % deadline_s, True

    def during(self, server, start, act):
        # In epoll_wait(2), which then returns EINTR, and no event: the timers come first.
        wait_for(server.is_asleep, "the server to wait for events")
        server.signal(signal.SIGSTOP)
        wait_for(server.is_stopped, "the server to be stopped")
        self.in_time = self.in_time and time.monotonic() - start < self.deadline_s
        act()
        wait_past(start + 1.5 * self.deadline_s)
        server.signal(signal.SIGCONT)


def stop_in_time(play):
    for deadline_s in (1, 3, 9, 27):
        stop = Stop(deadline_s)
        play(stop)
        if stop.in_time:
            return
    raise AssertionError("this machine is too slow to stop a process within 27 s")
