#!/usr/bin/env python3
"""What was measured is not lost, and what is somebody else's stays, wherever the result goes."""
import json
import os
import shutil
import signal
import subprocess

from lib.scenario import Skip, equal, main, server_of, status_played, wait_for_load
from lib.wait import wait_for

SHORT = ("run", "-r", "1", "-n", "10", "-c", "2")
OURS = ("-s", "graceful")


def start(bench, folder, *options, before=(), server=OURS, **popen):
    return subprocess.Popen([*before, bench.program, *SHORT, *server, *options], cwd=folder, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **popen)


def finish(process):
    """Exit status, stdout, stderr."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def plays(process):
    status, _, err = finish(process)
    equal(status, status_played(err), err)


def place_of(out):
    """The path that a run says its result is at."""
    lines = [line for line in out.splitlines() if line.startswith("result:")]
    equal(len(lines), 1, "lines that say where the result is: %r" % out)
    return lines[0].split(None, 1)[1]


def whole(folder, path):
    with open(os.path.join(folder, path)) as file:
        result = json.load(file)
    equal(len(result["trials"]), 1, "trials in " + path)
    return result


def folder_of(bench, name):
    folder = os.path.join(bench.folder, name)
    os.mkdir(folder)
    return folder


def many_at_the_same_time(bench):
    folder = folder_of(bench, "many")
    runs = [finish(process) for process in [start(bench, folder) for _ in range(10)]]
    equal([status for status, _, _ in runs], [0] * 10, [err for _, _, err in runs])
    places = [place_of(out) for _, out, _ in runs]
    equal(sorted(os.listdir(folder)), sorted(set(places)), "files of ten runs")
    equal(len(set(places)), 10, "places of ten runs")
    for place in places:
        whole(folder, place)


def many_to_one_file(bench):
    """All find the same file at the start. strace holds each when its own file is whole, and before
    and after its rename: without a lock all of them look before the first one renames."""
    before = ()
    if shutil.which("strace") and not os.environ.get("SANITIZED"):
        before = ("strace", "-f", "-o", "/dev/null", "-e", "trace=fsync,rename",
                  "-e", "inject=fsync:delay_enter=300000", "-e", "inject=rename:delay_enter=400000:delay_exit=400000")
    for earlier in (False, True):
        folder = folder_of(bench, "one-%s" % earlier)
        if earlier:
            plays(start(bench, folder, "-o", "same.json"))
        runs = [finish(process) for process in
                [start(bench, folder, "-o", "same.json", before=before) for _ in range(3)]]
        places = [place_of(out) for _, out, _ in runs]
        equal(sorted(os.listdir(folder)), sorted(places), "files of three runs")
        for place, (status, _, err) in zip(places, runs):
            whole(folder, place)
            equal(status, status_played(err) if place == "same.json" else 1, err)


def one_made_between_look_and_try(bench):
    """strace stops the run when it has seen that nothing has the name; then somebody else takes it."""
    if not shutil.which("strace") or os.environ.get("SANITIZED"):
        return
    path = os.path.join(folder_of(bench, "between"), "same.json")
    log = path + ".strace"
    process = start(bench, bench.folder, "-o", path, before=(
        "strace", "-f", "-o", log, "-P", path, "-e", "trace=newfstatat,fstatat64,lstat,lstat64",
        "-e", "inject=all:signal=SIGSTOP:when=1"))

    def stopped():
        if not os.path.exists(log):
            return None
        with open(log) as file:
            return [int(line.split()[0]) for line in file if "stopped by SIGSTOP" in line]
    (pid, *_) = wait_for(stopped, "the run is stopped")
    with open(path, "x"):
        pass
    os.kill(pid, signal.SIGCONT)
    plays(process)
    whole(os.path.dirname(path), path)


def one_file_for_two_forms(bench):
    folder = folder_of(bench, "forms")
    os.symlink("result.json", os.path.join(folder, "link.csv"))
    for option, form in (("--csv", "result.json"), ("--csv", "./result.json"), ("--csv", "link.csv"),
                         ("--html", "result.json"), ("--prometheus", "./result.json")):
        status, out, err = finish(start(bench, folder, "-o", "result.json", option, form))
        assert status == 2 and not out and "the result goes to that file" in err, (status, out, err)
        equal(os.listdir(folder), ["link.csv"], "files")
    plays(start(bench, folder, "-o", "result.json", "--csv", "result.csv"))
    plays(start(bench, folder, "-o", "/dev/null", "--csv", "/dev/null"))


def page_of_run_and_of_report(bench):
    """What the run writes is what report makes of its result."""
    folder = folder_of(bench, "page")
    status, out, err = finish(start(bench, folder, "-o", "result.json", "--html", "page.html"))
    equal((status, [line for line in out.splitlines() if line.startswith("page:")]), (0, ["page:     page.html"]), err)
    again = os.path.join(folder, "again.html")
    subprocess.run([bench.program, "report", os.path.join(folder, "result.json"), "--html", again], timeout=60,
                   stdout=subprocess.DEVNULL, check=True)
    with open(os.path.join(folder, "page.html")) as own, open(again) as other:
        equal(own.read() == other.read(), True, "the same page")


def what_stands_beside_stays(bench):
    """A run makes files of its own beside the result: none takes the name of a user's."""
    folder = folder_of(bench, "beside")
    for name in ("out.json.partial", ".out.json", "out.json.tmp", "out.json~"):
        with open(os.path.join(folder, name), "w") as file:
            file.write("mine")
    before = set(os.listdir(folder))
    status, out, err = finish(start(bench, folder, "--json", "out.json"))
    equal((status, place_of(out)), (0, "out.json"), err)
    whole(folder, "out.json")
    equal(set(os.listdir(folder)), before | {"out.json"}, "files")
    for name in before:
        with open(os.path.join(folder, name)) as file:
            equal(file.read(), "mine", name)


