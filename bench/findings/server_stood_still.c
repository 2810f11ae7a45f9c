/* server-stood-still: for a while no exchange ended, though several were under way, and before or
 * after that they took far less. Why is not known from outside: the server may compute, wait for a
 * lock or a back end, or not call accept(2) while it has as many connections as it allows itself. A
 * process that is stopped by a signal, or never accepts, is another finding. Where an event of the
 * trial (--at) ended the server, or the upstream behind a proxy, as it began, that is named. A slow
 * but steady server looks like it; so does a loader that is out of processor time. */
#include "bench/findings/finding.h"
#include "bench/judge/accept_stall.h"
#include "bench/judge/standstill.h"

#include <stdio.h>

/* The first samples behind an event may still see an exchange end. */
#define BEGIN_SHARE 5
#define CURE_SIZE 240
#define CURE                                                                                       \
	"find out what it waits for, or computes, then (its log, its limit of connections, "       \
	"strace, a profile)"

static bool is_told_by_another(const struct trial *trial, uint64_t still_ns)
{
	return 2 * trial->server_end.stop_watch.stopped_ns >= still_ns ||
	       accept_stall_of(trial).waiting > 0;
}

static void unaccepted_write(const struct standstill *still, char *text, size_t size)
{
	text[0] = 0;
	if (still->unaccepted >= still->waiting)
		snprintf(text, size, ", all of which waited to be accepted");
	else if (still->unaccepted > 0)
		snprintf(text, size, ", %llu of which waited to be accepted",
			(unsigned long long)still->unaccepted);
}

/* A server of the same end listened again before the standstill. */
static bool is_up_again(
	const struct trial *trial, const struct event_record *ended, uint64_t since_ns)
{
	for (size_t i = 0; i < trial->event_count; i++) {
		const struct event_record *record = &trial->events[i];
		if (record->spec.of_proxy == ended->spec.of_proxy &&
			record->listened_ns > ended->done_ns && record->listened_ns <= since_ns)
			return true;
	}
	return false;
}

/* The event that ended the server, or the upstream, as the standstill began, or before it; NULL:
 * none. */
static const struct event_record *event_of(
	const struct trial *trial, const struct standstill *still)
{
	uint64_t begun_ns = still->since_ns + (still->until_ns - still->since_ns) / BEGIN_SHARE;
	const struct event_record *found = NULL;
	for (size_t i = 0; i < trial->event_count; i++) {
		const struct event_record *record = &trial->events[i];
		if (finding_event_ended(record) && record->done_ns <= begun_ns &&
			!is_up_again(trial, record, still->since_ns))
			found = record;
	}
	return found;
}

static const char *cure_of(
	const struct trial *trial, const struct event_record *record, char text[CURE_SIZE])
{
	char event[FINDING_EVENT_SIZE];
	if (!record)
		return CURE;
	bool is_behind = record->spec.of_proxy != trial->server.is_proxy;
	snprintf(text, CURE_SIZE, "%s had ended %s%s", finding_event_name(record, event),
		is_behind ? "the upstream" : "it",
		is_behind ? ": see how long the server waits for one that is gone, and how often "
			    "it tries again (timeouts, retries, health checks)"
			  : "");
	return text;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char unaccepted[64], cure[CURE_SIZE], name[FINDING_EVENT_SIZE];
	struct standstill still = standstill_of(trial);
	uint64_t still_ns = still.until_ns - still.since_ns;
	if (still.waiting == 0 || is_told_by_another(trial, still_ns))
		return;
	double t_s = finding_t_s(trial, still.since_ns), still_s = (double)still_ns / 1e9;
	const struct event_record *event = event_of(trial, &still);
	unaccepted_write(&still, unaccepted, sizeof(unaccepted));
	finding_add(findings,
		"the server stood still for %.1f s or more (from %.1f s): no exchange ended, while "
		"%llu or more were under way%s; otherwise half of them took at most %.2f ms; it "
		"used %.0f %% of a CPU meanwhile: %s",
		still_s, t_s, (unsigned long long)still.waiting, unaccepted, still.usual_ms,
		100 * still.server_cpu_share, cure_of(trial, event, cure));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "still_s", still_s);
	finding_number(findings, "waiting", (double)still.waiting);
	finding_number(findings, "unaccepted", (double)still.unaccepted);
	finding_number(findings, "usual_ms", still.usual_ms);
	finding_number(findings, "server_cpu_share", still.server_cpu_share);
	if (event)
		finding_word(findings, "event", finding_event_name(event, name));
}

extern const struct finding_kind finding_server_stood_still;
const struct finding_kind finding_server_stood_still = {
	.id = "server-stood-still",
	.summary = "for a while no exchange ended, though several were under way",
	.cause = "the server answers nobody for that time: it computes, waits for a lock or a back "
		 "end, or does not accept while it has as many connections as it allows itself",
	.cure = "find out what the server waits for, or computes, then (its log, its limit of "
		"connections, strace, a profile)",
	.detect = detect,
};
