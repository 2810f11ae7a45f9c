#!/usr/bin/env python3
"""The manual pages say what --help says, and nothing else; and each --help has examples, whose options
there are. manual_pages.py BUILD PAGES"""
import os
import re
import shutil
import subprocess
import sys

BUILD, PAGES = sys.argv[1:3]
# The last one is not built everywhere; its page is.
PROGRAMS = {"teardown": "bench/teardown", "teardown-server": "server/teardown-server", "teardown-mpi": "bench/mpi/teardown-mpi"}
LAUNCHED = re.compile(r"(?:mpirun|srun) .*?(?=teardown-mpi )")
SKIPPED = 77
# Options follow it, indented.
HEADING = re.compile(r"\n\n(\w[\w ]*):\n(?=  (?:-\w, |    )--)")
LABEL = re.compile(r"^  (?:-(\w), |    )--([a-z-]+)(?: (\S.*?))?(?:  +(\S.*))?$")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def output(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    assert done.returncode == 0, (words, done.stderr)
    return done


def help_of(command):
    program, *verb = command.split(" ")
    return output(os.path.join(BUILD, PROGRAMS[program]), *verb, "--help").stdout


def commands():
    """{page: command}"""
    verbs = re.findall(r"^  ([a-z]+) +\S", help_of("teardown"), re.M)
    assert {"run", "list", "check", "report", "compare"} <= set(verbs), verbs
    return {**{"teardown-%s.1" % verb: "teardown " + verb for verb in verbs},
            "teardown-server.8": "teardown-server",
            **({"teardown-mpi.1": "teardown-mpi"} if os.path.exists(os.path.join(BUILD, PROGRAMS["teardown-mpi"])) else {})}


def rows_of_help(text):
    """(label, help) of each option, as one line of text; (title, "") above those that belong together."""
    first = HEADING.search(text)
    rows = [[first[1], ""]]
    for line in text.split("\nexamples:\n")[0][first.end():].splitlines():
        found = LABEL.match(line)
        if not line.startswith(" "):
            rows += [[line.rstrip(":"), ""]] if line else []
        elif found:
            letter, name, argument, words = found.groups()
            label = ("-%s, " % letter if letter else "") + "--" + name
            rows.append([label + (" " + argument if argument else ""), words or ""])
        else:
            rows[-1][1] += " " + line.strip()
    # A page needs no heading for options that have none of their own.
    return [(label, words.strip()) for label, words in rows if label != "options"]


def rendered(page):
    """As groff shows it, without a warning; one space between words, and ASCII for what it embellishes."""
    path = os.path.join(PAGES, page)
    done = output("groff", "-ww", "-man", "-k", "-Tutf8", "-P-cbou", "-rHY=0", "-rLL=2000n", path)
    assert done.stderr == "", (page, done.stderr)
    return done.stdout.translate(str.maketrans("‐−’‘", "--'`"))


def section(text, name):
    found = re.search(r"^%s\n(.*?)(?=^\S)" % name, text, re.M | re.S)
    assert found, "no section %s in\n%s" % (name, text)
    return found[1]


def rows_of_page(text):
    """A label is indented once, its help twice."""
    rows = []
    for line in section(text, "OPTIONS").splitlines():
        if re.match(r" {7}-| {3}\S", line):
            rows.append([line.strip(), ""])
        elif line.strip():
            rows[-1][1] += " " + line.strip()
    return [(label, words.strip()) for label, words in rows]


def squeezed(rows):
    return [tuple(re.sub(r"\s+", " ", part) for part in row) for row in rows]


def page_has_the_options(page, command):
    wanted, have = squeezed(rows_of_help(help_of(command))), squeezed(rows_of_page(rendered(page)))
    # agent has no others.
    assert len(wanted) >= (2 if command == "teardown agent" else 3), wanted
    for one, other in zip(wanted, have):
        assert one == other, "%s: --help has\n%s\nthe page has\n%s" % (page, one, other)
    assert len(wanted) == len(have), (page, len(wanted), len(have))
    print("%-22s %d options" % (page, len(have)))


def help_has_examples(command):
    parts = help_of(command).split("\nexamples:\n")
    assert len(parts) == 2, "%s --help: no examples" % command
    # Whatever the locale is.
    assert parts[0].isascii() and parts[1].isascii(), "%s --help: not ASCII" % command
    examples = [line.strip() for line in parts[1].splitlines() if not line.startswith("  #")]
    assert examples, command
    for example in examples:
        example = LAUNCHED.sub("", example)
        verb = re.match(r"teardown-server|teardown-mpi|teardown [a-z]+", example)
        assert verb and verb[0] == command, (command, example)
        ours = re.sub(r"'[^']*'", "", example)
        unknown = set(OPTION.findall(ours)) - set(OPTION.findall(help_of(command)))
        assert not unknown, (example, unknown)


def page_has_the_examples(page, command):
    shown = rendered(page)
    for example in help_of(command).split("\nexamples:\n")[1].splitlines():
        text = example.strip().removeprefix("# ")
        assert text in section(shown, "EXAMPLES"), (page, text)


def pages_lead_on(pages):
    """What SEE ALSO names of ours is there, and each page can be found from teardown(1)."""
    there = {re.sub(r"\.(\d)$", r"(\1)", page) for page in pages}
    named = {}
    for page in pages:
        text = rendered(page)
        assert section(text, "NAME").strip().startswith(page[:-2] + " - "), page
        named[page] = set(re.findall(r"\bteardown[a-z-]*\(\d\)", text))
        assert named[page] <= there, (page, named[page] - there)
    assert named["teardown.1"] == there, there - named["teardown.1"]


def lint(pages):
    if not shutil.which("mandoc"):
        print("not shown: mandoc is not installed here")
        return
    for page in pages:
        done = subprocess.run(["mandoc", "-Tlint", "-Werror", os.path.join(PAGES, page)],
                              capture_output=True, text=True)
        assert done.returncode == 0, (page, done.stdout)


def main():
    for command in ("teardown", *commands().values()):
        if command == "teardown":
            assert "\nexample: teardown run" in help_of(command), help_of(command)
        else:
            help_has_examples(command)
    if not os.path.exists(os.path.join(PAGES, "teardown.1")) or not shutil.which("groff"):
        print("skipped: scdoc was not there when this was built, or groff is not")
        sys.exit(SKIPPED)
    pages = sorted({*commands(), "teardown.1", "teardown-strategy.7", "teardown-mpi.1"})
    for page, command in commands().items():
        page_has_the_options(page, command)
        page_has_the_examples(page, command)
    pages_lead_on(pages)
    lint(pages)
    strategies = re.findall(r"^([a-z-]+): ", output(
        os.path.join(BUILD, PROGRAMS["teardown"]), "list").stdout, re.M)
    assert len(strategies) > 10, strategies
    shown = section(rendered("teardown-strategy.7"), "STRATEGIES")
    assert re.findall(r"^ {7}([a-z-]+)$", shown, re.M) == strategies, (shown, strategies)
    print("ok")


if __name__ == "__main__":
    main()
