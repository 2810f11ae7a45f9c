#include "bench/judge/unanswered.h"

#include "bench/judge/estimate.h"
#include "bench/judge/keep_alive_races.h"

static bool is_seen_unanswered(const struct first_closer_counts *seen)
{
	return seen->connections > 0 && seen->undecided == 0 &&
	       seen->leaving.unanswered >= seen->connections;
}

bool unanswered_is_all(const struct trial *trial, const struct figures *figures)
{
	const struct third_party_report *report = &trial->third_party;
	return figures->opened == 0 || (report->kind && report->said.requests == 0) ||
	       is_seen_unanswered(&trial->packet_tap.counts);
}

/* Of those seen, which are enough to tell: a load that asks, or is answered, now and then is none.
 */
void unanswered_check_all(struct reasons *reasons, const struct trial *trial)
{
	const struct first_closer_counts *seen = &trial->packet_tap.counts;
	const struct leaving_counts *leaving = &seen->leaving;
	unsigned long long all = seen->connections;
	if (!is_seen_unanswered(seen))
		return;
	if (leaving->unasked == all)
		reasons_add(reasons,
			"no request was sent: on none of the %llu connections seen did the client "
			"send a byte",
			all);
	else if (leaving->left > 0)
		reasons_add(reasons,
			"no request was answered: on none of the %llu connections seen did a byte "
			"of a response come, and the client left %llu of them before one did",
			all, (unsigned long long)leaving->left);
	else
		reasons_add(reasons,
			"no request was answered: on none of the %llu connections seen did a byte "
			"of a response come",
			all);
}

static void check_closed(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct first_closer_counts *seen = &trial->packet_tap.counts;
	char count[ESTIMATE_TEXT_SIZE];
	struct estimate closed = estimate_of(trial, figures, seen->leaving.closed_unanswered);
	if (seen->leaving.closed_unanswered > 0 && !is_seen_unanswered(seen))
		reasons_add(reasons,
			"the server closed on %s of %llu first requests and sent no byte",
			estimate_text(&closed, count), (unsigned long long)figures->opened);
}

/* Behind earlier answers, where no response had announced the close. */
static void check_closed_later(struct reasons *reasons, const struct trial *trial)
{
	const struct response_omissions *omissions = &trial->packet_tap.counts.responses.omissions;
	uint64_t later = omissions->kept - omissions->announced;
	if (later > 0)
		reasons_add(reasons,
			"the server closed on at least %llu later requests and sent no byte",
			(unsigned long long)later);
}

/* A client may send them again on another connection: its load is another one then, too. */
static void check_races(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct keep_alive_races races = keep_alive_races_of(trial, figures);
	if (races.raced >= 1)
		reasons_add(reasons,
			"%s%s%.0f requests on kept connections met the server's close and got no "
			"answer",
			races.is_least ? "at least " : "", races.is_exact ? "" : "about ",
			races.raced);
}

void unanswered_check_some(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	check_closed(reasons, trial, figures);
	check_closed_later(reasons, trial);
	check_races(reasons, trial, figures);
}
