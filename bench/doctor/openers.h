/* Who opens connections while doctor waits between its looks: each call of connect(2), with the
 * process that made it. One that is gone before the look ends is named, too. */
#ifndef BENCH_DOCTOR_OPENERS_H
#define BENCH_DOCTOR_OPENERS_H

#include "bench/doctor/processes.h"
#include "bench/doctor/records.h"
#include "bench/measure/connect_watch.h"

#include <stddef.h>
#include <stdint.h>

struct openers;

/* `list` are the processes that were there before, and has to live as long. Returns NULL when there
 * is no memory. */
struct openers *openers_create(const struct process_list *list);
void openers_destroy(struct openers *openers);

/* Takes the next record in the order of time: for connect_watch_drain, with the openers as its
 * argument. */
void openers_add(const struct connect_record *record, void *argument);

/* Writes them into the host, those of one program together, the most connections first. `space`: of
 * the namespace with this inode alone; 0: of all. Returns 0, or -1 when there is no memory. */
int openers_take(struct openers *openers, uint64_t space, struct doctor_host *host);

/* Of a pair: which program opens the most, and how many connections all have opened. NULL: none. A
 * pure function. */
const struct doctor_opener *doctor_opener_of(const struct doctor_host *host,
	const struct doctor_namespace *space, const struct doctor_pair *pair, uint32_t *all);

#endif
