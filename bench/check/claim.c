#include "bench/check/claim.h"

#include "bench/judge/figures.h"
#include "bench/judge/validity.h"
#include "bench/options/options.h"
#include "bench/trial/trial_process.h"
#include "common/bounded_text.h"
#include "strategies/core/defaults.h"
#include "strategies/core/registry.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CONNECTIONS 200
/* Where one connection serves many exchanges there are fewer of them, but no fewer than this. */
#define CONNECTIONS_LEAST 16

void complain(struct complaints *complaints, const char *format, ...)
{
	size_t room = sizeof(complaints->text) - complaints->length;
	/* What did not fit before was cut, and the text ends in "…". */
	if (room < BOUNDED_TEXT_LEAST)
		return;
	va_list args;
	va_start(args, format);
	complaints->length +=
		bounded_text_vwrite(complaints->text + complaints->length, room, format, args);
	va_end(args);
}

void complain_unless_equal(
	struct complaints *complaints, const char *what, uint64_t found, uint64_t expected)
{
	if (found != expected)
		complain(complaints, "%s: %llu, and not %llu\n", what, (unsigned long long)found,
			(unsigned long long)expected);
}

static void expect_claim(
	struct complaints *complaints, const char *what, enum td_who declared, const char *measured)
{
	if (strcmp(figures_who(declared), measured) != 0)
		complain(complaints, "%s: measured %s, declared %s\n", what, measured,
			figures_who(declared));
}

/* Whatever a strategy gives up, every connection is accounted for, and what arrives is right. */
static void accounting_check(const struct trial *trial, struct complaints *complaints)
{
	const struct load_totals *totals = &trial->totals;
	if (trial->failure[0])
		complain(complaints, "%s\n", trial->failure);
	if (!load_totals_balances(totals))
		complain(complaints, "the loader's accounting does not balance\n");
	complain_unless_equal(complaints, "attempted", totals->attempted, trial->load.total);
	complain_unless_equal(complaints, "responses with wrong bytes", totals->corrupt, 0);
	complain_unless_equal(complaints, "responses without a status of 2xx", totals->refused, 0);
	if (totals->bytes_received > totals->bytes_promised)
		complain(complaints, "more bytes were received than promised\n");
}

static void delivery_check(const struct trial *trial, struct complaints *complaints)
{
	const struct load_totals *totals = &trial->totals;
	uint64_t exchanges = totals->attempted * trial->load.requests_per_connection;
	complain_unless_equal(
		complaints, "completed", totals->outcomes[OUTCOME_COMPLETED], totals->attempted);
	complain_unless_equal(complaints, "exchanges", totals->exchanges, exchanges);
	complain_unless_equal(complaints, "bytes promised", totals->bytes_promised,
		exchanges * trial->load.response_bytes);
	complain_unless_equal(
		complaints, "bytes received", totals->bytes_received, totals->bytes_promised);
}

/* The end of a large response may be lost where the table says so; a small one always arrives. */
static bool may_lose(const struct trial *trial)
{
	return (trial->strategy->gives_up & TD_GIVES_UP_TAIL) &&
	       trial->load.response_bytes > CLAIM_SMALL_BYTES;
}

static void trial_check(const struct trial *trial, struct complaints *complaints)
{
	const struct td_strategy *strategy = trial->strategy;
	struct figures figures = figures_of(trial);
	accounting_check(trial, complaints);
	if (!strategy->claim_is_race)
		expect_claim(complaints, "holder", strategy->holder, figures.holder);
	if (may_lose(trial))
		return;
	if (!strategy->claim_is_race)
		expect_claim(
			complaints, "first closer", strategy->first_closer, figures.first_closer);
	delivery_check(trial, complaints);
	struct reasons reasons = validity_reasons(trial, &figures);
	for (size_t i = 0; i < reasons.count; i++)
		complain(complaints, "invalid: %s\n", reasons.text[i]);
	reasons_finish(&reasons);
}

static uint64_t connections_of(const struct td_strategy *strategy)
{
	uint64_t fewer = CONNECTIONS / strategy_exchanges(strategy);
	return fewer > CONNECTIONS_LEAST ? fewer : CONNECTIONS_LEAST;
}

/* The trial is told its strategy itself: a plug-in cannot be loaded anew from within the user
 * namespace, where the owners of files look alike. The name here only has to be one. */
int claim_options(struct run_options *options, const struct claim *claim, struct error *error)
{
	char total[24], bytes[24];
	struct options_given given;
	snprintf(total, sizeof(total), "%llu", (unsigned long long)connections_of(claim->strategy));
	snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)claim->response_bytes);
	char *argv[] = {"check", "--strategies", (char *)registry_strategies[0]->name, "--total",
		total, "--connections", "8", "--response-bytes", bytes, "--family",
		claim->is_ipv6 ? "6" : "4", NULL};
	int argc = (int)(sizeof(argv) / sizeof(argv[0])) - 1;
	run_options_set_defaults(options);
	if (options_parse(&run_option_table, argc, argv, options, NULL, &given, error) !=
		OPTIONS_PARSED)
		return -1;
	return run_options_complete(options, &given, error);
}

int claim_try(const struct claim *claim, struct complaints *complaints, uint64_t *established,
	struct error *error)
{
	static const volatile bool never = false;
	struct run_options options;
	struct trial trial;
	if (claim_options(&options, claim, error) == -1)
		return -1;
	struct trial_spec spec = {
		.options = &options,
		.strategy = claim->strategy,
		.repeat = 1,
		.order = 1,
		.verify = true,
		.interrupted = &never,
	};
	if (trial_run(&spec, &trial, error) == -1)
		return -1;
	/* So short a trial has few samples, and one that a busy machine missed says nothing of the
	 * strategy. */
	trial.samples_missed = 0;
	complain_unless_equal(complaints, "address family",
		(uint64_t)address_family(&trial.server.address),
		claim->is_ipv6 ? AF_INET6 : AF_INET);
	trial_check(&trial, complaints);
	*established = trial.totals.established;
	trial_finish(&trial);
	return 0;
}
