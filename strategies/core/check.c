#include "strategies/core/check.h"

#include "common/printable.h"
#include "common/sysctl.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_LENGTH 31

static bool is_kebab_case(const char *name)
{
	size_t length = strlen(name);
	if (length == 0 || length > NAME_MAX_LENGTH || name[0] == '-' || name[length - 1] == '-')
		return false;
	for (; *name; name++)
		if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) &&
			*name != '-')
			return false;
	return true;
}

/* Texts of a table go to terminals. */
static bool is_printable(const char *text)
{
	uint32_t code_point;
	return !printable_fault(text, PRINTABLE_ONE_LINE, &code_point);
}

static const char *identity_fault(const struct td_strategy *s)
{
	if (s->magic != TD_STRATEGY_MAGIC)
		return "is not a strategy table: TD_STRATEGY_HEADER is missing";
	if (s->abi != TD_STRATEGY_ABI || s->size != sizeof(*s))
		return "was built for another version of teardown/strategy.h: build it anew";
	if (!s->name || !is_kebab_case(s->name))
		return "needs a name in kebab-case of 1 to 31 characters";
	if (!s->summary || !*s->summary)
		return "needs a summary";
	if (!is_printable(s->summary) || (s->warning && !is_printable(s->warning)))
		return "has control characters in its summary or its warning";
	return NULL;
}

static const char *claim_fault(const struct td_strategy *s)
{
	if (s->first_closer != TD_SERVER && s->first_closer != TD_CLIENT &&
		s->first_closer != TD_BOTH)
		return "must claim a first_closer: TD_SERVER, TD_CLIENT or TD_BOTH";
	if ((unsigned)s->holder > TD_BOTH)
		return "claims a holder that is no enum td_who";
	if (s->gives_up & ~(uint32_t)(TD_GIVES_UP_TAIL | TD_GIVES_UP_OLD_SEGMENTS))
		return "has unknown flags in gives_up";
	/* Without a reset, TIME_WAIT stays with the end that closes first (RFC 9293, 3.6). */
	if (s->holder != TD_NONE && s->holder != s->first_closer)
		return "claims a holder that is not its first_closer";
	if ((unsigned)s->source_port > TD_PORT_BIND)
		return "has an unknown source_port";
	return NULL;
}

static const char *hook_fault(const struct td_strategy *s)
{
	if (!s->server.exchange_done)
		return "needs server.exchange_done";
	if (!s->client.exchange_done)
		return "needs client.exchange_done";
	if (s->server.request_sent)
		return "has server.request_sent, which only a client can have";
	if (s->client.configure_listener)
		return "has client.configure_listener, which only a server can have";
	if (s->server.acked && !s->server.wants_acked)
		return "has server.acked without server.wants_acked, so it would never be called";
	if (s->client.acked && !s->client.wants_acked)
		return "has client.acked without client.wants_acked, so it would never be called";
	if (s->client.closes_at_arrival)
		return "has client.closes_at_arrival, which only a server can have";
	if (s->server.closes_at_arrival && s->fin_on_data)
		return "has server.closes_at_arrival and fin_on_data, which holds back what is to "
		       "arrive";
	if ((unsigned)s->server.notify > TD_NOTIFY_EXCHANGE ||
		(unsigned)s->client.notify > TD_NOTIFY_EXCHANGE)
		return "has a notify that is no enum td_notify";
	return NULL;
}

static const char *limit_fault(const struct td_strategy *s)
{
	uint64_t grace = s->grace_ns ? s->grace_ns : TD_SECONDS(30);
	if (s->idle_ns > grace)
		return "has an idle_ns longer than its grace_ns";
	if (s->grace_ns > TD_SECONDS(3600))
		return "has a grace_ns of more than an hour";
	return NULL;
}

static const char *requirement_fault(const struct td_strategy *s)
{
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && s->requirements[i].sysctl; i++) {
		const struct td_requirement *r = &s->requirements[i];
		if (r->end != TD_SERVER && r->end != TD_CLIENT)
			return "has a requirement whose end is neither server nor client";
		if (!sysctl_is_of_network(r->sysctl))
			return "requires a sysctl that is not net.*";
		if (!sysctl_is_name(r->sysctl))
			return "has a requirement that is not the name of a sysctl";
		if (sysctl_is_host_wide(r->sysctl))
			return "requires a sysctl that is host-wide: a trial would change the "
			       "whole host";
		if (!r->value || !r->why)
			return "has a requirement without value or why";
		if (!is_printable(r->value) || !is_printable(r->why))
			return "has a requirement with control characters";
		if (strlen(r->value) >= SYSCTL_VALUE_MAX)
			return "has a requirement whose value is too long";
	}
	return NULL;
}

int check_strategy(const struct td_strategy *strategy, struct error *error)
{
	static const char *(*const faults[])(const struct td_strategy *) = {
		identity_fault, claim_fault, hook_fault, limit_fault, requirement_fault};
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const char *fault = faults[i](strategy);
		if (!fault)
			continue;
		bool named = i > 0;
		return error_set(error, STATUS_USAGE, "strategy %s %s",
			named ? strategy->name : "table", fault);
	}
	return 0;
}
