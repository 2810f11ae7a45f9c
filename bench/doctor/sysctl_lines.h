/* Settings that a file would make: of sysctl.conf(5), of a Kubernetes or Docker file, or of a
 * docker command. */
#ifndef BENCH_DOCTOR_SYSCTL_LINES_H
#define BENCH_DOCTOR_SYSCTL_LINES_H

#include "common/error.h"
#include "common/sysctl.h"

#include <stdbool.h>
#include <stddef.h>

struct sysctl_line {
	char name[SYSCTL_NAME_MAX]; /* with dots */
	char value[SYSCTL_VALUE_MAX];
	const char *file;     /* as it was named */
	unsigned line, order; /* in its file; among all lines */
	bool is_of_container; /* the file is one of Kubernetes or Docker */
	bool is_unknown;      /* this kernel has no such setting */
	bool has_comment;     /* behind the value, where sysctl.conf(5) has none: in the value */
	bool is_refused;      /* the kernel does not take such a value */
	bool is_half_taken;   /* but sets the first of its numbers */
	char why_refused[96]; /* "": for its comment */
	char near[SYSCTL_NAME_MAX]; /* of those that it has; "": none */
};

/* In the order in which they are applied: of several with one name the last one counts. */
struct sysctl_lines {
	struct sysctl_line *list;
	size_t count, room, files;
};

/* Adds the settings of the network, net.*, that the text makes, which is written over. Returns 0,
 * or -1 when there is no memory. */
int sysctl_lines_parse(struct sysctl_lines *lines, const char *file, char *text);

/* Reads a file, and looks which of its settings this kernel has. Returns 0 or -1. */
int sysctl_lines_read(struct sysctl_lines *lines, const char *path, struct error *error);
void sysctl_lines_finish(struct sysctl_lines *lines);

/* The last one of that name that the kernel takes, or NULL. */
const struct sysctl_line *sysctl_lines_find(const struct sysctl_lines *lines, const char *name);

#endif
