#include "bench/doctor/host_look.h"

#include "bench/doctor/places.h"
#include "bench/doctor/settings.h"
#include "bench/doctor/visit.h"
#include "bench/doctor/watching.h"
#include "bench/network/netns.h"
#include "common/bounded_text.h"
#include "common/clock.h"
#include "common/printable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_NS (25 * NS_PER_MS)

static uint64_t process_cpu_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return clock_timespec_ns(&t);
}

static void space_name(struct doctor_namespace *space, const struct namespace_place *place,
	const struct namespace_places *places)
{
	space->inode = place->inode;
	space->is_own = place->is_own;
	if (places->host_is_known && place->inode == places->host)
		snprintf(space->name, sizeof(space->name), "host");
	else if (!places->host_is_known && place->is_own)
		snprintf(space->name, sizeof(space->name), "own");
	else
		snprintf(space->name, sizeof(space->name), "net:[%llu]",
			(unsigned long long)place->inode);
	if (strncmp(space->name, "net:", 4) != 0)
		return;
	struct doctor_process process = process_describe(place->pid);
	if (place->pid != 0 && process.pid != 0)
		bounded_text_write(space->owner, sizeof(space->owner), "%s (pid %d%s%s)",
			process.name, (int)process.pid, process.unit[0] ? ", " : "", process.unit);
	else if (strncmp(place->path, "/proc/", 6) != 0)
		bounded_text_write(space->owner, sizeof(space->owner), "%s", place->path);
	printable_clean(space->owner, PRINTABLE_ONE_LINE);
}

static void pause_take(const struct host_look_options *options, struct watching *watching)
{
	uint64_t end_ns = clock_now_ns() + options->for_ns;
	for (uint64_t now_ns; (now_ns = clock_now_ns()) < end_ns;) {
		if (options->interrupted && *options->interrupted)
			return;
		clock_pause(end_ns - now_ns < PAUSE_NS ? end_ns - now_ns : PAUSE_NS);
		watching_drain(watching);
	}
}

/* What a look needs from its beginning to its end. */
struct looking {
	const struct host_look_options *options;
	struct process_list processes;
	struct namespace_places places;
	struct doctor_host *host;
	struct visit *visits; /* the own namespace first, where it is one of them */
	size_t visit_count;
	bool walks; /* one namespace was asked for */
};

static void visit_last(
	struct looking *looking, struct visit *visit, struct doctor_host *host, struct error *error)
{
	struct doctor_namespace *space = &host->namespaces[host->namespace_count];
	uint64_t first_ns = visit->at_ns;
	if (!visit_read(visit, space, host, error))
		return;
	space_name(space, visit->place, &looking->places);
	if (looking->options->for_ns > 0)
		namespace_compare(
			space, &visit->first, (double)(visit->at_ns - first_ns) / (double)NS_PER_S);
	host->namespace_count++;
	host->walked_count += space->was_walked;
	process_owners_find(&looking->processes, space, error);
}

static void between_looks(const struct looking *looking, struct doctor_host *host)
{
	struct watching watching = {.watch = NULL};
	if (looking->options->watches_openers)
		watching = watching_begin(&looking->processes, host);
	pause_take(looking->options, &watching);
	watching_end(&watching, looking->walks ? looking->visits[0].place->inode : 0, host);
}

static int first_look(void *argument, struct error *error)
{
	struct looking *looking = argument;
	for (size_t i = 0; i < looking->visit_count; i++) {
		struct visit *visit = &looking->visits[i];
		visit_read(visit, &visit->first, looking->host, error);
	}
	return 0;
}

static int last_look(void *argument, struct error *error)
{
	struct looking *looking = argument;
	for (size_t i = 0; i < looking->visit_count; i++)
		visit_last(looking, &looking->visits[i], looking->host, error);
	return 0;
}

/* Each look goes through the namespaces on a thread of its own, which begins in the own one. */
static void visits_make(struct looking *looking, struct doctor_host *host, struct error *error)
{
	bool is_twice = looking->options->for_ns > 0;
	for (size_t i = 0; i < looking->visit_count; i++)
		visit_open(&looking->visits[i], &looking->processes, host);
	int result = is_twice ? netns_run(NETNS_OWN, first_look, looking, error) : 0;
	if (result == 0 && is_twice)
		between_looks(looking, host);
	if (result == 0)
		netns_run(NETNS_OWN, last_look, looking, error);
	for (size_t i = 0; i < looking->visit_count; i++)
		visit_close(&looking->visits[i]);
}

