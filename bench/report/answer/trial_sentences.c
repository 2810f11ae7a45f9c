/* Sentences on what counts, and on what was lost. */
#include "bench/report/answer/basis.h"
#include "bench/result/figure_text.h"
#include "bench/result/json_path.h"

/* More strategies than these are counted. */
#define TOLD_MAX 3

static bool has_valid(const struct answer_basis *basis, const struct outcome *outcome)
{
	(void)basis;
	return outcome->valid > 0;
}

static bool is_told(const struct answer_basis *basis, const struct outcome *outcome)
{
	(void)basis;
	return answer_is_told(outcome);
}

/* What lost responses has a sentence of its own. */
static bool is_left_out(const struct answer_basis *basis, const struct outcome *outcome)
{
	(void)basis;
	return !answer_is_told(outcome) && outcome->losers == 0 && outcome->exhausted == 0;
}

bool answer_none_valid(const struct answer_basis *basis, FILE *out)
{
	fputs("No trial is valid, so nothing is compared: each row says why", out);
	return basis->outcomes.count > 0 && answer_count(basis, has_valid) == 0;
}

bool answer_few(const struct answer_basis *basis, FILE *out)
{
	fprintf(out,
		"Fewer than %d valid trials of a strategy compare nothing: --repeat %d or more",
		ANSWER_TRIALS_LEAST, ANSWER_TRIALS_LEAST);
	return answer_count(basis, has_valid) > 0 && answer_count(basis, is_told) == 0;
}

bool answer_left_out(const struct answer_basis *basis, FILE *out)
{
	size_t told = answer_count(basis, is_told);
	size_t count = answer_names_write(basis, is_left_out, out);
	fprintf(out, " %s fewer than %d valid trials, and nothing is said of %s here",
		count > 1 ? "have" : "has", ANSWER_TRIALS_LEAST, count > 1 ? "them" : "it");
	return count > 0 && told > 0;
}

/* " (15 MB never arrived; responses of 1 MB)", of what is known. */
static void size_write(const struct answer_basis *basis, const struct outcome *outcome, FILE *out)
{
	char missing[64], bytes[64];
	bool is_known = outcome->lost_bytes.is_known && outcome->lost_bytes.spread.median > 0;
	bool has_size = basis->response_bytes > 0;
	figure_bytes(outcome->lost_bytes.spread.median, missing, sizeof(missing));
	figure_bytes(basis->response_bytes, bytes, sizeof(bytes));
	if (!is_known && !has_size)
		return;
	fprintf(out, " (%s%s%s%s%s)", is_known ? missing : "", is_known ? " never arrived" : "",
		is_known && has_size ? "; " : "", has_size ? "responses of " : "",
		has_size ? bytes : "");
}

bool answer_lost(const struct answer_basis *basis, FILE *out)
{
	char share[32];
	size_t met = 0;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		double median = outcome->lost_share.spread.median;
		if (outcome->losers == 0 || ++met > TOLD_MAX)
			continue;
		figure_percent(median, share, sizeof(share));
		fprintf(out, "%s%s lost ", met > 1 ? "; " : "", outcome->strategy);
		/* In most trials it lost nothing where the median is 0. */
		fprintf(out, median > 0 ? "%s of its connections" : "connections", share);
		fprintf(out, " in %zu of %zu trials", outcome->losers, outcome->trials);
		size_write(basis, outcome, out);
	}
	if (met > TOLD_MAX)
		fprintf(out, "; so did %zu more", met - TOLD_MAX);
	fputs(met > 1 ? ", so no rate of theirs is compared" : ", so its rate is not compared",
		out);
	return met > 0;
}

static bool is_undeclared(const struct answer_basis *basis, const struct outcome *outcome)
{
	return is_told(basis, outcome) && outcome->price == OUTCOME_UNDECLARED;
}

static bool is_undeclared_and_lossless(
	const struct answer_basis *basis, const struct outcome *outcome)
{
	return is_undeclared(basis, outcome) && outcome->loss_known == outcome->trials &&
	       outcome->losers == 0;
}

bool answer_undeclared(const struct answer_basis *basis, FILE *out)
{
	size_t count = answer_count(basis, is_undeclared);
	fputs("What ", out);
	answer_names_write(basis, is_undeclared, out);
	fprintf(out, " %s up is not declared", count > 1 ? "give" : "gives");
	if (answer_count(basis, is_undeclared_and_lossless) == count)
		fputs("; nothing was lost here", out);
	return count > 0;
}
