#!/usr/bin/env python3
"""Where a result may go, and what is there before and after: links, named pipes, folders, modes, owners;
and what is left by a run that is ended before it has a result."""
import json
import os
import shutil
import signal
import stat
import subprocess
import threading

from lib.scenario import equal, main, server_of, status_played, wait_for_load
from lib.wait import wait_for

OURS = ("-s", "graceful", "-r", "1", "-c", "2")
SHORT = (*OURS, "-n", "10")
LONG = (*OURS, "-d", "1h")


def folder_of(bench, name):
    folder = os.path.join(bench.folder, name)
    os.mkdir(folder)
    return folder


def start(bench, folder, *options, before=(), **popen):
    return subprocess.Popen([*before, bench.program, "run", *options], cwd=folder, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **popen)


def finish(process):
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def is_whole(path):
    with open(path) as file:
        return len(json.load(file)["trials"]) == 1


def refused_at_the_start(bench, folder, path, *words, **popen):
    before = sorted(os.listdir(folder))
    status, out, err = finish(start(bench, folder, *LONG, "-o", path, **popen))
    equal((status, out), (2, ""), err)
    assert all(word in err for word in (path, *words)), err
    equal(sorted(os.listdir(folder)), before, "files")


def a_link_that_leads_nowhere(bench):
    folder = folder_of(bench, "links")
    for link, target, words in (("gone", "nothing", "No such file or directory"),
                                ("loop", "loop", "Too many levels of symbolic links"),
                                ("there", "back", "Too many levels of symbolic links"),
                                ("back", "there", "Too many levels of symbolic links")):
        os.symlink(target, os.path.join(folder, link))
        if link != "there":
            refused_at_the_start(bench, folder, link, "what this link leads to", words)
    os.symlink("real", os.path.join(folder, "good"))
    real = os.path.join(folder, "real")
    with open(real, "w") as file:
        file.write("older and longer than nothing")
    equal(finish(start(bench, folder, *SHORT, "-o", "good"))[0], 0, "status")
    assert is_whole(real) and os.path.islink(os.path.join(folder, "good"))


def a_folder_that_cannot_be_written(bench):
    """Also where the file is there, since a result replaces it as a whole."""
    folder = folder_of(bench, "closed")
    os.symlink("/proc/self", os.path.join(folder, "proc"))
    refused_at_the_start(bench, folder, "proc/out.json", "cannot be written")
    refused_at_the_start(bench, folder, "no/such/out.json", "No such file or directory")
    with open(os.path.join(folder, "file"), "w"):
        pass
    refused_at_the_start(bench, folder, "file/out.json", "Not a directory")
    refused_at_the_start(bench, folder, ".", "Is a directory")
    if os.geteuid() == 0:
        return
    with open(os.path.join(folder, "there.json"), "w"):
        pass
    os.chmod(folder, 0o555)
    for path in ("out.json", "there.json"):
        refused_at_the_start(bench, folder, path, "Permission denied")
    os.chmod(folder, 0o755)


def mode_and_owner_are_kept(bench):
    folder = folder_of(bench, "modes")
    path = os.path.join(folder, "out.json")
    for mode in (0o600, 0o640, 0o666, 0o604):
        with open(path, "w") as file:
            file.write("older")
        os.chmod(path, mode)
        equal(finish(start(bench, folder, *SHORT, "-o", "out.json"))[0], 0, "status")
        assert is_whole(path)
        equal(stat.S_IMODE(os.stat(path).st_mode), mode, "mode")
    os.unlink(path)
    equal(finish(start(bench, folder, *SHORT, "-o", "out.json", umask=0o027))[0], 0, "status")
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o640, "mode of a new one")
    if os.geteuid() != 0:
        return
    os.chown(path, 4711, 4712)
    equal(finish(start(bench, folder, *SHORT, "-o", "out.json"))[0], 0, "status")
    found = os.stat(path)
    equal((found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)), (4711, 4712, 0o640), "owner")


def a_mode_goes_with_the_result_elsewhere(bench):
    """Somebody changes the file in mid-run: it stays, and what lies beside it is as private."""
    folder = folder_of(bench, "private")
    path = os.path.join(folder, "out.json")
    with open(path, "w") as file:
        file.write("older")
    os.chmod(path, 0o600)
    process = start(bench, folder, *LONG, "-o", "out.json")
    wait_for(lambda: server_of(process.pid), "the server")
    wait_for_load(server_of(process.pid), 1)
    with open(path, "w") as file:
        file.write("newer than that")
    process.send_signal(signal.SIGINT)
    status, _, err = finish(process)
    equal(status, 1, err)
    beside = os.path.join(folder, "out-2.json")
    assert is_whole(beside)
    equal(stat.S_IMODE(os.stat(beside).st_mode), 0o600, "mode")


def in_the_load(bench, folder, *options, **popen):
    process = start(bench, folder, *LONG, *options, **popen)
    wait_for(lambda: server_of(process.pid), "the server")
    wait_for_load(server_of(process.pid), 10)
    return process


