/* never-answered: requests that were sent whole, and of whose responses no byte came before the
 * client gave up. What looks like it: connections that accept(2) never takes (never-accepted), a
 * process that is stopped (server-stopped), and a server that has answered and does not close
 * (server-never-closes). An answer that would have come later than --timeout cannot be told from
 * one that never comes.
 *
 * A third party's load tells it where none of its requests was answered: one that is answered now
 * and then leaves some so at its end. Where the accept queue was full that is the cause
 * (listen-overflow).
 *
 * What the server's end had made of them is known from a look at the sockets while clients waited
 * (bench/trial/answer_watch.h). */
#include "bench/findings/finding.h"
#include "bench/judge/accept_stall.h"
#include "bench/judge/estimate.h"
#include "bench/judge/server_ports.h"
#include "bench/judge/unanswered.h"

#include <stddef.h>
#include <stdio.h>

#define CLAUSE_SIZE 200
#define SEEN_SIZE 600

/* What a request that waits had come to, and what to do where all had come to that. */
static const struct state {
	const char *word; /* for the field */
	size_t offset;    /* of its count */
	const char *text;
	const char *cure;
	bool is_held;
} states[] = {
	{"read", offsetof(struct answer_report, read), "held with the request read",
		"see what its threads wait for (their stacks: a lock, a pool, an upstream), and "
		"have it answer or close by a deadline of its own",
		true},
	{"unread", offsetof(struct answer_report, unread),
		"held with the request unread, which its kernel had acknowledged",
		"have it read what is ready: a thread that is busy or waits, or an event that was "
		"lost (EPOLLET without reading to EAGAIN)",
		true},
	{"unaccepted", offsetof(struct answer_report, unaccepted),
		"not taken by accept(2), with the request in its kernel",
		"accept while other connections are served, in an event loop or with more workers"},
	{"gone", offsetof(struct answer_report, gone),
		"without a socket at the server, whose kernel had acknowledged the request, and "
		"neither FIN nor RST had come",
		"its end was dropped in silence (TCP_REPAIR, as haproxy's silent-drop does it), or "
		"what it sent was filtered: answer or reset, if clients are to know"},
	{"unacknowledged", offsetof(struct answer_report, unacknowledged),
		"with a request that the server's kernel had not acknowledged",
		"see what drops segments: a full accept queue, or a filter"},
};
#define STATES (sizeof(states) / sizeof(states[0]))

static uint64_t count_of(const struct answer_report *report, const struct state *state)
{
	return *(const uint64_t *)((const char *)report + state->offset);
}

/* The one state of all that were looked at; NULL: there are several, or none. */
static const struct state *only_state(const struct answer_report *report)
{
	const struct state *only = NULL;
	for (size_t i = 0; i < STATES; i++) {
		if (count_of(report, &states[i]) == 0)
			continue;
		if (only)
			return NULL;
		only = &states[i];
	}
	return only;
}

/* Whether the look is certain of any. Where some wait for the server's close, it does not tell
 * which wait for an answer. */
static bool is_looked_at(const struct trial *trial)
{
	uint64_t certain = 0;
	for (size_t i = 0; i < STATES; i++)
		certain += count_of(&trial->answers, &states[i]);
	return certain > 0 && trial->totals.unclosed == 0;
}

/* "; 8 were held with the request read, by httpd (pid 7)". Returns how long `text` is. */
static size_t state_write(const struct answer_report *report, const struct state *state,
	bool names_holder, const char *before, char *text, size_t length)
{
	char who[HOLDER_TEXT_SIZE];
	uint64_t count = count_of(report, state);
	return length + (size_t)snprintf(text + length, SEEN_SIZE - length, "%s %llu %s %s%s%s",
				before, (unsigned long long)count, count == 1 ? "was" : "were",
				state->text, names_holder ? ", by " : "",
				names_holder ? holder_text(&report->holder, "", who) : "");
}

