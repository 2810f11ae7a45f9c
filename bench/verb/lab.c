/* teardown lab: statements about closing, tried in real packets on this kernel. */
#include "bench/lab/lab.h"
#include "bench/lab/registry.h"
#include "bench/network/netns.h"
#include "bench/process/ending_signals.h"
#include "bench/report/html/html.h"
#include "bench/report/html/ladder_svg.h"
#include "bench/report/lab_json.h"
#include "bench/report/lab_text.h"
#include "bench/report/look.h"
#include "bench/report/whole_file.h"
#include "bench/verb/verb.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As long as one takes on a machine that is busy, without --slow. */
#define SECONDS_OF_A_LESSON 2

struct lab_call_options {
	bool slow, json, ascii;
	const char *pcap, *svg, *html, *color, *family;
};

static const struct option_row rows[] = {
	{"slow", 0, OPTION_FLAG, offsetof(struct lab_call_options, slow), NULL,
		"try the claims that take a minute or more, too, and say first how long that is", 0,
		0},
	{"json", 0, OPTION_FLAG, offsetof(struct lab_call_options, json), NULL,
		"an array of lessons: claims with verdict, because and measured", 0, 0},
	{"pcap", 0, OPTION_TEXT, offsetof(struct lab_call_options, pcap), "DIR",
		"write what the wire saw in each lesson to DIR/LESSON.pcapng, with a comment where "
		"a rule acted",
		0, 0},
	{"svg", 0, OPTION_TEXT, offsetof(struct lab_call_options, svg), "DIR",
		"draw the ladders as pictures (light and dark), too: DIR/LESSON.svg, the second "
		"one DIR/LESSON-2.svg",
		0, 0},
	{"html", 0, OPTION_TEXT, offsetof(struct lab_call_options, html), "FILE",
		"write a page of the lessons that are played, with their ladders", 0, 0},
	{"family", 0, OPTION_TEXT, offsetof(struct lab_call_options, family), "4|6",
		"play in IPv4 (the default) or IPv6", 0, 0},
	{"ascii", 0, OPTION_FLAG, offsetof(struct lab_call_options, ascii), NULL,
		"draw with ASCII alone", 0, 0},
	{"color", 0, OPTION_TEXT, offsetof(struct lab_call_options, color), "auto|always|never",
		"colour (auto, the default: on a terminal, unless NO_COLOR is set)", 0, 0},
};

static const struct option_table table = {
	.program = "teardown lab",
	.usage = "[LESSON...|all] [OPTION...]",
	.about = "Tries what is said about closing in real packets, on a private network of this "
		 "kernel, and says of each "
		 "statement whether it holds. Without a LESSON: the list of them.",
	.examples = "teardown lab\n"
		    "teardown lab four-way\n"
		    "teardown lab lost-last-ack keep-alive-race --pcap .\n"
		    "teardown lab all --html lab.html\n"
		    "teardown lab tw-reuse --family 6\n"
		    "teardown lab all --json",
	.groups = OPTION_ROWS(rows),
};

static int unknown(const char *name, struct error *error)
{
	if (strcmp(name, "all") == 0)
		return error_set(error, STATUS_USAGE,
			"`all` has every lesson: name it alone, or the lessons alone");
	const char **names = malloc((lab_lesson_count + 1) * sizeof(*names));
	for (size_t i = 0; names && i < lab_lesson_count; i++)
		names[i] = lab_lessons[i]->name;
	if (names)
		names[lab_lesson_count] = "all";
	const char *near = names ? options_nearest(name, names, lab_lesson_count + 1) : NULL;
	error_set(error, STATUS_USAGE, "no lesson is called \"%s\"%s%s; `teardown lab` lists them",
		name, near ? ", did you mean " : "", near ? near : "");
	free(names);
	return -1;
}

/* What is shown, and what is counted meanwhile. */
struct class
{
	const struct lab_call_options *options;
	struct lab_text_options text;
	json_t *array; /* NULL: text is printed */
	struct lesson_outcome *outcomes;
	size_t count;
};

