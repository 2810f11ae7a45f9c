/* h2load of nghttp2 1.52: the end of main in src/h2load.cc. */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <stdio.h>

/* Of "failed" those are "errored" that have no status, and of these some have timed out. */
static unsigned requests_read(const char *line, struct loader_said *said)
{
	double done, failed, errored, timed_out;
	if (sscanf(line,
		    "requests: %*u total, %*u started, %lf done, %*u succeeded, %lf failed, %lf "
		    "errored, %lf timeout",
		    &done, &failed, &errored, &timed_out) != 4)
		return 0;
	said->requests = done;
	said->non_success = failed - errored;
	said->errors[LOADER_TIMEOUT] = timed_out;
	said->errors[LOADER_OTHER] = errored - timed_out;
	return 1;
}

/* "time for request:  16us  177us  32us  22us  94.00%": min, max, mean, sd */
static void times_read(const char *line, struct loader_said *said)
{
	char max[16], mean[16], stdev[16];
	if (sscanf(line, "time for request: %*s %15s %15s %15s", max, mean, stdev) != 3)
		return;
	said->latency_us[LOADER_MAX] = output_line_time_us(max);
	said->latency_us[LOADER_MEAN] = output_line_time_us(mean);
	said->latency_us[LOADER_STDEV] = output_line_time_us(stdev);
}

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	unsigned met = 0;
	while (output_line_take(&output, line)) {
		met += sscanf(line, "finished in %*[^,], %lf req/s", &said->requests_per_s) == 1;
		met += requests_read(line, said);
		times_read(line, said);
	}
	return met == 2 ? 0 : -1;
}

extern const struct loader_kind loader_kind_h2load;
const struct loader_kind loader_kind_h2load = {
	.name = "h2load",
	.keep_alive = {.known = true},
	.latency_from_request = true,
	.speaks_http2 = true,
	.read = read_output,
};
