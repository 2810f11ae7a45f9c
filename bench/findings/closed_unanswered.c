/* closed-unanswered: the server ended connections with a FIN where a response was awaited, and had
 * sent no byte of it. That it had read the request is known: its kernel would have reset what is
 * closed with unread input (RFC 2525, section 2.17; net/ipv4/tcp.c, __tcp_close), and would have
 * answered a request that comes behind the FIN with a RST. Neither holds of a server that reads on
 * behind its FIN (shutdown(2)): there only first requests are told, which no close of a kept
 * connection meets. What looks like it: such a race (keep-alive-race), and a stream that ends in
 * the middle of a response (response-truncated). */
#include "bench/findings/finding.h"
#include "bench/findings/proxy_resets.h"
#include "bench/judge/estimate.h"
#include "bench/judge/resets.h"
#include "bench/judge/server_ports.h"

#include <math.h>
#include <stdio.h>

#define CLAUSE_SIZE 120
#define WHICH_SIZE 360 /* three clauses */
#define SEEN_SIZE 240  /* two */
#define CURE_SIZE 400

/* On which requests, and when. With races among them, which of them raced is not known: then it is
 * told of all. */
static void requests_write(const struct load_unanswered *ended, char text[CLAUSE_SIZE])
{
	uint64_t first = ended->first_requests, kept = ended->connections - first;
	if (kept == 0)
		snprintf(text, CLAUSE_SIZE, "on the first request of a connection");
	else if (first == 0)
		snprintf(text, CLAUSE_SIZE, "on connections that had been answered before");
	else
		snprintf(text, CLAUSE_SIZE, "%llu on the first request of a connection, %llu later",
			(unsigned long long)first, (unsigned long long)kept);
}

static void times_write(
	const struct trial *trial, const struct load_unanswered *ended, char text[CLAUSE_SIZE])
{
	if (ended->connections == 1)
		snprintf(text, CLAUSE_SIZE, "at %.2f s, %.3g ms behind the request",
			finding_t_s(trial, ended->first_ns), (double)ended->most_ns / 1e6);
	else
		snprintf(text, CLAUSE_SIZE,
			"from %.2f to %.2f s, %.3g to %.3g ms behind the request",
			finding_t_s(trial, ended->first_ns), finding_t_s(trial, ended->last_ns),
			(double)ended->least_ns / 1e6, (double)ended->most_ns / 1e6);
}

static void which_write(const struct trial *trial, const struct load_unanswered *ended,
	double unanswered, char text[WHICH_SIZE])
{
	char requests[CLAUSE_SIZE], times[CLAUSE_SIZE], all[CLAUSE_SIZE] = "";
	requests_write(ended, requests);
	times_write(trial, ended, times);
	if (unanswered < (double)ended->connections)
		snprintf(all, sizeof(all), "of %llu that had no answer, some of which raced: ",
			(unsigned long long)ended->connections);
	snprintf(text, WHICH_SIZE, "%s%s; %s", all, requests, times);
}

/* Whether as many connections ended so of clients that send their FIN ahead of the response. */
static bool is_half_closed(const struct trial *trial)
{
	uint64_t ended = 0;
	for (uint32_t i = 0; i < trial->client_count; i++)
		if (client_behaviour_half_closes(trial->clients[i].behaviour))
			ended += trial->clients[i].outcomes[OUTCOME_SHORT];
	return ended > 0 && ended >= trial->totals.unanswered_by_fin.connections;
}

/* As many connections to the upstream as have had no answer were reset by the proxy, and as many
 * had none of the upstream: their clients' FIN was the end of the request there, too. A proxy may
 * reset each connection once the answer is there, and lose the answer elsewhere. */
static bool is_reset_behind(const struct trial *trial, const struct proxy_resets *behind)
{
	double unanswered = (double)trial->totals.unanswered_by_fin.connections;
	return estimate_least(&behind->reset) >= unanswered &&
	       estimate_least(&behind->unanswered) >= unanswered;
}

static const char *half_closed_cure(const struct trial *trial, char text[CURE_SIZE])
{
	char count[ESTIMATE_TEXT_SIZE];
	const struct proxy_resets behind = proxy_resets_of(trial);
	if (!is_reset_behind(trial, &behind))
		return "each of these clients had shut its side behind its request (half-close): "
		       "see whether the server takes the end of its input for a client that has "
		       "left, and have it answer what it has read before it closes";
	snprintf(text, CURE_SIZE,
		"each of these clients had shut its side behind its request (half-close), and the "
		"proxy reset %s of its %llu connections to the upstream with no FIN before: have "
		"it pass the FIN on and wait for the answer (HAProxy: without option nolinger, "
		"which has it close with SO_LINGER{1,0})",
		estimate_text(&behind.reset, count), (unsigned long long)behind.opened);
	return text;
}

/* Where its process has ended, the kernel sent the FINs (exit(2) closes what is open). That a
 * handler which finds no port ends so is not proven, but is to be mended first. */
static const char *cure_of(const struct trial *trial, uint64_t first_ns, char text[CURE_SIZE])
{
	if (is_half_closed(trial))
		return half_closed_cure(trial, text);
	if (server_ports_end(trial).since_ns != 0)
		return "the server had no port left for connections of its own (ports-exhausted): "
		       "mend that first, and see what its handler does where connect(2) fails";
	char ended[FINDING_ENDED_SIZE], event[FINDING_EVENT_SIZE];
	finding_event_text(trial, first_ns, event);
	if (event[0]) {
		snprintf(text, CURE_SIZE,
			"%s ended the server, and that closed them: have it finish its "
			"connections before it ends",
			event);
		return text;
	}
	finding_ended_text(trial, ended);
	if (ended[0] && !trial->failure[0]) {
		snprintf(text, CURE_SIZE,
			"%s: see what ends them, and have each finish its connections first; else "
			"look, in the server's log, for what ends a connection before it answers",
			ended);
		return text;
	}
	return trial->failure[0]
		       ? "see what ended the trial: a process that ends closes its connections"
		       : "another way to close changes nothing of that: look, in the server's log, "
			 "for what ends a connection before it answers, as a worker that dies, a "
			 "handler that fails, a limit, an upstream that closes";
}

