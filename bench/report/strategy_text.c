#include "bench/report/strategy_text.h"

#include "bench/judge/figures.h"
#include "strategies/core/defaults.h"

const char *strategy_text_loss(uint32_t gives_up)
{
	switch (gives_up) {
	case TD_GIVES_UP_TAIL:
		return "the tail of a response";
	case TD_GIVES_UP_OLD_SEGMENTS:
		return "protection from old segments";
	case TD_GIVES_UP_TAIL | TD_GIVES_UP_OLD_SEGMENTS:
		return "the tail of a response, protection from old segments";
	default:
		return "nothing";
	}
}

/* Asks the end's own hook what it does: after the last exchange, and at the peer's FIN. */
static const char *verdict_text(enum td_verdict verdict)
{
	static const char *const texts[] = {"keeps the connection", "waits for the peer's FIN",
		"shuts its side, reads to the end of input", "closes", "resets"};
	return (unsigned)verdict < sizeof(texts) / sizeof(texts[0]) ? texts[verdict] : "?";
}

static void end_print(const char *name, const struct td_end *end, uint32_t exchanges, FILE *out)
{
	struct td_view view = {.last = true, .exchanges = exchanges};
	enum td_verdict done = end->exchange_done(&view);
	fprintf(out, "  %-10s", name);
	if (end->request_sent && end->request_sent(&view) == TD_HALF_CLOSE)
		fputs(" after the last request it shuts its side;", out);
	fprintf(out, " after the last response it %s%s", verdict_text(done),
		end->closes_at_arrival ? ", half a round trip later" : "");
	if (end->wants_acked && end->acked)
		fprintf(out, "; once all is acknowledged it %s", verdict_text(end->acked(&view)));
	view.peer_fin = true;
	if (done == TD_WAIT || done == TD_HALF_CLOSE)
		fprintf(out, "; at the peer's FIN it %s",
			verdict_text(end->peer_fin ? end->peer_fin(&view) : TD_CLOSE));
	if (end->configure_listener)
		fputs("; sets options on the listener", out);
	if (end->configure)
		fputs("; sets options on each socket", out);
	fputc('\n', out);
}

void strategy_text_print(const struct td_strategy *s, FILE *out)
{
	fprintf(out, "%s: %s\n", s->name, s->summary);
	end_print("server", &s->server, strategy_exchanges(s), out);
	end_print("client", &s->client, strategy_exchanges(s), out);
	fprintf(out, "  %-10s first closer: %s; TIME_WAIT: %s%s\n", "claim",
		figures_who(s->first_closer), figures_who(s->holder),
		s->claim_is_race ? "; a race decides how often" : "");
	if (s->warning)
		fprintf(out, "  %-10s %s; not in `--strategies all`\n", "warning", s->warning);
	if (strategy_exchanges(s) > 1)
		fprintf(out, "  %-10s %u on one connection\n", "exchanges", strategy_exchanges(s));
	fprintf(out, "  %-10s %s\n", "gives up", strategy_text_loss(s->gives_up));
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && s->requirements[i].sysctl; i++) {
		const struct td_requirement *r = &s->requirements[i];
		fprintf(out, "  %-10s %s: %s = %s, because %s\n", i ? "" : "requires",
			figures_who(r->end), r->sysctl, r->value, r->why);
	}
	if (!s->requirements[0].sysctl)
		fprintf(out, "  %-10s nothing of the hosts\n", "requires");
}
