"""What kernels said, one file a kernel: tests/data/kernels/VERSION.json has its release, what it has got (features) and
what it says to the claims of the lab; and the pages that are made of that."""
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "kernels"
NOT_TRIED = "-"
# In docs/kernels.md, in place of what stands between two comments: what was kept of each kernel by this name.
BLOCK = re.compile(r"(<!-- kernels: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def version_of(release):
    """6.12 of 6.12.117+deb13-cloud-amd64."""
    return ".".join(release.split(".")[:2])


def kept():
    """{version: what was kept}, the oldest kernel first."""
    files = sorted(FOLDER.glob("*.json"), key=lambda file: [int(part) for part in file.stem.split(".")])
    return {file.stem: json.loads(file.read_text()) for file in files}


def keep(release, **parts):
    """Features or claims of a kernel; what was kept of it else stays. A claim has a line."""
    version = version_of(release)
    all_of_it = {**kept().get(version, {}), "kernel": release, **parts}
    lines = ["%s: %s" % (json.dumps(name), text_of(all_of_it[name])) for name in sorted(all_of_it, reverse=True)]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / (version + ".json")).write_text("{%s}\n" % ",\n".join(lines))


def text_of(part):
    if not isinstance(part, list):
        return json.dumps(part)
    return "[\n%s\n]" % ",\n".join(json.dumps(one, ensure_ascii=False) for one in part)


def table(rows):
    """Of a heading and what stands below it."""
    lines = ["| %s |\n" % " | ".join(cells) for cells in rows]
    return lines[0] + "|---" * len(rows[0]) + "|\n" + "".join(lines[1:])


def cells_of(text):
    """Of a table as such pages have it."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return [row for row in rows if set("".join(row)) != {"-"}]


def netem_table():
    """Of the last kernel where the wire was compared with netem."""
    version, rows = [(version, one["netem"]) for version, one in kept().items() if "netem" in one][-1]
    return table([["%s, Linux %s" % (rows[0][0], version), *rows[0][1:]], *rows[1:]])


def part_table(part):
    if part == "netem":
        return netem_table()
    said = {version: one[part] for version, one in kept().items() if part in one}
    names = list(dict.fromkeys(name for one in said.values() for name in one))
    return table([["", *said], *([name, *(one.get(name, NOT_TRIED) for one in said.values())] for name in names)])


def with_tables(page):
    return BLOCK.sub(lambda block: block[1] + part_table(block[2]) + block[4], page)
