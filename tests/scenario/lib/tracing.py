"""`teardown trace` as tests call it: sys.argv has the program, and the folder of captures."""
import os
import re
import subprocess
import sys
import tempfile

PLACE = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(sys.argv[2], name)


def trace_many(runs):
    """What each run of [(columns, arguments)] prints: by one process (trace_many.c), which is sys.argv[3]."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    asked = "".join("\t".join((str(columns), *arguments)) + "\n" for columns, arguments in runs)
    done = subprocess.run([sys.argv[3]], input=asked.encode(), capture_output=True, timeout=240, env=environment)
    assert done.returncode == 0, done
    texts = re.split("\x1e(\\d+)\n", done.stdout.decode())
    assert texts.pop() == "" and len(texts) == 2 * len(runs), done
    assert set(texts[1::2]) == {"0"}, [run for run, status in zip(runs, texts[1::2]) if status != "0"]
    return texts[::2]


def trace(*arguments, columns=100, status=0, **more):
    environment = {**os.environ, "COLUMNS": str(columns), "LC_ALL": "C.UTF-8"}
    done = subprocess.run([sys.argv[1], "trace", *arguments], capture_output=True, timeout=60, env=environment,
                          **more)
    assert done.returncode == status, (arguments, done)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def written(name, content):
    place = os.path.join(PLACE.name, name)
    with open(place, "wb") as file:
        file.write(content)
    return place
