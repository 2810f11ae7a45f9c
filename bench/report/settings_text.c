#include "bench/report/settings_text.h"

#include "bench/report/kernel_default.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"
#include "common/bounded_text.h"
#include "common/sysctl.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A list of "name=value" that wraps. */
struct wrapped {
	FILE *out;
	const char *label; /* printed before the first */
	size_t width, used;
	const json_t *changed_of; /* the result of which what is changed is told; NULL: all */
};

/* What stands without a prefix is net.ipv4.*. */
static const char *shown_name(const char *name)
{
	return strncmp(name, "net.ipv4.", 9) == 0 ? name + 9 : name;
}

/* Whether a value of --sysctl is of the server, by either name. */
static bool is_of_server(const char *asked)
{
	return strncmp(asked, "server:", 7) == 0 || strncmp(asked, "upstream:", 9) == 0;
}

/* Whether it is of the server behind a proxy, of which the other lists are not. */
static bool is_of_upstream(const json_t *result, const char *asked)
{
	return result_has_hops(result) && is_of_server(asked);
}

/* Whether --sysctl named it. */
static bool is_asked_for(const json_t *result, const char *name)
{
	size_t i, length = strlen(name);
	json_t *asked;
	json_array_foreach(json_path_at(result, "options.sysctl"), i, asked)
	{
		const char *text = strchr(json_path_string(asked), ':');
		if (text && !is_of_upstream(result, json_path_string(asked)) &&
			strncmp(text + 1, name, length) == 0 && text[1 + length] == '=')
			return true;
	}
	return false;
}

static void wrapped_add(struct wrapped *list, const char *name, const char *value)
{
	const char *shown = shown_name(name);
	/* Some defaults depend on the machine, and are not known: what was asked for is told. */
	if (list->changed_of && !kernel_default_differs(name, value) &&
		!is_asked_for(list->changed_of, name))
		return;
	if (list->used == 0)
		list->used =
			(size_t)fprintf(list->out, list->changed_of ? "%s" : "%-9s", list->label);
	if (list->used + strlen(shown) + strlen(value) + 2 > list->width) {
		fputc('\n', list->out);
		list->used = (size_t)fprintf(list->out, "%9s", "");
	}
	list->used += (size_t)fprintf(list->out, " %s=%s", shown, value);
}

static void wrapped_end(const struct wrapped *list)
{
	if (list->used > 0)
		fputc('\n', list->out);
}

/* In front of a proxy, the server is the proxy. */
static const char *end_word(const json_t *result, const char *end)
{
	return result_has_hops(result) && strcmp(end, "server") == 0 ? "proxy" : end;
}

/* Whether most strategies ran with this value. */
static bool is_usual(const json_t *result, const char *end, const char *name, const json_t *value)
{
	size_t i, same = 0, all = json_array_size(json_object_get(result, "trials"));
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		json_t *settings = json_object_get(json_object_get(trial, "sysctls"), end);
		same += json_equal(json_object_get(settings, name), (json_t *)value) != 0;
	}
	return same * 2 > all;
}

/* Settings of one end that one strategy has and most have not. */
static void differing_print(
	const json_t *result, const char *strategy, const char *end, struct wrapped *list)
{
	json_t *trials = json_path_trials(result, strategy, false), *value;
	const json_t *common = json_object_get(json_path_at(result, "network.sysctls"), end);
	const char *name;
	json_t *settings =
		json_object_get(json_object_get(json_array_get(trials, 0), "sysctls"), end);
	json_object_foreach(settings, name,
		value) if (!json_object_get(common, name) && !is_usual(result, end, name, value))
		wrapped_add(list, name, json_path_string(value));
	json_decref(trials);
}

void settings_own_print(const json_t *result, const char *strategy, size_t width, FILE *out)
{
	static const char *const ends[] = {"server", "client"};
	for (size_t e = 0; e < 2; e++) {
		struct wrapped list = {.out = out, .width = width};
		char label[96];
		bounded_text_write(label, sizeof(label), "  %s alone, %s:", strategy,
			end_word(result, ends[e]));
		list.label = label;
		differing_print(result, strategy, ends[e], &list);
		wrapped_end(&list);
	}
}

/* With which end a list is told what both share; a NAT's own list is whole. */
static const char *other_end(const char *end)
{
	if (strcmp(end, "nat") == 0)
		return "";
	return strcmp(end, "server") == 0 ? "client" : "server";
}

/* Settings that all trials share: those of both ends, or those that one end has alone. */
static void shared_print(
	const json_t *result, const char *label, const char *end, bool both, struct wrapped *list)
{
	const char *name;
	json_t *value;
	const json_t *all = json_path_at(result, "network.sysctls");
	json_t *others = json_object_get(all, other_end(end));
	list->label = label;
	json_object_foreach(json_object_get(all, end), name,
		value) if (json_equal(value, json_object_get(others, name)) == both)
		wrapped_add(list, name, json_path_string(value));
}