static void seen_write(const struct trial *trial, char text[SEEN_SIZE])
{
	const struct answer_report *report = &trial->answers;
	text[0] = '\0';
	if (!is_looked_at(trial))
		return;
	size_t length = (size_t)snprintf(text, SEEN_SIZE,
		": at %.2f s %llu had waited for %.3g s or more", finding_t_s(trial, report->at_ns),
		(unsigned long long)report->waiting, (double)report->least_ns / 1e9);
	bool names_holder = report->holder.pid != 0, is_first = true;
	for (size_t i = 0; i < STATES; i++) {
		if (count_of(report, &states[i]) == 0)
			continue;
		length = state_write(report, &states[i], names_holder && states[i].is_held,
			is_first ? ", of which" : ";", text, length);
		names_holder = names_holder && !states[i].is_held;
		is_first = false;
	}
}

/* They waited when the server could not connect on. */
static bool lacked_ports(const struct trial *trial)
{
	uint64_t since_ns = server_ports_end(trial).since_ns;
	return since_ns != 0 && trial->totals.unanswered_by_deadline.last_ns > since_ns;
}

static const char *cure_of(const struct trial *trial)
{
	if (lacked_ports(trial))
		return "the server had no port left for connections of its own (ports-exhausted): "
		       "mend that first, and have it answer or close where connect(2) fails";
	const struct state *only = is_looked_at(trial) ? only_state(&trial->answers) : NULL;
	return only ? only->cure
		    : "see what the server's threads wait for, and have it answer or close by a "
		      "deadline of its own";
}

/* Some may be never-accepted's: then this is told of all. */
static void requests_write(
	const struct load_unanswered *silent, uint64_t unanswered, char text[CLAUSE_SIZE])
{
	uint64_t first = silent->first_requests, later = silent->connections - first;
	char all[CLAUSE_SIZE / 2] = "";
	if (unanswered < silent->connections)
		snprintf(all, sizeof(all), "of all %llu without an answer ",
			(unsigned long long)silent->connections);
	if (later == 0)
		snprintf(text, CLAUSE_SIZE, "%son the first request of a connection", all);
	else if (first == 0)
		snprintf(text, CLAUSE_SIZE, "%son connections that had been answered before", all);
	else
		snprintf(text, CLAUSE_SIZE,
			"%s%llu on the first request of a connection, %llu later", all,
			(unsigned long long)first, (unsigned long long)later);
}

/* An answer may be as late as that. */
static void slowest_write(const struct trial *trial, char text[CLAUSE_SIZE])
{
	const struct histogram *answers = trial->totals.latencies[LATENCY_RESPONSE];
	text[0] = '\0';
	/* Those without an answer are among them, as long as they had waited. */
	if (!answers || histogram_count(answers) == 0 ||
		trial->totals.unfinished[LATENCY_RESPONSE] > 0)
		return;
	double most_ms = (double)histogram_max(answers) / 1e6;
	snprintf(text, CLAUSE_SIZE, ", while the slowest answer took %.*f ms", most_ms < 10 ? 1 : 0,
		most_ms);
}

static void numbers_add(
	struct findings *findings, const struct trial *trial, double unanswered, double timeout_s)
{
	const struct answer_report *report = &trial->answers;
	const struct load_unanswered *silent = &trial->totals.unanswered_by_deadline;
	const struct state *only = is_looked_at(trial) ? only_state(report) : NULL;
	finding_number(findings, "t_s", finding_t_s(trial, silent->first_ns));
	finding_number(findings, "last_t_s", finding_t_s(trial, silent->last_ns));
	finding_number(findings, "unanswered", unanswered);
	finding_number(findings, "attempted", (double)trial->totals.attempted);
	finding_number(findings, "first_requests", (double)silent->first_requests);
	finding_number(findings, "timeout_s", timeout_s);
	finding_word(findings, "state",
		only                  ? only->word
		: is_looked_at(trial) ? "several"
				      : "unknown");
	if (!is_looked_at(trial))
		return;
	finding_number(findings, "looked_t_s", finding_t_s(trial, report->at_ns));
	finding_number(findings, "waiting", (double)report->waiting);
	for (size_t i = 0; i < STATES; i++)
		finding_number(findings, states[i].word, (double)count_of(report, &states[i]));
	finding_holder(findings, &report->holder);
}

