/* never-accepted: the kernel completed the handshake of connections, and accept(2) took them not.
 * Their clients may have sent a request; nobody answers, and no counter moves. They wait in the
 * listener's queue, those too that have ended meanwhile. A slow server looks like it, but takes
 * them in the end; with TCP_DEFER_ACCEPT a connection is in no queue before its first byte.
 *
 * Why is told only where it is proven: all processes that hold the listener are stopped, or have no
 * descriptor left; the one that took connections has left it to others; or, of several listeners of
 * the address, nothing is taken from this one. */
#include "bench/findings/finding.h"
#include "bench/judge/accept_stall.h"

#include <math.h>
#include <stdio.h>

struct cause {
	const char *word; /* for the field */
	char text[480];   /* what keeps the processes from it; then, behind a semicolon, the cure */
};

/* "python3 (pid 7), which holds the listener,", with a verb for one and for several. */
static const char *holder_write(
	const struct holder *holder, const char *one, const char *several, char *text, size_t size)
{
	char who[HOLDER_TEXT_SIZE];
	bool are_several = holder->processes > 1;
	snprintf(text, size, "%s, which hold%s the listener, %s",
		holder_text(holder, "its process", who), are_several ? "" : "s",
		are_several ? several : one);
	return text;
}

static void left_write(const struct accept_holder *by, struct cause *cause)
{
	char who[HOLDER_TEXT_SIZE];
	bool are_several = by->holder.processes > 1;
	cause->word = "left";
	snprintf(cause->text, sizeof(cause->text),
		"%s (pid %u), which held the listener at the start, has %s, and %s%s hold%s it%s "
		"and do%s not accept; %s",
		by->left_name, by->left_pid, by->left_has_ended ? "ended" : "closed it",
		holder_text(&by->holder, "its process", who),
		by->left_to_newcomers ? ", which did not then," : "", are_several ? "" : "s",
		by->left_to_newcomers ? "" : " still", are_several ? "" : "es",
		by->left_has_ended ? "start another that accepts, or close the listener where none "
				     "does, so that clients are refused at once"
				   : "close the listener in each process that is not to accept "
				     "(close(2) behind fork(2), SOCK_CLOEXEC)");
}

static struct cause cause_of(const struct trial *trial)
{
	const struct accept_holder *by = &trial->server_end.accept_holder;
	const struct accept_watch_report *watch = &trial->server_end.accept_watch;
	struct cause cause = {.word = NULL};
	char who[200];
	if (by->is_stopped) {
		cause.word = "stopped";
		snprintf(cause.text, sizeof(cause.text), "%s stopped by a signal (state T); let %s",
			holder_write(&by->holder, "is", "are", who, sizeof(who)),
			by->holder.processes > 1 ? "them go on (SIGCONT)" : "it go on (SIGCONT)");
	} else if (by->descriptor_limit > 0) {
		cause.word = "descriptors";
		snprintf(cause.text, sizeof(cause.text),
			"%s as many descriptors as RLIMIT_NOFILE allows (%llu), so that accept(2) "
			"fails with EMFILE; raise the limit (ulimit -n), or close what is not "
			"needed",
			holder_write(&by->holder, "has", "have", who, sizeof(who)),
			(unsigned long long)by->descriptor_limit);
	} else if (by->left_pid != 0) {
		left_write(by, &cause);
	} else {
		bool is_one_of = watch->beside_waiting < watch->beside;
		cause.word = is_one_of ? "one of several" : NULL;
		snprintf(cause.text, sizeof(cause.text), "%s not accept%s; %s",
			holder_write(&by->holder, "does", "do", who, sizeof(who)),
			is_one_of ? " from it" : "",
			is_one_of ? "accept from each listener of the address, or close it: the "
				    "kernel gives each a share (SO_REUSEPORT)"
				  : "accept while connections are served, in an event loop (until "
				    "EAGAIN with EPOLLET) or a thread");
	}
	return cause;
}

/* Where they waited. */
static void queue_write(const struct trial *trial, char *text, size_t size)
{
	const struct accept_watch_report *watch = &trial->server_end.accept_watch;
	if (watch->beside_waiting < watch->beside)
		snprintf(text, size,
			"the queue%s of %u of %u listeners of the address, and none in those of "
			"the others",
			watch->beside_waiting > 1 ? "s" : "", watch->beside_waiting, watch->beside);
	else
		snprintf(text, size, "the server's accept queue");
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char queue[120];
	struct accept_stall stall = accept_stall_of(trial);
	if (stall.waiting == 0)
		return;
	double t_s = fmax(finding_t_s(trial, stall.since_ns), 0);
	struct cause cause = cause_of(trial);
	queue_write(trial, queue, sizeof(queue));
	finding_add(findings,
		"%llu of %llu connections %s never accepted: when the trial had settled they "
		"waited in %s, the oldest for %.1f s or more (since %.1f s); %s",
		(unsigned long long)stall.waiting, (unsigned long long)figures->opened,
		stall.waiting == 1 ? "was" : "were", queue, stall.oldest_s, t_s, cause.text);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "waiting", (double)stall.waiting);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "oldest_s", stall.oldest_s);
	finding_number(findings, "backlog", trial->server_end.accept_watch.longest.backlog);
	finding_number(findings, "listeners", trial->server_end.accept_watch.beside);
	finding_number(
		findings, "listeners_waiting", trial->server_end.accept_watch.beside_waiting);
	finding_word(findings, "why", cause.word ? cause.word : "unknown");
	finding_holder(findings, &trial->server_end.accept_holder.holder);
}

extern const struct finding_kind finding_never_accepted;
const struct finding_kind finding_never_accepted = {
	.id = "never-accepted",
	.summary = "connections waited in a listener's queue to the end, and accept(2) took none",
	.cause = "the server's process is stopped, has no descriptor left, or does not call "
		 "accept(2) on that listener",
	.cure = "have every listener accepted from while connections are served, and close it in "
		"each process that does not accept",
	.detect = detect,
};
