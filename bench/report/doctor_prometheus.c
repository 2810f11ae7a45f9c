#include "bench/report/doctor_prometheus.h"

#include "bench/doctor/forecast.h"
#include "bench/doctor/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHARE_LEAST 0.1

struct shown_pair {
	const struct doctor_namespace *space;
	const struct doctor_pair *pair;
	struct forecast forecast;
};

/* Backslash, quote and line feed are escaped (Prometheus' exposition formats, text format). */
static void label_write(const char *name, const char *value, const char *behind, FILE *out)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++)
		if (*value == '\\' || *value == '"')
			fprintf(out, "\\%c", *value);
		else if (*value == '\n')
			fputs("\\n", out);
		else
			fputc(*value, out);
	fprintf(out, "\"%s", behind);
}

static void head_write(const char *name, const char *help, FILE *out)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void gauge_write(const char *name, const char *help, double value, FILE *out)
{
	head_write(name, help, out);
	fprintf(out, "%s %.15g\n", name, value);
}

/* Zeros are written, too: a series that vanishes looks like a check that was removed. */
static void findings_write(const struct doctor_look *look, FILE *out)
{
	static const char name[] = "teardown_findings";
	head_write(name, "Findings of teardown doctor, by check and level.", out);
	for (size_t i = 0; i < doctor_check_count; i++) {
		if (!doctor_check_applies(doctor_checks[i], look->host))
			continue;
		for (int level = LEVEL_NOTICE; level <= LEVEL_CRITICAL; level++) {
			size_t count = 0;
			for (size_t j = 0; j < look->diagnosis->count; j++)
				count += look->diagnosis->list[j].check == doctor_checks[i] &&
					 look->diagnosis->list[j].level ==
						 (enum diagnosis_level)level;
			fprintf(out, "%s{", name);
			label_write("id", doctor_checks[i]->id, ",", out);
			label_write("level", diagnosis_level_name((enum diagnosis_level)level),
				"} ", out);
			fprintf(out, "%zu\n", count);
		}
	}
}

static double share_of(const struct shown_pair *shown)
{
	return shown->forecast.available > 0 ? (shown->pair->held[0] + shown->pair->held[1]) /
						       (double)shown->forecast.available
					     : 0;
}

static int fuller(const void *a, const void *b)
{
	double first = share_of(a), second = share_of(b);
	return (first < second) - (first > second);
}

/* The value of one pair; NAN: it has none. */
typedef double pair_value_fn(const struct shown_pair *shown);

static double held(const struct shown_pair *shown)
{
	return shown->pair->held[0] + shown->pair->held[1];
}

static double available(const struct shown_pair *shown)
{
	return shown->forecast.available;
}

static double time_waits(const struct shown_pair *shown)
{
	return shown->pair->time_wait;
}

static double rate(const struct shown_pair *shown)
{
	return shown->forecast.rate_per_s;
}

static double exhausted_s(const struct shown_pair *shown)
{
	return shown->forecast.exhausted_in_s;
}

static const struct pair_metric {
	const char *name, *help;
	pair_value_fn *value;
	bool has_rest; /* the sum of all other pairs means something */
} metrics[] = {
	{"teardown_pair_ports_held",
		"Ports that the connections of a source address and a destination hold.", held,
		true},
	{"teardown_pair_ports_available", "Ports that connect() may choose for them.", available,
		false},
	{"teardown_pair_time_wait_sockets", "Those of the held ports that TIME_WAITs hold.",
		time_waits, true},
	{"teardown_pair_time_wait_per_second", "TIME_WAITs that were made in a second of late.",
		rate, true},
	{"teardown_pair_ports_exhausted_seconds",
		"Time until no port is left at this rate; absent where that does not happen.",
		exhausted_s, false},
};

static void pair_write(const struct pair_metric *metric, const struct shown_pair *shown, FILE *out)
{
	struct word source, destination;
	double value = metric->value(shown);
	if (isnan(value))
		return;
	fprintf(out, "%s{", metric->name);
	label_write("namespace", shown->space->name, ",", out);
	label_write("source", word_source(&source, shown->pair), ",", out);
	label_write("destination", word_destination(&destination, shown->pair), "} ", out);
	fprintf(out, "%.15g\n", value);
}

static void metric_write(const struct pair_metric *metric, const struct shown_pair *pairs,
	size_t shown, size_t count, FILE *out)
{
	double rest = 0;
	head_write(metric->name, metric->help, out);
	for (size_t i = 0; i < shown; i++)
		pair_write(metric, &pairs[i], out);
	if (!metric->has_rest)
		return;
	for (size_t i = shown; i < count; i++)
		rest += metric->value(&pairs[i]);
	fprintf(out, "%s{namespace=\"other\",source=\"other\",destination=\"other\"} %.15g\n",
		metric->name, rest);
}

static int pairs_write(const struct doctor_host *host, FILE *out)
{
	size_t room = 1, count = 0, shown = 0;
	for (size_t i = 0; i < host->namespace_count; i++)
		room += host->namespaces[i].pair_count;
	struct shown_pair *pairs = calloc(room, sizeof(*pairs));
	if (!pairs)
		return -1;
	for (size_t i = 0; i < host->namespace_count; i++) {
		const struct doctor_namespace *space = &host->namespaces[i];
		for (size_t j = 0; j < space->pair_count; j++)
			pairs[count++] = (struct shown_pair){space, &space->pairs[j],
				forecast_of(&space->pairs[j], &space->settings, &host->life)};
	}
	qsort(pairs, count, sizeof(*pairs), fuller);
	while (shown < count && shown < DOCTOR_METRIC_PAIRS &&
		share_of(&pairs[shown]) >= SHARE_LEAST)
		shown++;
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		metric_write(&metrics[i], pairs, shown, count, out);
	free(pairs);
	return 0;
}

int doctor_prometheus_write(const void *what, FILE *out)
{
	const struct doctor_look *look = what;
	const struct doctor_host *host = look->host;
	gauge_write("teardown_look_timestamp_seconds", "When teardown doctor looked, since 1970.",
		(double)look->at, out);
	gauge_write("teardown_look_cpu_seconds", "Processor time of that look.",
		host->cpu_ms / 1000, out);
	gauge_write("teardown_namespaces", "Network namespaces that were seen.",
		(double)host->namespace_count, out);
	gauge_write("teardown_unseen", "What could not be seen: namespaces, mostly.",
		(double)host->unseen_count, out);
	findings_write(look, out);
	return pairs_write(host, out);
}
