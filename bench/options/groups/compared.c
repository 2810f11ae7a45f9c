#include "bench/options/groups/groups.h"

static const struct option_row rows[] = {
	{"strategies", 's', OPTION_TEXT, FIELD(strategies), "A,B|all",
		"strategies to compare; a plug-in by its path: ./mine.so", 0, 0},
	{"repeat", 'r', OPTION_COUNT, FIELD(repeat), "N", "trials of each strategy, interleaved", 1,
		1000},
	{"twins", 0, OPTION_FLAG, FIELD(twins), NULL,
		"play the two strategies at the same time, each on a network of its own: what else "
		"the machine does then meets both, and compare looks at the differences of twins "
		"(8 trials or more)",
		0, 0},
	{"matrix", 0, OPTION_FLAG, FIELD(matrix), NULL,
		"play each strategy with clients of each behaviour (those of --clients, or all), a "
		"few connections each, and show what was delivered, cut or lost, and what the "
		"server held",
		0, 0},
	{"sweep", 0, OPTION_TEXT, FIELD(sweep), "OPTION=LO..HI/STEP",
		"play each strategy at each value of an option, or of OPTION=A,B,C, and show what "
		"was lost at each: think=200ms..400ms/10ms; also keep-alive, rtt, rate and others",
		0, 0},
	{"seed", 0, OPTION_COUNT, FIELD(seed), "N",
		"of the order of trials, of poisson arrivals, and of what the wire does", 0,
		INT64_MAX},
};

const struct option_group run_group_compared = OPTION_GROUP("what is compared", rows);
