/* What several strategies cost. */
#include "bench/report/answer/basis.h"

bool answer_is_priced(const struct answer_priced *priced, const struct outcome *outcome)
{
	for (size_t i = 0; i < priced->count; i++)
		if (priced->list[i] == outcome)
			return true;
	return false;
}

void answer_priced_add(struct answer_priced *priced, const struct outcome *outcome)
{
	if (priced->count < ANSWER_PRICED_MAX)
		priced->list[priced->count++] = outcome;
}

void answer_prices_add(struct answer_prices *prices, const struct answer_basis *basis,
	const struct outcome *outcome)
{
	bool *is_paid = prices->is_paid;
	prices->of++;
	is_paid[ANSWER_PAYS_TAIL] |= (outcome->price & OUTCOME_GIVES_TAIL) != 0;
	is_paid[ANSWER_PAYS_GUARD] |= (outcome->price & OUTCOME_GIVES_GUARD) != 0;
	is_paid[ANSWER_PAYS_UNDECLARED] |= (outcome->price & OUTCOME_UNDECLARED) != 0;
	is_paid[ANSWER_PAYS_PORTS] |= !answer_ports_last(outcome);
	is_paid[ANSWER_PAYS_CONNECTIONS] |= answer_is_unlike(basis, outcome);
}

void answer_prices_write(const struct answer_prices *prices, FILE *out)
{
	static const char *const names[ANSWER_PAYS_KINDS] = {
		[ANSWER_PAYS_TAIL] = "tail",
		[ANSWER_PAYS_GUARD] = "guard",
		[ANSWER_PAYS_UNDECLARED] = "something undeclared",
		[ANSWER_PAYS_PORTS] = "ports",
		[ANSWER_PAYS_CONNECTIONS] = "fewer connections",
	};
	size_t count = 0, met = 0;
	for (size_t i = 0; i < ANSWER_PAYS_KINDS; i++)
		count += prices->is_paid[i];
	for (size_t i = 0; i < ANSWER_PAYS_KINDS; i++)
		if (prices->is_paid[i])
			fprintf(out, "%s%s",
				++met == 1        ? ", at the price of "
				: met < count     ? ", "
				: prices->of == 1 ? " and "
						  : " or ",
				names[i]);
}