def ended_before_there_is_a_result(bench):
    """Two signals, or SIGQUIT, leave no empty file. SIGKILL does, which is said of it later."""
    folder = folder_of(bench, "ended")
    for numbers in ((signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGHUP),
                    (signal.SIGHUP, signal.SIGTERM), (signal.SIGQUIT,)):
        for options in (("-o", "out.json"), ()):
            process = in_the_load(bench, folder, *options)
            equal(len(os.listdir(folder)), 1, "files that are reserved")
            # Else the trial might be over before the second signal comes.
            os.kill(server_of(process.pid), signal.SIGSTOP)
            for number in numbers[:-1]:
                process.send_signal(number)
                while "once more" not in process.stderr.readline():
                    pass
            process.send_signal(numbers[-1])
            equal(finish(process)[0], -numbers[-1], "how it ended")
            equal(os.listdir(folder), [], "files after %s" % (numbers,))
    process = in_the_load(bench, folder, "-o", "out.json")
    process.kill()
    finish(process)
    for verb in ("report", "compare"):
        operands = ("out.json",) if verb == "report" else ("out.json", "out.json")
        done = bench.verb(verb, *[os.path.join(folder, name) for name in operands])
        assert done.returncode == 1 and "is empty" in done.stderr and "killed" in done.stderr, done
    equal(finish(start(bench, folder, *SHORT, "-o", "out.json"))[0], 0, "a run to the same name")
    assert is_whole(os.path.join(folder, "out.json"))


def ended_while_it_writes(bench):
    """strace holds the run when its new file is whole and has not got its name yet."""
    if not shutil.which("strace") or os.environ.get("SANITIZED"):
        return
    folder = folder_of(bench, "writes")
    process = start(bench, folder, *SHORT, "-o", "out.json",
                    before=("strace", "-f", "-o", "/dev/null", "-e", "trace=fsync",
                            "-e", "inject=fsync:delay_enter=30000000"))
    wait_for(lambda: len(os.listdir(folder)) == 2, "the new file")
    [tracee] = [pid for pid in os.listdir("/proc") if pid.isdigit() and
                parent_is(int(pid), process.pid)]
    os.kill(int(tracee), signal.SIGQUIT)
    finish(process)
    equal(os.listdir(folder), [], "files")


def parent_is(pid, parent):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return int(file.read().rsplit(")", 1)[1].split()[1]) == parent
    except OSError:
        return False


def hangup_under_nohup(bench):
    folder = folder_of(bench, "nohup")
    process = in_the_load(bench, folder, "-o", "out.json",
                          preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    while "once more" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGHUP)
    equal(finish(process)[0], 130, "status")
    assert is_whole(os.path.join(folder, "out.json"))


def read_all(path, into):
    with open(path) as file:
        into.append(file.read())


def a_pipe_with_a_reader(bench):
    folder = folder_of(bench, "pipe")
    path = os.path.join(folder, "pipe")
    os.mkfifo(path)
    for options, key in ((("-o", "pipe"), None), (("-o", "out.json", "--csv", "pipe"), "csv")):
        came = []
        reader = threading.Thread(target=read_all, args=(path, came))
        reader.start()
        status, _, err = finish(start(bench, folder, *SHORT, *options))
        reader.join(60)
        equal(status, status_played(err), err)
        assert "waiting" not in err, err
        assert "graceful" in came[0] and (key or len(json.loads(came[0])["trials"]) == 1), came


def a_pipe_whose_reader_comes_late(bench):
    folder = folder_of(bench, "late")
    path = os.path.join(folder, "pipe")
    os.mkfifo(path)
    for options in (("-o", "pipe"), ("-o", "out.json", "--csv", "pipe")):
        process, came = start(bench, folder, *SHORT, *options), []
        said = ""
        while "waiting for a reader" not in said:
            said += process.stderr.readline()
        equal("nobody reads this pipe yet" in said, options[0:2] == ("-o", "pipe"), said)
        read_all(path, came)
        status, _, err = finish(process)
        equal(status, status_played(err), said + err)
        assert "graceful" in came[0], came


def a_pipe_that_nobody_reads(bench):
    """A signal in the trial, or while the run waits: the result goes elsewhere."""
    folder, spare = folder_of(bench, "unread"), folder_of(bench, "unread-spare")
    os.mkfifo(os.path.join(folder, "pipe"))
    environment = {**os.environ, "TMPDIR": spare}
    process = in_the_load(bench, folder, "-o", "pipe", env=environment)
    process.send_signal(signal.SIGTERM)
    status, out, err = finish(process)
    assert status == 1 and "pipe: nobody has read this pipe; the result is in " + spare in err, err
    assert "graceful" in out, out
    process = start(bench, folder, *SHORT, "-o", "pipe", env=environment)
    while "waiting for a reader" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGTERM)
    status, out, err = finish(process)
    assert status == 1 and "the result is in " + spare in err and "graceful" in out, err
    equal([is_whole(os.path.join(spare, name)) for name in os.listdir(spare)], [True] * 2, "results")
    equal(os.listdir(folder), ["pipe"], "files")


def nothing_measured_leaves_no_csv(bench):
    folder = folder_of(bench, "csv")
    status, _, _ = finish(start(bench, folder, *OURS, "--server-command", "false", "--csv", "a.csv"))
    assert status != 0
    equal(os.listdir(folder), [], "files")


def output_places(bench):
    for situation in (a_link_that_leads_nowhere, a_folder_that_cannot_be_written,
                      mode_and_owner_are_kept, a_mode_goes_with_the_result_elsewhere,
                      ended_before_there_is_a_result, ended_while_it_writes, hangup_under_nohup,
                      a_pipe_with_a_reader, a_pipe_whose_reader_comes_late,
                      a_pipe_that_nobody_reads, nothing_measured_leaves_no_csv):
        situation(bench)
        print("ok", situation.__name__, flush=True)


if __name__ == "__main__":
    main(output_places)
