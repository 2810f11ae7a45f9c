#include "bench/report/detectable_text.h"

#include "bench/report/levels_text.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/twins.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void detectable_percent_write(double percent, char *text, size_t size)
{
	snprintf(text, size, percent >= 10 && percent < 1e5 ? "%.0f" : "%.2g", percent);
}

/* The share of the median that a difference has to be; NAN where the summary does not say it. */
static double share_of(const json_t *summary, const char *metric_name)
{
	const json_t *metric = json_object_get(summary, metric_name);
	const json_t *detectable = json_object_get(metric, "detectable");
	double median = json_number_value(json_object_get(metric, "median"));
	double share = json_number_value(detectable) / median;
	return json_is_number(detectable) && median > 0 && isfinite(share) ? share : NAN;
}

/* "conn/s 3.1 to 9 %", from the quietest strategy to the noisiest. Returns whether one says it. */
static bool range_write(
	const json_t *result, const char *metric, const char *before, const char *name, FILE *out)
{
	size_t i;
	json_t *entry;
	double least = NAN, most = NAN;
	char low[32], high[32];
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		double share = share_of(entry, metric);
		least = fmin(least, share);
		most = fmax(most, share);
	}
	if (isnan(least))
		return false;
	detectable_percent_write(100 * least, low, sizeof(low));
	detectable_percent_write(100 * most, high, sizeof(high));
	fprintf(out, "%s%s %s", before, name, low);
	if (most > least)
		fprintf(out, " to %s", high);
	fputs(" %", out);
	return true;
}

void detectable_print(const json_t *result, size_t width, FILE *out)
{
	static const struct {
		const char *metric, *name;
	} asked[] = {
		{"rate_per_s", "conn/s"},
		{"server_cpu_us_per_connection", "server CPU/conn"},
		{"client_cpu_us_per_connection", "client CPU/conn"},
	};
	char *text;
	size_t size;
	bool met = false;
	/* Of twins compare looks at the differences, which are told by less; of two levels it
	 * has looked already (levels_print). */
	bool is_told = twins_are_in(result) || levels_are_compared(result);
	FILE *line = is_told ? NULL : open_memstream(&text, &size);
	if (!line)
		return;
	fputs("seen from: compare tells a difference, 4 of 5 times, from: ", line);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		met |= range_write(result, asked[i].metric, met ? ", " : "", asked[i].name, line);
	if (fclose(line) == 0 && met)
		paragraph_print(text, width, out);
	free(text);
}
