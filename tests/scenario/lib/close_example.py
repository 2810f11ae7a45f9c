"""The examples of how to close, built from their source as a user builds them, with deadlines that a
test can wait for: close_examples_NAME.py SOURCES COMPILER…"""
import concurrent.futures
import glob
import os
import re
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from lib import tcp
from lib.server_process import texts_of_threads
from lib.wait import wait_for

SOURCES, COMPILER = sys.argv[1], [word for word in sys.argv[2:] if word != "--inside"]
SANITIZE = ["-fsanitize=address,undefined", "-g"] if os.environ.get("SANITIZED") else []
TIMEOUT_S = 60
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
# In place of the sources' own: what a test can wait for, and what no busy machine comes near.
SHORT = {"IDLE_S": 1, "LIMIT_S": 3, "IDLE_MS": 3000, "LINGER_MS": 1000, "DISCARD_BYTES": 100000,
         "DRAIN_BYTES": 100000, "WORKERS": 32}
LONG = {"IDLE_S": 120, "LIMIT_S": 240, "IDLE_MS": 120000, "LINGER_MS": 120000}


def with_values(text, wanted):
    [values] = re.findall(r"^enum \{ ([A-Z].*) \};$", text, re.M)
    named = dict(one.split(" = ") for one in values.split(", "))
    named.update({name: str(value) for name, value in wanted.items() if name in named})
    return text.replace(values, ", ".join(" = ".join(one) for one in named.items()))


def build(name, folder, values):
    """By the command of the head comment, with more warnings; returns the program's path."""
    with open(os.path.join(SOURCES, name + ".c")) as file:
        text = file.read()
    with open(os.path.join(folder, name + ".c"), "w") as file:
        file.write(with_values(text, values))
    [command] = re.findall(r"^ \*   cc (.*)$", text.split("*/")[0], re.M)
    subprocess.run([*COMPILER, *shlex.split(command), "-Wall", "-Wextra", "-Werror", "-O1",
                    *SANITIZE], cwd=folder, check=True)
    return os.path.join(folder, name)


def build_all(names, folder, values):
    os.mkdir(folder)
    # Before the first compiler reads one of them.
    for header in glob.glob(os.path.join(SOURCES, "*.h")):
        shutil.copy(header, folder)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(lambda name: build(name, folder, values), names)))


class Example:
    """One of them that listens, on a port of its own; leaving the block ends it."""
    port = 20000

    def __init__(self, program, *arguments, descriptors=None):
        Example.port += 1
        self.port = Example.port
        limits = {"preexec_fn": lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (descriptors, descriptors))} if descriptors else {}
        self.name = os.path.basename(program)
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([program, str(self.port), *map(str, arguments)],
                                        stderr=self.errors, **limits)
        self.pid = self.process.pid
        wait_for(self.is_ready, "%s to listen" % self.name)
        self.at_rest = self.descriptors()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            assert self.process.poll() is None, "%s ended: %s" % (self.name, self.said())
        self.process.kill()
        self.process.wait()
        assert self.said() == "", self.said()

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def is_ready(self):
        assert self.process.poll() is None, self.said()
        return tcp.listens(self.pid)

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.pid))

    def interrupt_calls(self):
        """What waits in a call with a time limit returns EINTR after a stop: signal(7)."""
        self.process.send_signal(signal.SIGSTOP)
        wait_for(lambda: self.states() == {"T"}, "the process to stop")
        self.process.send_signal(signal.SIGCONT)
        wait_for(lambda: self.states() == {"S"}, "each thread to wait")

    def states(self):
        return {stat.rsplit(")", 1)[1].split()[0] for stat in texts_of_threads(self.pid, "stat")}

    def connect(self, receive_buffer=None):
        client = socket.socket()
        client.settimeout(TIMEOUT_S)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.connect(("127.0.0.1", self.port))
        return client


def read_all(client):
    """(bytes, how it ended: "end" or the error's name)"""
    got = bytearray()
    while True:
        try:
            data = client.recv(1 << 16)
        except ConnectionResetError:
            return bytes(got), "reset"
        if not data:
            return bytes(got), "end"
        got += data


def is_whole(response):
    head, _, body = response.partition(b"\r\n\r\n")
    found = re.search(rb"\r\nContent-Length: (\d+)", head)
    return bool(found) and len(body) == int(found[1])
