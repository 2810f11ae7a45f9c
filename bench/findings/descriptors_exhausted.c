/* descriptors-exhausted: processes of the server had no descriptor left, while connections waited
 * to be accepted, or while requests failed: accept(2), socket(2) and open(2) fail with EMFILE then.
 * A server that is busy lets connections wait, too, one that has all descriptors in use may want no
 * more, and one that answers 503 may have other reasons; only both prove anything. Of a process
 * that accepts and cannot connect on, that both happened is all that is told. Where connections
 * wait to the end, never-accepted tells it. */
#include "bench/findings/finding.h"
#include "bench/judge/accept_stall.h"
#include "bench/judge/loss.h"

#include <stdio.h>

/* At one look a descriptor may just be closed. */
#define REACHED_LEAST 3
#define REACHED_WHILE_SERVING_LEAST 2
#define STATUS_SERVER_ERROR 500
#define FAILED_MAX 120

static void detect_at_listener(struct findings *findings, const struct trial *trial)
{
	char who[HOLDER_TEXT_SIZE];
	const struct accept_limit *limit = &trial->server_end.accept_limit;
	double t_s = finding_t_s(trial, limit->first_ns);
	finding_add(findings,
		"%s had as many descriptors as RLIMIT_NOFILE allows (%llu) at %llu of %llu looks "
		"at which connections waited to be accepted (first at %.1f s): accept(2) fails "
		"with EMFILE then, and they wait until a descriptor is closed; raise the limit "
		"(ulimit -n), or close what is not needed",
		holder_text(&limit->holder, "the server", who), (unsigned long long)limit->limit,
		(unsigned long long)limit->reached, (unsigned long long)limit->looks, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "reached", (double)limit->reached);
	finding_number(findings, "looks", (double)limit->looks);
	finding_number(findings, "limit", (double)limit->limit);
	finding_holder(findings, &limit->holder);
}

static uint64_t server_errors(const struct load_totals *totals)
{
	uint64_t errors = 0;
	for (size_t status = STATUS_SERVER_ERROR; status < RESPONSE_STATUS_MAX; status++)
		errors += totals->refused_by[status];
	return errors;
}

/* What may come of it: no 404, say. Of a third-party loader the statuses are not known. */
static uint64_t failed_of(const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	uint64_t failed = loss_failed(trial);
	return failed - totals->refused + server_errors(totals);
}

static void failed_write(const struct trial *trial, uint64_t failed, char text[FAILED_MAX])
{
	uint64_t errors = server_errors(&trial->totals);
	if (trial->load.is_third_party)
		snprintf(text, FAILED_MAX, "%llu requests of the load failed, as the loader says",
			(unsigned long long)failed);
	else if (errors == failed)
		snprintf(text, FAILED_MAX, "%llu responses had a status of 5xx",
			(unsigned long long)errors);
	else
		snprintf(text, FAILED_MAX,
			"%llu responses had a status of 5xx, and %llu requests had no whole answer",
			(unsigned long long)errors, (unsigned long long)(failed - errors));
}

static void detect_while_serving(struct findings *findings, const struct trial *trial)
{
	const struct descriptor_watch_report *watch = &trial->server_end.descriptor_watch;
	struct holder by = {.pid = watch->pid, .processes = watch->processes};
	char who[HOLDER_TEXT_SIZE], failed[FAILED_MAX];
	double t_s = finding_t_s(trial, watch->first_ns), until_s;
	snprintf(by.name, sizeof(by.name), "%s", watch->name);
	until_s = finding_t_s(trial, watch->last_ns);
	failed_write(trial, failed_of(trial), failed);
	finding_add(findings,
		"all %llu descriptors that RLIMIT_NOFILE allows %s, which held connections of the "
		"load, were in use at %llu of %llu looks, from %.2f to %.2f s, and in this trial "
		"%s: without a descriptor accept(2), socket(2) and open(2) fail with EMFILE; look "
		"for that in the server's log, raise the limit (ulimit -n, worker_rlimit_nofile), "
		"or close what is not needed",
		(unsigned long long)watch->limit, holder_text(&by, "the server", who),
		(unsigned long long)watch->reached, (unsigned long long)watch->looks, t_s, until_s,
		failed);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "last_t_s", until_s);
	finding_number(findings, "reached", (double)watch->reached);
	finding_number(findings, "looks", (double)watch->looks);
	finding_number(findings, "limit", (double)watch->limit);
	finding_number(findings, "failed", (double)failed_of(trial));
	finding_holder(findings, &by);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	bool is_told = accept_stall_of(trial).waiting > 0 &&
		       trial->server_end.accept_holder.descriptor_limit > 0;
	if (is_told)
		return;
	if (trial->server_end.accept_limit.reached >= REACHED_LEAST)
		detect_at_listener(findings, trial);
	else if (trial->server_end.descriptor_watch.reached >= REACHED_WHILE_SERVING_LEAST &&
		 failed_of(trial) > 0)
		detect_while_serving(findings, trial);
}

extern const struct finding_kind finding_descriptors_exhausted;
const struct finding_kind finding_descriptors_exhausted = {
	.id = "descriptors-exhausted",
	.summary =
		"connections waited, or requests failed, while the server had no descriptor left",
	.cause = "the server's processes have as many descriptors as RLIMIT_NOFILE allows, so that "
		 "accept(2), socket(2) and open(2) fail with EMFILE",
	.cure = "raise the limit (ulimit -n), or have the server close what it does not need",
	.detect = detect,
};
