/* Cases of findings about SYNs that were refused. */
#include "made_up_trial.h"

#include <errno.h>

#define MS UINT64_C(1000000)
#define ABSENT "listener-absent"

/* So many of 400 connects of the builtin loader were refused, of which the tap saw as many. */
static void refused(struct made_up *m, uint64_t count)
{
	address_parse("10.0.0.1:0", &m->trial.server.address);
	m->trial.server.port = 8080;
	m->trial.totals.connect_errors[ECONNREFUSED] = count;
	m->trial.totals.attempted = 400;
	m->trial.packet_tap.counts.refused = count;
	m->trial.server_end.accept_watch.load_over_ns = START_NS + 1950 * MS;
}

static struct listener_gap *gap_add(
	struct made_up *m, uint64_t from_ms, uint64_t gone_ms, uint64_t until_ms, uint64_t count)
{
	struct listener_gaps *gaps = &m->trial.server_end.listener_gaps;
	struct listener_gap *gap = &gaps->list[gaps->count++];
	*gap = (struct listener_gap){.from_ns = START_NS + from_ms * MS,
		.gone_ns = gone_ms > 0 ? START_NS + gone_ms * MS : 0,
		.last_ns = gone_ms > 0 ? START_NS + (gone_ms + 290) * MS : 0,
		.until_ns = until_ms > 0 ? START_NS + until_ms * MS : 0,
		.refused = count};
	return gap;
}

static void restarted(struct made_up *m)
{
	refused(m, 136);
	gap_add(m, 500, 520, 830, 136)->holder = GAP_HOLDER_HAS_ENDED;
}

static void gone_for_good(struct made_up *m)
{
	refused(m, 136);
	gap_add(m, 500, 520, 0, 136)->holder = GAP_HOLDER_HAS_ENDED;
}

static void closed_for_good(struct made_up *m)
{
	refused(m, 136);
	gap_add(m, 500, 520, 0, 136)->holder = GAP_HOLDER_RUNS;
}

/* A listener was seen at 500 ms, and none at 520 ms; its process still ran. An event of `kind` came
 * at `done_ms`, and the server had ended at `ended_ms`. */
static struct event_record *closed_beside(
	struct made_up *m, enum event_kind kind, uint64_t done_ms, uint64_t ended_ms)
{
	struct event_record *record = &m->trial.events[m->trial.event_count++];
	uint64_t ended_ns = START_NS + ended_ms * MS;
	closed_for_good(m);
	*record = (struct event_record){.spec = {.at_ns = done_ms * MS,
						.kind = kind,
						.text = kind == EVENT_RESTART ? "restart" : "TERM"},
		.done_ns = START_NS + done_ms * MS};
	*(kind == EVENT_RESTART ? &record->stopped_ns : &record->ended_ns) = ended_ns;
	return record;
}

static void restarted_for_good(struct made_up *m)
{
	closed_beside(m, EVENT_RESTART, 510, 530);
}

static void terminated(struct made_up *m)
{
	closed_beside(m, EVENT_SIGNAL, 100, 500);
}

static void restarted_as_none_was_seen(struct made_up *m)
{
	closed_beside(m, EVENT_RESTART, 520, 530);
	m->trial.server_end.listener_gaps.list[0].until_ns = START_NS + 830 * MS;
}

static void replaced_by_a_restart(struct made_up *m)
{
	struct listener_gap *gap = &m->trial.server_end.listener_gaps.list[0];
	closed_beside(m, EVENT_RESTART, 525, 530);
	gap->gone_ns = gap->last_ns = 0;
	gap->until_ns = START_NS + 540 * MS;
}

static void restarted_after(struct made_up *m)
{
	closed_beside(m, EVENT_RESTART, 521, 530);
}

/* What listened then was the new server. */
static void restarted_before(struct made_up *m)
{
	closed_beside(m, EVENT_RESTART, 300, 499)->listened_ns = START_NS + 499 * MS;
}

static void told_to_reload(struct made_up *m)
{
	struct event_record *record = closed_beside(m, EVENT_SIGNAL, 510, 0);
	record->spec.text = "HUP";
	record->ended_ns = 0;
}

static void the_proxys_restart(struct made_up *m)
{
	closed_beside(m, EVENT_RESTART, 510, 530)->spec.of_proxy = true;
}

