#include "bench/report/answer/answer.h"

#include "bench/report/answer/basis.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The first sentence is the first of these that has something to say. */
static const enum answer_kind firsts[] = {ANSWER_NONE_VALID, ANSWER_FEW, ANSWER_NONE_COUNTED,
	ANSWER_FASTEST, ANSWER_ALIKE, ANSWER_ONE};

/* The second joins these, the most harmful first. */
static const struct {
	enum answer_kind kind;
	bool is_bound; /* the first sentence would not be true without it */
} seconds[] = {
	{ANSWER_LOST, true},
	{ANSWER_LEFT_OUT, true},
	{ANSWER_AT_MOST, true},
	{ANSWER_PORTS_OUT, false},
	{ANSWER_FASTER, false},
	{ANSWER_PORTS_HALF, false},
	{ANSWER_PORTS_SOON, false},
	{ANSWER_PORTS_WELL, false},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static size_t words_of(const char *text)
{
	size_t words = 0;
	for (; *text; text += strspn(text, " ")) {
		text += strcspn(text, " ");
		words++;
	}
	return words;
}

char *answer_clause(const struct answer_basis *basis, enum answer_kind kind)
{
	static answer_clause_fn *const clauses[ANSWER_KINDS] = {
		[ANSWER_NONE_VALID] = answer_none_valid,
		[ANSWER_FEW] = answer_few,
		[ANSWER_NONE_COUNTED] = answer_none_counted,
		[ANSWER_AT_MOST] = answer_at_most,
		[ANSWER_FASTEST] = answer_fastest,
		[ANSWER_ALIKE] = answer_alike,
		[ANSWER_ONE] = answer_one,
		[ANSWER_LOST] = answer_lost,
		[ANSWER_PORTS_OUT] = answer_ports_out,
		[ANSWER_LEFT_OUT] = answer_left_out,
		[ANSWER_FASTER] = answer_faster,
		[ANSWER_PORTS_HALF] = answer_ports_half,
		[ANSWER_PORTS_SOON] = answer_ports_soon,
		[ANSWER_PORTS_WELL] = answer_ports_well,
	};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	bool is_said = clauses[kind](basis, out);
	if (fclose(out) == 0 && is_said)
		return text;
	free(text);
	return NULL;
}

/* A later clause does not say again what this one has said. */
static void priced_note(struct answer_basis *basis, enum answer_kind kind)
{
	if (kind == ANSWER_FASTER)
		answer_faster_named(basis, &basis->priced);
	else if (kind == ANSWER_FASTEST || kind == ANSWER_ONE)
		answer_priced_add(&basis->priced, basis->leader);
}

static char *first_of(struct answer_basis *basis)
{
	char *text = NULL;
	for (size_t i = 0; i < COUNT(firsts) && !text; i++) {
		text = answer_clause(basis, firsts[i]);
		if (text)
			priced_note(basis, firsts[i]);
	}
	return text;
}

/* A strategy's name is written as it is, at the beginning of a sentence too. */
static void begin_with_capital(const struct answer_basis *basis, char *text)
{
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const char *name = basis->outcomes.list[i].strategy;
		if (strncmp(text, name, strlen(name)) == 0)
			return;
	}
	text[0] = (char)toupper((unsigned char)text[0]);
}

/* The clauses that fit in `words`; to be freed. NULL: there are none, or no memory. */
static char *second_of(struct answer_basis *basis, size_t words)
{
	char *text = NULL;
	size_t size, told = 0;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	for (size_t i = 0; i < COUNT(seconds); i++) {
		char *clause = answer_clause(basis, seconds[i].kind);
		size_t own = clause ? words_of(clause) : 0;
		if (own > 0 && (seconds[i].is_bound || own <= words)) {
			fprintf(out, "%s%s", told++ ? "; " : "", clause);
			words -= own < words ? own : words;
			priced_note(basis, seconds[i].kind);
		}
		free(clause);
	}
	if (fclose(out) == 0 && told > 0)
		return text;
	free(text);
	return NULL;
}

static void sentence_add(struct answer *answer, const struct answer_basis *basis, char *clauses)
{
	char *text = NULL;
	if (clauses)
		begin_with_capital(basis, clauses);
	if (clauses && asprintf(&text, "%s.", clauses) != -1)
		answer->list[answer->count++].text = text;
	free(clauses);
}

struct answer answer_of(const struct answer_basis *told)
{
	struct answer answer = {0};
	struct answer_basis basis = *told;
	char *first = first_of(&basis);
	size_t used = first ? words_of(first) : 0;
	char *second = second_of(&basis, used < ANSWER_WORDS_MAX ? ANSWER_WORDS_MAX - used : 0);
	sentence_add(&answer, &basis, first);
	sentence_add(&answer, &basis, second);
	return answer;
}

void answer_finish(struct answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		free(answer->list[i].text);
	*answer = (struct answer){0};
}
