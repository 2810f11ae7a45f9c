"""What mutations.txt says."""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))


class Mutation:
    """`name file tests…`, then lines "-" with the old text and "+" with the new one, in pairs."""

    def __init__(self, paragraph):
        head, *lines = paragraph.splitlines()
        self.name, self.file, *self.tests = head.split()
        if len(lines) % 2 or not lines or not all(
                line[:1] == "-+"[i % 2] for i, line in enumerate(lines)):
            raise SystemExit("mutations.txt: %s: needs pairs of - and +" % self.name)
        self.pairs = [(old[1:].strip(), new[1:].strip())
                      for old, new in zip(lines[::2], lines[1::2])]

    @property
    def folder(self):
        return os.path.dirname(self.file)

    def read(self, source=SOURCE):
        """The text of its file, or None."""
        path = os.path.join(source, self.file)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return file.read()

    def applied(self, text):
        """The text with the mutation; None where an old line is not there, or there twice."""
        lines = text.splitlines() if text is not None else []
        places = []
        for old, _ in self.pairs:
            found = [i for i, line in enumerate(lines) if line.strip() == old]
            if len(found) != 1:
                return None
            places += found
        for place, (old, new) in zip(places, self.pairs):
            lines[place] = lines[place].replace(old, new)
        return "\n".join(lines) + "\n"


def mutations_read():
    with open(os.path.join(HERE, "mutations.txt"), encoding="utf-8") as file:
        text = re.sub(r"^#.*\n", "", file.read(), flags=re.MULTILINE)
    found = [Mutation(paragraph) for paragraph in re.split(r"\n\s*\n", text.strip())]
    names = [mutation.name for mutation in found]
    for name in names:
        if names.count(name) > 1:
            raise SystemExit("mutations.txt: %s: twice" % name)
    return found
