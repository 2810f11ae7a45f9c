#!/usr/bin/env python3
"""Draws the pictures of docs/close.md anew, in real packets: draw.py TEARDOWN"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# As `teardown lab --svg` names them: of a lesson's second ladder, LESSON-2.
LADDERS = ("four-way", "three-segment", "simultaneous", "two-msl", "lost-last-ack-2", "unread-data",
           "keep-alive-race", "linger-reset")
STRATEGIES = ("graceful",)


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def main(teardown):
    with tempfile.TemporaryDirectory() as folder:
        lessons = [name.removesuffix("-2") for name in LADDERS]
        run(teardown, "lab", *lessons, "--svg", folder)
        for name in STRATEGIES:
            run(teardown, "trace", "--strategy", name, "--rtt", "20ms", "--svg", "%s/%s.svg" % (folder, name))
        for name in (*LADDERS, *STRATEGIES):
            shutil.copyfile("%s/%s.svg" % (folder, name), HERE / (name + ".svg"))


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