/* All places, or the one that was asked for. */
static int visits_choose(struct looking *looking, struct error *error)
{
	const char *asked = looking->options->space;
	looking->walks = asked && strcmp(asked, "all") != 0;
	size_t chosen = 0, count = looking->places.count;
	if (looking->walks) {
		long place = namespace_place_ask(&looking->places, asked, error);
		if (place == -1)
			return -1;
		chosen = (size_t)place;
		count = 1;
	}
	looking->visits = calloc(count, sizeof(*looking->visits));
	if (!looking->visits)
		return error_set(error, STATUS_FAILED, "no memory for the namespaces");
	for (size_t i = 0; i < count; i++)
		looking->visits[i] = (struct visit){.place = &looking->places.list[chosen + i],
			.fd = -1,
			.walks = looking->walks,
			.lists_entries = looking->options->lists_entries};
	looking->visit_count = count;
	return 0;
}

/* Each namespace is held open between the looks. */
static void descriptors_allow(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void host_describe(struct doctor_host *host)
{
	struct utsname names;
	host->life = time_wait_life_here();
	if (uname(&names) == -1)
		return;
	snprintf(host->name, sizeof(host->name), "%s", names.nodename);
	snprintf(host->kernel, sizeof(host->kernel), "%s", names.release);
	printable_clean(host->name, PRINTABLE_ONE_LINE);
}

static void hidden_tell(struct doctor_host *host, const struct looking *looking)
{
	char what[96];
	if (looking->walks)
		return;
	/* Process 1 is there for everyone who is shown all. */
	if (access("/proc/1", F_OK) == -1)
		doctor_unseen_tell(host, "processes of other users, and their namespaces",
			"/proc is mounted with hidepid");
	if (looking->processes.hidden == 0)
		return;
	snprintf(what, sizeof(what), "namespaces of %zu process%s", looking->processes.hidden,
		looking->processes.hidden == 1 ? "" : "es");
	doctor_unseen_tell(host, what,
		geteuid() == 0 ? "/proc/PID/ns/net: Permission denied"
			       : "/proc/PID/ns/net: Permission denied; root sees them");
}

/* Where /proc/sys is masked, as in a container, what judges by settings is silent. */
static void settings_tell(struct doctor_host *host)
{
	char what[96];
	size_t count = 0;
	for (size_t i = 0; i < host->namespace_count; i++)
		count += host->namespaces[i].settings.port_low == -1;
	if (count == 0)
		return;
	snprintf(what, sizeof(what), "settings and ports of %zu namespace%s", count,
		count == 1 ? "" : "s");
	doctor_unseen_tell(host, what, "/proc/sys/net/ipv4: it cannot be read");
}

static int looking_make(struct looking *looking, struct doctor_host *host, struct error *error)
{
	struct error why = {.text = ""};
	if (process_list_read(&looking->processes, error) == -1 ||
		namespace_places_read(&looking->places, &looking->processes, error) == -1 ||
		visits_choose(looking, error) == -1)
		return -1;
	host->namespaces = calloc(looking->visit_count, sizeof(*host->namespaces));
	if (!host->namespaces)
		return error_set(error, STATUS_FAILED, "no memory for the namespaces");
	visits_make(looking, host, &why);
	hidden_tell(host, looking);
	settings_tell(host);
	if (host->namespace_count > 0 && (looking->walks || host->namespaces[0].is_own))
		return 0;
	if (why.text[0])
		*error = why;
	else
		error_set(error, STATUS_HOST_CANNOT, "%s",
			host->unseen_count > 0 ? host->unseen[0].text : "nothing could be seen");
	return -1;
}

int host_look(
	struct doctor_host *host, const struct host_look_options *options, struct error *error)
{
	struct looking looking = {.options = options, .host = host};
	uint64_t cpu_ns = process_cpu_ns(), begin_ns = clock_now_ns();
	*host = (struct doctor_host){.nat_ports = options->nat_ports, .old_s = options->old_s};
	host_describe(host);
	descriptors_allow();
	int result = looking_make(&looking, host, error);
	free(looking.visits);
	namespace_places_finish(&looking.places);
	process_list_finish(&looking.processes);
	host->cpu_ms = (double)(process_cpu_ns() - cpu_ns) / (double)NS_PER_MS;
	host->seconds = (double)(clock_now_ns() - begin_ns) / (double)NS_PER_S;
	return result;
}

int host_look_at_files(
	struct doctor_host *host, const struct sysctl_lines *lines, struct error *error)
{
	*host = (struct doctor_host){.lines = lines};
	host_describe(host);
	host->namespaces = calloc(1, sizeof(*host->namespaces));
	if (!host->namespaces)
		return error_set(error, STATUS_FAILED, "no memory for the settings");
	host->namespace_count = 1;
	snprintf(host->namespaces[0].name, sizeof(host->namespaces[0].name), "file");
	doctor_settings_read(&host->namespaces[0].settings, lines);
	return 0;
}

void doctor_host_finish(struct doctor_host *host)
{
	for (size_t i = 0; i < host->namespace_count; i++)
		doctor_namespace_finish(&host->namespaces[i]);
	free(host->namespaces);
	free(host->openers);
	free(host->unseen);
	*host = (struct doctor_host){.namespace_count = 0};
}