/* Appends one list of the line, behind a bar where it is not the first. */
static void changed_write(const json_t *result, const char *strategy, const char *end, FILE *out)
{
	char label[96];
	bool of_both = strcmp(end, "both") == 0;
	struct wrapped list = {.out = out, .width = SIZE_MAX, .label = label, .changed_of = result};
	const char *bar = ftell(out) > 0 ? " |" : "";
	if (strategy)
		bounded_text_write(
			label, sizeof(label), "%s %s's %s:", bar, strategy, end_word(result, end));
	else if (of_both)
		bounded_text_write(label, sizeof(label), "%s", bar);
	else
		bounded_text_write(label, sizeof(label), "%s %s:", bar, end_word(result, end));
	if (strategy)
		differing_print(result, strategy, end, &list);
	else
		shared_print(result, label, of_both ? "server" : end, of_both, &list);
}

/* The name in "END:NAME=VALUE"; "" where there is none. */
static const char *asked_name_write(const char *text, char *name, size_t size)
{
	const char *colon = strchr(text, ':');
	bounded_text_write(name, size, "%.*s", colon ? (int)strcspn(colon + 1, "=") : 0,
		colon ? colon + 1 : "");
	return name;
}

/* Whether a later --sysctl sets the same of the server behind a proxy. */
static bool is_asked_again(const json_t *asked, size_t index, const char *name)
{
	char later[SYSCTL_NAME_MAX];
	for (size_t i = index + 1; i < json_array_size(asked); i++) {
		const char *text = json_string_value(json_array_get(asked, i));
		if (text && is_of_server(text) &&
			strcmp(asked_name_write(text, later, sizeof(later)), name) == 0)
			return true;
	}
	return false;
}

/* What was asked of the server behind a proxy, as it was read back. */
static void upstream_changed_write(const json_t *result, FILE *out)
{
	size_t i;
	json_t *text;
	const json_t *asked = json_path_at(result, "options.sysctl");
	const json_t *trial = json_array_get(json_object_get(result, "trials"), 0);
	const json_t *settings = json_path_at(trial, "upstream.sysctls.server");
	struct wrapped list = {.out = out,
		.width = SIZE_MAX,
		.label = ftell(out) > 0 ? " | upstream:" : " upstream:",
		.changed_of = NULL};
	if (!result_has_hops(result))
		return;
	json_array_foreach((json_t *)asked, i, text)
	{
		char name[SYSCTL_NAME_MAX];
		asked_name_write(json_path_string(text), name, sizeof(name));
		const char *value = json_string_value(json_object_get(settings, name));
		if (value && is_of_server(json_path_string(text)) &&
			!is_asked_again(asked, i, name))
			wrapped_add(&list, name, value);
	}
}

/* No level of a factor changes them: those of a strategy are told at its first. */
static bool has_own_settings(const json_t *result, const char *row)
{
	const json_t *levels = json_path_at(result, "factor.levels");
	const char *first = levels ? json_path_string(json_array_get(levels, 0)) : "";
	size_t length = strlen(row), behind = strlen(first);
	return !levels || (length > behind && strcmp(row + length - behind, first) == 0);
}

static void changed_lists_write(const json_t *result, FILE *out)
{
	size_t i;
	json_t *entry;
	changed_write(result, NULL, "both", out);
	changed_write(result, NULL, "server", out);
	changed_write(result, NULL, "client", out);
	changed_write(result, NULL, "nat", out);
	upstream_changed_write(result, out);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		if (!has_own_settings(result, strategy))
			continue;
		changed_write(result, strategy, "server", out);
		changed_write(result, strategy, "client", out);
	}
}

void settings_changed_print(const json_t *result, size_t width, FILE *out)
{
	char *lists = NULL, *line = NULL;
	size_t size;
	FILE *text;
	if (json_object_size(json_path_at(result, "network.sysctls.server")) == 0)
		return;
	text = open_memstream(&lists, &size);
	if (text)
		changed_lists_write(result, text);
	if (text && fclose(text) == 0 &&
		asprintf(&line, "changed: %s (all settings: --wide)",
			*lists ? lists : " no setting") > 0) {
		paragraph_print(line, width, out);
		free(line);
	}
	free(lists);
}

void settings_print(const json_t *result, size_t width, FILE *out)
{
	size_t i;
	json_t *entry;
	struct wrapped both = {.out = out, .width = width}, server = both, client = both,
		       nat = both;
	shared_print(result, "both:", "server", true, &both);
	wrapped_end(&both);
	shared_print(
		result, result_has_hops(result) ? "proxy:" : "server:", "server", false, &server);
	wrapped_end(&server);
	shared_print(result, "client:", "client", false, &client);
	wrapped_end(&client);
	shared_print(result, "nat:", "nat", false, &nat);
	wrapped_end(&nat);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
		settings_own_print(result, json_path_text(entry, "strategy"), width, out);
}
