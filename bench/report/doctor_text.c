#include "bench/report/doctor_text.h"

#include "bench/doctor/conntrack_kinds.h"
#include "bench/doctor/sysctl_lines.h"
#include "bench/doctor/words.h"
#include "bench/report/paragraph.h"
#include "common/bounded_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Findings are indented by so much below their headline. */
#define INDENT 2
#define LEVEL_WIDTH 9
#define LINE_SIZE (DIAGNOSED_TEXT + 64)
/* Lines kept for what stands below the findings. */
#define FOOT_LINES 5
/* Namespaces whose connection tracking is told, unless all is. */
#define TRACKED_SHOWN 2
#define OPENERS_SHOWN 4

static void line_print(const char *text, const struct doctor_text_options *options, FILE *out)
{
	char *content = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&content, &size);
	if (!memory)
		return;
	paragraph_print(text, options->width > INDENT ? options->width - INDENT : 1, memory);
	fclose(memory);
	for (char *rest = content, *line; (line = strsep(&rest, "\n"));)
		if (*line)
			fprintf(out, "%*s%s\n", INDENT, "", line);
	free(content);
}

static void head_print(
	const struct doctor_host *host, const struct doctor_text_options *options, FILE *out)
{
	char text[512], life[96] = "";
	if (host->life.hz > 0)
		snprintf(life, sizeof(life), " (HZ %u: a TIME_WAIT lasts %.1f-%.1f s)",
			host->life.hz, host->life.least_s, host->life.most_s);
	if (host->lines)
		bounded_text_write(text, sizeof(text),
			"%s  Linux %s%s, as if %zu setting%s of %zu file%s %s applied", host->name,
			host->kernel, life, host->lines->count, host->lines->count == 1 ? "" : "s",
			host->lines->files, host->lines->files == 1 ? "" : "s",
			host->lines->count == 1 ? "was" : "were");
	else
		bounded_text_write(text, sizeof(text),
			"%s  Linux %s%s, %zu network namespace%s, looked for %.1f s, %.0f ms of "
			"CPU",
			host->name, host->kernel, life, host->namespace_count,
			host->namespace_count == 1 ? "" : "s", host->seconds, host->cpu_ms);
	paragraph_print(text, options->width, out);
}

