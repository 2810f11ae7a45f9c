#include "bench/report/preflight.h"

#include "bench/network/throughput.h"
#include "bench/options/strategies.h"
#include "bench/result/result.h"
#include "bench/trial/host_check.h"
#include "bench/trial/response_time.h"

void preflight_strategies(
	struct preflight *preflight, const struct run_options *options, json_t *result, FILE *out)
{
	struct host_check check;
	host_check_all(&check, options, host_check_strategy);
	*preflight = (struct preflight){.able = check.able};
	for (size_t i = 0; i < options->chosen_count; i++) {
		const char *name = options->chosen[i]->name;
		preflight->cannot[i] = check.cannot[i];
		if (!check.cannot[i])
			continue;
		result_add_failure(result, name, check.because[i].text);
		if (out)
			fprintf(out, "not run: %s: %s\n", name, check.because[i].text);
		bool is_missed = strategies_are_named(options) || check.able == 0;
		if (is_missed && !preflight->lacking.text[0])
			error_set(&preflight->lacking, check.because[i].status, "%s: %s", name,
				check.because[i].text);
	}
}

void preflight_responses(const struct run_options *options, FILE *out)
{
	char text[400];
	double bytes_per_s;
	if (!out || response_time_needs(options) < RESPONSE_TIME_SURE_BYTES_PER_S)
		return;
	/* What cannot be measured is not said: the trials will show it. */
	if (throughput_measure(&bytes_per_s, NULL) == 0 &&
		*response_time_warn(options, bytes_per_s, text, sizeof(text)))
		fprintf(out, "too slow: %s\n", text);
}
