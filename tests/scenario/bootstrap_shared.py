#!/usr/bin/env python3
"""bootstrap beside others: in one folder, at apt-get, at the file that keeps services from being
started; and called through a link. No package is installed: apt-get and meson are stand-ins that say
when they are called, and wait until they are let go. bootstrap_shared.py BOOTSTRAP"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from lib.wait import wait_for

BOOTSTRAP = os.path.abspath(sys.argv[1])
# All that bootstrap uses itself. What it would install is not there.
TOOLS = ("cat", "chmod", "cut", "dirname", "env", "flock", "grep", "ln", "mkdir", "nproc", "readlink",
         "rm", "sed", "sh", "sleep", "tail", "tee", "wc")
TIMEOUT_S = 60

# $PLACE/NAME-calls gets a line a call; the stand-in waits while $PLACE/NAME-waits is there.
STAND_IN = """#!/bin/sh
echo "$$ $*" >>"$PLACE/{name}-calls"
{before}
while [ -e "$PLACE/{name}-waits" ]; do sleep 0.05; done
{after}
"""
# Two at a time in one folder are a mistake. The folder is what follows setup's options, or -C.
MESON = """
case $1 in setup) for build; do [ "$build" = "$ROOT" ] || last=$build; done ;; *) last=$3 ;; esac
mkdir "$last/in-use" || exit 1"""
MESON_AFTER = """
rm -r "$last/in-use"
[ "$1" != setup ] || : >"$last/build.ninja"
mkdir -p "$last/bench"
ln -sf "$PLACE/bin/teardown" "$last/bench/teardown" """
APT = """
case " $* " in
*" install "*)
	cat "$BOOTSTRAP_POLICY" >>"$PLACE/policies" 2>/dev/null || echo none >>"$PLACE/policies"
	while [ -e "$PLACE/install-waits" ]; do sleep 0.05; done ;;
*) if [ -e "$PLACE/locked" ]; then
	rm "$PLACE/locked"
	echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)"
	exit 100
   fi
   [ ! -e "$PLACE/broken" ] || { echo "E: no such host"; exit 100; } ;;
