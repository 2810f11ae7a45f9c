#include "bench/measure/other_races.h"

#include "bench/measure/flow_table.h"

static void race_count(struct other_races *races, struct flow *flow, uint64_t at_ns, uint64_t *kind)
{
	if (flow->request.is_raced || !flow->counts)
		return;
	flow->request.is_raced = true;
	(*kind)++;
	if (races->first_ns == 0)
		races->first_ns = at_ns;
}

static bool is_unanswered(const struct flow_request *request)
{
	return request->is_asked && request->is_kept && !request->is_answered;
}

/* Data of the opener that begins no request is the rest of one. */
void other_races_data(
	struct other_races *races, struct flow *flow, int mine, const struct tcp_segment *segment)
{
	struct flow_request *request = &flow->request;
	if (mine == 1) {
		request->is_answered = request->is_asked;
		return;
	}
	if (!segment->begins_request || (request->is_asked && request->seq == segment->seq))
		return;
	*request = (struct flow_request){
		.seq = segment->seq, .is_asked = true, .is_kept = request->is_answered};
	if (flow->sides[1].fin && request->is_kept)
		race_count(races, flow, segment->at_ns, &races->behind_fin);
}

/* The acceptor's FIN acknowledges what it had by then; a RST with an ACK is sent for its process.
 */
void other_races_answer(
	struct other_races *races, struct flow *flow, const struct tcp_segment *segment)
{
	const struct flow_request *request = &flow->request;
	if (!is_unanswered(request))
		return;
	if (segment->fin && !tcp_seq_before(request->seq, segment->ack))
		race_count(races, flow, segment->at_ns, &races->crossed);
	if (segment->rst && segment->has_ack && !flow->sides[1].fin &&
		flow->sides[1].who == TD_SERVER)
		race_count(races, flow, segment->at_ns, &races->reset);
}
