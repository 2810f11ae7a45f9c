"""A program one of whose streams is a terminal."""
import fcntl
import os
import pty
import struct
import subprocess
import termios

from lib.wait import DEADLINE_S

LINES, COLUMNS = 24, 100


def on_terminal(words, stream="stdout", columns=COLUMNS, meanwhile=None, **how):
    """Runs a program to its end. Returns its exit status, and what the terminal was sent. `meanwhile(process, said)`
    is called whenever there is more; the rest goes to subprocess.Popen. TERM is set: without, nothing is drawn."""
    how.setdefault("env", {**os.environ, "TERM": "xterm"})
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, stream: theirs}
    with subprocess.Popen(words, **streams, **how) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # EIO: the program has closed its end.
                break
            if not more:
                break
            said += more
            if meanwhile:
                meanwhile(process, said.decode(errors="replace"))
        process.wait(DEADLINE_S)
    os.close(ours)
    return process.returncode, said.decode()
