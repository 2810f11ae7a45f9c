"""Runs `teardown run` for the measurements: server and loader on a core each."""
import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
SERVER_CPU, LOADER_CPU = 0, 1
TIMEOUT_S = 150
HOST_CANNOT = 3


class Invalid(Exception):
    """The trial cannot be used; the sentence says why."""


class TooSlow(Invalid):
    """Nor will a second try be faster."""


class Lab:
    """The programs of a build, and a scratch folder that any user's server may read."""

    def __init__(self, build, quick):
        self.build, self.quick = os.path.abspath(build), quick
        self.scratch = tempfile.mkdtemp(prefix="teardown-perf-")
        self.host = None  # of the last result: kernel, processor, settings
        shutil.copytree(os.path.join(FOLDER, "servers"), self.scratch, dirs_exist_ok=True)
        for folder, _, names in os.walk(self.scratch):
            os.chmod(folder, 0o755)
            for name in names:
                os.chmod(os.path.join(folder, name), 0o644)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.scratch)

    def program(self, *path):
        return os.path.join(self.build, *path)

    def path(self, name):
        return os.path.join(self.scratch, name)

    def loader(self, name):
        """A file of loaders/."""
        return os.path.join(FOLDER, "loaders", name)

    def length(self, usual, quick):
        return quick if self.quick else usual

    def fill(self, command):
        for name, value in (("{scratch}", self.scratch), ("{server}", self.server),
                            ("{bare_loop}", self.program("perf", "bare-loop")),
                            ("{bare_ring}", self.program("perf", "bare-ring")),
                            ("{bare_loader}", self.program("perf", "bare-loader"))):
            command = command.replace(name, value)
        return command

    def has_ring(self):
        """Whether the build has the bare ring, and this host allows it one."""
        program = self.program("perf", "bare-ring")
        return os.path.exists(program) and subprocess.run([program], stderr=subprocess.DEVNULL).returncode == 0

    def fill_loader(self, command, seconds, total):
        return self.fill(command).replace("{seconds}", str(seconds)).replace("{total}", str(total))

    @property
    def server(self):
        return self.program("server", "teardown-server")

    def certificate_make(self):
        """{scratch}/certificate.pem and key.pem, of P-256, once, for all servers that speak TLS."""
        if not os.path.exists(self.path("key.pem")):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-subj", "/CN=teardown", "-keyout", self.path("key.pem"), "-out",
                            self.path("certificate.pem")], check=True, capture_output=True)

    def run(self, options, prefix=(), pinned=True):
        """One trial of `teardown run OPTIONS`; `prefix` is a command in front of it."""
        path = self.path("result.json")
        if os.path.exists(path):
            os.remove(path)
        pin = ["taskset", "-c", str(LOADER_CPU)] if pinned else []
        command = [*pin, *prefix, self.program("bench", "teardown"), "run", "--repeat", "1",
                   "--json", path, *options]
        try:
            process = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S,
                                     cwd=self.scratch, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired as reason:
            raise TooSlow("no end after %d s" % TIMEOUT_S) from reason
        if process.returncode == HOST_CANNOT:
            raise SystemExit("perf: this host cannot: " + process.stderr.strip())
        if not os.path.exists(path):
            raise Invalid(process.stderr.strip() or "exit status %d" % process.returncode)
        with open(path) as file:
            result = json.load(file)
        self.host = {"host": result["host"], "sysctls": result["network"]["sysctls"]}
        return valid(result["trials"][0])

    def host_known(self):
        """What a result says of this host; one connection tells where none was made before."""
        if not self.host:
            with contextlib.suppress(Invalid):
                self.run(["-s", "server-close", "-n", "1", "-c", "1"], pinned=False)
        return self.host or {}

    def serve(self, command, options, wrap="", prefix=()):
        """A trial of a server of any kind, on a core of its own; `wrap` watches it."""
        text = "taskset -c %d %s %s" % (SERVER_CPU, wrap, self.fill(command))
        return self.run(["--server-command", " ".join(text.split()), "--server-name", "server",
                         *options], prefix)


def valid(trial):
    """A sample that came late changes none of the sums."""
    reasons = [reason for reason in trial["invalid_because"]
               if not reason.endswith("samples missed")]
    if reasons:
        raise Invalid("; ".join(reasons))
    return trial


def server_us(trial):
    return trial["cpu_us_per_connection"]["server"]


def opened(trial):
    return trial["connections"]["established"]


def wrk_requests(trial):
    """What wrk says that it has done."""
    found = re.search(r"(\d+) requests in", trial["third_party"]["output"])
    if not found or "Non-2xx" in trial["third_party"]["output"]:
        raise Invalid("wrk said: " + trial["third_party"]["output"])
    return int(found.group(1))


def server_us_between(trial, wanted):
    """Server CPU time a connection, from the first sample that is wanted to the last; those in
    which none is opened any more are not."""
    most = max(sample["opened"] for sample in trial["samples"])
    samples = [sample for sample in trial["samples"] if "server_cpu_s" in sample and
               sample["opened"] < most and wanted(sample)]
    if len(samples) < 2:
        raise TooSlow("it did not come to what is looked for, or not for long enough")
    first, last = samples[0], samples[-1]
    count = last["opened"] - first["opened"]
    if count <= 0:
        raise Invalid("no connection between %.1f s and %.1f s" % (first["t_s"], last["t_s"]))
    return (last["server_cpu_s"] - first["server_cpu_s"]) * 1e6 / count
