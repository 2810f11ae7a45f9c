/* Clauses on who is first: runs with it, and runs that look like it. */
#include "made_run.h"

const struct made_run rate_cases[] = {
	/* Who is first. */
	{"clear of the next, all give up nothing", ANSWER_FASTEST,
		"graceful is the fastest of 2 that give up nothing: 5100 requests/s, TIME_WAIT at "
		"the server, where it holds no port",
		{GRACEFUL(FAST), OTHER(SLOW)}},
	{"others have no ports left", ANSWER_FASTEST,
		"graceful is the fastest of 2 that give up nothing and have ports enough: 5100 "
		"requests/s, TIME_WAIT at the server, where it holds no port",
		{GRACEFUL(FAST), OTHER(SLOW), CLIENT({9000, 9100, 9200}, .held = 0.98)}},
	{"nobody gives up nothing: the price is said", ANSWER_FASTEST,
		"reset is the fastest of 2: 5100 requests/s, and nobody is left with TIME_WAIT; "
		"gives up tail + guard",
		{RESET(FAST), {"tails", "server", "tail", SLOW}}},
	{"nor does who asks a hundred times on a connection", ANSWER_FASTEST,
		"reset is the fastest of 2 with one request a connection: 5100 requests/s, and "
		"nobody is left with TIME_WAIT; gives up tail + guard",
		{RESET(FAST), {"tails", "server", "tail", SLOW},
			{"keep", "server", "tail", {9000, 9100, 9200}, .exchanges = 100}}},
	{"the intervals meet", ANSWER_FASTEST, NULL, {GRACEFUL(FAST), OTHER(OVERLAPS)}},
	{"clear of one, not of another", ANSWER_FASTEST, NULL,
		{GRACEFUL(FAST), OTHER(SLOW), {"near", "server", "", OVERLAPS}}},
	{"from one trial each", ANSWER_FASTEST, NULL, {GRACEFUL({5000}), OTHER({4000})}},
	{"the fastest lost responses", ANSWER_FASTEST, NULL,
		{RESET(FAST, .losers = 1, .lost = 0.02), GRACEFUL(SLOW)}},
	{"the lowest p99 of an open loop", ANSWER_FASTEST,
		"other has the lowest p99 of 2 that give up nothing: 4100 ms, TIME_WAIT at the "
		"server, where it holds no port",
		{GRACEFUL(FAST), OTHER(SLOW)}, .rate = 100},
	{"as many requests are sent, on however many connections", ANSWER_FASTEST,
		"keep has the lowest p99 of 2 that give up nothing: 4100 ms, TIME_WAIT at the "
		"server, where it holds no port",
		{GRACEFUL(FAST), {"keep", "server", "", SLOW, .exchanges = 100}},
		.request_rate = 100},
	{"as many connections are begun: one asks a hundred times as often", ANSWER_FASTEST, NULL,
		{GRACEFUL(FAST), {"keep", "server", "", SLOW, .exchanges = 100}}, .rate = 100},
	{"the intervals meet, so it is not said who is first", ANSWER_ALIKE,
		"no clear difference in rate between graceful and other, which give up nothing: "
		"5000 to 5100 requests/s, TIME_WAIT at the server, where it holds no port",
		{GRACEFUL(FAST), OTHER(OVERLAPS)}},
	{"TIME_WAIT stays at different ends", ANSWER_ALIKE,
		"no clear difference in rate between graceful and client, which give up nothing: "
		"5000 to 5100 requests/s",
		{GRACEFUL(FAST), CLIENT(OVERLAPS)}},
	{"a third is clearly slower", ANSWER_ALIKE,
		"no clear difference in p99 between other and client, which give up nothing: 4200 "
		"to 4100 ms",
		{GRACEFUL(FAST), OTHER(SLOW), CLIENT({4000, 4200, 4300})}, .rate = 100},
	{"none of them is for nothing", ANSWER_ALIKE,
		"no clear difference in rate between guards and reset, at the price of tail or "
		"guard: 5000 to 5100 requests/s, and nobody is left with TIME_WAIT",
		{RESET(FAST), {"guards", "none", "guard", OVERLAPS}}},
	{"one costs ports", ANSWER_ALIKE,
		"no clear difference in rate between client and guards, at the price of guard or "
		"ports: 5000 to 5100 requests/s, TIME_WAIT at the client, where each holds a port",
		{CLIENT(FAST, .held = 0.98), {"guards", "client", "guard", OVERLAPS}}},
	{"what one costs is not declared", ANSWER_ALIKE,
		"no clear difference in rate between third and reset: 5000 to 5100 requests/s",
		{RESET(FAST), {"third", "server", NULL, OVERLAPS}}},
	{"they do not meet", ANSWER_ALIKE, NULL, {GRACEFUL(FAST), OTHER(SLOW)}},
	{"one of them lost responses", ANSWER_ALIKE, NULL,
		{GRACEFUL(FAST), OTHER(OVERLAPS, .losers = 1, .lost = 0.02)}},
	{"one strategy", ANSWER_ONE,
		"graceful gives up nothing: 5100 requests/s, TIME_WAIT at the server, where it "
		"holds no port",
		{GRACEFUL(FAST)}},
	{"the others give something up", ANSWER_ONE,
		"graceful gives up nothing: 4100 requests/s, TIME_WAIT at the server, where it "
		"holds no port",
		{GRACEFUL(SLOW), RESET(FAST)}},
	{"the others give something up, or have no ports left", ANSWER_ONE,
		"graceful gives up nothing and has ports enough: 4100 requests/s, TIME_WAIT at the "
		"server, where it holds no port",
		{GRACEFUL(SLOW), RESET(FAST), CLIENT(FAST, .held = 0.98)}},
	{"its ports end", ANSWER_ONE,
		"client: 5100 requests/s, TIME_WAIT at the client, where each holds a port; ports "
		"end after 5.6 s",
		{CLIENT(FAST, .held_after_s = 5.6)}},
	{"of an open loop", ANSWER_ONE,
		"graceful gives up nothing: p99 5100 ms, TIME_WAIT at the server, where it holds "
		"no "
		"port",
		{GRACEFUL(FAST)}, .rate = 100},
	{"nobody declares what it gives up", ANSWER_ONE,
		"nginx: 5100 requests/s, TIME_WAIT at the server, where it holds no port; what it "
		"gives up is not declared",
		{{"nginx", "server", NULL, FAST}}},
	{"its trials do not agree on the holder", ANSWER_ONE,
		"nginx: 5100 requests/s; what it gives "
		"up is not declared",
		{{"nginx", "mixed", NULL, FAST}}},
	{"two give up nothing", ANSWER_ONE, NULL, {GRACEFUL(FAST), OTHER(SLOW)}},
	{"one strategy, and two of its trials are valid", ANSWER_ONE, NULL,
		{GRACEFUL(FAST, .invalid = 1)}},
	{NULL},
};
