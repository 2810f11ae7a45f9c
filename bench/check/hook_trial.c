#include "bench/check/hook_trial.h"

#include "bench/check/peer.h"
#include "bench/check/peer_connection.h"
#include "bench/judge/figures.h"
#include "bench/process/child.h"
#include "bench/trial/run_stage.h"
#include "common/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* Shared with the child. */
struct report {
	struct hook_trial trial;
	char part[80]; /* what is being tried: "server, with a peer that closes" */
	bool is_whole; /* everything was tried */
	struct complaints complaints;
};

static const char *const end_names[ENDS] = {"server", "client"};
static const enum td_who end_who[ENDS] = {TD_SERVER, TD_CLIENT};

static void peer_connections_run(
	struct report *report, const struct network *network, const struct td_strategy *recorded)
{
	for (int end = 0; end < ENDS; end++)
		for (uint32_t i = 0; i < PEERS; i++) {
			struct error error = {0};
			const struct peer_connection_spec spec = {
				network, recorded, end_who[end], &peers[i]};
			report->trial.calls.peer = i;
			snprintf(report->part, sizeof(report->part), "%s, with a peer that %s",
				end_names[end], peers[i].text);
			if (peer_connection_run(&spec, &error) == -1)
				complain(&report->complaints, "%s: %s\n", report->part, error.text);
		}
}

/* What is lost only when a deadline passes is no matter of the table: a slow enough client loses
 * with any strategy that has one. */
static enum delivery_verdict delivery_judge(struct report *report, enum delivery_client client,
	const struct td_strategy *strategy, const struct delivery_result *result)
{
	bool is_lost = result->received < delivery_bytes[client];
	bool may_lose = strategy->gives_up & TD_GIVES_UP_TAIL;
	bool is_other = result->first_closer != strategy->first_closer &&
			result->first_closer != TD_NONE && !strategy->claim_is_race;
	if (is_lost && !may_lose)
		complain(&report->complaints,
			"%s received %llu of %u bytes, and the table does not give up the tail\n",
			report->part, (unsigned long long)result->received, delivery_bytes[client]);
	if (is_other)
		complain(&report->complaints, "%s: the first closer is %s, declared %s\n",
			report->part, figures_who(result->first_closer),
			figures_who(strategy->first_closer));
	if (is_other || (is_lost && !may_lose))
		return DELIVERY_DIFFERS;
	return is_lost ? DELIVERY_LOST : DELIVERY_HELD;
}

static void deliveries_run(
	struct report *report, const struct network *network, const struct td_strategy *strategy)
{
	for (enum delivery_client client = 0; client < DELIVERY_CLIENTS; client++) {
		struct error error = {0};
		struct delivery_result result;
		const struct delivery_spec spec = {network, strategy, client};
		snprintf(report->part, sizeof(report->part), "a client that %s",
			delivery_client_texts[client]);
		if (delivery_run(&spec, &result, &error) == -1)
			complain(&report->complaints, "%s: %s\n", report->part, error.text);
		else
			report->trial.deliveries[client] =
				delivery_judge(report, client, strategy, &result);
	}
}

struct attempt {
	struct report *report;
	const struct network *network;
	const struct td_strategy *strategy;
	uint64_t deadline_ns;
};

static void attempt_run(void *argument)
{
	struct attempt *attempt = argument;
	struct td_strategy recorded =
		hook_calls_wrap(&attempt->report->trial.calls, attempt->strategy);
	peer_connections_run(attempt->report, attempt->network, &recorded);
	deliveries_run(attempt->report, attempt->network, attempt->strategy);
	attempt->report->is_whole = true;
}

static void complain_of_hook(
	const struct report *report, const char *what, struct complaints *complaints)
{
	complain(complaints, "%s: a hook %s\n", report->part, what);
}

static void hooks_check(const struct hook_calls *calls, const struct td_strategy *strategy,
	struct complaints *complaints)
{
	for (int end = 0; end < ENDS; end++)
		for (enum hook hook = 0; hook < HOOKS; hook++) {
			const struct hook_call_record *r = &calls->hooks[end][hook];
			const char *name = hook_names[hook];
			if (hook_calls_has(strategy, end, hook) && r->calls == 0)
				complain(complaints,
					"%s.%s was not called: no behaviour of a peer led to it\n",
					end_names[end], name);
			if (r->nonsense)
				complain(complaints, "%s.%s answered %d, which is no verdict\n",
					end_names[end], name, (int)r->nonsense);
			if (r->set_errno)
				complain(complaints, "%s.%s failed: %s\n", end_names[end], name,
					strerror(r->set_errno));
		}
}

static int child_try(struct attempt *attempt, struct error *error)
{
	struct report *report = attempt->report;
	struct child child;
	char text[100], end[80];
	if (child_start(&child, attempt_run, attempt, error) == -1)
		return -1;
	if (!child_await(&child, attempt->deadline_ns)) {
		child_kill(&child);
		snprintf(text, sizeof(text), "does not return within %g s",
			(double)attempt->deadline_ns / NS_PER_S);
		complain_of_hook(report, text, &report->complaints);
	} else if (!report->is_whole) {
		child_describe_end(&child, end, sizeof(end));
		snprintf(text, sizeof(text), "ends the program: %s", end);
		complain_of_hook(report, text, &report->complaints);
	} else {
		/* What was not come to says nothing. */
		hooks_check(&report->trial.calls, attempt->strategy, &report->complaints);
	}
	return 0;
}

int hook_trial_run(const struct claim *claim, uint64_t deadline_ns, struct hook_trial *trial,
	struct complaints *complaints, struct error *error)
{
	struct run_options options;
	struct network network;
	struct run_stage stage;
	if (claim_options(&options, claim, error) == -1)
		return -1;
	struct trial_spec spec = {.options = &options, .strategy = claim->strategy};
	run_stage_init(&stage, &spec);
	struct report *report = mmap(
		NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (report == MAP_FAILED)
		return error_set_errno(error, STATUS_FAILED, "no memory");
	int result = network_create(&network, &stage.spec.network, error);
	if (result == 0) {
		struct attempt attempt = {report, &network, claim->strategy, deadline_ns};
		result = child_try(&attempt, error);
		network_destroy(&network);
	}
	if (result == 0) {
		*trial = report->trial;
		complain(complaints, "%s", report->complaints.text);
	}
	munmap(report, sizeof(*report));
	return result;
}
