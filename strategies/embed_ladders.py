"""Writes C of the comments at the top of files, of strategies or of client behaviours:
embed_ladders.py OUTPUT LIST FILE.c…

Each is a name and a text: the ladder, and what is said of it."""
import re
import sys


def literal(line):
    return '\t\t"%s\\n"' % line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")


def read(path):
    """(name, lines) of a file that begins with "/* name: …"."""
    with open(path, encoding="utf-8") as file:
        head = file.read().split("*/")[0]
    name = re.match(r"/\* ([a-z0-9-]+): ", head)
    if not name:
        sys.exit("%s does not begin with its name" % path)
    lines = [re.sub(r"^ \* ?", "", line).rstrip() for line in head.splitlines()]
    begin = next(i for i, line in enumerate(lines) if re.match(r" +client {5,}", line))
    return name.group(1), lines[begin:]


def main():
    output, list_name, *paths = sys.argv[1:]
    with open(output, "w", encoding="utf-8") as out:
        out.write('#include "strategies/core/ladders.h"\n\nconst struct named_ladder %s[] = {\n' % list_name)
        for name, lines in sorted(map(read, paths)):
            out.write('\t{"%s",\n%s},\n' % (name, "\n".join(map(literal, lines))))
        out.write("\t{0, 0}};\n")


main()
