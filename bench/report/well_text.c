#include "bench/report/well_text.h"

#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* As many samples as the finding loader-bound needs (bench/findings/cpu_share.c), and the first,
 * from which the others differ. */
#define CPU_SAMPLES_LEAST 4

/* Whether the trial has the count, and it is 0. */
static bool is_none(const json_t *trial, const char *path)
{
	const json_t *count = json_path_at(trial, path);
	return json_is_integer(count) && json_integer_value(count) == 0;
}

static const json_t *finding_of(const json_t *trial, const char *id)
{
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(trial, "findings"), i, finding)
	{
		const char *own = json_string_value(json_object_get(finding, "id"));
		if (own && strcmp(own, id) == 0)
			return finding;
	}
	return NULL;
}

static bool has_finding(const json_t *trial, const char *id)
{
	return finding_of(trial, id) != NULL;
}

/* Fewer than half were held: beyond that connect(2) slows down. How many there are is not known
 * where the loader chooses them, as one may that stops to open any. */
static bool ports_are_well(const json_t *trial)
{
	json_int_t available = json_integer_value(json_path_at(trial, "ports.available"));
	const json_t *held = json_path_at(trial, "ports.peak_in_use");
	const json_t *others = json_path_at(trial, "other_connections.server.ports_peak");
	json_int_t for_others =
		json_integer_value(json_path_at(trial, "other_connections.server.ports_available"));
	return json_integer_value(json_path_at(trial, "ports.own")) == 0 && json_is_integer(held) &&
	       !json_path_at(trial, "third_party.idle_from_s") &&
	       2 * json_integer_value(held) < available &&
	       2 * json_integer_value(others) <= for_others;
}

/* Whether the count is 0; what is not in the file was none, or was not looked at. */
static bool is_not_any(const json_t *trial, const char *path)
{
	return json_integer_value(json_path_at(trial, path)) == 0;
}

/* While the server stood still. */
static bool waited_to_be_accepted(const json_t *trial)
{
	const json_t *still = finding_of(trial, "server-stood-still");
	return json_number_value(json_object_get(still, "unaccepted")) > 0;
}

/* Connections that wait for so long to be accepted make up most of what clients wait for. */
#define ACCEPT_WAIT_MOST_MS 100

/* What was accepted late, or never, is not well either. */
static bool listen_is_well(const json_t *trial)
{
	return is_none(trial, "counters.server.ListenOverflows") &&
	       is_none(trial, "counters.server.ListenDrops") &&
	       !has_finding(trial, "descriptors-exhausted") &&
	       json_number_value(json_path_at(trial, "accept_queue.wait_ms")) <
		       ACCEPT_WAIT_MOST_MS &&
	       is_not_any(trial, "accept_queue.end") &&
	       is_not_any(trial, "states.server.end.established_unaccepted") &&
	       is_not_any(trial, "states.server.end.close_wait_unaccepted") &&
	       !waited_to_be_accepted(trial);
}

static bool cap_is_well(const json_t *trial)
{
	return is_none(trial, "counters.server.TCPTimeWaitOverflow") &&
	       is_none(trial, "counters.client.TCPTimeWaitOverflow");
}

static bool is_builtin(const json_t *trial)
{
	return strcmp(json_path_text(trial, "loader"), "builtin") == 0;
}

static bool loader_is_well(const json_t *trial)
{
	size_t i, known = 0;
	json_t *sample;
	json_array_foreach(json_object_get(trial, "samples"), i, sample) known +=
		json_is_number(json_object_get(sample, "loader_cpu_s"));
	return is_builtin(trial) && known >= CPU_SAMPLES_LEAST &&
	       !has_finding(trial, "loader-bound");
}

/* A response that says that there is none was delivered, and is not what was asked for. */
static bool has_refusals(const json_t *trial)
{
	size_t i;
	json_t *reason;
	json_array_foreach(json_object_get(trial, "invalid_because"), i, reason)
	{
		const char *text = json_string_value(reason);
		if (text && strstr(text, "responses without a status of "))
			return true;
	}
	return false;
}

static bool delivery_is_well(const json_t *trial)
{
	const json_t *promised = json_path_at(trial, "bytes.promised");
	const json_t *received = json_path_at(trial, "bytes.received");
	return is_builtin(trial) && !has_refusals(trial) && json_integer_value(promised) > 0 &&
	       !has_finding(trial, "server-stood-still") &&
	       json_integer_value(promised) == json_integer_value(received) &&
	       is_none(trial, "connections.short") && is_none(trial, "connections.reset") &&
	       is_none(trial, "connections.timed_out") && is_not_any(trial, "surplus.bytes");
}

static const struct check {
	const char *name;
	bool (*is_well)(const json_t *trial);
} checks[] = {
	{"ports", ports_are_well},
	{"listen queue", listen_is_well},
	{"TIME_WAIT cap", cap_is_well},
	{"loader CPU", loader_is_well},
	{"delivery", delivery_is_well},
};

/* Without a connection nothing was checked. */
static bool all_are_well(const json_t *trials, const struct check *check)
{
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		if (is_none(trial, "connections.attempted") || !check->is_well(trial))
			return false;
	}
	return json_array_size(trials) > 0;
}

/* Of the trial that held the greatest share. */
static void ports_write(const json_t *trials, FILE *out)
{
	size_t i;
	json_t *trial;
	json_int_t most = 0, of = 1;
	json_array_foreach((json_t *)trials, i, trial)
	{
		json_int_t held = json_integer_value(json_path_at(trial, "ports.peak_in_use"));
		json_int_t ports = json_integer_value(json_path_at(trial, "ports.available"));
		if ((double)held * (double)of < (double)most * (double)ports)
			continue;
		most = held;
		of = ports;
	}
	fprintf(out, " (%lld of %lld held)", (long long)most, (long long)of);
}

bool well_write(const json_t *result, size_t i, FILE *out)
{
	const json_t *trials = json_object_get(result, "trials");
	if (!all_are_well(trials, &checks[i]))
		return false;
	fputs(checks[i].name, out);
	if (checks[i].is_well == ports_are_well)
		ports_write(trials, out);
	return true;
}

const size_t well_count = sizeof(checks) / sizeof(checks[0]);

void well_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	char *text;
	size_t size, met = 0;
	const char *begin = result_has_hops(result) ? "checked and well in front of the proxy: "
						    : "checked and well: ";
	FILE *line = open_memstream(&text, &size);
	if (!line)
		return;
	for (size_t i = 0; i < well_count; i++) {
		if (!all_are_well(json_object_get(result, "trials"), &checks[i]))
			continue;
		fputs(met++ ? ", " : begin, line);
		well_write(result, i, line);
	}
	if (fclose(line) == 0 && met > 0)
		paragraph_print(text, width, out);
	free(text);
}