def changed_in_mid_run(bench, folder, change, wanted):
    """Starts a run that writes to out.json, changes that during the load, and ends the run."""
    process = start(bench, folder, "--json", "out.json", "-n", "0", "-d", "60s")
    wait_for(lambda: server_of(process.pid), "the server")
    wait_for_load(server_of(process.pid), 1)
    change(os.path.join(folder, "out.json"))
    process.send_signal(signal.SIGINT)
    status, out, err = finish(process)
    # A result that is not where it was asked for is a failure; else the run was interrupted.
    equal((status, place_of(out)), (130 if wanted == "out.json" else 1, wanted), err)
    whole(folder, wanted)
    return err


def a_link_made_in_mid_run(bench):
    folder = folder_of(bench, "link")
    victim = os.path.join(folder, "victim")
    with open(victim, "w") as file:
        file.write("mine")

    def change(path):
        os.unlink(path)
        os.symlink(victim, path)
    err = changed_in_mid_run(bench, folder, change, "out-2.json")
    assert "out.json: somebody else changed it" in err and "out-2.json" in err, err
    with open(victim) as file:
        equal(file.read(), "mine", "what the link leads to")
    assert os.path.islink(os.path.join(folder, "out.json")), "the link was replaced"


def a_file_written_in_mid_run(bench):
    folder = folder_of(bench, "written")

    def change(path):
        with open(path, "w") as file:
            file.write("mine")
    changed_in_mid_run(bench, folder, change, "out-2.json")
    with open(os.path.join(folder, "out.json")) as file:
        equal(file.read(), "mine", "somebody else's result")


def removed_in_mid_run(bench):
    err = changed_in_mid_run(bench, folder_of(bench, "removed"), os.unlink, "out.json")
    assert "somebody" not in err, err


def killed_in_mid_run(bench):
    """What trials had measured before is there, and can be reported."""
    folder = folder_of(bench, "killed")
    path = os.path.join(folder, "out.json")
    process = start(bench, folder, "--json", "out.json", "-r", "900")
    wait_for(lambda: os.path.exists(path) and os.path.getsize(path) > 0, "a result so far")
    process.kill()
    process.communicate(timeout=60)
    equal(os.listdir(folder), ["out.json"], "files")
    with open(path) as file:
        assert json.load(file)["trials"], "no trial is kept"
    report = subprocess.run([bench.program, "report", path], capture_output=True, text=True,
                            timeout=60)
    equal((report.returncode, report.stderr), (0, ""), report.stdout)
    assert "graceful" in report.stdout, report.stdout


def an_earlier_result_is_replaced(bench):
    folder = folder_of(bench, "earlier")
    for _ in range(2):
        status, out, err = finish(start(bench, folder, "--json", "out.json"))
        equal((status, place_of(out)), (0, "out.json"), err)
    equal(os.listdir(folder), ["out.json"], "files")


def a_full_disk(bench):
    """The table is shown all the same, and the result goes where there is room."""
    folder, spare = folder_of(bench, "full"), folder_of(bench, "spare")
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    mount = own + ["sh", "-c", 'mount -t tmpfs -o size=4k none "$0" && cd "$0" && exec "$@"',
                   folder]
    if subprocess.run(mount + ["true"], capture_output=True, timeout=60).returncode != 0:
        raise Skip("no file system can be mounted here")
    status, out, err = finish(start(bench, folder, "--json", "out.json", before=mount,
                                    env={**os.environ, "TMPDIR": spare}))
    equal(status, 1, err)
    assert "out.json: No space left on device; the result is in " + spare in err, err
    assert "graceful" in out and "conn" in out, out
    equal(os.path.dirname(place_of(out)), spare, "where it is")
    whole(spare, place_of(out))
    status, out, err = finish(start(bench, folder, "--json", "out.json", before=mount,
                                    env={**os.environ, "TMPDIR": "/proc/nowhere"}))
    equal(status, 1, err)
    assert "it could not be written to /proc/nowhere either" in err, err
    assert "graceful" in out and "result:" not in out, out


def nothing_measured_leaves_nothing(bench):
    folder = folder_of(bench, "nothing")
    status, out, err = finish(start(bench, folder, server=("--server-command", "false")))
    assert status != 0 and not out, (status, out, err)
    equal(os.listdir(folder), [], "files")


def output_file(bench):
    for situation in (many_at_the_same_time, many_to_one_file,
                      one_made_between_look_and_try, one_file_for_two_forms,
                      page_of_run_and_of_report,
                      what_stands_beside_stays, a_link_made_in_mid_run,
                      a_file_written_in_mid_run, removed_in_mid_run, killed_in_mid_run,
                      an_earlier_result_is_replaced,
                      nothing_measured_leaves_nothing, a_full_disk):
        situation(bench)


if __name__ == "__main__":
    main(output_file)