static void level_write(enum diagnosis_level level, char text[LEVEL_WIDTH + 1])
{
	snprintf(text, LEVEL_WIDTH + 1, "%s", diagnosis_level_name(level));
	for (char *c = text; *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

static void found_print(
	const struct diagnosed *found, const struct doctor_text_options *options, FILE *out)
{
	char level[LEVEL_WIDTH + 1], text[LINE_SIZE];
	level_write(found->level, level);
	look_colour(&options->look, found->level == LEVEL_CRITICAL ? LOOK_BAD : LOOK_STRONG, out);
	fprintf(out, "%-*s", LEVEL_WIDTH, level);
	look_colour(&options->look, LOOK_PLAIN, out);
	size_t left = options->width > LEVEL_WIDTH + 1 ? options->width - LEVEL_WIDTH - 1 : 1;
	snprintf(text, sizeof(text), "%s", found->headline);
	fputc(' ', out);
	look_cut(&options->look, text, left, out);
	fputc('\n', out);
	if (strncmp(found->space->name, "net:", 4) == 0) {
		snprintf(text, sizeof(text), "in %s%s%s", found->space->name,
			found->space->owner[0] ? ", of " : "", found->space->owner);
		line_print(text, options, out);
	}
	for (size_t i = 0; i < found->line_count; i++)
		line_print(found->lines[i], options, out);
	if (found->cure[0]) {
		snprintf(text, sizeof(text), "cure: %s", found->cure);
		line_print(text, options, out);
	}
}

static size_t lines_of(const char *text)
{
	size_t lines = 0;
	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* Those that fit. */
static size_t findings_print(const struct diagnosis *diagnosis,
	const struct doctor_text_options *options, size_t lines, FILE *out)
{
	for (size_t i = 0; i < diagnosis->count; i++) {
		char *content = NULL;
		size_t size = 0;
		FILE *memory = open_memstream(&content, &size);
		if (!memory)
			return i;
		found_print(&diagnosis->list[i], options, memory);
		fclose(memory);
		lines += lines_of(content);
		bool fits = options->lines_most == 0 || lines + FOOT_LINES <= options->lines_most;
		if (fits)
			fputs(content, out);
		free(content);
		if (!fits)
			return i;
	}
	return diagnosis->count;
}

static void rest_print(const struct diagnosis *diagnosis, size_t shown,
	const struct doctor_text_options *options, FILE *out)
{
	size_t counts[LEVEL_CRITICAL + 1] = {0};
	char text[LINE_SIZE] = "";
	if (shown == diagnosis->count)
		return;
	for (size_t i = shown; i < diagnosis->count; i++)
		counts[diagnosis->list[i].level]++;
	snprintf(text, sizeof(text),
		"and %zu more: %zu critical, %zu warnings, %zu notices (--all shows them)",
		diagnosis->count - shown, counts[LEVEL_CRITICAL], counts[LEVEL_WARNING],
		counts[LEVEL_NOTICE]);
	paragraph_print(text, options->width, out);
}

static bool is_fine(const struct doctor_host *host, const struct diagnosis *diagnosis,
	const struct doctor_check *check)
{
	if (!doctor_check_applies(check, host))
		return false;
	for (size_t i = 0; i < diagnosis->count; i++)
		if (diagnosis->list[i].check == check)
			return false;
	return true;
}

static void fine_print(const struct doctor_host *host, const struct diagnosis *diagnosis,
	const struct doctor_text_options *options, FILE *out)
{
	char text[1024] = "fine: ";
	size_t length = strlen(text), begin = length;
	for (size_t i = 0; i < doctor_check_count && length < sizeof(text); i++)
		if (is_fine(host, diagnosis, doctor_checks[i]))
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
				length > begin ? ", " : "", doctor_checks[i]->fine);
	size_t few = host->lines ? 0 : host->namespace_count - host->walked_count;
	if (few > 0 && length < sizeof(text))
		snprintf(text + length, sizeof(text) - length,
			"%s%zu namespace%s with few sockets, not listed",
			length > begin ? "; " : "", few, few == 1 ? "" : "s");
	if (text[begin])
		paragraph_print(text, options->width, out);
}

static bool is_tracked(const struct doctor_namespace *space)
{
	return space->has_entries && (space->is_own || space->settings.conntrack_count > 0);
}

/* So many lines are kept for them. */
static size_t entries_lines(const struct doctor_host *host)
{
	size_t count = 0;
	for (size_t i = 0; i < host->namespace_count && count < TRACKED_SHOWN; i++)
		count += is_tracked(&host->namespaces[i]);
	return 2 * count;
}

/* What was asked for is said of a table that is fine, too. */
static void entries_print(
	const struct doctor_host *host, const struct doctor_text_options *options, FILE *out)
{
	char text[LINE_SIZE], kinds[DIAGNOSED_TEXT];
	struct word entries, most;
	size_t shown = 0;
	for (size_t i = 0; i < host->namespace_count; i++) {
		const struct doctor_namespace *space = &host->namespaces[i];
		if (!is_tracked(space) || (options->lines_most > 0 && shown == TRACKED_SHOWN))
			continue;
		conntrack_kinds_write(&space->entries, kinds, sizeof(kinds));
		bounded_text_write(text, sizeof(text), "tracked in %s: %s of %s entries: %s",
			space->name, word_count(&entries, (double)space->settings.conntrack_count),
			word_count(&most, (double)space->settings.conntrack_max), kinds);
		paragraph_print(text, options->width, out);
		shown++;
	}
}

/* So many lines are kept for them. */
static size_t openers_lines(const struct doctor_host *host)
{
	size_t count = host->opener_count < OPENERS_SHOWN ? host->opener_count : OPENERS_SHOWN;
	return host->watched_s > 0 ? 2 * (count + 1) : 0;
}

static void openers_print(
	const struct doctor_host *host, const struct doctor_text_options *options, FILE *out)
{
	char text[LINE_SIZE], lost[64] = "";
	struct word count, who, pair;
	uint64_t all = host->openers_left_out;
	size_t most = options->lines_most == 0 ? host->opener_count : OPENERS_SHOWN;
	if (host->watched_s <= 0)
		return;
	for (size_t i = 0; i < host->opener_count; i++)
		all += host->openers[i].opened;
	if (host->openers_left_out > 0)
		snprintf(lost, sizeof(lost), ", of %.20s it is not known by whom",
			word_count(&count, (double)host->openers_left_out));
	bounded_text_write(text, sizeof(text), "opened in %.1f s: %s connections%s",
		host->watched_s, word_count(&count, (double)all), lost);
	paragraph_print(text, options->width, out);
	for (size_t i = 0; i < host->opener_count && i < most; i++) {
		const struct doctor_opener *opener = &host->openers[i];
		bounded_text_write(text, sizeof(text), "%s %s by %s",
			word_count(&count, opener->opened), word_opener_pair(&pair, opener),
			word_opener(&who, opener));
		line_print(text, options, out);
	}
}

static void unseen_print(
	const struct doctor_host *host, const struct doctor_text_options *options, FILE *out)
{
	char text[1024] = "not seen: ";
	size_t length = strlen(text);
	size_t most = options->lines_most == 0 ? host->unseen_count : 2;
	for (size_t i = 0; i < host->unseen_count && i < most && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
			i > 0 ? "; " : "", host->unseen[i].text);
	if (host->unseen_count > most && length < sizeof(text))
		snprintf(text + length, sizeof(text) - length, "; and %zu more",
			host->unseen_count - most);
	if (host->unseen_count > 0)
		paragraph_print(text, options->width, out);
}

void doctor_text_print(const struct doctor_host *host, const struct diagnosis *diagnosis,
	const struct doctor_text_options *options, FILE *out)
{
	head_print(host, options, out);
	size_t shown = findings_print(
		diagnosis, options, 2 + entries_lines(host) + openers_lines(host), out);
	rest_print(diagnosis, shown, options, out);
	fine_print(host, diagnosis, options, out);
	entries_print(host, options, out);
	openers_print(host, options, out);
	unseen_print(host, options, out);
}

void doctor_text_explain(const struct doctor_check *check, size_t width, FILE *out)
{
	const struct doctor_text_options options = {.width = width};
	fprintf(out, "%s\n", check->id);
	line_print(check->means, &options, out);
	fputs("read from\n", out);
	line_print(check->source, &options, out);
	fputs("cure\n", out);
	line_print(check->cure, &options, out);
}
