/* h1load: summary in h1load.c of github.com/wtarreau/h1load, a line a second; no run of it was at
 * hand. The last line has the totals. Its latencies are of a second each, and so are not read. */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* "3k00", "12M5", "120.", or with -ll "3000.0" */
static bool is_rate(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || !text[digits] || !strchr(".munpfkMGTPE", text[digits]))
		return false;
	text += digits + 1;
	return text[strspn(text, "0123456789")] == '\0';
}

/* "         1     2     3000     3000        750000      0 3k00 3k00 6M00 120.1u": time, open
 * connections, and in all: connections, requests, bytes, errors; then rates of that second. The
 * header above the first line may be out of what was kept. */
static void line_read(const char *line, struct loader_said *said)
{
	double requests, errors;
	char rates[3][16];
	if (sscanf(line, " %*u %*u %*u %lf %*u %lf %15s %15s %15s", &requests, &errors, rates[0],
		    rates[1], rates[2]) != 5 ||
		!is_rate(rates[1]) || !is_rate(rates[2]))
		return;
	said->requests = requests;
	said->errors[LOADER_OTHER] = errors;
}

static int read_output(const char *output, struct loader_said *said)
{
	char line[OUTPUT_LINE_MAX];
	while (output_line_take(&output, line))
		line_read(line, said);
	return isnan(said->requests) ? -1 : 0;
}

extern const struct loader_kind loader_kind_h1load;
const struct loader_kind loader_kind_h1load = {.name = "h1load", .read = read_output};
