/* listener-absent: for a while nothing listened where the load connects to, and the kernel answered
 * each SYN with a RST (net/ipv4/tcp_ipv4.c, tcp_v4_rcv, no_tcp_socket): connect(2) fails with
 * ECONNREFUSED. So does a server that is restarted without handing its listener over. What looks
 * like it: a filter that rejects (the listener stays), a SYN to another port, and
 * tcp_abort_on_overflow, whose RST answers the ACK of the handshake. A full queue drops. Where an
 * event of the trial (--at) ended the server that had listened, that is named. */
#include "bench/findings/finding.h"
#include "bench/judge/estimate.h"
#include "bench/judge/refused.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#define WHEN_SIZE 240
#define HOLDER_SIZE 160

struct absence {
	const struct listener_gap *first; /* of those that connects met; NULL: none did */
	size_t times;
	uint64_t refused; /* SYNs that met any of them, of those that the packet tap looked at */
};

static uint64_t in_gaps(const struct listener_gaps *gaps)
{
	uint64_t refused = 0;
	for (size_t i = 0; i < gaps->count; i++)
		refused += gaps->list[i].refused;
	return refused;
}

/* That a listener was closed before another one came, no look may have seen. Then the refusals say
 * it, unless there are others, which have another reason. */
static struct absence absence_of(const struct trial *trial)
{
	const struct listener_gaps *gaps = &trial->server_end.listener_gaps;
	bool are_all = in_gaps(gaps) >= trial->packet_tap.counts.refused;
	struct absence absence = {.first = NULL};
	for (size_t i = 0; i < gaps->count; i++) {
		const struct listener_gap *gap = &gaps->list[i];
		if (gap->refused == 0 || (gap->gone_ns == 0 && !are_all))
			continue;
		absence.first = absence.first ? absence.first : gap;
		absence.times++;
		absence.refused += gap->refused;
	}
	return absence;
}

/* The builtin loader has counted those that were refused, all of them. */
static struct estimate refused_in(
	const struct trial *trial, const struct figures *figures, const struct absence *absence)
{
	struct estimate refused = estimate_of(trial, figures, absence->refused);
	double counted = (double)trial->totals.connect_errors[ECONNREFUSED];
	if (trial->load.is_third_party)
		return refused_of(trial, absence->refused);
	if (counted == 0)
		return refused;
	if (absence->refused >= trial->packet_tap.counts.refused)
		return (struct estimate){.count = counted, .is_exact = true};
	refused.count = fmin(refused.count, counted);
	return refused;
}

static void when_write(const struct trial *trial, const struct absence *absence, char *text)
{
	const struct listener_gap *gap = absence->first;
	char address[ADDRESS_TEXT_SIZE], again[40] = "";
	double from_s = fmax(finding_t_s(trial, gap->from_ns), 0),
	       gone_s = finding_t_s(trial, gap->gone_ns);
	double last_s = finding_t_s(trial, gap->last_ns),
	       until_s = finding_t_s(trial, gap->until_ns);
	struct address server = trial->server.address;
	address_set_port(&server, trial->server.port);
	address_text(&server, address);
	if (absence->times > 1)
		snprintf(again, sizeof(again), ", and %zu time%s more", absence->times - 1,
			absence->times > 2 ? "s" : "");
	if (gap->gone_ns == 0)
		snprintf(text, WHEN_SIZE,
			"what listened at %s was closed between %.2f and %.2f s, before another "
			"socket listened there%s",
			address, from_s, until_s, again);
	else if (gap->until_ns == 0)
		snprintf(text, WHEN_SIZE,
			"nothing listened at %s by looks from %.2f s to the load's end (a listener "
			"was seen at %.2f s)%s",
			address, gone_s, from_s, again);
	else
		snprintf(text, WHEN_SIZE,
			"nothing listened at %s by looks from %.2f to %.2f s (a listener was seen "
			"at %.2f and at %.2f s)%s",
			address, gone_s, last_s, from_s, until_s, again);
}

/* The event that ended the server whose listener was closed; NULL: none. A listener that was seen
 * when that server had ended is another one's. */
