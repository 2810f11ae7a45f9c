/* skeleton: the manual for reading what another loader says. Copy this file and name it for the
 * loader's program; say here which version's output it reads, and where in its sources that is
 * printed.
 *
 *  - Keep the output of a real run in tests/data/loaders, one in which all went well and one with
 *    errors, and add both to tests/unit/bench/load/third_party/loader_kind_test.c.
 *  - Begin with what must be there: output that lacks it, or has it by accident only, is another's.
 *  - What the loader prints only when there is some is 0 where it is not printed. What it never
 *    says stays NAN: nothing is made of it.
 *  - Say what its words mean where they mislead: which requests count as done, where its latency
 *    begins, what it hides.
 *
 * Then add the file to bench/load/third_party/meson.build and a line to registry.c. This file is
 * compiled and tested, but not listed. */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <stdio.h>

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	while (output_line_take(&output, line))
		if (sscanf(line, "skeleton: %lf requests, %lf failed", &said->requests,
			    &said->errors[LOADER_OTHER]) == 2)
			return 0;
	return -1;
}

extern const struct loader_kind loader_kind_skeleton;
const struct loader_kind loader_kind_skeleton = {.name = "skeleton", .read = read_output};