static void replaced_between_two_looks(struct made_up *m)
{
	refused(m, 7);
	gap_add(m, 500, 0, 520, 7);
}

/* No connect met the first. */
static void three_times(struct made_up *m)
{
	refused(m, 40);
	gap_add(m, 100, 120, 420, 0);
	gap_add(m, 500, 520, 830, 30)->holder = GAP_HOLDER_RUNS;
	gap_add(m, 900, 0, 920, 10);
}

/* The others were refused by something else. */
static void some_met_it(struct made_up *m)
{
	refused(m, 136);
	gap_add(m, 500, 520, 830, 36);
}

/* The tap looked at one of four of the last 900 of 1000 connections, and met every fourth refusal.
 */
static void by_wrk(struct made_up *m)
{
	restarted(m);
	made_up_wrk(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, active_opens), 2000, 10);
	m->trial.totals.connect_errors[ECONNREFUSED] = 0;
	m->trial.packet_tap.share = 4;
	m->trial.packet_tap.counts.connections = OPENED / 4;
	m->trial.packet_tap.counts.undecided = 0;
	made_up_count(m, TD_CLIENT, offsetof(struct counters, attempt_fails), 550, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 560, 10);
}

/* Of the 136 refusals that were seen, 34 were in the gap. */
static void some_met_it_by_wrk(struct made_up *m)
{
	by_wrk(m);
	m->trial.server_end.listener_gaps.list[0].refused = 34;
}

/* A filter that rejects, another port. */
static void the_listener_stayed(struct made_up *m)
{
	refused(m, 136);
}

/* Handed over between two looks, beside a filter that rejects. */
static void replaced_beside_a_filter(struct made_up *m)
{
	refused(m, 136);
	gap_add(m, 500, 0, 520, 7);
}

static void nobody_came(struct made_up *m)
{
	gap_add(m, 500, 520, 830, 0);
}

#define REFUSED "136 of 400 connects were refused (ECONNREFUSED, a RST in answer to the SYN): "
#define TO_THE_END                                                                                 \
	"nothing listened at 10.0.0.1:8080 by looks from 0.52 s to the load's end (a listener "    \
	"was seen at 0.50 s); "
#define HELD_FOR_IT                                                                                \
	"; have what starts the server hold the listener (socket activation), so that "            \
	"connections wait until it is started again"
#define TO_THE_END_FIELDS "t_s=0.5 gone_s=0.52 times=1 refused=136 attempted=400 "

