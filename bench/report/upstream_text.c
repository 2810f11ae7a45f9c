#include "bench/report/upstream_text.h"

#include "bench/report/answer/outcome.h"
#include "bench/report/findings_text.h"
#include "bench/report/invalid_text.h"
#include "bench/report/overview.h"
#include "bench/report/paragraph.h"
#include "bench/report/printed.h"
#include "bench/report/runway_text.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS "time_wait_at,strategy,gives_up,ports,rate_per_s"

/* "first closer: graceful: server; reset: client", of the first trial of each. */
static void closers_write(const json_t *behind, FILE *out)
{
	size_t i;
	json_t *entry;
	fputs("first closer: ", out);
	json_array_foreach(json_object_get(behind, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(behind, strategy, false);
		const char *who =
			json_path_text(json_array_get(trials, 0), "first_closer.measured");
		bool is_server = strcmp(who, "server") == 0, is_client = strcmp(who, "client") == 0;
		fprintf(out, "%s%s: %s", i ? "; " : "", strategy,
			is_server   ? "the upstream"
			: is_client ? "the proxy"
				    : who);
		json_decref(trials);
	}
	fputc('\n', out);
}

static void prose_write(const void *what, FILE *out)
{
	const json_t *behind = what;
	closers_write(behind, out);
	runway_print(behind, PRINTED_WIDTH, TELL_ALL, out);
	invalid_print(behind, PRINTED_WIDTH, TELL_ALL, out);
}

void upstream_print(const json_t *result, const struct text_options *options, FILE *out)
{
	json_t *behind = result_upstream(result);
	if (!behind)
		return;
	result_upstream_drop_told(behind, result);
	fputs("\nBehind the proxy, its connections to the upstream:\n\n", out);
	struct outcomes outcomes = outcomes_of(behind);
	overview_print(behind, &outcomes, COLUMNS, options->width, &options->look, out);
	outcomes_finish(&outcomes);
	char *prose = printed(prose_write, behind);
	fputc('\n', out);
	if (prose)
		paragraphs_print(prose, options->width, out);
	report_findings_print(behind, options->width, SIZE_MAX, out);
	free(prose);
	json_decref(behind);
}
