/* teardown check: a plug-in, before it is trusted with measurements. */
#include "bench/check/claim.h"
#include "bench/check/hook_trial.h"
#include "bench/check/peer.h"
#include "bench/network/netns.h"
#include "bench/report/strategy_text.h"
#include "bench/verb/verb.h"
#include "common/clock.h"
#include "common/options.h"
#include "common/sysctl.h"
#include "strategies/core/registry.h"

#include <stdio.h>
#include <string.h>

struct check_options {
	uint64_t deadline_ns;
};

static const struct option_row rows[] = {
	{"deadline", 0, OPTION_DURATION, offsetof(struct check_options, deadline_ns), "DURATION",
		"how long all the hooks may take; one that has not returned by then is ended and "
		"named",
		NS_PER_MS, 3600 * NS_PER_S},
};

static const struct option_table table = {
	.program = "teardown check",
	.usage = "./mine.so | STRATEGY [OPTION...]",
	.about = "Checks a plug-in, or a built-in strategy: prints its table as list does, calls "
		 "each of its hooks by connections whose peers close, fall silent, send on "
		 "slowly, reset or vanish, and tries its claims (first closer, holder, bytes) "
		 "between two namespaces, in IPv4 and IPv6.\n\n"
		 "Exit status: 0 all is held, 1 something differs, 2 usage or a plug-in that is "
		 "refused, 3 this host cannot make namespaces.",
	.groups = OPTION_ROWS(rows),
	.examples = "teardown check ./mine.so\n"
		    "teardown check graceful",
};

static void peers_print(uint32_t set, FILE *out)
{
	const char *comma = "";
	for (unsigned i = 0; i < PEERS; i++) {
		if (!(set & 1u << i))
			continue;
		fprintf(out, "%s%s", comma, peers[i].text);
		comma = ", ";
	}
}

/* The hooks that the table has, and who led to their calls. */
static void hooks_print(
	const struct td_strategy *strategy, const struct hook_calls *calls, FILE *out)
{
	static const char *const ends[ENDS] = {"server", "client"};
	fputs("\nhook                       calls  with a peer that\n", out);
	for (int end = 0; end < ENDS; end++)
		for (enum hook hook = 0; hook < HOOKS; hook++) {
			const struct hook_call_record *record = &calls->hooks[end][hook];
			char name[40];
			if (!hook_calls_has(strategy, end, hook))
				continue;
			snprintf(name, sizeof(name), "%s.%s", ends[end], hook_names[hook]);
			fprintf(out, "%-26s %5llu  ", name, (unsigned long long)record->calls);
			if (record->calls == 0)
				fputs("not called", out);
			peers_print(record->peers, out);
			fputc('\n', out);
		}
	fputc('\n', out);
}

static void deliveries_print(const struct hook_trial *tried)
{
	static const char *const verdicts[] = {
		[DELIVERY_DIFFERS] = "differs",
		[DELIVERY_HELD] = "held",
		[DELIVERY_LOST] = "the tail is lost, as declared",
	};
	for (enum delivery_client client = 0; client < DELIVERY_CLIENTS; client++)
		printf("claim, %u bytes to a client that %s: %s\n", delivery_bytes[client],
			delivery_client_texts[client], verdicts[tried->deliveries[client]]);
}

static int sizes_try(struct claim *claim, struct complaints *complaints, struct error *error)
{
	static const uint64_t sizes[] = {CLAIM_SMALL_BYTES, CLAIM_LARGE_BYTES};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct complaints own = {0};
		uint64_t connections = 0;
		claim->response_bytes = sizes[i];
		if (claim_try(claim, &own, &connections, error) == -1)
			return -1;
		printf("claim, %llu connections of %s, responses of %llu bytes: %s\n",
			(unsigned long long)connections, claim->is_ipv6 ? "IPv6" : "IPv4",
			(unsigned long long)sizes[i], own.length ? "differs" : "held");
		complain(complaints, "%s", own.text);
	}
	return 0;
}

static int claims_try(struct claim *claim, struct complaints *complaints, struct error *error)
{
	char value[SYSCTL_VALUE_MAX];
	if (sizes_try(claim, complaints, error) == -1)
		return -1;
	if (sysctl_read("net.ipv6.conf.all.disable_ipv6", value, sizeof(value)) == -1) {
		puts("claim, IPv6: not tried: this kernel has none");
		return 0;
	}
	claim->is_ipv6 = true;
	return sizes_try(claim, complaints, error);
}

static void differences_print(const struct complaints *complaints)
{
	struct verb_lines lines;
	verb_lines_begin(&lines);
	for (const char *line = complaints->text; *line;) {
		size_t length = strcspn(line, "\n");
		fprintf(lines.out, "differs: %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
	verb_lines_end(&lines);
}

/* What the program itself must call, the table's printing and the claims' client, comes after each
 * hook has returned in the child process. */
static int check_all(struct claim *claim, uint64_t deadline_ns, struct complaints *complaints,
	struct error *error)
{
	const struct td_strategy *strategy = claim->strategy;
	struct hook_trial tried = {0};
	if (hook_trial_run(claim, deadline_ns, &tried, complaints, error) == -1)
		return -1;
	bool returns = !strstr(complaints->text, ": a hook ");
	struct verb_lines lines;
	FILE *out = verb_lines_begin(&lines)->out;
	if (returns)
		strategy_text_print(strategy, out);
	else
		fprintf(out, "%s: %s\n", strategy->name, strategy->summary);
	fputs("  table      coherent\n", out);
	hooks_print(strategy, &tried.calls, out);
	verb_lines_end(&lines);
	if (returns)
		deliveries_print(&tried);
	fflush(stdout);
	return returns ? claims_try(claim, complaints, error) : 0;
}

static void set_defaults(void *options)
{
	((struct check_options *)options)->deadline_ns = 30 * NS_PER_S;
}

static int check_run(const struct verb_call *call, struct error *error)
{
	const struct check_options *options = call->options;
	struct complaints complaints = {0};
	if (call->operands.count != 1)
		return error_set(error, STATUS_USAGE,
			"check needs one plug-in or strategy, such as ./mine.so, not %zu",
			call->operands.count);
	struct claim claim = {.strategy = registry_resolve(call->operands.items[0], error),
		.response_bytes = CLAIM_SMALL_BYTES};
	if (!claim.strategy || netns_prepare(error) == -1 ||
		check_all(&claim, options->deadline_ns, &complaints, error) == -1)
		return -1;
	differences_print(&complaints);
	printf("%s: %s\n", claim.strategy->name,
		complaints.length ? "not all is held" : "all is held");
	return complaints.length ? STATUS_FAILED : STATUS_OK;
}

const struct verb verb_check = {
	.name = "check",
	.does = "a plug-in: its table, every hook called, its claims tried",
	.table = &table,
	.options_size = sizeof(struct check_options),
	.set_defaults = set_defaults,
	.takes_operands = true,
	.run = check_run,
};
