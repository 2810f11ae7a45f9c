#!/usr/bin/env python3
"""embed.py FILE NAME HEADER: the file's bytes as a C array NAME, with NAME_size."""
import sys

with open(sys.argv[1], "rb") as file:
    BYTES = file.read()
with open(sys.argv[3], "w", encoding="ascii") as out:
    out.write("#include <stddef.h>\nstatic const char %s[] = {\n" % sys.argv[2])
    for start in range(0, len(BYTES), 16):
        out.write(" ".join("%d," % (byte if byte < 128 else byte - 256)
                           for byte in BYTES[start:start + 16]) + "\n")
    out.write("};\nstatic const size_t %s_size = sizeof(%s);\n" % (sys.argv[2], sys.argv[2]))
