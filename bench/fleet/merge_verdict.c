#include "bench/fleet/merge_verdict.h"

#include "bench/fleet/merge_hosts.h"
#include "bench/result/json_path.h"
#include "bench/result/schema.h"
#include "common/bounded_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Reasons that are told; a thousand hosts may have as many. */
#define REASONS_MOST 20
#define NAMES_MAX 500
#define TEXT_MAX 4096

static void reason_add(json_t *trial, const char *reason)
{
	json_t *reasons = json_object_get(trial, "invalid_because");
	if (json_array_size(reasons) == REASONS_MOST)
		json_array_append_new(reasons, json_string("more of the same kind"));
	else if (json_array_size(reasons) < REASONS_MOST)
		json_array_append_new(reasons, json_string(reason));
}

void merge_verdict_invalidate(json_t *trial, const char *reason)
{
	reason_add(trial, reason);
	json_object_set_new(trial, "valid", json_false());
}

static void reasons_add(json_t *trial, const json_t *reasons, const char *host)
{
	char text[TEXT_MAX];
	size_t i;
	json_t *reason;
	json_array_foreach((json_t *)reasons, i, reason)
	{
		bounded_text_write(text, sizeof(text), "%s: %s", host, json_path_string(reason));
		reason_add(trial, text);
	}
}

/* Findings of one kind are told once, with the numbers of the first host that has it; but what is
 * said of a server is not said of a client. */
static json_t *finding_like(json_t *findings, const json_t *finding)
{
	static const char *const same[] = {"id", "end", "held_by"};
	size_t i, k;
	json_t *one;
	json_array_foreach(findings, i, one)
	{
		for (k = 0; k < sizeof(same) / sizeof(same[0]); k++) {
			json_t *a = json_object_get(one, same[k]);
			json_t *b = json_object_get(finding, same[k]);
			if (a != b && !json_equal(a, b))
				break;
		}
		if (k == sizeof(same) / sizeof(same[0]))
			return one;
	}
	return NULL;
}

/* A host may have a finding more than once. */
static void name_add(json_t *names, const char *host)
{
	size_t count = json_array_size(names);
	if (count == 0 || strcmp(json_path_string(json_array_get(names, count - 1)), host) != 0)
		json_array_append_new(names, json_string(host));
}

static void finding_add(json_t *findings, const json_t *finding, const char *host)
{
	json_t *one = finding_like(findings, finding);
	if (!one) {
		one = json_copy((json_t *)finding);
		json_object_set_new(one, "hosts", json_array());
		json_array_append_new(findings, one);
	}
	name_add(json_object_get(one, "hosts"), host);
}

static void findings_add(json_t *trial, const json_t *findings, const char *host)
{
	size_t i;
	json_t *finding;
	json_array_foreach((json_t *)findings, i, finding)
		finding_add(json_object_get(trial, "findings"), finding, host);
}

void merge_verdict_begin(json_t *trial, const char *host)
{
	json_t *reasons = json_incref(json_object_get(trial, "invalid_because"));
	json_t *findings = json_incref(json_object_get(trial, "findings"));
	json_object_set_new(trial, "invalid_because", json_array());
	json_object_set_new(trial, "findings", json_array());
	reasons_add(trial, reasons, host);
	findings_add(trial, findings, host);
	json_decref(reasons);
	json_decref(findings);
}

void merge_verdict_add(json_t *trial, const json_t *from, const char *host)
{
	if (!json_is_true(json_object_get(from, "valid")))
		json_object_set_new(trial, "valid", json_false());
	reasons_add(trial, json_object_get(from, "invalid_because"), host);
	findings_add(trial, json_object_get(from, "findings"), host);
}

/* "web1 (and web2, web3): …" */
static void finding_finish(json_t *finding)
{
	char names[NAMES_MAX], text[TEXT_MAX];
	json_t *hosts = json_incref(json_object_get(finding, "hosts"));
	char *first = strdup(json_path_string(json_array_get(hosts, 0)));
	size_t count = json_array_size(hosts);
	json_array_remove(hosts, 0);
	merge_hosts_names(hosts, names, sizeof(names));
	bounded_text_write(text, sizeof(text), "%s%s%s%s: %s", first ? first : "",
		count > 1 ? " (and " : "", names, count > 1 ? ")" : "",
		json_path_text(finding, "text"));
	json_object_set_new(finding, "text", json_string(text));
	json_object_set_new(finding, "hosts", json_integer((json_int_t)count));
	json_decref(hosts);
	free(first);
}

void merge_verdict_finish(json_t *trial)
{
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(trial, "findings"), i, finding) finding_finish(finding);
}
