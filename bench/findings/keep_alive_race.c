/* keep-alive-race: the client sent a request on a connection that it had kept, while the server was
 * closing it: the request came behind the server's close, or was never read (RFC 9112,
 * section 9.5). The client cannot know whether the request was acted on. A server that reads on
 * behind its FIN (shutdown(2), as a lingering close does) draws no RST: what came behind its FIN is
 * counted, what it had not read when it sent that cannot be told from what it had. A server that
 * reads a request and then closes looks like it to the client, and so does one that chooses to
 * reset: neither RST is sent there. The rest of a request that comes behind an early answer looks
 * like it in the counters; it begins with no method. */
#include "bench/findings/close_announced.h"
#include "bench/findings/finding.h"
#include "bench/findings/terms.h"
#include "bench/judge/keep_alive_races.h"

#include <stdio.h>

#define CLAUSE_SIZE 240

/* "1 request", "at least 12 requests". */
static const char *requests_text(const struct keep_alive_races *races, char text[CLAUSE_SIZE])
{
	snprintf(text, CLAUSE_SIZE, "%s%s%.0f request%s", races->is_least ? "at least " : "",
		races->is_exact ? "" : "about ", races->raced, races->raced == 1 ? "" : "s");
	return text;
}

static const char *drained_text(const struct keep_alive_races *races)
{
	return races->drained > 0 ? "; the server reads on behind its FIN, so that no RST tells of "
				    "more that it had not read by then"
				  : "";
}

/* By the loader's clock: when they went out. */
static void idle_write(const struct load_totals *totals, char text[CLAUSE_SIZE])
{
	double least_ms = (double)totals->kept_idle_least_ns / 1e6;
	double most_ms = (double)totals->kept_idle_most_ns / 1e6;
	if (totals->kept_announced == totals->kept_unanswered)
		snprintf(text, CLAUSE_SIZE, "sent ahead of a response that announced the close");
	/* Less than the clock of the loader's turns can tell. */
	else if (totals->kept_idle_most_ns < 1000)
		snprintf(text, CLAUSE_SIZE, "sent at once behind the response before");
	else if (totals->kept_unanswered == 1)
		snprintf(text, CLAUSE_SIZE, "on a connection that had been idle for %.3g ms",
			most_ms);
	else if (totals->kept_idle_least_ns < 1000)
		snprintf(text, CLAUSE_SIZE, "on connections that had been idle for up to %.3g ms",
			most_ms);
	else
		snprintf(text, CLAUSE_SIZE, "on connections that had been idle for %.3g to %.3g ms",
			least_ms, most_ms);
}

/* Of a server that reads on behind its FIN: "at least 12 requests (of 30 lost)". */
static const char *least_text(const struct load_totals *totals,
	const struct keep_alive_races *races, char text[CLAUSE_SIZE])
{
	double asked = (double)totals->kept_unanswered;
	if (races->drained == 0 || races->raced >= asked)
		return requests_text(races, text);
	snprintf(text, CLAUSE_SIZE, "at least %.0f requests (of %.0f lost)", races->raced, asked);
	return text;
}

static void loader_tells(
	struct findings *findings, const struct trial *trial, const struct keep_alive_races *races)
{
	const struct load_totals *totals = &trial->totals;
	double t_s = finding_t_s(trial, totals->kept_unanswered_ns);
	char requests[CLAUSE_SIZE], idle[CLAUSE_SIZE], ended[FINDING_ENDED_SIZE];
	bool is_ahead = totals->kept_announced == totals->kept_unanswered;
	finding_ended_text(trial, ended);
	idle_write(totals, idle);
	finding_add(findings,
		"%s on kept connections met the server's close and got no answer (the first at "
		"%.2f s, %s)%s: whether the server acted on any is unknown; "
		"%s%s%s",
		least_text(totals, races, requests), t_s, idle, drained_text(races), ended,
		ended[0] ? "; " : "", is_ahead ? CLOSE_AHEAD_CURE : CLOSE_ANNOUNCED_CURE);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "raced", races->raced);
	finding_number(findings, "drained", races->drained);
	if (totals->kept_announced > 0)
		finding_number(findings, "sent_ahead", (double)totals->kept_announced);
	finding_number(findings, "idle_ms_least", (double)totals->kept_idle_least_ns / 1e6);
	finding_number(findings, "idle_ms_most", (double)totals->kept_idle_most_ns / 1e6);
}

/* What is known of those that came behind the FIN, as far as they were seen. */
static void knew_write(const struct late_requests *late, char text[CLAUSE_SIZE])
{
	text[0] = '\0';
	if (late->knew_fin > 0)
		snprintf(text, CLAUSE_SIZE,
			"; the client's kernel had the FIN when %llu of %llu seen behind it went "
			"out, %.3g ms behind it at most, and the client did not look",
			(unsigned long long)late->knew_fin, (unsigned long long)late->behind_fin,
			(double)late->span.most_ns / 1e6);
}

/* Where they were when the server closed. A close that was announced leaves those without an
 * answer, too, that came before it. */
