/* teardown list: the catalogue, from the tables themselves. */
#include "bench/judge/figures.h"
#include "bench/load/clients/behaviour.h"
#include "bench/report/catalogue.h"
#include "bench/report/strategy_text.h"
#include "bench/result/schema.h"
#include "bench/verb/verb.h"
#include "common/options.h"
#include "strategies/core/advice.h"
#include "strategies/core/ladders.h"
#include "strategies/core/registry.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct list_options {
	const char *audience;
	bool clients, metrics, findings, fields, schema;
};

static const struct option_row rows[] = {
	{"for", 0, OPTION_TEXT, offsetof(struct list_options, audience), "server|client|proxy",
		"only what is worth choosing there, best first, and why", 0, 0},
	{"clients", 0, OPTION_FLAG, offsetof(struct list_options, clients), NULL,
		"every client behaviour of run --clients: what such a client does; those that are "
		"named, each with its segments as a ladder",
		0, 0},
	{"metrics", 0, OPTION_FLAG, offsetof(struct list_options, metrics), NULL,
		"every metric of --fail-if and compare: unit, which way is better, what it is", 0,
		0},
	{"findings", 0, OPTION_FLAG, offsetof(struct list_options, findings), NULL,
		"every finding: what it shows, its cause, its cure", 0, 0},
	{"fields", 0, OPTION_FLAG, offsetof(struct list_options, fields), NULL,
		"every field of a result file (docs/result.md)", 0, 0},
	{"schema", 0, OPTION_FLAG, offsetof(struct list_options, schema), NULL,
		"the JSON Schema of a result file", 0, 0},
};

static const struct option_table table = {
	.program = "teardown list",
	.usage = "[STRATEGY... | --for server|client|proxy | --clients [CLIENT...] | --metrics | "
		 "--findings | --fields | --schema]",
	.about = "Every strategy: both ends, holder, what it gives up, what it requires.\n"
		 "STRATEGY: these, each with its segments as a ladder.",
	.groups = OPTION_ROWS(rows),
	.examples = "teardown list graceful\n"
		    "teardown list --for server\n"
		    "teardown list --clients think\n"
		    "teardown list --metrics",
};

static void all_print(FILE *out)
{
	for (size_t i = 0; i < registry_count; i++) {
		if (i > 0)
			fputc('\n', out);
		strategy_text_print(registry_strategies[i], out);
	}
}

/* The error is there; a name of an option, without its dashes, gets one of its own. */
static int unknown_tell(const char *name, struct error *error)
{
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(&table, i)); i++)
		if (strcmp(row->name, name) == 0)
			return error_set(error, STATUS_USAGE,
				"no strategy is called \"%s\": did you mean --%s?", name, name);
	return -1;
}

/* The ladder, and behind an empty line what is said of it; `joins`: a paragraph of that in one
 * line. */
static void ladder_print(const char *text, bool joins, FILE *out)
{
	bool is_said = false;
	fputc('\n', out);
	for (; *text; text++) {
		is_said |= text[0] == '\n' && text[1] == '\n';
		bool goes_on = text[0] == '\n' && text[1] && !strchr("\n ", text[1]);
		fputc(joins && is_said && goes_on && text[-1] != '\n' ? ' ' : *text, out);
	}
}

/* A plug-in has no ladder. */
static int named_print(
	const struct option_operands *names, bool joins, FILE *out, struct error *error)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct td_strategy *s = registry_resolve(names->items[i], error);
		if (!s)
			return unknown_tell(names->items[i], error);
		if (i > 0)
			fputc('\n', out);
		strategy_text_print(s, out);
		const char *ladder = ladder_of(strategy_ladders, s->name);
		if (registry_find(names->items[i], NULL) && ladder)
			ladder_print(ladder, joins, out);
	}
	return STATUS_OK;
}

static int clients_named_print(
	const struct option_operands *names, bool joins, FILE *out, struct error *error)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct client_behaviour *client =
			client_behaviour_find(names->items[i], error);
		if (!client)
			return -1;
		if (i > 0)
			fputc('\n', out);
		catalogue_client_print(client, out);
		ladder_print(ladder_of(client_ladders, client->name), joins, out);
	}
	return STATUS_OK;
}

static void advice_print(const char *audience, FILE *out)
{
	for (size_t i = 0; i < advice_count; i++) {
		const struct advice *advice = &advice_rows[i];
		const struct td_strategy *s = registry_find(advice->strategy, NULL);
		if (!s || strcmp(advice->audience, audience) != 0)
			continue;
		fprintf(out, "%s: %s\n  TIME_WAIT: %s; gives up %s\n", s->name, advice->why,
			figures_who(s->holder), strategy_text_loss(s->gives_up));
	}
}

static int schema_print(struct error *error)
{
	json_t *schema = schema_create();
	if (!schema)
		return error_set(error, STATUS_FAILED, "no memory");
	json_dumpf(schema, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(schema);
	return STATUS_OK;
}

static int list_write(const struct list_options *options, const struct option_operands *names,
	FILE *out, struct error *error)
{
	if (names->count > 0 && options->clients)
		return clients_named_print(names, out != stdout, out, error);
	if (names->count > 0)
		return named_print(names, out != stdout, out, error);
	if (options->audience)
		advice_print(options->audience, out);
	else if (options->clients)
		catalogue_clients_print(out);
	else if (options->metrics)
		catalogue_metrics_print(out);
	else if (options->findings)
		catalogue_findings_print(out);
	else
		all_print(out);
	return STATUS_OK;
}

static int list_run(const struct verb_call *call, struct error *error)
{
	const struct list_options *options = call->options;
	struct verb_lines lines;
	int asked = (options->audience != NULL) + options->clients + options->metrics +
		    options->findings + options->fields + options->schema +
		    (call->operands.count > 0 && !options->clients);
	if (asked > 1)
		return error_set(error, STATUS_USAGE, "list prints one list at a time");
	if (options->audience && advice_check(options->audience, error) == -1)
		return -1;
	if (options->schema)
		return schema_print(error);
	if (options->fields) {
		catalogue_fields_print(stdout);
		return STATUS_OK;
	}
	int status = list_write(options, &call->operands, verb_lines_begin(&lines)->out, error);
	verb_lines_end(&lines);
	return status;
}

const struct verb verb_list = {
	.name = "list",
	.does = "every strategy, client behaviour, metric, finding, or field of a result file",
	.table = &table,
	.options_size = sizeof(struct list_options),
	.takes_operands = true,
	.run = list_run,
};
