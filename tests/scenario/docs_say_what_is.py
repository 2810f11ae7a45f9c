#!/usr/bin/env python3
"""README.md and docs/ say what is: docs_say_what_is.py [--write] SOURCE BUILD

A block between `<!-- output: COMMAND -->` and `<!-- end -->` is what COMMAND prints (--write puts it
there), one behind `<!-- distances -->` the table of lib/distances.py; a link leads to a file of the tree; each option of `teardown` or `teardown-server` is one
that the program has; README.md is short."""
import os
import re
import shlex
import subprocess
import sys

from lib import distances

README_LINES_MAX = 110
COLUMNS = "100"
PROGRAMS = {"teardown": "bench/teardown", "teardown-server": "server/teardown-server"}
BLOCK = re.compile(r"(<!-- output: (.+?) -->\n```\n)(.*?)(```\n<!-- end -->)", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
# `teardown run …` in backquotes, or alone on an indented line.
COMMAND = re.compile(r"`(teardown(?:-server)? [^`]+)`|^ {4}(teardown(?:-server)? .+)$", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def pages(source):
    """{path: text} of what a user reads."""
    found = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "bench/examples/README.md",
             "perf/README.md", *sorted("docs/" + name for name in os.listdir(source + "/docs"))]
    return {path: open(os.path.join(source, path)).read() for path in found
            if path.endswith(".md") and os.path.exists(os.path.join(source, path))}


def output(build, command):
    words = shlex.split(command)
    words[0] = os.path.join(build, PROGRAMS[words[0]])
    # Files are named from the top of the tree; characters are those of the pages.
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=top,
                          env={**os.environ, "COLUMNS": COLUMNS, "LC_ALL": "C.UTF-8"})
    return done.stdout


def filled(text, build):
    """The text, its blocks as the programs print them now."""
    return distances.filled(BLOCK.sub(lambda block: block[1] + output(build, block[2]) + block[4], text))


def write(source, build):
    for path, text in pages(source).items():
        if filled(text, build) != text:
            with open(os.path.join(source, path), "w") as file:
                file.write(filled(text, build))
            print("written:", path)


def wrong_blocks(path, text, build):
    found = []
    for _, command, shown, _ in BLOCK.findall(text):
        if shown != output(build, command):
            found.append("%s: `%s` prints something else today (--write)" % (path, command))
    if distances.filled(text) != text:
        found.append("%s: the table of distances is not tests/data/distances.json's (--write)" % path)
    return found


def wrong_links(path, text, source):
    folder = os.path.dirname(os.path.join(source, path))
    return ["%s: no file %s" % (path, link) for link in LINK.findall(text)
            if not os.path.exists(os.path.join(folder, link))]


def wrong_paths(path, text, source):
    """A file or folder of the tree that is named in backquotes: `server/flow.c`."""
    tops = [name for name in os.listdir(source) if os.path.isdir(os.path.join(source, name))]
    named = re.findall(r"`((?:%s)/[\w./-]*)`" % "|".join(map(re.escape, tops)), text)
    return ["%s: no file %s" % (path, one) for one in sorted(set(named))
            if not one.startswith("build") and "NAME" not in one and not os.path.exists(os.path.join(source, one))]


def options_of(build, program, verb):
    return set(OPTION.findall(output(build, " ".join([program, *verb, "--help"]))))


def wrong_options(path, text, build):
    found = []
    for quoted, indented in COMMAND.findall(text):
        command = (quoted or indented).replace("\n", " ")
        program, _, rest = command.partition(" ")
        verb = re.findall(r"^[a-z]+", rest) if program == "teardown" else []
        if program == "teardown" and not verb:
            continue  # `teardown --help`
        # What stands in quotes is somebody else's command.
        ours = re.sub(r"'[^']*'|\"[^\"]*\"", "", rest)
        unknown = set(OPTION.findall(ours)) - options_of(build, program, verb)
        found += ["%s: `%s`: no option %s" % (path, command, one) for one in sorted(unknown)]
    return found


def wrong_totals(path, text):
    """A command that is told {total}, and nothing says how many: it is refused."""
    commands = [quoted or indented for quoted, indented in COMMAND.findall(text)]
    return ["%s: `%s`: {total} without -n" % (path, command) for command in commands
            if "{total}" in command and not re.search(r" (-n|--total)[ =]?\d", command)]


def wrong_mentions(path, text, build):
    """An option that a page names alone: `--grace`."""
    known = options_of(build, "teardown-server", [])
    for verb in re.findall(r"^  ([a-z]+) +\S", output(build, "teardown --help"), re.MULTILINE):
        known |= options_of(build, "teardown", [verb])
    named = OPTION.findall(" ".join(re.findall(r"`(--[^`]+)`", text)))
    return ["%s: no program has %s" % (path, one) for one in sorted(set(named) - known)]


def main():
    arguments = sys.argv[1:]
    writes = arguments[0] == "--write"
    source, build = arguments[1:] if writes else arguments
    if writes:
        write(source, build)
    wrong = []
    for path, text in pages(source).items():
        wrong += wrong_blocks(path, text, build) + wrong_links(path, text, source)
        wrong += wrong_totals(path, text)
        wrong += wrong_options(path, text, build) + wrong_paths(path, text, source)
        if path.startswith("docs/") and path != "docs/perf.md":
            wrong += wrong_mentions(path, text, build)
    lines = pages(source)["README.md"].count("\n")
    if lines > README_LINES_MAX:
        wrong.append("README.md: %d lines, %d at most" % (lines, README_LINES_MAX))
    print("\n".join(wrong) or "ok")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
