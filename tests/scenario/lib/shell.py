"""A shell on a terminal of its own, into which a test types."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from lib.wait import DEADLINE_S

PROMPT = "READY> "
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x1b\][^\x07]*\x07|[\x07\r\x00]")


class Shell:
    def __init__(self, *words, **environment):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "vt100", "HOME": "/nonexistent", **environment})
            os.execvp(words[0], words)
        # Wide and high enough that nothing is broken, and nothing asked before it is listed.
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 2000, 4000, 0, 0))
        self.said = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def write(self, text):
        self.said = ""
        os.write(self.terminal, text.encode())

    def until(self, look, what):
        """Reads what it shows until look(text) is true; returns the text."""
        due = time.monotonic() + DEADLINE_S
        while not look(self.said):
            ready, _, _ = select.select([self.terminal], [], [], max(0, due - time.monotonic()))
            assert ready, "still waiting for %s in %r" % (what, self.said)
            data = os.read(self.terminal, 65536).decode(errors="replace")
            self.said = ESCAPES.sub("", self.said + data)
        return self.said

    def command(self, text):
        """Runs a command to its end: a mark that is not in what is typed."""
        self.write("%s; echo MA''RK\n" % text)
        self.until(lambda said: "MARK" in said, "the end of " + text)

    def completed(self, text, wanted):
        """Types the text and a tab (or two: a shell may list at the second); waits until all of
        `wanted` is shown; then clears the line. Returns what was shown."""
        self.write(text + "\t\t")
        said = self.until(lambda said: all(word in said for word in wanted),
                          [word for word in wanted if word not in self.said])
        self.write("\x15")
        self.command(":")  # What is still to be shown belongs to this.
        return said
