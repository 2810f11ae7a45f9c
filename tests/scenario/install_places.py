#!/usr/bin/env python3
"""`meson install` puts everything in its place, and what is installed works from there.
install_places.py SOURCE BUILD PREFIX LIBDIR COMPILER…"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD, PREFIX, LIBDIR = sys.argv[1:5]
COMPILER = sys.argv[5:]
DOCS = "share/doc/teardown"
HOST_CANNOT = 3
PLACES = """
bin/teardown
bin/teardown-server
include/teardown/hooks.h
include/teardown/strategy.h
lib/systemd/system/teardown-doctor.service
lib/systemd/system/teardown-doctor.timer
lib/systemd/system/teardown-server.service
lib/systemd/system/teardown-server.socket
LIBDIR/pkgconfig/teardown-strategy.pc
share/bash-completion/completions/teardown
share/bash-completion/completions/teardown-server
share/fish/vendor_completions.d/teardown-server.fish
share/fish/vendor_completions.d/teardown.fish
share/teardown/teardown-run-1.schema.json
share/zsh/site-functions/_teardown
""".replace("LIBDIR", LIBDIR).split()
# With Open MPI there is a program more.
if os.path.exists(os.path.join(BUILD, "bench/mpi/teardown-mpi")):
    PLACES.append("bin/teardown-mpi")
# Folders and files that are installed as they are in the tree.
COPIED = ("README.md", "NEWS", "SECURITY.md", "LICENSE", "docs", "examples", "bench/examples", "contrib")


def output(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(above, name), folder)
                  for above, _, names in os.walk(folder) for name in names)


def wanted(teardown):
    copied = []
    for name in COPIED:
        path = os.path.join(SOURCE, name)
        copied += [name] if os.path.isfile(path) else [
            os.path.join(name, below) for below in files_below(path)]
    left_out = {"docs/meson.build", "docs/pictures/draw.py", "examples/close/meson.build"}
    verbs = re.findall(r"^  ([a-z]+) +\S", output(teardown, "--help"), re.M)
    pages = ["teardown.1", "teardown-server.8", "teardown-strategy.7",
             *["teardown-%s.1" % verb for verb in verbs], *(["teardown-mpi.1"] if "bin/teardown-mpi" in PLACES else [])]
    if not shutil.which("scdoc"):
        pages = []
        print("not shown: no scdoc here, so no manual page was made")
    return sorted([*PLACES, *[os.path.join(DOCS, name) for name in copied if name not in left_out],
                   *["share/man/man%s/%s" % (page[-1], page) for page in pages]])


def unit_starts_what_is_installed(root):
    with open(os.path.join(root, "lib/systemd/system/teardown-server.service")) as file:
        [start] = re.findall(r"^ExecStart=(\S+)", file.read(), re.M)
    assert start == os.path.join(PREFIX, "bin/teardown-server"), start


def plugin_is_built(root, destination, folder):
    """By the installed Makefile, header and pkg-config file, and taken by the installed program."""
    shutil.copytree(os.path.join(root, DOCS, "examples/plugin"), folder)
    environment = {**os.environ, "PKG_CONFIG_SYSROOT_DIR": destination,
                   "PKG_CONFIG_PATH": os.path.join(root, LIBDIR, "pkgconfig")}
    output("make", "CC=" + " ".join(COMPILER), cwd=folder, env=environment)
    os.chmod(os.path.join(folder, "polite_close.so"), 0o644)
    return os.path.join(folder, "polite_close.so")


def run_works(root, plugin):
    """The programs find each other where they are installed."""
    done = subprocess.run(
        [os.path.join(root, "bin/teardown"), "run", "-s", "graceful,%s" % plugin, "-n", "10", "-c",
         "2", "-r", "1", "-q", "-o", "-"], capture_output=True, text=True)
    if done.returncode == HOST_CANNOT:
        print("not shown: this host cannot run: " + done.stderr.strip())
        return
    assert done.returncode == 0 and '"polite-close"' in done.stdout, done.stderr


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        destination = os.path.join(folder, "root")
        output("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", destination)
        root = destination + PREFIX
        teardown = os.path.join(root, "bin/teardown")
        found, expected = files_below(root), wanted(teardown)
        assert found == expected, "missing: %s, unexpected: %s" % (
            sorted(set(expected) - set(found)), sorted(set(found) - set(expected)))
        assert files_below(destination) == [os.path.join(PREFIX.lstrip("/"), name) for name in found]
        unit_starts_what_is_installed(root)
        run_works(root, plugin_is_built(root, destination, os.path.join(folder, "plugin")))
        if shutil.which("man") and shutil.which("scdoc"):
            page = output("man", "-M", os.path.join(root, "share/man"), "-w", "teardown-run").strip()
            assert page == os.path.join(root, "share/man/man1/teardown-run.1"), page
    print("ok: %d files" % len(found))


if __name__ == "__main__":
    main()
