"""Folders that every user can enter. A clone, and so its build, may lie where only its owner can:
a program that is to run as somebody else runs from a copy."""
import contextlib
import os
import pathlib
import shutil
import signal
import stat
import sys
import tempfile


def is_entered_by_all(folder):
    """Whether every user can search the folder and all above it, and programs run from it."""
    path = pathlib.Path(folder).resolve()
    if os.statvfs(path).f_flag & os.ST_NOEXEC:
        return False
    return all(above.stat().st_mode & stat.S_IXOTH for above in (path, *path.parents))


def base():
    """The first temporary folder that every user can enter."""
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        if os.path.isdir(folder) and is_entered_by_all(folder):
            return folder
    raise AssertionError("no temporary folder that every user can enter; TMPDIR names one")


def make_folder(prefix):
    """A new folder of mode 0755; the caller removes it, also where the test is told to end, as at its timeout."""
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = tempfile.mkdtemp(prefix=prefix, dir=base())
    os.chmod(folder, 0o755)
    return folder


def copy_program(program, folder):
    """Returns the path of the copy, that every user can run."""
    copy = shutil.copy(program, folder)
    os.chmod(copy, 0o755)
    return copy


@contextlib.contextmanager
def program_for_all(program):
    """A copy of the program, for as long as the block lasts."""
    folder = make_folder("teardown-program-")
    try:
        yield copy_program(program, folder)
    finally:
        shutil.rmtree(folder)
