/* close-blocks: threads of the server were seen asleep in close(2) of a socket, which only
 * SO_LINGER with a time does (bench/process/close_watch.h). Such a socket is in FIN_WAIT_1,
 * LAST_ACK or CLOSING and has its owner yet: without a census that found one, the close may have
 * been of something else. A server that sleeps before close(2), that is stopped, or that waits in
 * read(2) behind shutdown(2) closes as late, and is in no close(2). */
#include "bench/findings/finding.h"

/* Sockets in these three states that have an owner. */
static uint64_t closing_owned(const struct diag_census *census)
{
	const uint64_t *count = census->by_owner;
	uint64_t closing =
		count[SOCKET_FIN_WAIT_1] + count[SOCKET_CLOSING] + count[SOCKET_LAST_ACK];
	uint64_t orphaned = finding_less(count[SOCKET_ORPHANED], count[SOCKET_FIN_WAIT_2_ORPHANED]);
	return finding_less(closing, orphaned);
}

static bool is_of_a_socket(const struct sample *sample)
{
	return closing_owned(&sample->server.census) + closing_owned(&sample->server.others) > 0;
}

static bool is_proven(const struct trial *trial)
{
	bool found = is_of_a_socket(&trial->after);
	for (size_t i = 0; i < trial->sample_count && !found; i++)
		found = is_of_a_socket(&trial->samples[i]);
	return found;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct close_watch_report *watch = &trial->server_end.close_watch;
	if (watch->blocked == 0 || !is_proven(trial))
		return;
	double t_s = finding_t_s(trial, watch->first_ns);
	double longest_s = (double)watch->longest_ms / 1e3;
	finding_add(findings,
		"close(2) blocked %s (pid %u%s): %llu times a thread was seen asleep in it, the "
		"first at %.2f s, for %.3g s at the longest, and up to %llu of %llu threads at "
		"once, which serve nobody meanwhile; the server sets SO_LINGER with a time, and "
		"that makes close(2) wait, of a non-blocking socket, too, until the client has "
		"acknowledged everything: leave SO_LINGER alone, the kernel delivers the rest "
		"after close(2), too",
		watch->name, watch->pid, watch->processes > 1 ? ", and others" : "",
		(unsigned long long)watch->blocked, t_s, longest_s,
		(unsigned long long)watch->at_once, (unsigned long long)watch->threads);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "blocked", (double)watch->blocked);
	finding_number(findings, "at_once", (double)watch->at_once);
	finding_number(findings, "threads", (double)watch->threads);
	finding_number(findings, "longest_s", longest_s);
	finding_word(findings, "process", watch->name);
	finding_number(findings, "pid", watch->pid);
}

extern const struct finding_kind finding_close_blocks;
const struct finding_kind finding_close_blocks = {
	.id = "close-blocks",
	.summary = "threads of the server were seen asleep in close(2) of a socket",
	.cause = "SO_LINGER with a time: close(2) waits until the client has acknowledged "
		 "everything, and the thread serves nobody meanwhile",
	.cure = "leave SO_LINGER alone: the kernel delivers the rest after close(2), too",
	.detect = detect,
};
