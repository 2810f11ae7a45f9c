#include "bench/load/third_party/output_line.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool output_line_take(const char **output, char line[OUTPUT_LINE_MAX])
{
	if (!**output)
		return false;
	size_t length = strcspn(*output, "\n");
	snprintf(line, OUTPUT_LINE_MAX, "%.*s", (int)length, *output);
	*output += length + ((*output)[length] == '\n');
	return true;
}

/* How many characters of the text are a unit, and which; 0: none. */
static size_t unit_take(const char *text, double *us)
{
	static const struct {
		const char *name;
		double us;
	} units[] = {{"ns", 1e-3}, {"us", 1}, {"µs", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6},
		{"h", 3600e6}};
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strncmp(units[i].name, text, strlen(units[i].name)) == 0) {
			*us = units[i].us;
			return strlen(units[i].name);
		}
	return 0;
}

double output_line_time_us(const char *text)
{
	double sum = 0;
	do {
		char *end;
		double value = strtod(text, &end), us = 0;
		size_t unit = end == text || !(value >= 0) ? 0 : unit_take(end, &us);
		if (unit == 0)
			return NAN;
		sum += value * us;
		text = end + unit;
	} while (*text);
	return sum;
}