/* The accept queue was full when the handshake's last ACK came: the client's end alone is open, and
 * listen-overflow tells it. */
static uint64_t never_there(const struct trial *trial, const struct figures *figures)
{
	bool is_full = figures->server.counters.listen_overflows > 0;
	return is_full ? finding_less(trial->totals.established, figures->opened) : 0;
}

/* By packets; what was never accepted is never-accepted's. */
static void packets_tell(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct ending_span *span = &trial->packet_tap.counts.leaving.silent;
	const struct holder *holder = &trial->server_end.holders[SOCKET_CLOSE_WAIT_OWNED];
	struct estimate silent = estimate_of(trial, figures, span->count);
	double unanswered = silent.count - (double)accept_stall_of(trial).waiting;
	double least_s = (double)span->least_ns / 1e9, most_s = (double)span->most_ns / 1e9;
	char who[HOLDER_TEXT_SIZE];
	bool is_held = figures->server.state_end[SOCKET_CLOSE_WAIT_OWNED] > 0 && holder->pid != 0;
	if (unanswered < 1 || !unanswered_is_all(trial, figures) ||
		figures->server.counters.listen_overflows > 0 || finding_was_stopped(trial, holder))
		return;
	finding_add(findings,
		"no byte of a response had come on %s%.0f of %llu connections when the client left "
		"them, %.3g to %.3g s after it had opened them, and none of its requests was "
		"answered%s%s; see what the server's threads wait for, and have it answer or close "
		"by a deadline of its own",
		silent.is_exact ? "" : "about ", unanswered, (unsigned long long)figures->opened,
		least_s, most_s, is_held ? ": they are held by " : "",
		is_held ? holder_text(holder, "", who) : "");
	finding_number(findings, "unanswered", unanswered);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "waited_s_least", least_s);
	finding_number(findings, "waited_s_most", most_s);
	if (is_held)
		finding_holder(findings, holder);
}

static void loader_tells(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_unanswered *silent = &trial->totals.unanswered_by_deadline;
	/* What waits to be accepted to the end is never-accepted. */
	uint64_t unanswered = finding_less(
		silent->connections, accept_stall_of(trial).waiting + never_there(trial, figures));
	char requests[CLAUSE_SIZE], slowest[CLAUSE_SIZE], seen[SEEN_SIZE];
	if (unanswered == 0 || finding_was_stopped(trial, &trial->answers.holder))
		return;
	double timeout_s = (double)trial->load.timeout_ns / 1e9;
	requests_write(silent, unanswered, requests);
	slowest_write(trial, slowest);
	seen_write(trial, seen);
	finding_add(findings,
		"no byte of a response came within %.3g s (--timeout) on %llu of %llu connections, "
		"whose handshake and request were complete (%s; given up from %.2f to %.2f s)%s%s; "
		"%s",
		timeout_s, (unsigned long long)unanswered,
		(unsigned long long)trial->totals.attempted, requests,
		finding_t_s(trial, silent->first_ns), finding_t_s(trial, silent->last_ns), slowest,
		seen, cure_of(trial));
	numbers_add(findings, trial, (double)unanswered, timeout_s);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	if (trial->load.is_third_party)
		packets_tell(findings, trial, figures);
	else
		loader_tells(findings, trial, figures);
}

extern const struct finding_kind finding_never_answered;
const struct finding_kind finding_never_answered = {
	.id = "never-answered",
	.summary = "no byte of a response came before the client gave up",
	.cause = "the server holds the request and does not answer, has not read or accepted it, "
		 "or has dropped its end of the connection without a FIN or RST",
	.cure = "see what the server's threads wait for, and have it answer or close by a deadline "
		"of its own; a longer --timeout tells whether answers come late",
	.detect = detect,
};
