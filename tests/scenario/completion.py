#!/usr/bin/env python3
"""What bash, zsh and fish complete, each in the shell itself: every option that --help has, verbs, values.
completion.py BUILD BASH-FILE ZSH-FOLDER FISH-FOLDER"""
import os
import re
import shutil
import subprocess
import sys

from lib.shell import PROMPT, Shell

BUILD, BASH, ZSH, FISH = map(os.path.abspath, sys.argv[1:5])
PROGRAMS = {"teardown": "bench/teardown", "teardown-server": "server/teardown-server"}
SKIPPED = 77


def output(program, *words):
    return subprocess.run([os.path.join(BUILD, PROGRAMS[program]), *words], capture_output=True,
                          text=True, check=True).stdout


def verbs():
    return re.findall(r"^  ([a-z]+) +\S", output("teardown", "--help"), re.M)


def options(program, *verb):
    """Without the examples."""
    text = output(program, *verb, "--help").split("\nexamples:\n")[0]
    return ["--" + name for name in re.findall(r"^  (?:-\w, |    )--([a-z-]+)", text, re.M)]


STRATEGIES = re.findall(r"^([a-z0-9-]+): ", output("teardown", "list"), re.M)
FINDINGS = re.findall(r"^([a-z0-9-]+): ", output("teardown", "list", "--findings"), re.M)
METRICS = re.findall(r"^([a-z0-9_.]+) +\S+ +(?:more|less|-) ", output(
    "teardown", "list", "--metrics").split("\n\n")[0], re.M)
# What is typed, and what all must be offered.
LISTS = [
    ("teardown ", verbs()),
    *[("teardown %s --" % verb, options("teardown", verb)) for verb in verbs()],
    ("teardown-server --", options("teardown-server")),
    ("teardown run -s ", [*STRATEGIES, "all"]),
    ("teardown run --strategies ", [*STRATEGIES, "all"]),
    ("teardown-server --strategy ", STRATEGIES),
    ("teardown report r.json --explain ", FINDINGS),
    ("teardown run --fail-if ", METRICS),
    ("teardown run --loader ", ["builtin", "wrk"]),
    ("teardown run --source-port ", ["kernel", "range", "bind"]),
]
# What is typed, and what is made of it.
ONES = [
    ("teardown comp", "teardown compare"),
    ("teardown run --respo", "teardown run --response-bytes"),
    ("teardown run -s graceful,keep-al", "teardown run -s graceful,keep-alive"),
    ("teardown run --arrivals poi", "teardown run --arrivals poisson"),
    ("teardown-server --strategy gra", "teardown-server --strategy graceful"),
    ("teardown report result-of-a-te", "teardown report result-of-a-test.json"),
    ("teardown run --json result-of-a-te", "teardown run --json result-of-a-test.json"),
]


def in_terminal(shell):
    for typed, wanted in LISTS:
        assert len(wanted) >= 2, (typed, wanted)
        shell.completed(typed, wanted)
    for typed, wanted in ONES:
        shell.completed(typed, [wanted])


def bash():
    with Shell("bash", "--noprofile", "--norc", "-i", PS1=PROMPT) as shell:
        shell.command("bind 'set completion-query-items -1'; bind 'set page-completions off'; "
                      "bind 'set enable-bracketed-paste off'; bind 'set show-all-if-ambiguous on'; "
                      "source %s" % BASH)
        in_terminal(shell)
        shell.completed("teardown run --arrivals=poi", ["--arrivals=poisson"])


def zsh():
    with Shell("zsh", "-f", "-i", PS1=PROMPT) as shell:
        shell.command("unsetopt prompt_cr prompt_sp; LISTMAX=100000; fpath=(%s $fpath); autoload -U "
                      "compinit; compinit -u -D" % ZSH)
        in_terminal(shell)
        shell.completed("teardown run --arrivals=poi", ["--arrivals=poisson"])


def fish_offers(text):
    """What complete -C prints: a word and its description."""
    done = subprocess.run(
        ["fish", "--no-config", "-c", "source %s/teardown.fish; source %s/teardown-server.fish; "
         "complete -C %s" % (FISH, FISH, '"%s"' % text)], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", (text, done)
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


def fish():
    for typed, wanted in LISTS:
        missing = set(wanted) - set(fish_offers(typed))
        assert not missing, (typed, missing)
    for typed, wanted in ONES:
        offered = fish_offers(typed)
        assert wanted.split(" ")[-1] in offered, (typed, offered)
    # An option of another verb is not offered, nor a file where a verb takes none.
    assert "--explain" not in fish_offers("teardown run --")
    assert "result-of-a-test.json" not in fish_offers("teardown run ")


def main():
    missing = []
    folder = os.path.join(BUILD, "completion-test")
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    with open("result-of-a-test.json", "w"):
        pass
    for shell in (bash, zsh, fish):
        if not shutil.which(shell.__name__):
            missing.append(shell.__name__)
            continue
        shell()
        print(shell.__name__, "completes", flush=True)
    shutil.rmtree(folder)
    if missing:
        print("not shown: not installed here:", *missing)
    if len(missing) == 3:
        sys.exit(SKIPPED)
    print("ok")


if __name__ == "__main__":
    main()
