#!/usr/bin/env python3
"""Each header includes what it needs: headers.py SOURCE_ROOT BUILD_ROOT COMPILER ARGS…

The build has shown it of a header that a source which it compiles includes before all else, as those of a
pair of a .c and a .h do. The others are compiled alone here."""
import json
import os
import pathlib
import re
import subprocess
import sys

FOLDERS = ("include", "common", "strategies", "tls", "server", "bench", "manual", "tests")
NO_CODE = re.compile(r'(?:\s+|//[^\n]*|/\*.*?\*/)*', re.S)
INCLUDE = re.compile(r'#include "([^"]+)"')


def first_included(text):
    """The header that nothing stands before in a source; None where it begins otherwise."""
    include = INCLUDE.match(text, NO_CODE.match(text).end())
    return include and include.group(1)


def shown_by_build(build):
    commands = json.loads(pathlib.Path(build, "compile_commands.json").read_text())
    sources = {os.path.join(command["directory"], command["file"]) for command in commands}
    return {first_included(pathlib.Path(source).read_text()) for source in sources if source.endswith(".c")}


def stands_alone(header, compiler, root):
    return subprocess.run([*compiler, "-fsyntax-only", "-x", "c", "-"], cwd=root, text=True,
                          input='#include "%s"\n' % header).returncode == 0


def self_test():
    for text, first in (
            ('#include "a.h"\n#include "b.h"\n', "a.h"),
            ('// Why.\n/* two\nlines */\n\n#include "a.h"\n', "a.h"),
            ('#include <stdio.h>\n#include "a.h"\n', None),
            ('#define IT\n#include "a.h"\n', None),
            ('struct it;\n#include "a.h"\n', None),
            ('/* #include "a.h" */\n#include <stdio.h>\n', None),
            ('', None)):
        assert first_included(text) == first, (text, first_included(text))


def main():
    self_test()
    root, build, compiler = sys.argv[1], sys.argv[2], sys.argv[3:]
    headers = {str(path.relative_to(root)) for folder in FOLDERS for path in pathlib.Path(root, folder).rglob("*.h")}
    shown = headers & shown_by_build(build)
    alone = sorted(headers - shown)
    failed = [header for header in alone if not stands_alone(header, compiler, root)]
    for header in failed:
        print("%s: does not stand alone" % header)
    print("%d headers, %d of them shown by the build" % (len(headers), len(shown)))
    assert shown and alone and not failed


main()
