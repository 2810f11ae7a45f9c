#include "bench/report/lab_text.h"

#include "bench/lab/registry.h"
#include "bench/report/ladder_text.h"
#include "bench/report/paragraph.h"
#include "common/bounded_text.h"

#include <string.h>

#define WIDTH_MAX 100
#define TEXT_SIZE 1024

static size_t width_of(const struct lab_text_options *options)
{
	return options->width < WIDTH_MAX ? options->width : WIDTH_MAX;
}

/* Of the longest name. */
static int name_width(void)
{
	size_t width = 0;
	for (size_t i = 0; i < lab_lesson_count; i++) {
		size_t length = strlen(lab_lessons[i]->name);
		width = length > width ? length : width;
	}
	return (int)width;
}

void lab_text_list_print(const struct lab_text_options *options, FILE *out)
{
	for (size_t i = 0; i < lab_lesson_count; i++) {
		const struct lesson *lesson = lab_lessons[i];
		char line[TEXT_SIZE];
		bounded_text_write(line, sizeof(line), "%-*s  %s%s", name_width(), lesson->name,
			lesson->asks, lesson->slow_s > 0 ? " (--slow)" : "");
		paragraphs_hang(line, width_of(options), out);
	}
	fputs("\nBegin with: teardown lab four-way\n"
	      "All of them, in less than a minute: teardown lab all\n"
	      "With claims that take minutes: teardown lab all --slow\n",
		out);
}

/* "ack_delay_ms 42.1, segments 3" */
static void measured_print(
	const struct claim_outcome *claim, const struct lab_text_options *options, FILE *out)
{
	char text[TEXT_SIZE];
	size_t used = bounded_text_write(text, sizeof(text), "measured: ");
	for (size_t i = 0; i < claim->measured_count; i++)
		used += bounded_text_write(text + used, sizeof(text) - used, "%s%s %.10g",
			i > 0 ? ", " : "", claim->measured[i].name,
			(double)(long long)(claim->measured[i].value * 1000 + 0.5) / 1000);
	if (claim->measured_count > 0)
		paragraph_print(text, width_of(options), out);
}

static void claim_print(
	const struct claim_outcome *claim, const struct lab_text_options *options, FILE *out)
{
	char text[TEXT_SIZE];
	bounded_text_write(
		text, sizeof(text), "claim: %s (%s)", claim->claim->text, claim->claim->source);
	paragraph_print(text, width_of(options), out);
	bounded_text_write(
		text, sizeof(text), "%s: %s", verdict_text(claim->verdict), claim->because);
	paragraph_print(text, width_of(options), out);
	measured_print(claim, options, out);
	fputc('\n', out);
}

void lab_text_print(
	const struct lesson_outcome *outcome, const struct lab_text_options *options, FILE *out)
{
	const struct ladder_text_options drawing = {width_of(options), options->look, false};
	char text[TEXT_SIZE];
	bounded_text_write(
		text, sizeof(text), "%s: %s", outcome->lesson->name, outcome->lesson->asks);
	look_colour(&options->look, LOOK_STRONG, out);
	paragraph_print(text, width_of(options), out);
	look_colour(&options->look, LOOK_PLAIN, out);
	bounded_text_write(text, sizeof(text), "scene%s: %s", outcome->is_ipv6 ? ", in IPv6" : "",
		outcome->lesson->scene);
	paragraph_print(text, width_of(options), out);
	for (size_t i = 0; i < outcome->shown_count; i++) {
		const struct shown_ladder *shown = &outcome->shown[i];
		fputc('\n', out);
		bounded_text_write(text, sizeof(text), "%s:", shown->caption ? shown->caption : "");
		if (shown->caption)
			paragraph_print(text, width_of(options), out);
		ladder_text_print(&shown->ladder, &shown->view, &drawing, out);
	}
	fputc('\n', out);
	for (size_t i = 0; i < outcome->claim_count; i++)
		claim_print(&outcome->claims[i], options, out);
	bounded_text_write(text, sizeof(text), "in practice: %s", outcome->lesson->practice);
	paragraph_print(text, width_of(options), out);
	fputc('\n', out);
}

/* A word and its number stand in one line. */
static void sums_print(const size_t counts[SKIPPED + 1], size_t width, FILE *out)
{
	static const enum verdict order[] = {HOLDS, DOES_NOT_HOLD, DIFFERS, SKIPPED, UNDECIDED};
	size_t used = 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		char sum[64];
		size_t length = bounded_text_write(sum, sizeof(sum), "%s %zu%s",
			verdict_text(order[i]), counts[order[i]], order[i] == UNDECIDED ? "" : ",");
		bool fits = i == 0 || used + 1 + length <= width;
		fprintf(out, "%s%s", i == 0 ? "" : fits ? " " : "\n  ", sum);
		used = i == 0 ? length : fits ? used + 1 + length : 2 + length;
	}
	fputc('\n', out);
}

void lab_text_table_print(const struct lesson_outcome *outcomes, size_t count,
	const struct lab_text_options *options, FILE *out)
{
	size_t counts[SKIPPED + 1] = {0};
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < outcomes[i].claim_count; j++) {
			const struct claim_outcome *claim = &outcomes[i].claims[j];
			char line[TEXT_SIZE];
			counts[claim->verdict]++;
			bounded_text_write(line, sizeof(line), "%-*s %-13s  %s", name_width(),
				outcomes[i].lesson->name, verdict_text(claim->verdict),
				claim->claim->text);
			paragraphs_hang(line, width_of(options), out);
		}
	fputc('\n', out);
	sums_print(counts, width_of(options), out);
}
