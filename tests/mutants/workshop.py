"""A copy of the tree that is broken and mended again, and its build folder."""
import json
import os
import shutil
import signal
import subprocess

from mutation import SOURCE

# They look at the text of the sources, at headers or at other programs, and are slow.
PASSED_OVER = {"headers", "rooms", "perf_figures", "hgrm_compare", "mutants_apply",
               "mutants_verdict"}
# Optimized code is not needed, and takes longer to build.
SETUP = ["-Dbuildtype=plain", "-Doptimization=1", "-Dwerror=false"]

KILLED, SURVIVED, UNSURE, BROKEN = "killed", "survived", "unsure", "broken"
FAILED, TIMED_OUT = ("FAIL", "ERROR"), "TIMEOUT"


class Workshop:
    def __init__(self, folder):
        self.source, self.build = os.path.join(folder, "source"), os.path.join(folder, "build")
        self.process, self.ended = None, False
        # What the tests printed that failed last.
        self.said = ""
        # Neither the build folder of this tree nor anything else that git ignores.
        listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], capture_output=True, check=False)
        if listed.returncode == 0:
            for path in listed.stdout.decode().split("\0"):
                if path and os.path.lexists(os.path.join(SOURCE, path)):
                    to = os.path.join(self.source, path)
                    os.makedirs(os.path.dirname(to), exist_ok=True)
                    shutil.copy2(os.path.join(SOURCE, path), to, follow_symlinks=False)
        else:
            shutil.copytree(SOURCE, self.source, symlinks=True,
                            ignore=shutil.ignore_patterns("build*", ".git"))

    def run(self, *command):
        """Whether it succeeds. In a session of its own: end() ends it, and nothing else does."""
        if self.ended:
            raise InterruptedError
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        if self.ended:
            self.process.terminate()
        status = self.process.wait()
        if self.ended:
            raise InterruptedError
        return status == 0

    def end(self):
        """From another thread: what runs is ended (meson ends its tests), and no more is begun."""
        self.ended = True
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def set_up(self):
        if not self.run("meson", "setup", *SETUP, self.build, self.source) or not self.builds():
            raise SystemExit("the tree does not build without any mutation")
        listed = subprocess.run(["meson", "introspect", "--tests", self.build],
                                capture_output=True, check=True)
        tests = json.loads(listed.stdout)
        suites = {test["name"]: {suite.rpartition(":")[2] for suite in test["suite"]}
                  for test in tests}
        self.unit = [name for name, own in suites.items()
                     if "unit" in own and name not in PASSED_OVER]
        self.known = set(suites)
        self.programs = {test["name"]: self.programs_of(test["cmd"]) for test in tests}

    def programs_of(self, command):
        """What was built of a test's words; the two programs of most scripts are built in any case."""
        within = [os.path.relpath(word, self.build) for word in command if word.startswith(self.build + "/")]
        made = [(path, os.path.join(self.build, path)) for path in within if not path.startswith("..")]
        return [path for path, whole in made if os.path.isfile(whole) and os.access(whole, os.X_OK)]

    def builds(self, tests=None):
        """All, or what these tests need."""
        wanted = []
        if tests is not None:
            wanted = ["bench/teardown", "server/teardown-server",
                      *(program for name in tests for program in self.programs[name])]
        return self.run("ninja", "-C", self.build, "--quiet", *wanted)

    def failing(self, names, until_one=True):
        """{test: how}: the first of these tests that fails, or all of them."""
        if not names:
            return {}
        stop = ["--maxfail", "1"] if until_one else []
        self.run("meson", "test", "--no-rebuild", *stop, "-C", self.build, *names)
        with open(os.path.join(self.build, "meson-logs", "testlog.json"), encoding="utf-8") as log:
            results = [json.loads(line) for line in log]
        # What --maxfail ended is no verdict.
        failed = [result for result in results if result["result"] in (*FAILED, TIMED_OUT)]
        self.said = "\n".join(result.get("stdout", "") + result.get("stderr", "") for result in failed)
        return {result["name"].rpartition("/")[2].strip(): result["result"] for result in failed}

    def failing_twice(self, names):
        """Of a slow machine, too, a test fails now and then."""
        once = self.failing(names, until_one=False)
        return sorted(self.failing(sorted(once), until_one=False))

    def try_out(self, mutation):
        """Returns (verdict, what is said of it)."""
        kept = mutation.read(self.source)
        broken = mutation.applied(kept)
        if broken is None:
            return BROKEN, "DOES NOT APPLY: the old text is not there, or not once"
        path = os.path.join(self.source, mutation.file)
        with open(path, "w", encoding="utf-8") as file:
            file.write(broken)
        try:
            return self.verdict(mutation)
        finally:
            with open(path, "w", encoding="utf-8") as file:
                file.write(kept)

    def stages(self, mutation):
        """The named tests, the quick ones first, then every other unit test."""
        first = [name for name in mutation.tests if name in self.unit]
        yield first
        yield [name for name in mutation.tests if name not in self.unit]
        yield [name for name in self.unit if name not in first]

    def verdict(self, mutation):
        """A test kills when it fails twice. That a test did not end in time, or failed once, may be
        the machine's doing: it is told, and the other tests are asked."""
        doubts = []
        for names in self.stages(mutation):
            if names and not self.builds(names):
                return BROKEN, "DOES NOT BUILD"
            while names:
                found = self.failing(names)
                killers = [name for name, how in found.items() if how in FAILED]
                for name in killers:
                    if self.failing([name]).get(name) in FAILED:
                        return KILLED, "killed by " + name
                doubts += ["failed once in " + name if name in killers else "timed out in " + name
                           for name in found]
                names = [name for name in names if name not in found] if found else []
        if doubts:
            return UNSURE, "NOT KILLED, but " + ", ".join(doubts)
        return SURVIVED, "SURVIVED"
