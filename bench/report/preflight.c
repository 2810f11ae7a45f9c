#include "bench/report/preflight.h"

#include "bench/network/throughput.h"
#include "bench/options/strategies.h"
#include "bench/result/figure_text.h"
#include "bench/result/json_path.h"
#include "bench/result/result.h"
#include "bench/trial/host_check.h"
#include "bench/trial/response_time.h"
#include "bench/wire/capacity.h"

void preflight_strategies(struct preflight *preflight, const struct run_options *options,
	const struct shared_hosts *hosts, json_t *result, FILE *out)
{
	struct host_check check;
	if (hosts)
		host_check_shared(&check, options, hosts);
	else
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

int preflight_wire(
	const struct run_options *options, json_t *result, FILE *out, struct error *error)
{
	struct wire_capacity capacity;
	char frames[32];
	if (!options->has_wire)
		return 0;
	if (wire_capacity_measure(&capacity, error) == -1)
		return -1;
	json_path_put(result, "network.wire.capacity_bits_per_s", json_real(capacity.bits_per_s));
	json_path_put(
		result, "network.wire.capacity_frames_per_s", json_real(capacity.frames_per_s));
	figure_brief(capacity.frames_per_s, frames, sizeof(frames));
	if (out)
		fprintf(out,
			"wire: carries up to %.1f Gbit/s or %s frames/s of one connection on this "
			"machine; less beside the programs of a load\n",
			capacity.bits_per_s / 1e9, frames);
	return 0;
}

/* 0: it is not known. */
static double carried_bytes_per_s(const struct run_options *options, const json_t *result)
{
	double bytes_per_s = 0;
	if (!options->has_wire)
		return throughput_measure(&bytes_per_s, NULL) == 0 ? bytes_per_s : 0;
	double bits_per_s =
		json_number_value(json_path_at(result, "network.wire.capacity_bits_per_s"));
	double rate = (double)options->impairment.rate_bits_per_s;
	return (rate > 0 && rate < bits_per_s ? rate : bits_per_s) / 8;
}

void preflight_responses(const struct run_options *options, const json_t *result, FILE *out)
{
	char text[400];
	/* What another host's network carries is not known. */
	if (options->server_host)
		return;
	if (!out || (!options->has_wire &&
			    response_time_needs(options) < RESPONSE_TIME_SURE_BYTES_PER_S))
		return;
	/* What cannot be measured is not said: the trials will show it. */
	double bytes_per_s = carried_bytes_per_s(options, result);
	if (bytes_per_s > 0 && *response_time_warn(options, bytes_per_s, text, sizeof(text)))
		fprintf(out, "too slow: %s\n", text);
}
