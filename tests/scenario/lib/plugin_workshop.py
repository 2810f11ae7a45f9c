"""Builds plug-ins, and gives them to both programs:
plugin_NAME.py TEARDOWN-SERVER TEARDOWN SOURCE-TREE COMPILER…"""
import os
import shutil
import subprocess
import sys
import tempfile

from lib import public_folder

USAGE, HOST_CANNOT, SKIPPED = 2, 3, 77
TIMEOUT_S = 60
OTHER_UID = 54321
SERVER, TEARDOWN, SOURCE = (os.path.abspath(path) for path in sys.argv[1:4])
COMPILER = sys.argv[4:]
IS_ROOT = os.geteuid() == 0

# A coherent table, each line of which a variant may replace or add to.
FIELDS = {
    "header": "TD_STRATEGY_HEADER",
    "name": '.name = "variant"',
    "summary": '.summary = "Made by a test."',
    "first_closer": ".first_closer = TD_SERVER",
    "holder": ".holder = TD_SERVER",
    "announces_close": ".announces_close = true",
    "server": ".server = {.exchange_done = td_half_close_after_last}",
    "client": ".client = {.exchange_done = td_wait_after_last}",
}


def source(before="", after="", **fields):
    """The text of a plug-in; a field of None is left out."""
    lines = [line for line in {**FIELDS, **fields}.values() if line]
    return "#include <teardown/hooks.h>\n%s\nconst struct td_strategy td_strategy = {%s};\n%s\n" \
        % (before, ",\n".join(lines), after)


class Workshop:
    """A folder that only its owner can enter or change."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="teardown-plugin-", dir=public_folder.base())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def folder_of_mode(self, name, mode):
        path = self.path(name)
        os.mkdir(path)
        os.chmod(path, mode)
        return path

    def write(self, name, data, mode=0o644):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(data)
        os.chmod(path, mode)
        return path

    def build(self, text, name="variant.so", *flags):
        path = self.path(name)
        subprocess.run(
            [*COMPILER, "-std=gnu11", "-O1", "-I" + os.path.join(SOURCE, "include"), "-fPIC",
             "-fvisibility=hidden", "-shared", *flags, "-x", "c", "-", "-o", path],
            input=text.encode(), check=True)
        os.chmod(path, 0o644)
        return path

    def variant(self, name="variant.so", **parts):
        return self.build(source(**parts), name)

    def lend_to(self, uid):
        """Lets another user in, who finds copies of both programs here; returns where they are."""
        os.chmod(self.folder, 0o755)
        programs = self.folder_of_mode("programs-%d" % uid, 0o755)
        for program in (SERVER, TEARDOWN):
            public_folder.copy_program(program, programs)
        results = self.folder_of_mode("results-%d" % uid, 0o755)
        os.chown(results, uid, uid)
        return programs, results


def identity(uid):
    return {"user": uid, "group": uid, "extra_groups": []} if uid is not None else {}


def ask(program, *arguments, **popen):
    return subprocess.run([program, *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, **popen)


def commands(argument, server=SERVER, teardown=TEARDOWN):
    return ((server, "--listen", "127.0.0.1:0", "--strategy", argument),
            (teardown, "run", "--strategies", argument + ",graceful", "--json", "/dev/null"))


def refused(argument, *words, programs=(0, 1), shown=None, **popen):
    """Both programs refuse it alike: exit status 2 and one line, that has these words."""
    for which in programs:
        done = ask(*commands(argument)[which], **popen)
        said = (which, done.returncode, done.stdout, done.stderr)
        assert done.returncode == USAGE and done.stdout == "", said
        assert done.stderr.count("\n") == 1, said
        start = ("teardown-server: plug-in ", "teardown: plug-in ")[which]
        assert done.stderr.startswith(start + (shown or argument) + " "), said
        for word in words:
            assert word in done.stderr, (word, said)


def play(argument, *options, teardown=TEARDOWN, folder, uid=None):
    """A short run; returns what subprocess.run does."""
    return ask(teardown, "run", "--strategies", argument, "-d", "300ms", "--repeat", "1",
               "-c", "16", "--json", os.path.join(folder, "result.json"), *options, cwd=folder,
               env=dict(os.environ, COLUMNS="200"), **identity(uid))
