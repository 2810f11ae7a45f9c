#include "bench/report/answer/answer.h"

#include "bench/report/answer/basis.h"

#include <stdlib.h>

/* In the order in which they are said: what went wrong comes first. */
static const struct {
	enum answer_kind kind;
	answer_sentence_fn *write;
} sentences[] = {
	{ANSWER_NONE_VALID, answer_none_valid},
	{ANSWER_FEW, answer_few},
	{ANSWER_PORTS_OUT, answer_ports_out},
	{ANSWER_LOST, answer_lost},
	{ANSWER_FASTEST, answer_fastest},
	{ANSWER_ALIKE, answer_alike},
	{ANSWER_ONE, answer_one},
	{ANSWER_AT_A_PRICE, answer_at_a_price},
	{ANSWER_PORTS_HALF, answer_ports_half},
	{ANSWER_PORTS_SOON, answer_ports_soon},
	{ANSWER_PORTS_WELL, answer_ports_well},
	{ANSWER_UNDECLARED, answer_undeclared},
	{ANSWER_LEFT_OUT, answer_left_out},
};

_Static_assert(sizeof(sentences) / sizeof(sentences[0]) <= ANSWER_SENTENCES_MAX,
	"there is a place for each sentence");

struct answer answer_of(const json_t *result)
{
	struct answer answer = {0};
	struct answer_basis basis = answer_basis_of(result);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);
		if (!out)
			break;
		bool is_said = sentences[i].write(&basis, out);
		fputc('.', out);
		if (fclose(out) == 0 && is_said)
			answer.list[answer.count++] =
				(struct answer_sentence){sentences[i].kind, text};
		else
			free(text);
	}
	answer_basis_finish(&basis);
	return answer;
}

void answer_finish(struct answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		free(answer->list[i].text);
	*answer = (struct answer){0};
}
