#include "bench/load/wrk.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *const wrk_error_names[WRK_ERRORS] = {"connect", "read", "write", "timeout"};
const char *const wrk_latency_names[WRK_LATENCIES] = {
	"mean", "stdev", "max", "p50", "p75", "p90", "p99"};

static double unit_us(const char *unit)
{
	static const struct {
		const char *name;
		double us;
	} units[] = {{"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}};
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, unit) == 0)
			return units[i].us;
	return 0;
}

/* "1.02ms" */
static double latency_us(const char *text)
{
	double value;
	char unit[4];
	return sscanf(text, "%lf%3[a-z]", &value, unit) == 2 ? value * unit_us(unit) : 0;
}

/* Returns 1 for a line that must be there. */
static unsigned line_parse(const char *line, struct wrk_report *report)
{
	char a[16], b[16], c[16], unit[4];
	unsigned long long n, e[WRK_ERRORS];
	unsigned percent;
	if (sscanf(line, " Latency %15s %15s %15s", a, b, c) == 3 &&
		strcmp(a, "Distribution") != 0) {
		report->latency_us[WRK_MEAN] = latency_us(a);
		report->latency_us[WRK_STDEV] = latency_us(b);
		report->latency_us[WRK_MAX] = latency_us(c);
		return 1;
	}
	if (sscanf(line, " %u%% %15s", &percent, a) == 2) {
		static const unsigned percents[] = {50, 75, 90, 99};
		for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
			if (percents[i] == percent)
				report->latency_us[WRK_P50 + i] = latency_us(a);
		return 0;
	}
	if (sscanf(line, " Socket errors: connect %llu, read %llu, write %llu, timeout %llu", &e[0],
		    &e[1], &e[2], &e[3]) == 4) {
		for (size_t i = 0; i < WRK_ERRORS; i++)
			report->errors[i] = e[i];
		return 0;
	}
	if (sscanf(line, " Non-2xx or 3xx responses: %llu", &n) == 1) {
		report->refused = n;
		return 0;
	}
	if (sscanf(line, " %llu requests in %lf%3[a-z]", &n, &report->duration_s, unit) == 3) {
		report->requests = n;
		report->duration_s *= unit_us(unit) / 1e6;
		return 1;
	}
	return sscanf(line, "Requests/sec: %lf", &report->requests_per_s) == 1;
}

int wrk_parse(const char *output, struct wrk_report *report)
{
	char line[256];
	unsigned met = 0;
	*report = (struct wrk_report){0};
	while (*output) {
		size_t length = strcspn(output, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)length, output);
		met += line_parse(line, report);
		output += length + (output[length] == '\n');
	}
	return met == 3 ? 0 : -1;
}
