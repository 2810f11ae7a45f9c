"""A teardown-server under test, and a client that reads what it says byte by byte."""
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import traceback

from lib import tcp
from lib.wait import wait_for

PATTERN = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-\n"
KEEP = ("--requests-per-connection", "1M")
TIMEOUT_S = 60


def pattern(size):
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


def texts_of_threads(pid, name):
    """/proc/PID/task/*/NAME of the threads that have not ended meanwhile."""
    folder = "/proc/%d/task" % pid
    for task in os.listdir(folder):
        try:
            with open("%s/%s/%s" % (folder, task, name)) as file:
                yield file.read()
        except (FileNotFoundError, ProcessLookupError):
            continue


class Server:
    """Starts the program on a free port; leaving the block ends it and checks its accounting."""

    def __init__(self, *arguments, expect=r"listening on 127\.0\.0\.1:", program=None, **popen):
        if "--metrics" not in arguments:
            arguments = ("--metrics", "127.0.0.1:0", *arguments)
        program = program if isinstance(program, list) else [program or sys.argv[1]]
        self.process = subprocess.Popen(
            [*program, "--listen", "127.0.0.1:0", *arguments],
            stderr=subprocess.PIPE, text=True, **popen)
        self.pid = self.process.pid
        line = self.process.stderr.readline()
        found = re.search(r":(\d+) strategy=\S+ threads=(\d+)$", line)
        assert found and re.search(expect, line), line
        self.port, self.threads = int(found.group(1)), int(found.group(2))
        self.metrics_port, self.start = self.port, []
        # What it says of its start ends with this line.
        while not (self.start and " sandbox " in self.start[-1]):
            self.start.append(self.process.stderr.readline())
            assert self.start[-1], self.start
            found = re.search(r" metrics on \S+:(\d+)$", self.start[-1])
            self.metrics_port = int(found.group(1)) if found else self.metrics_port
        self.signalled, self.processes = False, 1
        self.said, self.text = "", None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind:
            self.kill()
            if not self.process.stderr.closed:
                print(self.process.stderr.read(), file=sys.stderr)
            self.process.wait()
        else:
            self.finish()

    def kill(self):
        self.process.kill()
        if self.pid != self.process.pid:
            os.kill(self.pid, signal.SIGKILL)

    def signal(self, number=signal.SIGTERM):
        self.signalled |= number in (signal.SIGTERM, signal.SIGINT)
        os.kill(self.pid, number)

    def until(self, mark):
        """Reads what it says up to a line that matches; returns the match."""
        while True:
            line = self.process.stderr.readline()
            assert line, ("it said no more before", mark, self.said)
            self.said += line
            found = re.search(mark, line)
            if found:
                return found

    def reload(self):
        """Has a new process take over, which is the one that is meant from here."""
        self.signal(signal.SIGHUP)
        self.pid = int(self.until(r" reloaded pid=(\d+)").group(1))
        self.processes += 1

    def finish(self):
        """Returns what it printed, the last line being its accounting (one of each process that there
        was). A second signal would end it at once: none is sent after a test's own."""
        if self.text is not None:
            return self.text
        if not self.signalled:
            self.signal()
        # Not communicate(), which knows nothing of what readline() holds already.
        watchdog = threading.Timer(TIMEOUT_S * 2, self.kill)
        watchdog.start()
        self.text = text = self.said + self.process.stderr.read()
        self.process.wait()
        watchdog.cancel()
        assert self.process.returncode == 0, (self.process.returncode, text)
        counted = re.findall(r"^connections: opened=(\d+) closed=(\d+) left=(\d+)$", text, re.M)
        assert counted and self.processes in (len(counted), None), text
        assert all(opened == closed and left == "0" for opened, closed, left in counted), text
        self.opened = sum(int(opened) for opened, _, _ in counted)
        return text

    def connect(self, receive_buffer=None):
        return Client(self.port, receive_buffer)

    def ask(self, request, port=None):
        """One request on a connection of its own; returns the response."""
        with Client(port or self.port) as client:
            client.send(request)
            return client.response()

    def metrics_text(self):
        response = self.ask(get("/metrics", b"Connection: close\r\n"), self.metrics_port)
        assert response.status == 200, response.head
        return response.body.decode()

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def descriptors_at_rest(self):
        """What it holds without a connection: it has served one, and so its start is over."""
        self.ask(get("/", b"Connection: close\r\n"))
        wait_for(lambda: not tcp.accepted(self.port), "the server to hold no connection")
        return self.descriptors()

    def metrics(self):
        return metrics_parse(self.metrics_text())

    def counted(self, **expected):
        """Waits until /metrics shows what is expected: a thread's counts are there a turn of its
        loop later. Names stand for name{…="name"} as well: timed_out, half_closed."""
        def look():
            samples = self.metrics()
            short = {re.sub(r'.*"(\w+)"}$', r"\1", key): value for key, value in samples.items()}
            seen.update({name: short[name] for name in expected})
            return seen == expected and samples
        seen = {}
        return wait_for(look, ("counts", expected, "seen", seen))

    def receives(self, size):
        """Waits until it has read so many bytes of all its connections together."""
        wait_for(lambda: self.metrics()["received_bytes_total"] >= size,
                 "the server to read %d bytes" % size)

    def listens_no_more(self):
        def is_refused():
            with socket.socket() as late:
                return late.connect_ex(("127.0.0.1", self.port)) != 0
        wait_for(is_refused, "the server to listen no more")

    def all_threads_are(self, state):
        return all(stat.rsplit(")", 1)[1].split()[0] == state
                   for stat in texts_of_threads(self.pid, "stat"))

    def is_asleep(self):
        """Whether none of its threads has anything to do: what arrives wakes one at once."""
        return self.all_threads_are("S")

    def is_stopped(self):
        return self.all_threads_are("T")

    def waits_for(self, client):
        """Until the server sleeps while the client has something to read: of what the client has
        sent, and has not read itself, it has done all that it can."""
        wait_for(lambda: client.kernel_end().unread and self.is_asleep(),
                 "the server to wait for its client")


