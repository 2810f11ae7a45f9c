#include "bench/options/events.h"

#include "bench/options/options.h"
#include "bench/process/command.h"
#include "common/options.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND "command:"
#define RESTART "restart"
#define SIG "SIG"
#define WORD_MAX 32

static const struct {
	const char *name;
	int number;
} signals[] = {
	{"TERM", SIGTERM},
	{"HUP", SIGHUP},
	{"KILL", SIGKILL},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"USR1", SIGUSR1},
	{"USR2", SIGUSR2},
	{"WINCH", SIGWINCH},
	{"STOP", SIGSTOP},
	{"CONT", SIGCONT},
};
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* Behind the signals: what else an event may be. */
static const char *const others[] = {RESTART, "command"};
#define OTHERS (sizeof(others) / sizeof(others[0]))

static const char *nearest(const char *word)
{
	const char *names[SIGNALS + OTHERS];
	char upper[WORD_MAX];
	size_t i = 0;
	for (; word[i] && i < sizeof(upper) - 1; i++)
		upper[i] = (char)toupper((unsigned char)word[i]);
	upper[i] = '\0';
	for (i = 0; i < SIGNALS; i++)
		names[i] = signals[i].name;
	for (i = 0; i < OTHERS; i++)
		names[SIGNALS + i] = others[i];
	const char *near = options_nearest(word, names + SIGNALS, OTHERS);
	return near ? near
		    : options_nearest(
			      strncmp(upper, SIG, strlen(SIG)) == 0 ? upper + strlen(SIG) : upper,
			      names, SIGNALS);
}

static int unknown_refuse(const char *item, const char *word, struct error *error)
{
	const char *near = nearest(word);
	if (near)
		return error_set(error, STATUS_USAGE, "--at %s: there is no event %s; %s is one%s",
			item, word, near, strcmp(near, "command") == 0 ? ": command:'...'" : "");
	return error_set(error, STATUS_USAGE,
		"--at %s: there is no event %s; events are TERM HUP KILL INT QUIT USR1 USR2 WINCH "
		"STOP CONT, restart, command:'...'",
		item, word);
}

static int command_check(const struct event_spec *spec, struct error *error)
{
	struct command command;
	if (events_command(spec, "", 0, 0, &command, error) == -1)
		return -1;
	int result = command_find(&command, "at command", "", error);
	command_destroy(&command);
	return result;
}

static int kind_parse(
	struct event_spec *spec, const char *item, const char *word, struct error *error)
{
	spec->text = word;
	if (strncmp(word, COMMAND, strlen(COMMAND)) == 0) {
		spec->kind = EVENT_COMMAND;
		spec->text = word + strlen(COMMAND);
		return command_check(spec, error);
	}
	if (strcmp(word, RESTART) == 0) {
		spec->kind = EVENT_RESTART;
		return 0;
	}
	const char *name = strncmp(word, SIG, strlen(SIG)) == 0 ? word + strlen(SIG) : word;
	for (size_t i = 0; i < SIGNALS; i++)
		if (strcmp(signals[i].name, name) == 0) {
			spec->text = signals[i].name;
			spec->signal = signals[i].number;
			return 0;
		}
	return unknown_refuse(item, word, error);
}

/* Cuts "proxy:" off. */
static int end_parse(const struct run_options *options, struct event_spec *spec, const char *item,
	const char **word, struct error *error)
{
	static const struct {
		const char *prefix;
		bool of_proxy, needs_proxy;
	} ends[] = {{"server:", false, false}, {"upstream:", false, true}, {"proxy:", true, true}};
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t length = strlen(ends[i].prefix);
		if (strncmp(*word, ends[i].prefix, length) != 0)
			continue;
		if (ends[i].needs_proxy && !options->proxy_command)
			return error_set(error, STATUS_USAGE,
				"--at %s: there is no proxy: --proxy-command 'COMMAND'", item);
		spec->of_proxy = ends[i].of_proxy;
		*word += length;
		return 0;
	}
	if (strncmp(*word, "client:", 7) == 0 || strncmp(*word, "loader:", 7) == 0)
		return error_set(error, STATUS_USAGE,
			"--at %s: events are of the server or the proxy; the loader counts what "
			"they do, and cannot be restarted",
			item);
	return 0;
}

static int item_parse(const struct run_options *options, struct event_spec *spec, const char *item,
	struct error *error)
{
	char time[WORD_MAX];
	const char *word = strchr(item, '=');
	size_t length = word ? (size_t)(word - item) : 0;
	*spec = (struct event_spec){0};
	if (length > 0 && length < sizeof(time))
		snprintf(time, sizeof(time), "%.*s", (int)length, item);
	if (length == 0 || length >= sizeof(time) || word[1] == '\0' ||
		options_parse_duration(time, &spec->at_ns) == -1)
		return error_set(error, STATUS_USAGE,
			"--at %s: must be TIME=EVENT, such as 1.5s=HUP or 1s=command:'...'", item);
	uint64_t ends_ns = options->warmup_ns + options->duration_ns;
	if (spec->at_ns >= ends_ns)
		return error_set(error, STATUS_USAGE,
			"--at %s: the load ends at %g s (--warmup and --duration): the event would "
			"come after its end",
			item, (double)ends_ns / 1e9);
	word++;
	return end_parse(options, spec, item, &word, error) == -1
		       ? -1
		       : kind_parse(spec, item, word, error);
}

static int earlier_first(const void *a, const void *b)
{
	const struct event_spec *x = a, *y = b;
	return x->at_ns < y->at_ns ? -1 : x->at_ns > y->at_ns;
}

int events_parse(struct run_options *options, struct error *error)
{
	if (options->at.count > EVENTS_MAX)
		return error_set(
			error, STATUS_USAGE, "--at: a trial has at most %d events", EVENTS_MAX);
	for (size_t i = 0; i < options->at.count; i++) {
		if (item_parse(options, &options->events[i], options->at.items[i], error) == -1)
			return -1;
		options->event_count++;
	}
	qsort(options->events, options->event_count, sizeof(options->events[0]), earlier_first);
	for (size_t i = 1; i < options->event_count; i++)
		if (options->events[i].at_ns == options->events[i - 1].at_ns)
			return error_set(error, STATUS_USAGE,
				"--at: two events at %g s: what each of them did could not be "
				"told",
				(double)options->events[i].at_ns / 1e9);
	return 0;
}

int events_command(const struct event_spec *spec, const char *host, uint16_t port, int pid,
	struct command *command, struct error *error)
{
	struct command_value values[] = {{.name = "host"}, {.name = "port"}, {.name = "pid"}};
	snprintf(values[0].text, sizeof(values[0].text), "%s", host);
	snprintf(values[1].text, sizeof(values[1].text), "%u", port);
	snprintf(values[2].text, sizeof(values[2].text), "%d", pid);
	return command_create(command, "at command", spec->text, values,
		sizeof(values) / sizeof(values[0]), error);
}
