#include "bench/measure/late_data.h"

#include "bench/measure/first_closer.h"

/* A RST answers at once what no socket takes. One that comes later than tcp_fin_timeout can be (1 s
 * at least) may answer the client's FIN, where the kernel had given up to wait for that, and a
 * program had read the data. */
#define ANSWER_WITHIN_NS UINT64_C(1000000000)

void late_data_see(struct late_data_track *track, const struct first_closer_segment *segment)
{
	uint32_t end = segment->seq + segment->payload;
	if (track->at_ns != 0 && tcp_seq_before(end, track->end))
		return;
	track->at_ns = segment->at_ns;
	track->end = end;
	track->is_alert = segment->is_tls_alert;
}

static bool is_answer(const struct late_data_track *track, const struct ending_side *server)
{
	const struct tcp_ending_end *sent = server->sent;
	return sent->fin && sent->fin_has_ack && sent->rst && sent->rst_behind_fin &&
	       !sent->rst_has_ack && tcp_seq_before(sent->fin_ack, track->end) &&
	       server->rst_ns < track->at_ns + ANSWER_WITHIN_NS;
}

void late_data_tally(struct late_data *counts, const struct late_data_track *track, bool is_request,
	const struct ending_side *server)
{
	if (!track->is_known)
		return;
	counts->looked_at++;
	if (is_request || track->at_ns == 0 || !is_answer(track, server))
		return;
	counts->reset++;
	counts->knew_fin += !tcp_seq_before(server->sent->rst_seq, server->sent->fin_seq + 1);
	counts->tls_alerts += track->is_alert;
	if (counts->first_ns == 0 || server->rst_ns < counts->first_ns)
		counts->first_ns = server->rst_ns;
}