static const char *where_text(
	const struct keep_alive_races *races, double behind, char text[TERMS_SIZE])
{
	bool drains = races->drained > 0;
	const struct term terms[] = {
		{behind, drains ? "seen behind its FIN" : "came behind its FIN"},
		{races->unread,
			drains ? "seen to be reset unread" : "it had not read when it closed"},
		{races->announced, "came before its FIN, where a response had announced the close"},
	};
	return terms_text(terms, sizeof(terms) / sizeof(terms[0]), text);
}

static uint64_t first_ns_of(
	const struct late_requests *late, const struct response_omissions *ahead)
{
	bool is_ahead =
		ahead->announced > 0 && (late->first_ns == 0 || ahead->first_ns < late->first_ns);
	return is_ahead ? ahead->first_ns : late->first_ns;
}

/* What the heads of the last responses tell, of those that came before the FIN, too. */
static struct response_closes closes_of(const struct response_counts *responses)
{
	struct response_closes closes = responses->late;
	closes.announced += responses->omissions.announced;
	return closes;
}

/* A third party's loader does not count them. */
static void packets_tell(
	struct findings *findings, const struct trial *trial, const struct keep_alive_races *races)
{
	const struct late_requests *late = &trial->packet_tap.counts.late;
	const struct response_counts *responses = &trial->packet_tap.counts.responses;
	const struct response_closes closes = closes_of(responses);
	double t_s = finding_t_s(trial, first_ns_of(late, &responses->omissions));
	double behind = races->raced - races->unread - races->announced;
	char requests[CLAUSE_SIZE], knew[CLAUSE_SIZE], announced[CLOSE_ANNOUNCED_TEXT_SIZE],
		where[TERMS_SIZE], ended[FINDING_ENDED_SIZE];
	finding_ended_text(trial, ended);
	knew_write(late, knew);
	close_announced_write(&closes, announced);
	/* Which of them these are is not known where RSTs had another reason, too. */
	if (behind < (double)late->behind_fin)
		knew[0] = '\0';
	finding_add(findings,
		"%s on kept connections met the server's close and got no answer: %s (the first at "
		"%.2f s)%s%s%s; %s%s%s",
		requests_text(races, requests), where_text(races, behind, where), t_s, knew,
		drained_text(races), announced, ended, ended[0] ? "; " : "",
		close_announced_cure(&closes));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "raced", races->raced);
	finding_number(findings, "behind_fin", behind);
	finding_number(findings, "unread", races->unread);
	finding_number(findings, "drained", races->drained);
	finding_number(findings, "knew_fin_seen", (double)late->knew_fin);
	finding_number(findings, "behind_ms_most", (double)late->span.most_ns / 1e6);
	close_announced_numbers(findings, &closes);
	if (races->announced > 0)
		finding_number(findings, "before_fin", races->announced);
}

/* What an end opened to elsewhere, as a proxy to its upstream. */
static void others_tell(struct findings *findings, const struct trial *trial, enum td_who who,
	const struct end_figures *end, double unread)
{
	const struct other_races *races = &end->others.races;
	char to[TCP_SEGMENT_END_TEXT], requests[CLAUSE_SIZE], where[TERMS_SIZE];
	const char *name = who == TD_SERVER ? "server" : "client";
	double behind = (double)races->behind_fin, crossed = (double)races->crossed;
	const struct keep_alive_races all = {.raced = behind + crossed + unread, .is_exact = true};
	const struct term terms[] = {{behind, "went out behind its FIN"},
		{crossed, "went out across it"}, {unread, "it had not read when it closed"}};
	if (all.raced < 1)
		return;
	double t_s = finding_t_s(trial, races->first_ns);
	finding_add(findings,
		"beside the load, %s of the %s on connections that it keeps to %s met that end's "
		"close and got no answer: %s (the first at %.2f s); have that end announce its "
		"last response (Connection: close), and the %s give up idle connections before it "
		"does",
		requests_text(&all, requests), name,
		end->others.to_several ? "several places"
				       : tcp_segment_end_text(&end->others.to, to),
		terms_text(terms, sizeof(terms) / sizeof(terms[0]), where), t_s, name);
	finding_number(findings, "t_s", t_s);
	finding_word(findings, "end", name);
	finding_number(findings, "raced", all.raced);
	finding_number(findings, "behind_fin", behind);
	finding_number(findings, "across_fin", crossed);
	finding_number(findings, "unread", unread);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	struct keep_alive_races races = keep_alive_races_of(trial, figures);
	if (races.raced >= 1 && trial->load.is_third_party)
		packets_tell(findings, trial, &races);
	else if (races.raced >= 1)
		loader_tells(findings, trial, &races);
	others_tell(findings, trial, TD_SERVER, &figures->server,
		keep_alive_races_unread_of_others(figures));
	others_tell(findings, trial, TD_CLIENT, &figures->client, 0);
}

extern const struct finding_kind finding_keep_alive_race;
const struct finding_kind finding_keep_alive_race = {
	.id = "keep-alive-race",
	.summary = "requests on kept connections got no answer, since the server was closing them",
	.cause = "the server closes a connection while the client's next request is under way, or "
		 "the client sends it without a look for the server's FIN",
	.cure = CLOSE_ANNOUNCED_CURE,
	.detect = detect,
};