static int svg_content(const void *picture, FILE *out)
{
	ladder_svg_write(picture, out);
	return 0;
}

/* Each ladder as a file. */
static int pictures_write(
	const struct lesson_outcome *outcome, const char *folder, struct error *error)
{
	for (size_t i = 0; i < outcome->shown_count; i++) {
		const struct shown_ladder *shown = &outcome->shown[i];
		char path[PATH_MAX], number[24] = "";
		if (i > 0)
			snprintf(number, sizeof(number), "-%zu", i + 1);
		if (snprintf(path, sizeof(path), "%s/%s%s.svg", folder, outcome->lesson->name,
			    number) >= (int)sizeof(path))
			return error_set(error, STATUS_USAGE, "--svg: the path is too long");
		const struct ladder_picture picture = {
			.ladder = &shown->ladder,
			.view = &shown->view,
			.name = shown->caption ? shown->caption : outcome->lesson->name,
		};
		if (whole_file_write("--svg", path, svg_content, &picture, error) == -1)
			return -1;
	}
	return 0;
}

/* Whether anything comes of more lessons: stdout may be a pipe that is not read to its end. */
static bool is_of_use(const struct lab_call_options *options)
{
	return !ferror(stdout) || options->html || options->pcap || options->svg;
}

static int lesson_play(struct class *class, const struct lesson *lesson, struct error *error)
{
	char path[PATH_MAX];
	const struct lab_options options = {
		.slow = class->options->slow,
		.is_ipv6 = strcmp(class->options->family, "6") == 0,
		.capture_path = class->options->pcap ? path : NULL,
		.interrupted = &ending_signals_met,
	};
	struct lesson_outcome *outcome = &class->outcomes[class->count];
	if (class->options->pcap &&
		snprintf(path, sizeof(path), "%s/%s.pcapng", class->options->pcap, lesson->name) >=
			(int)sizeof(path))
		return error_set(error, STATUS_USAGE, "--pcap: the path is too long");
	if (lab_play(lesson, &options, outcome, error) == -1) {
		outcome_finish(outcome);
		return -1;
	}
	class->count++;
	if (class->options->svg && pictures_write(outcome, class->options->svg, error) == -1)
		return -1;
	if (class->array)
		return lab_json_add(class->array, outcome, error);
	lab_text_print(outcome, &class->text, stdout);
	fflush(stdout);
	if (is_of_use(class->options))
		return 0;
	error->status = STATUS_FAILED;
	return -1;
}

/* Returns the exit status, or -1. `is_interrupted`: not all were played. */
static int class_end(struct class *class, bool is_interrupted, struct error *error)
{
	size_t undecided = 0;
	for (size_t i = 0; i < class->count; i++) {
		is_interrupted |= class->outcomes[i].interrupted;
		undecided += outcome_count(&class->outcomes[i], UNDECIDED);
	}
	if (class->array) {
		json_dumpf(class->array, stdout, JSON_INDENT(1));
		putchar('\n');
	} else if (class->count > 1) {
		lab_text_table_print(class->outcomes, class->count, &class->text, stdout);
	}
	const struct lab_page page = {class->outcomes, class->count};
	if (class->options->html && html_lab_write(&page, class->options->html, error) == -1)
		return -1;
	if (is_interrupted)
		return error_set(error, STATUS_INTERRUPTED, "interrupted");
	return undecided > 0 ? STATUS_FAILED : STATUS_OK;
}

/* A folder that files are written to, before any lesson is played. */
static int folder_make(const char *option, const char *path, struct error *error)
{
	struct stat found;
	if (path && !path[0])
		return error_set(error, STATUS_USAGE, "%s: the path is empty", option);
	if (!path || mkdir(path, 0777) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &found) == 0) {
		errno = S_ISDIR(found.st_mode) ? 0 : ENOTDIR;
		if (errno == 0 && access(path, W_OK | X_OK) == 0)
			return 0;
	}
	return error_set_errno(error, STATUS_USAGE, "%s %s", option, path);
}

