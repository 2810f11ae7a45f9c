"""`teardown trace` as tests call it: sys.argv has the program, and the folder of captures."""
import os
import subprocess
import sys
import tempfile

PLACE = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(sys.argv[2], name)


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
