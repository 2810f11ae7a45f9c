/* What a TIME-WAIT holds: neither the socket nor a descriptor, but an entry of its own.
 *
 *     client                                    server
 *     ESTABLISHED                               ESTABLISHED   tcp_sock, socket, file, dentry
 *     TIME-WAIT    ──────── ACK ────────▶       CLOSED        tcp_timewait_sock, and the port
 */
#include "bench/lab/lesson.h"
#include "common/sysctl.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

static const struct claim claims[] = {
	{"takes-memory", "A TIME-WAIT takes memory.", "common belief"},
	{"like-connection", "It takes as much as an open connection.", "common belief"},
	{"uses-up", "Many of them use up the memory of a host.", "common belief"},
	{"descriptor", "Each holds a file descriptor.", "common belief"},
};

/* The ports of one pair of addresses in the default range. */
#define PORTS 28232
#define CACHE_LINE 64
/* Of all memory: above that it would be used up by what else there is. */
#define SHARE_MOST 0.05

/* What the kernel takes for one of its structs: whole lines. */
static unsigned cached_bytes(struct lab *lab, const char *name)
{
	return (lab_kernel_bytes(lab, name) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

/* Entries of /proc/self/fd; the one that reads them is among them. */
static unsigned descriptors(void)
{
	unsigned count = 0;
	DIR *folder = opendir("/proc/self/fd");
	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	return count;
}

static void descriptors_count(struct lab *lab)
{
	unsigned before = descriptors();
	struct pair *pair = lab_connect(lab);
	lab_show(pair, "the client closes first, and has closed its descriptor");
	lab_exchange(pair);
	unsigned open = descriptors() - before;
	bool was_owned = lab_look(pair, CLIENT).has_owner;
	lab_close_both(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	bool is_owned = lab_look(pair, CLIENT).has_owner;
	unsigned left = descriptors() - before;
	lab_measure(lab, "descriptor", {"open_established", open}, {"open_time_wait", left});
	lab_holds(lab, "descriptor", left > 0 || is_owned || !was_owned,
		"Both ends had %u descriptors while the connection was open, and %u in TIME-WAIT.",
		open, left);
}

static void bytes_count(struct lab *lab)
{
	unsigned accepted = cached_bytes(lab, "tcp_timewait_sock");
	unsigned connected = accepted + cached_bytes(lab, "inet_bind_bucket") +
			     cached_bytes(lab, "inet_bind2_bucket");
	unsigned open = lab_kernel_bytes(lab, "tcp_sock") + lab_kernel_bytes(lab, "socket_alloc") +
			lab_kernel_bytes(lab, "file") + lab_kernel_bytes(lab, "dentry");
	if (accepted == 0 || lab_kernel_bytes(lab, "tcp_sock") == 0)
		lab_skip(lab, "this kernel's types do not tell of TIME-WAIT (BTF)");
	lab_measure(
		lab, "takes-memory", {"accepted_bytes", accepted}, {"connected_bytes", connected});
	lab_holds(lab, "takes-memory", accepted > 0,
		"%u bytes of the kernel's where it was accepted; up to %u where it was connected, "
		"with what keeps its port.",
		accepted, connected);
	lab_measure(lab, "like-connection", {"established_bytes", open});
	lab_holds(lab, "like-connection", connected >= open,
		"An open end has %u bytes, without what its buffers hold; a TIME-WAIT %u or %u.",
		open, accepted, connected);

	char cap[SYSCTL_VALUE_MAX];
	struct sysinfo host;
	lab_default(lab, "tcp_max_tw_buckets", cap);
	sysinfo(&host);
	double all = (double)host.totalram * host.mem_unit, most = strtod(cap, NULL) * connected;
	lab_measure(lab, "uses-up", {"all_ports_bytes", connected * PORTS},
		{"at_the_cap_bytes", most}, {"share_of_memory", most / all});
	lab_holds(lab, "uses-up", most > SHARE_MOST * all,
		"All %d ports to one destination: %.0f MB. As many as tcp_max_tw_buckets = %s lets "
		"there be: %.0f MB, %.1f %% of this host's memory.",
		PORTS, connected * (double)PORTS / 1e6, cap, most / 1e6, 100 * most / all);
}

static void play(struct lab *lab)
{
	descriptors_count(lab);
	bytes_count(lab);
}

const struct lesson lesson_memory = {
	.name = "memory",
	.asks = "What does a TIME-WAIT hold?",
	LESSON_CLAIMS(claims),
	.scene = "A client closes first, and its descriptors are counted. The kernel's own "
		 "description of its types (BTF) says how large the entries are.",
	.practice = "Memory is no reason to be rid of TIME-WAIT: ports are what runs out.",
	.play = play,
};