static const struct lesson *lesson_at(const struct option_operands *names, bool is_all, size_t i)
{
	return is_all ? lab_lessons[i] : lab_lesson_find(names->items[i]);
}

/* Most of --slow is TIME_WAIT's own time, so it is known before. */
static void duration_say(const struct option_operands *names, bool is_all, size_t count)
{
	unsigned slow_s = 0, usual_s = (unsigned)count * SECONDS_OF_A_LESSON;
	for (size_t i = 0; i < count; i++)
		slow_s += lesson_at(names, is_all, i)->slow_s;
	if (slow_s == 0) {
		fputs("lab: --slow makes no difference to these lessons\n", stderr);
		return;
	}
	fprintf(stderr, "lab: this takes about %u s, of which --slow is", usual_s + slow_s);
	for (size_t i = 0; i < count; i++) {
		const struct lesson *lesson = lesson_at(names, is_all, i);
		if (lesson->slow_s > 0)
			fprintf(stderr, " %u s (%s)", lesson->slow_s, lesson->name);
	}
	fputc('\n', stderr);
}

static int lessons_play(
	struct class *class, const struct option_operands *names, struct error *error)
{
	bool is_all = names->count == 1 && strcmp(names->items[0], "all") == 0;
	size_t count = is_all ? lab_lesson_count : names->count;
	for (size_t i = 0; i < count; i++)
		if (!lesson_at(names, is_all, i))
			return unknown(names->items[i], error);
	class->outcomes = calloc(count + 1, sizeof(*class->outcomes));
	if (!class->outcomes)
		return error_set(error, STATUS_FAILED, "no memory");
	if (class->options->html && html_check(class->options->html, error) == -1)
		return -1;
	if (folder_make("--pcap", class->options->pcap, error) == -1 ||
		folder_make("--svg", class->options->svg, error) == -1)
		return -1;
	if (class->options->slow)
		duration_say(names, is_all, count);
	for (size_t i = 0; i < count && !ending_signals_met; i++)
		if (lesson_play(class, lesson_at(names, is_all, i), error) == -1)
			return -1;
	return class_end(class, class->count < count, error);
}

static void set_defaults(void *options)
{
	((struct lab_call_options *)options)->family = "4";
}

static void give_up(void)
{
}

static int lab_run(const struct verb_call *call, struct error *error)
{
	const struct lab_call_options *options = call->options;
	struct class class = {.options = options};
	if (look_check(options->color, error) == -1)
		return -1;
	if (strcmp(options->family, "4") != 0 && strcmp(options->family, "6") != 0)
		return error_set(
			error, STATUS_USAGE, "--family %s: must be 4 or 6", options->family);
	class.text = (struct lab_text_options){
		.look = look_of(stdout, options->color), .width = verb_width()};
	class.text.look.is_utf8 = class.text.look.is_utf8 && !options->ascii;
	if (call->operands.count == 0 &&
		(options->json || options->pcap || options->svg || options->html || options->slow))
		return error_set(error, STATUS_USAGE, "which lessons? `teardown lab all %s`",
			options->json   ? "--json"
			: options->pcap ? "--pcap DIR"
			: options->svg  ? "--svg DIR"
			: options->html ? "--html FILE"
					: "--slow");
	if (call->operands.count == 0) {
		lab_text_list_print(&class.text, stdout);
		return STATUS_OK;
	}
	if (netns_prepare(error) == -1)
		return -1;
	ending_signals_catch("lesson", give_up);
	class.array = options->json ? json_array() : NULL;
	int status = lessons_play(&class, &call->operands, error);
	for (size_t i = 0; i < class.count; i++)
		outcome_finish(&class.outcomes[i]);
	free(class.outcomes);
	json_decref(class.array);
	return status;
}

const struct verb verb_lab = {
	.name = "lab",
	.does = "statements about closing, tried in real packets: which hold here?",
	.table = &table,
	.options_size = sizeof(struct lab_call_options),
	.set_defaults = set_defaults,
	.takes_operands = true,
	.run = lab_run,
};
