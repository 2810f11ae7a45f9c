#include "bench/doctor/visit.h"

#include "bench/doctor/pair_table.h"
#include "bench/doctor/settings.h"
#include "bench/doctor/sockets.h"
#include "bench/doctor/walk_worth.h"
#include "bench/network/netns.h"
#include "common/bounded_text.h"
#include "common/clock.h"
#include "common/printable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNSEEN_MAX 64

/* A namespace while it is read. */
struct reading {
	struct doctor_namespace *space;
	const struct time_wait_life *life;
	bool walks;
	bool is_first; /* of two looks: reads what the last one is compared with */
	bool lists_entries;
	struct error entries_refused; /* why they were not listed; "": they were */
};

void doctor_unseen_tell(struct doctor_host *host, const char *what, const char *why)
{
	if (!host->unseen)
		host->unseen = calloc(UNSEEN_MAX, sizeof(*host->unseen));
	if (!host->unseen || host->unseen_count == UNSEEN_MAX)
		return;
	char *text = host->unseen[host->unseen_count++].text;
	bounded_text_write(text, sizeof(host->unseen->text), "%s (%s)", what, why);
	printable_clean(text, PRINTABLE_ONE_LINE);
}

/* sockstat's TCP line has no IPv6 socket, not even one that speaks IPv4. */
static uint64_t open_ipv6_sockets(void)
{
	static const char name[] = "TCP6: inuse ";
	char text[512];
	int fd = open("/proc/thread-self/net/sockstat6", O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	ssize_t length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	const char *found = strstr(text, name);
	return found ? strtoull(found + strlen(name), NULL, 10) : 0;
}

/* Without them all else is seen. */
static void entries_read(struct reading *reading)
{
	struct doctor_namespace *space = reading->space;
	space->has_entries = space->settings.conntrack_count == 0;
	if (space->has_entries)
		return;
	struct conntrack *conntrack = conntrack_create(&reading->entries_refused);
	space->has_entries = conntrack && conntrack_entries_read(conntrack, &space->entries,
						  &reading->entries_refused) == 0;
	conntrack_destroy(conntrack);
}

/* sockstat comes first: it costs next to nothing, and says whether a walk is worth it. */
static int space_read(struct reading *reading, struct error *error)
{
	struct doctor_namespace *space = reading->space;
	struct counters_source source;
	if (counters_open(&source, error) == -1)
		return -1;
	int result = counters_read(&source, &space->counters, error);
	counters_close(&source);
	if (result == -1)
		return -1;
	if (reading->is_first)
		space->settings.conntrack_count = doctor_settings_conntrack_count();
	else
		doctor_settings_read(&space->settings, NULL);
	space->conntrack = conntrack_counts_read();
	if (reading->lists_entries && space->settings.conntrack_count >= 0)
		entries_read(reading);
	space->open_sockets = space->counters.gauge_inuse + open_ipv6_sockets();
	enum sockets_depth of_many = reading->is_first ? SOCKETS_WAITING : SOCKETS_ALL;
	enum sockets_depth of_few = reading->is_first ? SOCKETS_LISTENING : SOCKETS_UNANSWERED;
	return sockets_read(space, reading->life,
		reading->walks || walk_worth_many(space) ? of_many : of_few, error);
}

static int space_enter(struct reading *reading, int fd, struct error *error)
{
	if (fd != -1 && netns_enter(fd, error) == -1)
		return -1;
	return space_read(reading, error);
}

void doctor_namespace_finish(struct doctor_namespace *space)
{
	doctor_pairs_free(space->pairs, space->pair_count);
	free(space->destinations);
	free(space->listeners);
	free(space->groups);
	space->pairs = NULL;
	space->destinations = NULL;
	space->listeners = NULL;
	space->groups = NULL;
	space->pair_count = space->destination_count = 0;
	space->listener_count = space->group_count = 0;
}

/* "net:[4026532456]" */
static void place_write(const struct visit *visit, char *text, size_t size)
{
	snprintf(text, size, "net:[%llu]", (unsigned long long)visit->place->inode);
}

/* The process of the path may have gone to another namespace. Returns a descriptor, or -1 with
 * errno.
 */
static int place_open(const struct namespace_place *place)
{
	struct stat status;
	int fd = open(place->path, O_RDONLY | O_CLOEXEC);
	/* Of a process that ended under the first open, the second says so. */
	if (fd == -1 && errno == EACCES)
		fd = open(place->path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || (fstat(fd, &status) == 0 && status.st_ino == place->inode))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}

/* By another of its processes, which is then the one of the place. */
static int place_open_anew(struct namespace_place *place, const struct process_list *processes)
{
	int fd = -1;
	for (size_t i = 0; i < processes->count && fd == -1; i++) {
		if (processes->namespaces[i] != place->inode)
			continue;
		place->pid = processes->pids[i];
		snprintf(place->path, sizeof(place->path), "/proc/%d/ns/net", (int)place->pid);
		fd = place_open(place);
	}
	return fd;
}

bool visit_open(struct visit *visit, const struct process_list *processes, struct doctor_host *host)
{
	char what[64];
	visit->fd = -1;
	if (visit->place->is_own)
		return true;
	visit->fd = place_open(visit->place);
	if (visit->fd == -1)
		visit->fd = place_open_anew(visit->place, processes);
	if (visit->fd != -1)
		return true;
	visit->failed = true;
	const char *why = errno == ENOENT ? "it ended meanwhile" : strerror(errno);
	place_write(visit, what, sizeof(what));
	doctor_unseen_tell(host, what, why);
	return false;
}

bool visit_read(struct visit *visit, struct doctor_namespace *space, struct doctor_host *host,
	struct error *error)
{
	bool is_first = space == &visit->first;
	struct reading reading = {space, &host->life, visit->walks || visit->place->is_own,
		.is_first = is_first, .lists_entries = visit->lists_entries && !is_first,
		.entries_refused = {.text = ""}};
	struct error why = {.text = ""};
	char what[64];
	if (visit->failed)
		return false;
	visit->at_ns = clock_now_ns();
	int result = space_enter(&reading, visit->fd, &why);
	place_write(visit, what, sizeof(what));
	if (result == 0 && reading.entries_refused.text[0])
		doctor_unseen_tell(host, what, reading.entries_refused.text);
	if (result == 0)
		return true;
	visit->failed = true;
	doctor_namespace_finish(space);
	if (error && error->text[0] == '\0')
		*error = why;
	doctor_unseen_tell(host, what, why.text);
	return false;
}

void visit_close(struct visit *visit)
{
	doctor_namespace_finish(&visit->first);
	if (visit->fd != -1)
		close(visit->fd);
	visit->fd = -1;
}
