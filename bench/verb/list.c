/* teardown list: the catalogue, from the tables themselves. */
#include "bench/judge/figures.h"
#include "bench/report/catalogue.h"
#include "bench/result/schema.h"
#include "bench/verb/verb.h"
#include "common/clock.h"
#include "common/options.h"
#include "strategies/core/advice.h"
#include "strategies/core/executor.h"
#include "strategies/core/registry.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct list_options {
	const char *audience;
	bool metrics, findings, fields, schema;
};

static const struct option_row rows[] = {
	{"for", 0, OPTION_TEXT, offsetof(struct list_options, audience), "server|client|proxy",
		"only what is worth choosing there, best first, and why", 0, 0},
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
	.usage = "[--for server|client|proxy | --metrics | --findings | --fields | --schema]",
	.about = "Every strategy: both ends, holder, what it gives up, what it requires.",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

static const char *loss_text(uint32_t gives_up)
{
	switch (gives_up) {
	case TD_GIVES_UP_TAIL:
		return "the tail of a response";
	case TD_GIVES_UP_OLD_SEGMENTS:
		return "protection from old segments";
	case TD_GIVES_UP_TAIL | TD_GIVES_UP_OLD_SEGMENTS:
		return "the tail of a response, protection from old segments";
	default:
		return "nothing";
	}
}

/* Asks the end's own hook what it does: after the last exchange, and at the peer's FIN. */
static const char *verdict_text(enum td_verdict verdict)
{
	static const char *const texts[] = {"keeps the connection", "waits for the peer's FIN",
		"shuts its side, reads to the end of input", "closes", "resets"};
	return (unsigned)verdict < sizeof(texts) / sizeof(texts[0]) ? texts[verdict] : "?";
}

static void end_print(const char *name, const struct td_end *end, uint32_t exchanges)
{
	struct td_view view = {.last = true, .exchanges = exchanges};
	enum td_verdict done = end->exchange_done(&view);
	printf("  %-10s", name);
	if (end->request_sent && end->request_sent(&view) == TD_HALF_CLOSE)
		fputs(" after the last request it shuts its side;", stdout);
	printf(" after the last response it %s", verdict_text(done));
	if (end->wants_acked && end->acked)
		printf("; once all is acknowledged it %s", verdict_text(end->acked(&view)));
	view.peer_fin = true;
	if (done == TD_WAIT || done == TD_HALF_CLOSE)
		printf("; at the peer's FIN it %s",
			verdict_text(end->peer_fin ? end->peer_fin(&view) : TD_CLOSE));
	if (end->configure_listener)
		fputs("; sets options on the listener", stdout);
	if (end->configure)
		fputs("; sets options on each socket", stdout);
	fputc('\n', stdout);
}

static void strategy_print(const struct td_strategy *s)
{
	printf("%s: %s\n", s->name, s->summary);
	end_print("server", &s->server, strategy_exchanges(s));
	end_print("client", &s->client, strategy_exchanges(s));
	printf("  %-10s first closer: %s; TIME_WAIT: %s%s\n", "claim", figures_who(s->first_closer),
		figures_who(s->holder), s->claim_is_race ? "; a race decides how often" : "");
	if (s->warning)
		printf("  %-10s %s; not in `--strategies all`\n", "warning", s->warning);
	if (strategy_exchanges(s) > 1)
		printf("  %-10s %u on one connection\n", "exchanges", strategy_exchanges(s));
	printf("  %-10s %s\n", "gives up", loss_text(s->gives_up));
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && s->requirements[i].sysctl; i++) {
		const struct td_requirement *r = &s->requirements[i];
		printf("  %-10s %s: %s = %s, because %s\n", i ? "" : "requires",
			figures_who(r->end), r->sysctl, r->value, r->why);
	}
	if (!s->requirements[0].sysctl)
		printf("  %-10s nothing of the hosts\n", "requires");
}

static void all_print(void)
{
	for (size_t i = 0; i < registry_count; i++) {
		if (i > 0)
			putchar('\n');
		strategy_print(registry_strategies[i]);
	}
}

static void advice_print(const char *audience)
{
	for (size_t i = 0; i < advice_count; i++) {
		const struct advice *advice = &advice_rows[i];
		const struct td_strategy *s = registry_find(advice->strategy, NULL);
		if (!s || strcmp(advice->audience, audience) != 0)
			continue;
		printf("%s: %s\n  TIME_WAIT: %s; gives up %s\n", s->name, advice->why,
			figures_who(s->holder), loss_text(s->gives_up));
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

static int list_run(const struct verb_call *call, struct error *error)
{
	const struct list_options *options = call->options;
	int asked = (options->audience != NULL) + options->metrics + options->findings +
		    options->fields + options->schema;
	if (asked > 1)
		return error_set(error, STATUS_USAGE, "list prints one list at a time");
	if (options->audience && advice_check(options->audience, error) == -1)
		return -1;
	if (options->schema)
		return schema_print(error);
	if (options->audience)
		advice_print(options->audience);
	else if (options->metrics)
		catalogue_metrics_print(stdout);
	else if (options->findings)
		catalogue_findings_print(stdout);
	else if (options->fields)
		catalogue_fields_print(stdout);
	else
		all_print();
	return STATUS_OK;
}

const struct verb verb_list = {
	.name = "list",
	.does = "every strategy, metric, finding, or field of a result file",
	.table = &table,
	.options_size = sizeof(struct list_options),
	.run = list_run,
};
