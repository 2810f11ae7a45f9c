/* The judge of captures and that of the packet tap say the same of who closed first. Of a FIN and a
 * RST that cross the tap says that both did; the judge of captures tells them apart (is_crossed).
 */
#include "bench/measure/ending.h"
#include "bench/measure/first_closer.h"
#include "bench/trace/tcp_ending.h"
#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROUNDS 200000
#define SEGMENTS_MAX 6

/* Side 0 is the client, side 1 the server. */
struct judges {
	struct tcp_ending trace;
	struct ending_side tap[2];
	bool rst_first_by_server;
};

static void see(struct judges *judges, unsigned side, const struct tcp_header *header)
{
	struct first_closer_segment segment = {
		.from = side == 0 ? TD_CLIENT : TD_SERVER,
		.seq = header->seq,
		.ack = header->ack,
		.fin = header->flags & TCP_FIN,
		.rst = header->flags & TCP_RST,
		.has_ack = header->flags & TCP_ACK,
	};
	struct ending_side *mine = &judges->tap[side], *other = &judges->tap[!side];
	tcp_ending_see(&judges->trace, (enum tcp_ending_side)side, header);
	if (segment.fin)
		ending_fin_see(mine, &segment);
	if (segment.rst && !other->rst && !mine->rst)
		judges->rst_first_by_server = side == 1;
	if (segment.rst)
		ending_rst_see(mine, other, &segment);
}

/* Numbers that lie close enough together for each to acknowledge the other's FIN, or not. */
static struct tcp_header header_of(uint64_t *random, unsigned side)
{
	uint32_t base = side == 0 ? 100 : 500, other = side == 0 ? 500 : 100;
	return (struct tcp_header){
		.seq = base + (uint32_t)random_below(random, 2),
		.ack = other + (uint32_t)random_below(random, 3),
		.flags = (uint8_t)((random_below(random, 3) ? TCP_FIN : TCP_RST) |
				   (random_below(random, 4) ? TCP_ACK : 0)),
	};
}

static enum tcp_ending_side side_of(enum td_who who)
{
	switch (who) {
	case TD_CLIENT:
		return SIDE_A;
	case TD_SERVER:
		return SIDE_B;
	case TD_BOTH:
		return SIDE_BOTH;
	default:
		return SIDE_NONE;
	}
}

static void both_judges_say_the_same(void **state)
{
	uint64_t random = 1;
	unsigned compared = 0, crossed = 0;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct judges judges = {.trace = {.flags_only = true}};
		uint64_t count = 1 + random_below(&random, SEGMENTS_MAX);
		for (uint64_t i = 0; i < count; i++) {
			unsigned side = (unsigned)random_below(&random, 2);
			struct tcp_header header = header_of(&random, side);
			see(&judges, side, &header);
		}
		const struct ending_side *client = &judges.tap[0], *server = &judges.tap[1];
		/* A FIN of an end that was reset before comes from nowhere: the tap looks at the
		 * FINs, the judge of captures at what came first. */
		if (judges.trace.first == FIRST_RST && client->fin && server->fin)
			continue;
		bool is_crossed = tcp_ending_is_crossed(&judges.trace);
		enum tcp_ending_side first = tcp_ending_first_closer(&judges.trace);
		enum tcp_ending_side tap =
			side_of(ending_first_closer(server, client, judges.rst_first_by_server));
		assert_int_equal(is_crossed ? SIDE_BOTH : first, tap);
		compared++;
		crossed += is_crossed;
	}
	assert_true(compared > ROUNDS / 2);
	assert_true(crossed > ROUNDS / 100 && crossed < compared / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(both_judges_say_the_same)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
