#include "bench/measure/early_answers.h"

bool early_answers_is_one(const struct tcp_segment *segment)
{
	return segment->has_ack && (segment->syn || (segment->rst && segment->seq == 0));
}

void early_answers_keep(struct early_answers *early, const struct tcp_segment *answer)
{
	early->list[early->count++ % EARLY_ANSWERS_MAX] = *answer;
}

static bool answers(const struct tcp_segment *answer, const struct tcp_segment *syn)
{
	return early_answers_is_one(answer) && answer->ack == syn->seq + 1 &&
	       tcp_segment_end_equals(&answer->from, &syn->to) &&
	       tcp_segment_end_equals(&answer->to, &syn->from);
}

bool early_answers_take(
	struct early_answers *early, const struct tcp_segment *syn, struct tcp_segment *answer)
{
	size_t kept = early->count < EARLY_ANSWERS_MAX ? early->count : EARLY_ANSWERS_MAX;
	for (size_t i = 0; i < kept; i++) {
		if (!answers(&early->list[i], syn))
			continue;
		*answer = early->list[i];
		early->list[i].has_ack = false;
		return true;
	}
	return false;
}
