/* hey 0.1.4: the templates in requester/print.go. It takes a body that was cut off for a whole one:
 * the error of reading it is not looked at (requester/requester.go), and "Total data" is the sum of
 * Content-Length. "Requests/sec" counts what failed, too. */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum section {
	SUMMARY,
	STATUSES,
	FAILURES,
};

/* "  [20]	Get "http://…": dial tcp …: connect: connection refused" */
static void failure_read(const char *line, struct loader_said *said)
{
	double count;
	if (sscanf(line, " [%lf]", &count) != 1)
		return;
	enum loader_error error = strstr(line, "dial tcp")            ? LOADER_CONNECT
				  : strstr(line, "write tcp")         ? LOADER_WRITE
				  : strstr(line, "Client.Timeout")    ? LOADER_TIMEOUT
				  : strstr(line, "deadline exceeded") ? LOADER_TIMEOUT
				  : strstr(line, "read tcp")          ? LOADER_READ
				  : strstr(line, "EOF")               ? LOADER_READ
								      : LOADER_OTHER;
	said->errors[error] += count;
}

/* "  [200]	100 responses" */
static void status_read(const char *line, struct loader_said *said)
{
	unsigned status;
	double count;
	if (sscanf(line, " [%u] %lf responses", &status, &count) != 2)
		return;
	said->requests += count;
	if (status / 100 != 2 && status / 100 != 3)
		said->non_success += count;
}

static void summary_read(const char *line, struct loader_said *said)
{
	static const struct {
		unsigned percent;
		enum loader_latency latency;
	} rows[] = {{50, LOADER_P50}, {75, LOADER_P75}, {90, LOADER_P90}, {95, LOADER_P95},
		{99, LOADER_P99}};
	double number;
	unsigned percent;
	if (sscanf(line, " Slowest: %lf secs", &number) == 1)
		said->latency_us[LOADER_MAX] = 1e6 * number;
	if (sscanf(line, " Average: %lf secs", &number) == 1)
		said->latency_us[LOADER_MEAN] = 1e6 * number;
	sscanf(line, " Requests/sec: %lf", &said->requests_per_s);
	sscanf(line, " Total data: %lf bytes", &said->promised_bytes);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sscanf(line, " %u%% in %lf secs", &percent, &number) == 2 &&
			percent == rows[i].percent)
			said->latency_us[rows[i].latency] = 1e6 * number;
}

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	enum section section = SUMMARY;
	bool is_hey = false;
	said->requests = said->non_success = 0;
	for (size_t i = 0; i < LOADER_ERRORS; i++)
		said->errors[i] = 0;
	while (output_line_take(&output, line)) {
		is_hey |= strcmp(line, "Status code distribution:") == 0;
		if (strcmp(line, "Status code distribution:") == 0)
			section = STATUSES;
		else if (strcmp(line, "Error distribution:") == 0)
			section = FAILURES;
		else if (section == SUMMARY)
			summary_read(line, said);
		else if (section == STATUSES)
			status_read(line, said);
		else
			failure_read(line, said);
	}
	return is_hey && !isnan(said->requests_per_s) ? 0 : -1;
}

extern const struct loader_kind loader_kind_hey;
const struct loader_kind loader_kind_hey = {
	.name = "hey",
	.rate_has_failed = true,
	.keep_alive = {.known = true, .off = "-disable-keepalive"},
	.read = read_output,
};
