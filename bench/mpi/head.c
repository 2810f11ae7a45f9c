#include "bench/mpi/head.h"

#include "bench/fleet/merge.h"
#include "bench/measure/time_wait_life.h"
#include "bench/process/ending_signals.h"
#include "bench/result/result.h"
#include "bench/result/result_folder.h"
#include "bench/verb/run_report.h"
#include "common/clock.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From the decision to the start: all hear of it before, and their kernels have acknowledged that,
 * which they do within 200 ms (TCP_DELACK_MAX). */
#define AHEAD_NS (250 * NS_PER_MS)
#define AHEAD_A_HOST_NS (50 * NS_PER_US)

struct head {
	struct host *host;
	int hosts;
	struct heard *heard; /* by rank */
	char (*names)[HOST_NAME_SIZE];
	struct run run; /* of the fleet: its options, and the result of all */
};

static void heard_forget(struct head *head)
{
	for (int i = 0; i < head->hosts; i++) {
		free(head->heard[i].text);
		head->heard[i] = (struct heard){.is_there = false};
	}
}

/* What each host says next, that of this host first. */
static void round_hear(struct head *head, uint64_t within_ns)
{
	heard_forget(head);
	struct fleet_message own = host_hear(head->host, within_ns);
	head->heard[0] =
		(struct heard){.is_there = true, .speech = {.word = own.word}, .text = own.text};
	hosts_hear(head->heard, head->hosts, clock_now_ns() + head->host->options->deadline_ns,
		&ending_signals_met);
}

/* Ranks from which nothing has come: the first by its name. */
static int absent_name(const struct head *head, struct error *error)
{
	int absent = 0, first = 0;
	for (int i = head->hosts - 1; i > 0; i--)
		if (!head->heard[i].is_there) {
			absent++;
			first = i;
		}
	if (absent == 0)
		return 0;
	char more[40] = "";
	if (absent > 1)
		snprintf(more, sizeof(more), ", and from %d more", absent - 1);
	return error_set(error, ending_signals_met ? STATUS_INTERRUPTED : STATUS_FAILED,
		"nothing has come from rank %d (%s)%s %s", first,
		head->names[first][0] ? head->names[first] : "which never was there", more,
		ending_signals_met ? "when the launcher ended the fleet" : "in its time");
}

/* Whether all hosts have said `word`, and the same. Returns 0 or -1. */
static int round_check(const struct head *head, enum fleet_word word, struct error *error)
{
	if (absent_name(head, error) == -1)
		return -1;
	for (int i = 0; i < head->hosts; i++) {
		const struct heard *heard = &head->heard[i], *first = &head->heard[0];
		if (heard->speech.word == FLEET_FAILED)
			return error_set(error, STATUS_FAILED, "rank %d (%s): %s", i,
				head->names[i], heard->text ? heard->text : "no memory");
		if (heard->speech.word != word ||
			(word == FLEET_READY && strcmp(heard->text, first->text) != 0))
			return error_set(error, STATUS_FAILED,
				"rank %d (%s) is at another trial (%.200s) than rank 0 (%.200s)", i,
				head->names[i], heard->text ? heard->text : "none",
				first->text ? first->text : "none");
	}
	return 0;
}

/* The load begins soon, on all hosts. Returns 0 or -1. */
static int start_agree(struct head *head, struct error *error)
{
	uint64_t ahead_ns = AHEAD_NS + (uint64_t)head->hosts * AHEAD_A_HOST_NS;
	const struct agreed_start start = {
		.at_ns = clock_now_ns() + ahead_ns,
		.unix_us = clock_unix_us() + ahead_ns / NS_PER_US,
	};
	return start_tell(&start, head->hosts, error) == -1
		       ? -1
		       : fleet_link_send(head->host->fd, FLEET_START, &start, sizeof(start), error);
}

/* A result file of its own for the trial of one host, where that is asked for. Returns 0 or -1. */
static int host_result_keep(const struct head *head, int rank, struct error *error)
{
	char path[PATH_MAX];
	const char *folder = head->host->options->host_results;
	size_t trial = json_array_size(json_object_get(head->run.result, "trials")) + 1;
	if (!folder)
		return 0;
	snprintf(path, sizeof(path), "%.3900s/trial-%zu-rank-%d.json", folder, trial, rank);
	FILE *file = fopen(path, "we");
	if (file && fputs(head->heard[rank].text, file) != EOF && fclose(file) == 0)
		return 0;
	return error_set_errno(error, STATUS_FAILED, "%s", path);
}

static int part_add(const struct head *head, struct merge *merge, int rank, struct error *error)
{
	char place[HOST_NAME_SIZE + 40];
	struct heard *heard = &head->heard[rank];
	if (!heard->is_there || heard->speech.word != FLEET_RESULT)
		return 0;
	snprintf(place, sizeof(place), "rank %d (%s)", rank, head->names[rank]);
	FILE *text = fmemopen(heard->text, strlen(heard->text), "r");
	if (!text)
		return error_set_errno(error, STATUS_FAILED, "%s: its result", place);
	json_t *result = result_read(text, place, error);
	fclose(text);
	if (result && host_result_keep(head, rank, error) == -1) {
		json_decref(result);
		return -1;
	}
	free(heard->text);
	heard->text = NULL;
	return result ? merge_add(merge, result, place, error) : -1;
}

/* Trials before this one come first. */
static void trials_put_before(json_t *result, const json_t *earlier)
{
	json_t *all = json_copy((json_t *)earlier);
	json_array_extend(all, json_object_get(result, "trials"));
	json_object_set_new(result, "trials", all);
}