static const struct finding_case cases[] = {
	{ABSENT, "a restart that is not up again", restarted_for_good, ABSENT " ",
		.text = REFUSED TO_THE_END
		"restart (--at 0.51s) ended the server that had held the listener" HELD_FOR_IT,
		.fields = TO_THE_END_FIELDS "holder=ended event=restart (--at 0.51s)"},
	{ABSENT, "a signal, and an end that took its time", terminated, ABSENT " ",
		.text = REFUSED TO_THE_END
		"TERM (--at 0.1s) ended the server that had held the listener" HELD_FOR_IT,
		.fields = TO_THE_END_FIELDS "holder=ended event=TERM (--at 0.1s)"},
	{ABSENT, "a restart as no listener was seen", restarted_as_none_was_seen, ABSENT " ",
		.fields = "t_s=0.5 until_s=0.83 gone_s=0.52 times=1 refused=136 attempted=400 "
			  "holder=ended event=restart (--at 0.52s)"},
	{ABSENT, "a restart between two looks", replaced_by_a_restart, ABSENT " ",
		.fields = "t_s=0.5 until_s=0.54 times=1 refused=136 attempted=400 "
			  "holder=ended event=restart (--at 0.525s)"},
	{ABSENT, "closed before a restart", restarted_after, ABSENT " ",
		.fields = TO_THE_END_FIELDS "holder=runs"},
	{ABSENT, "closed behind a restart, by the new server", restarted_before, ABSENT " ",
		.fields = TO_THE_END_FIELDS "holder=runs"},
	{ABSENT, "closed by a server that was told to reload", told_to_reload, ABSENT " ",
		.fields = TO_THE_END_FIELDS "holder=runs"},
	{ABSENT, "closed beside the proxy's restart", the_proxys_restart, ABSENT " ",
		.fields = TO_THE_END_FIELDS "holder=runs"},
	{ABSENT, "a restart", restarted, ABSENT " ",
		.text = "136 of 400 connects were refused (ECONNREFUSED, a RST in answer "
			"to the SYN): nothing listened at 10.0.0.1:8080 by looks from "
			"0.52 to 0.81 s (a listener was seen at 0.50 and at 0.83 s); the "
			"process that had held the listener had ended; keep the listener "
			"open over a restart: have the next process inherit it (socket "
			"activation), or listen before the first one closes "
			"(SO_REUSEPORT)",
		.fields = "t_s=0.5 until_s=0.83 gone_s=0.52 times=1 refused=136 attempted=400 "
			  "holder=ended"},
	{ABSENT, "ended for good", gone_for_good, ABSENT " ",
		.text = "136 of 400 connects were refused (ECONNREFUSED, a RST in answer "
			"to the SYN): nothing listened at 10.0.0.1:8080 by looks from "
			"0.52 s to the load's end (a listener was seen at 0.50 s); the "
			"process that had held the listener had ended; have what starts "
			"the server hold the listener (socket activation), so that "
			"connections wait until it is started again",
		.fields = "t_s=0.5 gone_s=0.52 times=1 refused=136 attempted=400 holder=ended"},
	{ABSENT, "closed for good", closed_for_good, ABSENT " ",
		.text = "136 of 400 connects were refused (ECONNREFUSED, a RST in answer "
			"to the SYN): nothing listened at 10.0.0.1:8080 by looks from "
			"0.52 s to the load's end (a listener was seen at 0.50 s); a "
			"process that had held the listener still ran; have it keep the "
			"listener open while clients come",
		.fields = "t_s=0.5 gone_s=0.52 times=1 refused=136 attempted=400 holder=runs"},
	{ABSENT, "replaced between two looks", replaced_between_two_looks, ABSENT " ",
		.text = "7 of 400 connects were refused (ECONNREFUSED, a RST in answer to"
			" the SYN): what listened at 10.0.0.1:8080 was closed between "
			"0.50 and 0.52 s, before another socket listened there; keep the "
			"listener open over a restart: have the next process inherit it "
			"(socket activation), or listen before the first one closes "
			"(SO_REUSEPORT)",
		.fields = "t_s=0.5 until_s=0.52 times=1 refused=7 attempted=400 holder=unknown"},
	{ABSENT, "three times", three_times, ABSENT " ",
		.text = "40 of 400 connects were refused (ECONNREFUSED, a RST in answer "
			"to the SYN): nothing listened at 10.0.0.1:8080 by looks from "
			"0.52 to 0.81 s (a listener was seen at 0.50 and at 0.83 s), and "
			"1 time more; a process that had held the listener still ran; "
			"keep the listener open over a restart: have the next process "
			"inherit it (socket activation), or listen before the first one "
			"closes (SO_REUSEPORT)",
		.fields = "t_s=0.5 until_s=0.83 gone_s=0.52 times=2 refused=40 attempted=400 "
			  "holder=runs"},
	{ABSENT, "some met it", some_met_it, ABSENT " ",
		.fields = "t_s=0.5 until_s=0.83 gone_s=0.52 times=1 refused=36 attempted=400 "
			  "holder=unknown"},
	{ABSENT, "the listener stayed", the_listener_stayed, ""},
	{ABSENT, "replaced beside a filter", replaced_beside_a_filter, ""},
	{ABSENT, "nobody came", nobody_came, ""},
	{ABSENT, "of a share", by_wrk, ABSENT " ",
		.fields = "t_s=0.5 until_s=0.83 gone_s=0.52 times=1 refused=550 attempted=2100 "
			  "holder=ended"},
	{ABSENT, "some of a share met it", some_met_it_by_wrk, ABSENT " ",
		.text = "about 138 of 2100 connects were refused (ECONNREFUSED, a RST in answer "
			"to the SYN): nothing listened at 10.0.0.1:8080 by looks from "
			"0.52 to 0.81 s (a listener was seen at 0.50 and at 0.83 s); the "
			"process that had held the listener had ended; keep the listener "
			"open over a restart: have the next process inherit it (socket "
			"activation), or listen before the first one closes "
			"(SO_REUSEPORT)",
		.fields = "t_s=0.5 until_s=0.83 gone_s=0.52 times=1 refused=138 attempted=2100 "
			  "holder=ended"},
};

const struct finding_cases cases_of_absence = {cases, sizeof(cases) / sizeof(cases[0])};
