/* siege 4.0.7, and as it was before 4.0.5: the end of main in src/main.c, and its own errors, a
 * line each, above. A connection that is reset while it is read counts as a transaction. */
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

/* As JSON, or as it was before. */
static bool number_read(const char *line, const char *json, const char *before, double *number)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return sscanf(line, json, number) == 1 || sscanf(line, before, number) == 1;
#pragma GCC diagnostic pop
}

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	double failed = NAN, s;
	for (size_t i = 0; i < LOADER_ERRORS; i++)
		said->errors[i] = 0;
	while (output_line_take(&output, line)) {
		errors_read(line, said);
		number_read(
			line, "{ \"transactions\": %lf", "Transactions: %lf hits", &said->requests);
		number_read(line, " \"transaction_rate\": %lf", "Transaction rate: %lf",
			&said->requests_per_s);
		number_read(
			line, " \"failed_transactions\": %lf", "Failed transactions: %lf", &failed);
		if (number_read(line, " \"response_time\": %lf", "Response time: %lf secs", &s))
			said->latency_us[LOADER_MEAN] = 1e6 * s;
		if (number_read(
			    line, " \"longest_transaction\": %lf", "Longest transaction: %lf", &s))
			said->latency_us[LOADER_MAX] = 1e6 * s;
	}
	if (isnan(said->requests) || isnan(failed))
		return -1;
	failed_add(said, failed);
	return 0;
}

extern const struct loader_kind loader_kind_siege;
const struct loader_kind loader_kind_siege = {.name = "siege", .read = read_output};
