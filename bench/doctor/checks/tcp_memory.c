/* tcp-memory: all TCP sockets of the host together have a limit of memory. Kernel:
 * sk_mem_raise_allocated (net/core/sock.c), tcp_check_oom (net/ipv4/tcp.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/words.h"

#include <math.h>
#include <unistd.h>

static double megabytes(double pages)
{
	return pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static void headline_add(
	struct diagnosis *diagnosis, const struct doctor_namespace *space, double pages)
{
	double most = (double)space->settings.memory_most_pages;
	struct word rate;
	/* Below the limit TCPAbortOnMemory tells of orphans, which have a limit of their own. */
	if (pages >= most && space->seconds > 0 && space->added.abort_on_memory > 0)
		diagnosis_add(diagnosis, LEVEL_CRITICAL, pages / most,
			"connections are reset for lack of memory: %s/s",
			word_rate(&rate, (double)space->added.abort_on_memory / space->seconds));
	else if (pages >= most)
		diagnosis_add(diagnosis, LEVEL_CRITICAL, pages / most,
			"TCP has all the memory that it may have");
	else
		diagnosis_add(
			diagnosis, LEVEL_WARNING, pages / most, "TCP is under memory pressure");
}

/* The limit is the host's: only its own namespace has the setting. */
static bool has_limit(const struct doctor_namespace *space)
{
	return space->settings.memory_most_pages > 0;
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	double pages = (double)space->counters.gauge_memory_pages;
	double pressure = (double)space->settings.memory_pressure_pages;
	double most = (double)space->settings.memory_most_pages;
	struct word has, slow, may;
	(void)host;
	if (!has_limit(space) || pages < pressure)
		return;
	headline_add(diagnosis, space, pages);
	diagnosis_line(diagnosis, "%s MB of %s MB; from %s MB on windows shrink (tcp_mem)",
		word_count(&has, megabytes(pages)), word_count(&may, megabytes(most)),
		word_count(&slow, megabytes(pressure)));
	diagnosis_cure(
		diagnosis, "fewer connections, or readers that keep up; or raise net.ipv4.tcp_mem");
	diagnosis_number(diagnosis, "pages", pages);
	diagnosis_number(diagnosis, "pressure_pages", pressure);
	diagnosis_number(diagnosis, "most_pages", most);
	diagnosis_number(diagnosis, "aborted_per_s",
		space->seconds > 0 ? (double)space->added.abort_on_memory / space->seconds : NAN);
}

extern const struct doctor_check doctor_check_tcp_memory;
const struct doctor_check doctor_check_tcp_memory = {
	.id = "tcp-memory",
	.means = "What all TCP sockets of the host have queued is bounded by tcp_mem. Under "
		 "pressure the "
		 "kernel gives smaller windows; at the limit it drops segments, and resets orphans "
		 "(TCPAbortOnMemory).",
	.source = "/proc/net/sockstat: mem, in pages, of the whole host; tcp_mem; the counter "
		  "TCPAbortOnMemory between the two looks.",
	.cure = "Find the connections with full queues (ss -tm); raise tcp_mem.",
	.fine = "memory of TCP",
	.can_judge = has_limit,
	.check = check,
};
