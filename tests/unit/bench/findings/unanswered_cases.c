/* Cases of requests that got no byte of a response. */
#include "made_up_trial.h"

#include <stdio.h>

/* So many of 1000, the first at 0.2 s, the last at 0.7 s. */
static void by_fin(struct made_up *m, uint64_t connections, uint64_t first_requests)
{
	m->trial.totals.outcomes[OUTCOME_SHORT] = connections;
	m->trial.totals.unanswered_by_fin = (struct load_unanswered){.connections = connections,
		.first_requests = first_requests,
		.first_ns = START_NS + 2 * PERIOD_NS,
		.last_ns = START_NS + 7 * PERIOD_NS,
		.least_ns = 200000,
		.most_ns = 400000000};
}

static void later_by_fin(struct made_up *m)
{
	by_fin(m, 30, 0);
}

static void first_by_fin(struct made_up *m)
{
	by_fin(m, 30, 30);
}

static void some_first_by_fin(struct made_up *m)
{
	by_fin(m, 30, 20);
}

static void one_by_fin(struct made_up *m)
{
	by_fin(m, 1, 1);
	m->trial.totals.unanswered_by_fin.last_ns = START_NS + 2 * PERIOD_NS;
	m->trial.totals.unanswered_by_fin.least_ns = 400000000;
}

/* Of all, so many have a RST of the server beside its FIN; the loader kept as many. */
static void races(struct made_up *m, uint64_t raced, uint64_t judged)
{
	by_fin(m, 30, 10);
	m->trial.totals.kept_unanswered = 20;
	m->trial.totals.kept_unanswered_ns = START_NS + 5 * PERIOD_NS;
	m->trial.packet_tap.counts = (struct first_closer_counts){
		.connections = judged, .server = judged, .at_server = {.reset_beside_fin = raced}};
}

static void some_raced(struct made_up *m)
{
	races(m, 12, OPENED);
}

/* 3 of a quarter stand for 12. */
static void some_raced_of_a_share(struct made_up *m)
{
	races(m, 3, OPENED / 4);
	m->trial.packet_tap.share = 4;
}

static void all_raced(struct made_up *m)
{
	races(m, 30, OPENED);
	m->trial.totals.unanswered_by_fin.first_requests = 0;
	m->trial.totals.kept_unanswered = 30;
}

static void short_in_the_middle(struct made_up *m)
{
	m->trial.totals.outcomes[OUTCOME_SHORT] = 30;
}

static void the_process_ended(struct made_up *m)
{
	by_fin(m, 8, 8);
	snprintf(m->trial.failure, sizeof(m->trial.failure), "the server was killed");
}

#define CLOSED "closed-unanswered"
#define EMPTY ": clients see an empty reply, and cannot know whether the request was acted on; "
#define LOOK                                                                                       \
	"another way to close changes nothing of that: look, in the server's log, for what ends "  \
	"a connection before it answers, as a worker that dies, a handler that fails, a limit, "   \
	"an upstream that closes"
#define READ_AND_CLOSED                                                                            \
	"the server read the request and closed, with a FIN and no byte of a response, on "
#define WHEN "from 0.20 to 0.70 s, 0.2 to 400 ms behind the request)"

static const struct finding_case cases[] = {
	{CLOSED, "later requests", later_by_fin, "closed-unanswered ",
		.text = READ_AND_CLOSED "30 of 1000 connections (on connections that had been "
					"answered before; " WHEN EMPTY LOOK,
		.fields = "t_s=0.2 last_t_s=0.7 unanswered=30 attempted=1000 short_unanswered=30 "
			  "first_requests=0 waited_ms_least=0.2 waited_ms_most=400"},
	{CLOSED, "first requests", first_by_fin, "closed-unanswered ",
		.text = READ_AND_CLOSED "30 of 1000 connections (on the first request of a "
					"connection; " WHEN EMPTY LOOK},
	{CLOSED, "first and later requests", some_first_by_fin, "closed-unanswered ",
		.text = READ_AND_CLOSED "30 of 1000 connections (20 on the first request of a "
					"connection, 10 later; " WHEN EMPTY LOOK},
	{CLOSED, "one", one_by_fin, "closed-unanswered ",
		.text = READ_AND_CLOSED "1 of 1000 connections (on the first request of a "
					"connection; at 0.20 s, 400 ms behind the "
					"request)" EMPTY LOOK},
	{CLOSED, "some raced", some_raced, "closed-unanswered keep-alive-race ",
		.text = READ_AND_CLOSED
		"at least 18 of 1000 connections (of 30 that had no answer, some of which raced: "
		"10 on "
		"the first request of a connection, 20 later; " WHEN EMPTY LOOK,
		.fields = "t_s=0.2 last_t_s=0.7 unanswered=18 attempted=1000 short_unanswered=30 "
			  "first_requests=10 waited_ms_least=0.2 waited_ms_most=400"},
	{CLOSED, "some raced, by a share", some_raced_of_a_share,
		"closed-unanswered keep-alive-race ",
		.fields = "t_s=0.2 last_t_s=0.7 unanswered=18 attempted=1000 short_unanswered=30 "
			  "first_requests=10 waited_ms_least=0.2 waited_ms_most=400"},
	{CLOSED, "all raced", all_raced, "keep-alive-race "},
	{CLOSED, "in the middle of a response", short_in_the_middle, ""},
	{CLOSED, "the process ended", the_process_ended, "closed-unanswered ",
		.text = READ_AND_CLOSED
		"8 of 1000 connections (on the first request of a connection; " WHEN EMPTY
		"see what ended the trial: a process that ends closes its connections"},
};

const struct finding_cases cases_of_unanswered = {cases, sizeof(cases) / sizeof(cases[0])};