/* Those that came behind the server's FIN, or were reset; or, which may be the same ones, were sent
 * ahead of a response that announced the close. */
static double raced_of(const struct trial *trial, const struct figures *figures)
{
	uint64_t drained = trial->packet_tap.counts.late.drained;
	double behind =
		resets_beside_fin(trial, figures) + estimate_of(trial, figures, drained).count;
	return fmax(behind, (double)trial->totals.unanswered_by_fin.announced);
}

/* Those whose request it had read. */
static double unanswered_of(const struct trial *trial, double raced)
{
	const struct load_unanswered *ended = &trial->totals.unanswered_by_fin;
	double unanswered = (double)ended->connections - raced;
	bool reads_on = trial->packet_tap.counts.at_server.half_closed > 0;
	return reads_on ? fmin(unanswered, (double)ended->first_requests) : unanswered;
}

/* On which requests of how many connections. */
static void seen_write(const struct figures *figures, const struct estimate *first, uint64_t later,
	char text[SEEN_SIZE])
{
	char count[ESTIMATE_TEXT_SIZE], behind[CLAUSE_SIZE] = "";
	unsigned long long opened = figures->opened, seen = later;
	bool is_first = first->count > 0;
	if (later > 0)
		snprintf(behind, sizeof(behind),
			is_first ? ", and on a later one of %llu seen"
				 : "a later request, behind an answer, of %llu connections seen",
			seen);
	if (is_first)
		snprintf(text, SEEN_SIZE, "the first request of %s of %llu connections%s",
			estimate_text(first, count), opened, behind);
	else
		snprintf(text, SEEN_SIZE, "%s", behind);
}

/* Of a third party's load. Whether the process had read what its kernel had is not known of one
 * that reads on behind its FIN. Those behind earlier answers are known where their heads were seen;
 * where the last one announced the close it is the client's matter (keep-alive-race). */
static void packets_tell(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct leaving_counts *leaving = &trial->packet_tap.counts.leaving;
	const struct response_omissions *omissions = &trial->packet_tap.counts.responses.omissions;
	struct estimate first = estimate_of(trial, figures, leaving->closed_unanswered);
	uint64_t later = omissions->kept - omissions->announced;
	uint64_t first_ns = leaving->closed_first_ns;
	char on[SEEN_SIZE], cure[CURE_SIZE];
	if (leaving->closed_unanswered + later == 0)
		return;
	if (first_ns == 0 || (later > 0 && omissions->first_ns < first_ns))
		first_ns = omissions->first_ns;
	double t_s = finding_t_s(trial, first_ns);
	seen_write(figures, &first, later, on);
	finding_add(findings,
		"the server's kernel had a request, or a part of it, and the server closed, with a "
		"FIN and no byte of a response: on %s (the first at %.2f s); clients see an empty "
		"reply, and cannot know whether the request was acted on; %s",
		on, t_s, cure_of(trial, first_ns, cure));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "unanswered", first.count + (double)later);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "first_requests", first.count);
	finding_number(findings, "later_seen", (double)later);
}

static void loader_tells(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_unanswered *ended = &trial->totals.unanswered_by_fin;
	double unanswered = unanswered_of(trial, raced_of(trial, figures));
	char which[WHICH_SIZE], cure[CURE_SIZE];
	if (!(unanswered >= 1))
		return;
	double t_s = finding_t_s(trial, ended->first_ns);
	which_write(trial, ended, unanswered, which);
	finding_add(findings,
		"the server read the request and closed, with a FIN and no byte of a response, on "
		"%s%.0f of %llu connections (%s): clients see an empty reply, and cannot know "
		"whether the request was acted on; %s",
		unanswered < (double)ended->connections ? "at least " : "", unanswered,
		(unsigned long long)trial->totals.attempted, which,
		cure_of(trial, ended->first_ns, cure));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "last_t_s", finding_t_s(trial, ended->last_ns));
	finding_number(findings, "unanswered", unanswered);
	finding_number(findings, "attempted", (double)trial->totals.attempted);
	finding_number(findings, "short_unanswered", (double)ended->connections);
	if (trial->server_end.ended > 0)
		finding_number(findings, "processes_ended", (double)trial->server_end.ended);
	finding_number(findings, "first_requests", (double)ended->first_requests);
	finding_number(findings, "waited_ms_least", (double)ended->least_ns / 1e6);
	finding_number(findings, "waited_ms_most", (double)ended->most_ns / 1e6);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	if (trial->load.is_third_party)
		packets_tell(findings, trial, figures);
	else
		loader_tells(findings, trial, figures);
}

extern const struct finding_kind finding_closed_unanswered;
const struct finding_kind finding_closed_unanswered = {
	.id = "closed-unanswered",
	.summary = "the server read requests and closed, with a FIN, before the first byte of a "
		   "response",
	.cause = "a worker that dies, a handler that fails, a limit or an upstream ends the "
		 "connection before it is answered; packets do not tell which",
	.cure = "look in the server's log for what ends a connection before it answers; another "
		"way to close changes nothing of that",
	.detect = detect,
};
