/* ApacheBench 2.3: output_results in support/ab.c. Ended by SIGINT it prints what it has so far,
 * without rates and latencies where nothing was completed. */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/* "Total:          0    0   0.2      0       2", in ms: min, mean, sd, median, max */
static void total_read(const char *line, struct loader_said *said)
{
	double ms[5];
	if (sscanf(line, "Total: %lf %lf %lf %lf %lf", &ms[0], &ms[1], &ms[2], &ms[3], &ms[4]) != 5)
		return;
	said->latency_us[LOADER_STDEV] = 1e3 * ms[2];
	said->latency_us[LOADER_P50] = 1e3 * ms[3];
	said->latency_us[LOADER_MAX] = 1e3 * ms[4];
}

static void percentile_read(const char *line, struct loader_said *said)
{
	static const enum loader_latency rows[100] = {[50] = LOADER_P50,
		[75] = LOADER_P75,
		[90] = LOADER_P90,
		[95] = LOADER_P95,
		[99] = LOADER_P99};
	unsigned percent;
	double ms;
	if (sscanf(line, " %u%% %lf", &percent, &ms) == 2 && percent < 100 && rows[percent])
		said->latency_us[rows[percent]] = 1e3 * ms;
}

/* "   (Connect: 1, Receive: 2, Length: 3, Exceptions: 4)", below their sum. A length that differs
 * from the first response's counts as failed, unless ab is told -l. */
static void failed_read(const char *line, struct loader_said *said)
{
	double n[4];
	if (sscanf(line, "Failed requests: %lf", &n[0]) == 1)
		said->errors[LOADER_OTHER] = n[0];
	if (sscanf(line, " (Connect: %lf, Receive: %lf, Length: %lf, Exceptions: %lf)", &n[0],
		    &n[1], &n[2], &n[3]) == 4) {
		said->errors[LOADER_CONNECT] = n[0];
		said->errors[LOADER_READ] = n[1];
		said->errors[LOADER_OTHER] = n[2] + n[3];
	}
	sscanf(line, "Write errors: %lf", &said->errors[LOADER_WRITE]);
}

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	double number;
	bool is_ab = false;
	/* ab prints these lines only where there are some. */
	said->non_success = 0;
	said->errors[LOADER_CONNECT] = said->errors[LOADER_READ] = said->errors[LOADER_WRITE] = 0;
	while (output_line_take(&output, line)) {
		is_ab |= sscanf(line, "Concurrency Level: %lf", &number) == 1;
		sscanf(line, "Complete requests: %lf", &said->requests);
		sscanf(line, "Non-2xx responses: %lf", &said->non_success);
		sscanf(line, "Requests per second: %lf", &said->requests_per_s);
		if (sscanf(line, "Time per request: %lf", &number) == 1 &&
			isnan(said->latency_us[LOADER_MEAN]))
			said->latency_us[LOADER_MEAN] = 1e3 * number;
		failed_read(line, said);
		total_read(line, said);
		percentile_read(line, said);
	}
	return is_ab && !isnan(said->requests) ? 0 : -1;
}

extern const struct loader_kind loader_kind_ab;
const struct loader_kind loader_kind_ab = {
	.name = "ab",
	.keep_alive = {.known = true, .on = "-k"},
	.read = read_output,
};