class Response:
    def __init__(self, head, body):
        self.head, self.body = head, body
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            assert name.lower() not in self.headers, head
            self.headers[name.lower()] = value

    @property
    def closes(self):
        return self.headers.get("connection") == "close"

    def without_date(self):
        return re.sub(rb"Date: [^\r]*\r\n", b"", self.head), self.body


class Client:
    def __init__(self, port, receive_buffer=None):
        self.socket = socket.socket()
        self.socket.settimeout(TIMEOUT_S)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.held = b""
        self.sent_all = True
        self.port, self.server_port = self.socket.getsockname()[1], port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def send_beside(self, data, half_close=False):
        """Sends from a thread of its own, for more than the buffers between both ends hold."""
        self.sent_all = False

        def run():
            try:
                self.socket.sendall(data)
                self.sent_all = True
                if half_close:
                    self.half_close()
            except OSError:
                pass
        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def kernel_end(self):
        """This end of the connection, as the kernel shows it."""
        return tcp.end(self.port, self.server_port)

    def server_end(self):
        return tcp.end(self.server_port, self.port)

    def is_read(self):
        """Waits until the server has read all that was sent."""
        def look():
            row = self.server_end()
            return not row or row.unread == 0 and (row.holder or row.state != tcp.ESTABLISHED)
        wait_for(look, "the server to read what was sent")

    def more(self):
        data = self.socket.recv(65536)
        self.held += data
        return len(data) > 0

    def until(self, mark):
        while mark not in self.held:
            assert self.more(), ("end of stream", self.held[:500])
        found, self.held = self.held.split(mark, 1)
        return found

    def exactly(self, size):
        pieces, have = [self.held], len(self.held)
        while have < size:
            data = self.socket.recv(min(1 << 20, size - have))
            assert data, ("end of stream", have, size)
            pieces.append(data)
            have += len(data)
        whole = b"".join(pieces)
        self.held = whole[size:]
        return whole[:size]

    def chunks(self):
        body = b""
        while True:
            size = int(self.until(b"\r\n"), 16)
            body += self.exactly(size)
            assert self.exactly(2) == b"\r\n"
            if size == 0:
                return body

    def response_head(self):
        return Response(self.until(b"\r\n\r\n"), b"")

    def response(self, head_only=False):
        response = self.response_head()
        if head_only:
            return response
        if response.headers.get("transfer-encoding") == "chunked":
            response.body = self.chunks()
        else:
            response.body = self.exactly(int(response.headers["content-length"]))
        return response

    def told(self):
        """Asks until the server announces its close: in a drain it does, as soon as its threads
        know of that. Whether it then closes."""
        for _ in range(1000):
            self.send(get())
            response = self.response()
            if response.closes:
                return response.status == 200 and self.ended()
        return False

    def ended(self):
        """The server has closed its side, cleanly, with nothing more to say."""
        return self.held == b"" and self.socket.recv(1) == b""


def get(path="/", headers=b"", method=b"GET", version=b"1.1"):
    return b"%s %s HTTP/%s\r\nHost: x\r\n%s\r\n" % (method, path.encode(), version, headers)


def metrics_parse(text):
    """Checks the text format; returns {name{labels}: value}, labels without the strategy."""
    samples, types = {}, {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            assert re.fullmatch(r"# HELP [a-z_]+ \S.*\.", line), line
        elif line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            assert name not in types and kind in ("counter", "gauge"), line
            assert name.endswith("_total") == (kind == "counter"), line
            types[name] = kind
        else:
            # Of a strategy, or of the process.
            found = re.fullmatch(
                r'([a-z_]+)(?:\{strategy="[a-z0-9-]+"(?:,([a-z]+="\w+"))?\})? (\d+)', line)
            assert found and found.group(1) in types, line
            key = found.group(1)[len("teardown_server_"):]
            key += "{%s}" % found.group(2) if found.group(2) else ""
            assert key not in samples, line
            samples[key] = int(found.group(3))
    return samples


def run(tests):
    """Runs every test; exits 1 when one failed."""
    failed = 0
    for test in tests:
        try:
            test()
            print("ok", test.__name__, flush=True)
        except Exception:
            failed += 1
            print("not ok", test.__name__, flush=True)
            traceback.print_exc()
    sys.exit(1 if failed else 0)
