#include "bench/measure/responses.h"

#include "bench/trace/tcp_header.h"

/* A response is not followed beyond this: sequence numbers wrap. */
#define LENGTH_MOST (UINT64_C(1) << 30)

static bool is_proven(const struct response_track *track, const struct response_sight *sight)
{
	if (sight->seq == sight->first)
		return true;
	if (!track->has_head)
		return false;
	if (track->has_end)
		return sight->seq == track->end;
	return sight->is_whole && tcp_seq_before(track->ack, sight->ack);
}

static void track_move(struct response_track *track, const struct response_sight *sight)
{
	const struct response_head *head = sight->head;
	track->has_head = true;
	track->seq = sight->seq;
	track->ack = sight->ack;
	track->has_end = head->is_whole && head->has_length && head->length < LENGTH_MOST;
	track->end = sight->seq + head->bytes + (uint32_t)head->length;
}

static void refused_count(struct response_counts *counts, unsigned status)
{
	counts->refused++;
	counts->refused_by[status < RESPONSE_STATUS_MAX ? status : 0]++;
}

void responses_see(struct response_counts *counts, struct response_track *track,
	const struct response_sight *sight)
{
	unsigned status = sight->head->status;
	bool is_refusal = status / 100 != 1 && status / 100 != 2;
	/* It was sent again. */
	if (track->has_head && !tcp_seq_before(track->seq, sight->seq))
		return;
	if (!is_proven(track, sight)) {
		counts->unproven += is_refusal;
		return;
	}
	track_move(track, sight);
	counts->heads += status / 100 != 1;
	if (is_refusal)
		refused_count(counts, status);
}

unsigned responses_refusal(const uint64_t refused_by[RESPONSE_STATUS_MAX])
{
	unsigned most = 0;
	for (unsigned status = 1; status < RESPONSE_STATUS_MAX; status++)
		if (refused_by[status] > (most ? refused_by[most] : 0))
			most = status;
	return most;
}
