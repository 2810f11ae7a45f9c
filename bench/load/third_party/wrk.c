/* wrk 4.1, wrk2: stats_print and main in src/wrk.c. */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <stdio.h>
#include <string.h>

/* "     99%    1.20s", of wrk2 " 99.000%    1.20s" */
static void percentile_read(const char *line, struct loader_said *said)
{
	static const struct {
		double percent;
		enum loader_latency latency;
	} rows[] = {{50, LOADER_P50}, {75, LOADER_P75}, {90, LOADER_P90}, {99, LOADER_P99}};
	double percent;
	char text[16];
	if (sscanf(line, " %lf%% %15s", &percent, text) != 2)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].percent == percent)
			said->latency_us[rows[i].latency] = output_line_time_us(text);
}

static void errors_read(const char *line, struct loader_said *said)
{
	double e[4];
	if (sscanf(line, " Socket errors: connect %lf, read %lf, write %lf, timeout %lf", &e[0],
		    &e[1], &e[2], &e[3]) != 4)
		return;
	said->errors[LOADER_CONNECT] = e[0];
	said->errors[LOADER_READ] = e[1];
	said->errors[LOADER_WRITE] = e[2];
	said->errors[LOADER_TIMEOUT] = e[3];
}

/* Returns 1 for a line that must be there. */
static unsigned line_read(const char *line, struct loader_said *said)
{
	char mean[16], stdev[16], max[16], lasted[16];
	if (sscanf(line, " Latency %15s %15s %15s", mean, stdev, max) == 3 &&
		strcmp(mean, "Distribution") != 0) {
		said->latency_us[LOADER_MEAN] = output_line_time_us(mean);
		said->latency_us[LOADER_STDEV] = output_line_time_us(stdev);
		said->latency_us[LOADER_MAX] = output_line_time_us(max);
		return 1;
	}
	if (sscanf(line, "Requests/sec: %lf", &said->requests_per_s) == 1)
		return 1;
	if (sscanf(line, " %lf requests in %15[0-9.smh],", &said->requests, lasted) == 2)
		return 1;
	percentile_read(line, said);
	errors_read(line, said);
	sscanf(line, " Non-2xx or 3xx responses: %lf", &said->non_success);
	return 0;
}

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	unsigned met = 0;
	/* Errors are printed only where there are some. */
	said->non_success = 0;
	for (int i = LOADER_CONNECT; i <= LOADER_TIMEOUT; i++)
		said->errors[i] = 0;
	while (output_line_take(&output, line))
		met += line_read(line, said);
	return met == 3 ? 0 : -1;
}

extern const struct loader_kind loader_kind_wrk;
const struct loader_kind loader_kind_wrk = {
	.name = "wrk",
	.keep_alive = {.known = true, .scripts = {"-s", "--script"}},
	.latency_from_request = true,
	.loses_connections = true,
	.read = read_output,
};
