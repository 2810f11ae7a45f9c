#!/usr/bin/env python3
"""What --prometheus writes, of every kept and every made result, by the rules of the text exposition format (version
0.0.4): exposition.py SOURCE BUILD"""
import glob
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import made_up  # noqa: E402

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)')


def labels_of(text):
    """{name: value}, or None when these are none."""
    labels = {}
    while text:
        label = LABEL.match(text)
        if not label or label[1] in labels:
            return None
        labels[label[1]] = label[2]
        text = text[label.end():]
    return labels


class Family:
    """The lines of one metric: its HELP, its TYPE, then its samples, and no more of them later."""

    def __init__(self):
        self.name, self.has_type, self.over, self.samples = None, False, set(), set()

    def take(self, line):
        """What is wrong with the line, or None."""
        helped = re.fullmatch("# HELP (%s) (.*)" % NAME, line)
        typed = re.fullmatch("# TYPE (%s) gauge" % NAME, line)
        sample = re.fullmatch(r"(%s)(?:\{(.*)\})? (\S+)" % NAME, line)
        if helped:
            self.over.add(self.name)
            self.name, self.has_type = helped[1], False
            if helped[1] in self.over:
                return "a second HELP"
            return None if re.fullmatch(r"(?:[^\\]|\\[\\n])*", helped[2]) else "no escape"
        if typed:
            wrong = typed[1] != self.name or self.has_type
            self.has_type = True
            return "a TYPE in a wrong place" if wrong else None
        if not sample or sample[1] != self.name or not self.has_type:
            return "neither HELP nor TYPE nor a sample of the family"
        labels = labels_of(sample[2] or "")
        if labels is None:
            return "no labels"
        float(sample[3])  # or it raises
        key = (sample[1], *sorted(labels.items()))
        if key in self.samples:
            return "told twice"
        self.samples.add(key)
        return None


def check(data):
    """How many samples it has."""
    text = data.decode()
    assert text == "" or text.endswith("\n"), text[-100:]
    family = Family()
    for line in text.split("\n")[:-1]:
        wrong = family.take(line)
        assert not wrong, (wrong, line[:300])
    return len(family.samples)


def refused(text):
    try:
        check(text.encode())
    except (AssertionError, ValueError):
        return True
    return False


def the_rules_are_rules():
    good = '# HELP a x\\\\y\n# TYPE a gauge\na{b="\\"c\\\\\\n"} 1e3\na 2\n'
    assert check(good.encode()) == 2
    for text in (good[:-1], good.replace("# TYPE a gauge\n", ""), good + good, good + "a 3\n", good + "c 1\n",
                 good.replace('\\"c', '"c'), good.replace("x\\\\y", "x\\y"), good.replace("1e3", "one"),
                 good.replace("\na 2", "\n\na 2"), good.replace("a{b=", "a{b-c=")):
        assert refused(text), text


def main():
    source, build = sys.argv[1:3]
    the_rules_are_rules()
    samples = 0
    with tempfile.TemporaryDirectory() as folder:
        made_up.write(folder)
        for name in made_up.REFUSED:
            os.remove(os.path.join(folder, name))
        for path in sorted(glob.glob(folder + "/*.json") + glob.glob(source + "/tests/golden/results/*.json")):
            written = os.path.join(folder, "metrics.prom")
            subprocess.run([os.path.join(build, "bench/teardown"), "report", path, "--csv", "/dev/null", "--prometheus",
                            written], check=True, stdout=subprocess.DEVNULL)
            with open(written, "rb") as file:
                samples += check(file.read())
    assert samples > 1000, samples
    print("ok: %d samples" % samples)


if __name__ == "__main__":
    main()