static const struct event_record *event_of(
	const struct trial *trial, const struct listener_gap *gap)
{
	uint64_t seen_ns = gap->gone_ns > 0 ? gap->gone_ns : gap->until_ns;
	const struct event_record *found = NULL;
	for (size_t i = 0; i < trial->event_count; i++) {
		const struct event_record *record = &trial->events[i];
		uint64_t ended_ns = record->stopped_ns > 0 ? record->stopped_ns : record->ended_ns;
		bool is_of_hop = record->spec.of_proxy == trial->server.is_proxy;
		bool is_between = record->done_ns <= seen_ns && gap->from_ns <= ended_ns;
		if (finding_event_ended(record) && is_of_hop && is_between)
			found = record;
	}
	return found;
}

/* A process that was being ended may still have run when it had closed the listener. */
static enum listener_gap_holder holder_of(
	const struct listener_gap *gap, const struct event_record *event)
{
	return event ? GAP_HOLDER_HAS_ENDED : gap->holder;
}

static void holder_write(
	enum listener_gap_holder holder, const struct event_record *event, char *text)
{
	char name[FINDING_EVENT_SIZE];
	if (event)
		snprintf(text, HOLDER_SIZE, "; %s ended the server that had held the listener",
			finding_event_name(event, name));
	else
		snprintf(text, HOLDER_SIZE, "%s",
			holder == GAP_HOLDER_HAS_ENDED
				? "; the process that had held the listener had ended"
			: holder == GAP_HOLDER_RUNS
				? "; a process that had held the listener still ran"
				: "");
}

static const char *cure_of(const struct listener_gap *gap, enum listener_gap_holder holder)
{
	if (gap->until_ns > 0)
		return "keep the listener open over a restart: have the next process inherit it "
		       "(socket activation), or listen before the first one closes (SO_REUSEPORT)";
	return holder == GAP_HOLDER_RUNS
		       ? "have it keep the listener open while clients come"
		       : "have what starts the server hold the listener (socket activation), so "
			 "that connections wait until it is started again";
}

static const char *holder_word(enum listener_gap_holder holder)
{
	return holder == GAP_HOLDER_HAS_ENDED ? "ended"
	       : holder == GAP_HOLDER_RUNS    ? "runs"
					      : "unknown";
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char when[WHEN_SIZE], by[HOLDER_SIZE], count[ESTIMATE_TEXT_SIZE], name[FINDING_EVENT_SIZE];
	struct absence absence = absence_of(trial);
	if (!absence.first)
		return;
	const struct listener_gap *gap = absence.first;
	const struct event_record *event = event_of(trial, gap);
	enum listener_gap_holder holder = holder_of(gap, event);
	struct estimate refused = refused_in(trial, figures, &absence);
	when_write(trial, &absence, when);
	holder_write(holder, event, by);
	finding_add(findings,
		"%s of %llu connects were refused (ECONNREFUSED, a RST in answer to the SYN): "
		"%s%s; %s",
		estimate_text(&refused, count), (unsigned long long)figures->attempted, when, by,
		cure_of(gap, holder));
	finding_number(findings, "t_s", fmax(finding_t_s(trial, gap->from_ns), 0));
	finding_number(
		findings, "until_s", gap->until_ns > 0 ? finding_t_s(trial, gap->until_ns) : NAN);
	finding_number(
		findings, "gone_s", gap->gone_ns > 0 ? finding_t_s(trial, gap->gone_ns) : NAN);
	finding_number(findings, "times", (double)absence.times);
	finding_number(findings, "refused", refused.count);
	finding_number(findings, "attempted", (double)figures->attempted);
	finding_word(findings, "holder", holder_word(holder));
	if (event)
		finding_word(findings, "event", finding_event_name(event, name));
}

extern const struct finding_kind finding_listener_absent;
const struct finding_kind finding_listener_absent = {
	.id = "listener-absent",
	.summary = "connects were refused while nothing listened at the server's address",
	.cause = "the server was restarted, or its process ended, and the listener was closed with "
		 "it",
	.cure = "keep the listener open over a restart: hand it to the next process (socket "
		"activation), or have that listen first (SO_REUSEPORT)",
	.detect = detect,
};
