#include "bench/findings/finding.h"

#include "bench/judge/hop_words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below this share of connections late FINs are accidents. */
#define LATE_FINS_LEAST 0.01

void finding_add(struct findings *findings, const char *format, ...)
{
	struct finding *grown = realloc(findings->list, (findings->count + 1) * sizeof(*grown));
	if (!grown) {
		findings->incomplete = true;
		return;
	}
	findings->list = grown;
	char *text;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&text, format, args);
	va_end(args);
	if (length == -1)
		findings->incomplete = true;
	else
		grown[findings->count++] = (struct finding){.kind = findings->kind, .text = text};
}

static void field_add(struct findings *findings, const struct finding_field *field)
{
	/* When the last finding could not be added, its fields would go to the one before. */
	struct finding *finding =
		findings->incomplete ? NULL : &findings->list[findings->count - 1];
	struct finding_field *grown =
		finding ? realloc(finding->fields, (finding->field_count + 1) * sizeof(*grown))
			: NULL;
	if (!grown) {
		findings->incomplete = true;
		free(field->word);
		return;
	}
	grown[finding->field_count++] = *field;
	finding->fields = grown;
}

void finding_number(struct findings *findings, const char *name, double number)
{
	if (!isnan(number))
		field_add(findings, &(struct finding_field){.name = name, .number = number});
}

void finding_word(struct findings *findings, const char *name, const char *word)
{
	char *copy = strdup(word);
	if (copy)
		field_add(findings, &(struct finding_field){.name = name, .word = copy});
	else
		findings->incomplete = true;
}

void finding_holder(struct findings *findings, const struct holder *holder)
{
	if (holder->pid == 0)
		return;
	finding_word(findings, "process", holder->name);
	finding_number(findings, "pid", holder->pid);
	finding_number(findings, "processes", holder->processes);
}

double *finding_room(struct findings *findings, size_t count)
{
	double *room = calloc(count + 1, sizeof(*room));
	findings->incomplete |= !room;
	return room;
}

double finding_t_s(const struct trial *trial, uint64_t at_ns)
{
	return ((double)at_ns - (double)trial->started_ns) / 1e9;
}

static uint64_t counter_of(const struct sample *sample, enum td_who end, size_t offset)
{
	const struct counters *counters =
		end == TD_SERVER ? &sample->server.counters : &sample->client.counters;
	return *(const uint64_t *)((const char *)counters + offset);
}

double finding_first_seen_t_s(const struct trial *trial, enum td_who end, size_t offset)
{
	uint64_t before = counter_of(&trial->before, end, offset);
	for (size_t i = 0; i < trial->sample_count; i++)
		if (counter_of(&trial->samples[i], end, offset) > before)
			return finding_t_s(trial, trial->samples[i].at_ns);
	return finding_t_s(trial, trial->after.at_ns);
}

double finding_state_first_seen_t_s(
	const struct trial *trial, enum td_who end, enum socket_state state)
{
	for (size_t i = 0; i < trial->sample_count; i++) {
		const struct sample *sample = &trial->samples[i];
		const struct sample_end *of = end == TD_SERVER ? &sample->server : &sample->client;
		if (of->census.by_owner[state] > 0)
			return finding_t_s(trial, sample->at_ns);
	}
	return finding_t_s(trial, trial->after.at_ns);
}

bool finding_stop_is_of(const struct trial *trial, const struct holder *holder)
{
	const struct stop_watch_report *stop = &trial->server_end.stop_watch;
	return stop->first_ns != 0 &&
	       (holder->pid == 0 || holder->pid == stop->pid || stop->processes > 1);
}

bool finding_was_stopped(const struct trial *trial, const struct holder *holder)
{
	return 2 * trial->server_end.stop_watch.stopped_ns >= trial->load.timeout_ns &&
	       finding_stop_is_of(trial, holder);
}

bool finding_late_fins_tell(
	double late, const struct end_figures *sender, const struct figures *figures)
{
	double unexplained = late - (double)sender->counters.retrans_segs;
	return unexplained >= 1 && unexplained >= LATE_FINS_LEAST * (double)figures->opened;
}

uint64_t finding_less(uint64_t count, uint64_t known)
{
	return count > known ? count - known : 0;
}

bool finding_resets_are_declared(const struct trial *trial)
{
	return trial_is_declared(trial) && trial->strategy->first_closer == TD_SERVER &&
	       trial->strategy->holder == TD_NONE;
}

const char *finding_ended_text(const struct trial *trial, char text[FINDING_ENDED_SIZE])
{
	text[0] = '\0';
	if (trial->server_end.ended > 0)
		snprintf(text, FINDING_ENDED_SIZE,
			"processes of the server ended meanwhile (%llu seen), which closes what "
			"they have open",
			(unsigned long long)trial->server_end.ended);
	return text;
}

bool finding_event_ended(const struct event_record *record)
{
	bool is_asked = record->spec.kind == EVENT_RESTART ||
			(record->spec.kind == EVENT_SIGNAL && record->ended_ns > 0);
	return is_asked && record->done_ns > 0 && (record->stopped_ns > 0 || record->ended_ns > 0);
}

const char *finding_event_name(const struct event_record *record, char text[FINDING_EVENT_SIZE])
{
	snprintf(text, FINDING_EVENT_SIZE, "%.20s (--at %gs)", record->spec.text,
		(double)record->spec.at_ns / 1e9);
	return text;
}

const char *finding_event_text(
	const struct trial *trial, uint64_t first_ns, char text[FINDING_EVENT_SIZE])
{
	text[0] = '\0';
	for (size_t i = 0; i < trial->event_count; i++) {
		const struct event_record *record = &trial->events[i];
		/* Of this hop: what it has of a proxy is that proxy's. */
		if (finding_event_ended(record) && record->done_ns <= first_ns &&
			record->spec.of_proxy == trial->server.is_proxy)
			finding_event_name(record, text);
	}
	return text;
}

const char *finding_setting(
	const struct trial *trial, enum td_who end, const char *name, const char *otherwise)
{
	return trial_setting(trial, end, name, otherwise);
}

int finding_rate_digits(double rate)
{
	return rate < 10 ? 2 : 0;
}

double finding_rate_floor(double rate)
{
	return rate < 10 ? floor(rate * 100) / 100 : floor(rate);
}

struct findings findings_of(const struct trial *trial, const struct figures *figures)
{
	struct findings findings = {.count = 0};
	/* In the middle of a load what is not closed yet looks as if it never were. */
	size_t kinds = trial->is_cut_off ? 0 : finding_kind_count;
	for (size_t i = 0; i < kinds; i++) {
		findings.kind = finding_kinds[i];
		findings.kind->detect(&findings, trial, figures);
	}
	for (size_t i = 0; i < findings.count; i++)
		findings.list[i].text = hop_words_put(trial, findings.list[i].text);
	return findings;
}

void findings_finish(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->list[i];
		for (size_t f = 0; f < finding->field_count; f++)
			free(finding->fields[f].word);
		free(finding->fields);
		free(finding->text);
	}
	free(findings->list);
	*findings = (struct findings){.count = 0};
}
