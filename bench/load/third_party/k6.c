/* k6's summary, in the compact form and in that of before 1.0, as its documentation shows them
 * (results-output/end-of-test); no run of it was at hand. http_req_duration leaves the handshake
 * out (using-k6/metrics/reference). */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What stands behind "http_reqs....: ", whatever marks its threshold before; NULL: another line. */
static const char *value_of(const char *line, const char *name)
{
	const char *at = strstr(line, name);
	if (!at || at[strlen(name)] != '.')
		return NULL;
	at += strlen(name) + strspn(at + strlen(name), ".");
	return at[0] == ':' ? at + 1 : NULL;
}

/* "avg=144.56ms min=104.11ms med=110.47ms max=1.14s p(90)=203.54ms p(95)=215.95ms", or as many of
 * them as were asked for */
static void trend_read(const char *text, struct loader_said *said)
{
	static const struct {
		const char *name;
		enum loader_latency latency;
	} rows[] = {{"avg=", LOADER_MEAN}, {"med=", LOADER_P50}, {"max=", LOADER_MAX},
		{"p(75)=", LOADER_P75}, {"p(90)=", LOADER_P90}, {"p(95)=", LOADER_P95},
		{"p(99)=", LOADER_P99}};
	char time[32];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = strstr(text, rows[i].name);
		if (at && sscanf(at + strlen(rows[i].name), "%31s", time) == 1)
			said->latency_us[rows[i].latency] = output_line_time_us(time);
	}
}

/* "0.00%  ✓ 0  ✗ 180", where ✓ is true: failed; or "0.00%  0 out of 45". Whether by an error or by
 * its status is not said. */
static void failed_read(const char *text, struct loader_said *said)
{
	double failed;
	if (sscanf(text, " %*f%% ✓ %lf", &failed) == 1 ||
		sscanf(text, " %*f%% %lf out of", &failed) == 1)
		said->errors[LOADER_OTHER] = failed;
}

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	const char *value;
	while (output_line_take(&output, line)) {
		if ((value = value_of(line, "http_reqs")))
			sscanf(value, " %lf %lf/s", &said->requests, &said->requests_per_s);
		if ((value = value_of(line, "http_req_failed")))
			failed_read(value, said);
		if ((value = value_of(line, "http_req_duration")))
			trend_read(value, said);
	}
	return isnan(said->requests_per_s) ? -1 : 0;
}

extern const struct loader_kind loader_kind_k6;
const struct loader_kind loader_kind_k6 = {
	.name = "k6",
	.latency_from_request = true,
	.read = read_output,
};