/* Writes what there is by now, marked: rank 0 may be ended before it can say why. */
static void checkpoint_write(struct head *head)
{
	json_t *result = head->run.result;
	result_add_failure(result, "fleet", "rank 0 was ended before the last trial");
	output_file_checkpoint(&head->run.output, result);
	json_t *not_run = json_object_get(result, "not_run");
	json_array_remove(not_run, json_array_size(not_run) - 1);
}

/* Makes one trial of those that have come, and adds it. Returns 0 or -1. */
static int trial_keep(struct head *head, struct error *error)
{
	struct merge *merge = merge_create();
	json_t *result = NULL;
	int status = merge ? 0 : error_set(error, STATUS_FAILED, "no memory");
	for (int i = 0; i < head->hosts && status == 0; i++)
		status = part_add(head, merge, i, error);
	if (status == 0) {
		merge_expect(merge, (size_t)head->hosts);
		result = merge_finish(merge, error);
	}
	merge_destroy(merge);
	if (!result)
		return -1;
	if (head->run.result)
		trials_put_before(result, json_object_get(head->run.result, "trials"));
	json_decref(head->run.result);
	head->run.result = result;
	result_summarize(result);
	checkpoint_write(head);
	return 0;
}

static bool some_result(const struct head *head)
{
	for (int i = 0; i < head->hosts; i++)
		if (head->heard[i].is_there && head->heard[i].speech.word == FLEET_RESULT)
			return true;
	return false;
}

/* One trial of all hosts. Returns 1; 0 where there is none any more; or -1. */
static int trial_lead(struct head *head, char *name, size_t size, struct error *error)
{
	struct error late;
	round_hear(head, head->host->options->deadline_ns);
	if (head->heard[0].speech.word == FLEET_OVER)
		return round_check(head, FLEET_OVER, error);
	if (head->heard[0].text)
		snprintf(name, size, "%s", head->heard[0].text);
	if (round_check(head, FLEET_READY, error) == -1 || start_agree(head, error) == -1)
		return -1;
	round_hear(head, host_trial_ns(head->host));
	int result = round_check(head, FLEET_RESULT, error);
	if (some_result(head) && trial_keep(head, &late) == -1 && result == 0) {
		*error = late;
		return -1;
	}
	return result == -1 ? -1 : 1;
}

/* Waits for all to come, and says what the fleet is. Returns 0 or -1. */
static int fleet_await(struct head *head, struct error *error)
{
	const struct run_options *run = head->run.options;
	struct time_wait_life life = time_wait_life_here();
	head->heard[0].is_there = true;
	memcpy(head->names[0], head->host->name, HOST_NAME_SIZE);
	hosts_hear(head->heard, head->hosts, clock_now_ns() + head->host->options->deadline_ns,
		&ending_signals_met);
	for (int i = 1; i < head->hosts; i++)
		memcpy(head->names[i], head->heard[i].speech.host, HOST_NAME_SIZE);
	if (absent_name(head, error) == -1)
		return -1;
	uint64_t ports = ((uint64_t)run->port_high - run->port_low + 1) * run->client_addresses *
			 (uint64_t)head->hosts;
	if (!run->quiet)
		fprintf(stderr,
			"teardown-mpi: %d hosts with %" PRIu64
			" client ports; where TIME_WAIT is the client's, these last for %.0f "
			"connections a second\n",
			head->hosts, ports, (double)ports / life.most_s);
	return 0;
}

/* What was measured until a host was lost is kept, and marked. */
static void loss_mark(struct head *head, const char *name, const struct error *error)
{
	char text[sizeof(error->text) + 300];
	snprintf(text, sizeof(text), "%s%s%s", name, name[0] ? ": " : "", error->text);
	head->run.failed = true;
	if (head->run.result)
		result_add_failure(head->run.result, "fleet", text);
}

static int head_play(struct head *head, bool *is_lost, struct error *error)
{
	char name[300] = "";
	struct error late;
	int more = fleet_await(head, error);
	for (more = more == -1 ? -1 : 1; more == 1;)
		more = trial_lead(head, name, sizeof(name), error);
	if (more == -1) {
		*is_lost = true;
		loss_mark(head, name, error);
	}
	if (head->run.result && run_report(&head->run, &late) == -1) {
		*error = late;
		return -1;
	}
	if (more == -1)
		return -1;
	return head->run.result ? run_report_judge(&head->run, error)
				: error_set(error, STATUS_FAILED, "no trial could be played");
}

int head_lead(
	struct host *host, const struct options_given *given, bool *is_lost, struct error *error)
{
	struct run_options options = host->options->run;
	struct head head = {
		.host = host,
		.hosts = (int)host->options->hosts,
		.heard = calloc(host->options->hosts, sizeof(*head.heard)),
		.names = calloc(host->options->hosts, sizeof(*head.names)),
		.run = {.options = &options},
	};
	int status = -1;
	*is_lost = true;
	if (!head.heard || !head.names)
		error_set(error, STATUS_FAILED, "no memory for the hosts");
	else if (run_options_complete(&options, given, error) == 0 &&
		 run_report_prepare(&head.run, "fleet", error) == 0 &&
		 (!host->options->host_results ||
			 result_folder_prepare(
				 "host-results", host->options->host_results, error) == 0)) {
		*is_lost = false;
		status = head_play(&head, is_lost, error);
		heard_forget(&head);
	}
	run_report_finish(&head.run);
	json_decref(head.run.result);
	free(head.heard);
	free(head.names);
	return status;
}