esac"""


class Place:
    """A checkout that holds bootstrap alone, and a PATH of stand-ins."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="teardown-bootstrap-")
        self.bin = self.path("bin")
        self.policy = self.path("policy-rc.d")
        self.processes = []
        os.mkdir(self.bin)
        for tool in TOOLS:
            os.symlink(shutil.which(tool), os.path.join(self.bin, tool))
        self.stand_in("meson", MESON, MESON_AFTER)
        self.stand_in("apt-get", APT)
        self.stand_in("teardown")
        self.stand_in("id", after="echo 0")
        self.root = self.checkout("checkout")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()
        for name in os.listdir(self.folder):
            if name.endswith("-waits"):
                self.let_go(name[:-len("-waits")])
        stand_ins = [pid for name in os.listdir(self.bin) for pid, _ in self.calls(name)]
        wait_for(lambda: not any(os.path.exists("/proc/" + pid) for pid in stand_ins),
                 "the stand-ins to end")
        shutil.rmtree(self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def checkout(self, name):
        os.mkdir(self.path(name))
        shutil.copy(BOOTSTRAP, self.path(name, "bootstrap"))
        return self.path(name)

    def stand_in(self, name, before="", after=""):
        path = os.path.join(self.bin, name)
        with open(path, "w") as file:
            file.write(STAND_IN.format(name=name, before=before, after=after))
        os.chmod(path, 0o755)

    def touch(self, name):
        with open(self.path(name), "w"):
            pass

    def hold(self, name):
        self.touch(name + "-waits")

    def let_go(self, name):
        os.unlink(self.path(name + "-waits"))

    def lines(self, name):
        if not os.path.exists(self.path(name)):
            return []
        with open(self.path(name)) as file:
            return file.read().splitlines()

    def calls(self, name):
        return [line.split(" ", 1) for line in self.lines(name + "-calls")]

    def start(self, *arguments, program=None, environment=(), cwd=None):
        said = open(self.path("said-%d" % len(self.processes)), "w+")
        process = subprocess.Popen(
            [program or os.path.join(self.root, "bootstrap"), *arguments], stdin=subprocess.DEVNULL,
            stdout=said, stderr=said, cwd=cwd or self.folder,
            env={"PATH": self.bin, "PLACE": self.folder, "ROOT": self.root,
                 "BOOTSTRAP_POLICY": self.policy, **dict(environment)})
        process.said_file = said
        self.processes.append(process)
        return process

    def finish(self, process, status=0):
        process.wait(timeout=TIMEOUT_S)
        assert process.returncode == status, (process.returncode, said(process))
        return said(process)


def said(process):
    process.said_file.seek(0)
    return process.said_file.read()


def equal(measured, expected, what):
    assert measured == expected, "%s: %s, expected %s" % (what, measured, expected)


def three_at_once_build_one_after_the_other():
    with Place() as place:
        place.hold("meson")
        three = [place.start("build") for _ in range(3)]

        def two_wait():
            waiting = [one for one in three if "waits for another bootstrap in" in said(one)]
            return waiting if len(waiting) == 2 and place.calls("meson") else None
        for waiting in wait_for(two_wait, "two to wait"):
            [first] = [one for one in three if "waits" not in said(one)]
            assert "%s/build (pid %d)\n" % (place.root, first.pid) in said(waiting), said(waiting)
        place.let_go("meson")
        for process in three:
            place.finish(process)
        equal([call.split()[0] for _, call in place.calls("meson")],
              ["setup", "compile", "compile", "compile"], "calls of meson")


def nobody_waits_for_a_run_nor_for_one_that_was_killed():
    with Place() as place:
        place.hold("teardown")
        running = place.start("run")
        wait_for(lambda: place.calls("teardown"), "the run")
        assert "waits" not in place.finish(place.start("build"))
        place.let_go("teardown")
        place.finish(running)
    with Place() as place:
        place.hold("meson")
        killed = place.start("build")
        wait_for(lambda: place.calls("meson"), "the build")
        killed.kill()
        killed.wait()
        # What it had started goes on, and does not hold the lock.
        after = place.start("build", environment={"BUILD_DIR": os.path.join(place.root, "build")})
        wait_for(lambda: len(place.calls("meson")) == 2 or after.poll() is not None, "the next")
        assert "waits" not in said(after), said(after)


def without_flock_each_says_why_it_may_fail():
    """Both are in the folder at once then, as the stand-in shows by failing."""
    with Place() as place:
        os.unlink(os.path.join(place.bin, "flock"))
        place.hold("meson")
        first = place.start("build")
        wait_for(lambda: place.calls("meson"), "the build")
        second = place.start("build")
        words = place.finish(second, 1)
        assert "meson setup failed" in words, words
        place.let_go("meson")
        for text in (words, place.finish(first)):
            assert "no flock here" in text and "%s/build at the same time" % place.root in text, text
    with Place() as place:
        assert "flock" not in place.finish(place.start("build"))


def another_folder_is_no_reason_to_wait():
    with Place() as place:
        place.hold("meson")
        place.start("build")
        other = place.start("build", environment={"BUILD_DIR": place.path("elsewhere")})
        wait_for(lambda: len(place.calls("meson")) == 2, "both")
        assert "waits" not in said(other), said(other)


def services_are_held_while_packages_are_installed():
    """By one at a time; each install sees the file of its own bootstrap."""
    with Place() as place:
        place.hold("apt-get")
        first = place.start("third-party")
        second = place.start("third-party", environment={"BUILD_DIR": place.path("elsewhere")})
        wait_for(lambda: len(place.calls("apt-get")) == 2, "both to update")
        place.let_go("apt-get")
        for process in (first, second):
            place.finish(process)
        policies = "\n".join(place.lines("policies"))
        for process in (first, second):
            assert "process %d," % process.pid in policies, policies
        equal(policies.count("exit 101"), 2, "installs that services were held for")
        assert not os.path.exists(place.policy), "it has stayed"


def kill_while_it_installs(place):
    place.hold("install")
    killed = place.start("third-party")
    wait_for(lambda: os.path.exists(place.policy) and place.lines("policies"), "apt-get install")
    equal(os.stat(place.policy).st_mode & 0o777, 0o755, "its mode")
    killed.kill()
    killed.wait()
    place.let_go("install")
    return killed


def what_a_killed_one_left_is_removed():
    with Place() as place:
        killed = kill_while_it_installs(place)
        assert os.path.exists(place.policy), "there is nothing to remove"
        words = place.finish(place.start("build"))
        assert "which a bootstrap that was killed (pid %d) had left" % killed.pid in words, words
        assert not os.path.exists(place.policy), "it is still there"
        assert "removed" not in place.finish(place.start("build"))


def what_is_somebody_elses_stays():
    with Place() as place:
        kill_while_it_installs(place)
        with open(place.policy) as file:
            ours = file.read()
        for text in ("#!/bin/sh\nexit 101\n", "", ours + "echo mine\n", ours.replace("101", "0")):
            with open(place.policy, "w") as file:
                file.write(text)
            for verb in ("build", "third-party"):
                assert "removed" not in place.finish(place.start(verb))
                with open(place.policy) as file:
                    equal(file.read(), text, "what somebody has written")


def a_lock_of_apt_is_waited_for():
    with Place() as place:
        place.touch("locked")
        words = place.finish(place.start("build"))
        assert "waits for another program that uses apt" in words, words
        calls = [call for _, call in place.calls("apt-get")]
        equal([("update" in call, "install" in call) for call in calls],
              [(True, False), (True, False), (False, True)], "calls")
        assert all("-o DPkg::Lock::Timeout=" in call for call in calls), calls
    with Place() as place:
        place.touch("broken")
        words = place.finish(place.start("build"), 1)
        assert "E: no such host" in words and "apt-get update failed" in words, words
        equal(len(place.calls("apt-get")), 1, "calls")


def a_link_leads_to_its_folder():
    with Place() as place:
        link, relative = os.path.join(place.bin, "td"), place.path("next-to-it")
        os.symlink(os.path.join(place.root, "bootstrap"), link)
        os.symlink("checkout/bootstrap", relative)
        for program, cwd in ((link, "/"), ("./next-to-it", place.folder), ("td", "/")):
            shell = place.start("-c", program + " build", cwd=cwd,
                                program=os.path.join(place.bin, "sh"))
            place.finish(shell)
            last = place.calls("meson")[-1][1]
            equal(last, "compile -C %s/build" % place.root, "what was built through " + program)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    three_at_once_build_one_after_the_other()
    nobody_waits_for_a_run_nor_for_one_that_was_killed()
    without_flock_each_says_why_it_may_fail()
    another_folder_is_no_reason_to_wait()
    services_are_held_while_packages_are_installed()
    what_a_killed_one_left_is_removed()
    what_is_somebody_elses_stays()
    a_lock_of_apt_is_waited_for()
    a_link_leads_to_its_folder()
