/* Who runs a process, by its cgroup. A pure function. */
#ifndef BENCH_DOCTOR_OWNER_H
#define BENCH_DOCTOR_OWNER_H

#include <stddef.h>

/* Writes "nginx.service", "container 0123456789ab" or "pod UID, container 0123456789ab" by the text
 * of /proc/PID/cgroup; nothing where that names none. What is written is printable. */
void owner_write(const char *cgroup, char *text, size_t size);

#endif
