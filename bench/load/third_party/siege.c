/* siege 4.0.7: the end of main in src/main.c, and its own errors, a line each, above. A connection
 * that is reset while it is read counts as a transaction. */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void errors_read(const char *line, struct loader_said *said)
{
	if (!strstr(line, "error") || !strstr(line, "socket: "))
		return;
	enum loader_error error = strstr(line, "unable to connect") ? LOADER_CONNECT
				  : strstr(line, "read error")      ? LOADER_READ
				  : strstr(line, "write error")     ? LOADER_WRITE
				  : strstr(line, "timed out")       ? LOADER_TIMEOUT
								    : LOADER_OTHER;
	said->errors[error]++;
}

/* Of those that failed, the ones whose line was not met above. */
static void failed_add(struct loader_said *said, double failed)
{
	double met = 0;
	for (size_t i = 0; i < LOADER_ERRORS; i++)
		met += said->errors[i];
	said->errors[LOADER_OTHER] += failed > met ? failed - met : 0;
}

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	double failed = NAN, s;
	for (size_t i = 0; i < LOADER_ERRORS; i++)
		said->errors[i] = 0;
	while (output_line_take(&output, line)) {
		errors_read(line, said);
		sscanf(line, "{ \"transactions\": %lf", &said->requests);
		sscanf(line, " \"transaction_rate\": %lf", &said->requests_per_s);
		sscanf(line, " \"failed_transactions\": %lf", &failed);
		if (sscanf(line, " \"response_time\": %lf", &s) == 1)
			said->latency_us[LOADER_MEAN] = 1e6 * s;
		if (sscanf(line, " \"longest_transaction\": %lf", &s) == 1)
			said->latency_us[LOADER_MAX] = 1e6 * s;
	}
	if (isnan(said->requests) || isnan(failed))
		return -1;
	failed_add(said, failed);
	return 0;
}

extern const struct loader_kind loader_kind_siege;
const struct loader_kind loader_kind_siege = {.name = "siege", .read = read_output};
