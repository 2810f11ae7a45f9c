/* The packet tap, and whoever gives all segments to the judge of endings, say the same of who
 * closed first. Of a FIN and a RST that cross the tap says that both did; of captures they are told
 * apart (tcp_ending_is_crossed). */
#include "bench/measure/first_closer.h"
#include "bench/trace/tcp_ending.h"
#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROUNDS 5000
#define SEGMENTS_MAX 6
#define CLIENT_ISN 99

/* Side 0 is the client, side 1 the server. */
struct judges {
	struct tcp_ending ending;
	struct first_closer *tap;
};

static void see(struct judges *judges, unsigned side, const struct tcp_header *header)
{
	const struct first_closer_segment segment = {
		.from = side == 0 ? TD_CLIENT : TD_SERVER,
		.client_port = 1024,
		.seq = header->seq,
		.ack = header->ack,
		.syn = header->flags & TCP_SYN,
		.fin = header->flags & TCP_FIN,
		.rst = header->flags & TCP_RST,
		.has_ack = header->flags & TCP_ACK,
	};
	tcp_ending_see(&judges->ending, (enum tcp_ending_side)side, header);
	first_closer_see(judges->tap, &segment);
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

static enum td_who who_of(const struct tcp_ending *ending)
{
	static const enum td_who who[] = {
		[SIDE_A] = TD_CLIENT, [SIDE_B] = TD_SERVER, [SIDE_BOTH] = TD_BOTH};
	enum tcp_ending_side first = tcp_ending_first_closer(ending);
	return tcp_ending_is_crossed(ending) ? TD_BOTH : first == SIDE_NONE ? TD_NONE : who[first];
}

static void both_say_the_same(void **state)
{
	uint64_t random = 1;
	unsigned told[4] = {0};
	for (unsigned round = 0; round < ROUNDS; round++) {
		const struct tcp_header syn = {.seq = CLIENT_ISN, .flags = TCP_SYN};
		struct judges judges = {
			.ending = {.flags_only = true}, .tap = first_closer_create()};
		assert_non_null(judges.tap);
		see(&judges, 0, &syn);
		uint64_t count = random_below(&random, SEGMENTS_MAX);
		for (uint64_t i = 0; i < count; i++) {
			unsigned side = (unsigned)random_below(&random, 2);
			struct tcp_header header = header_of(&random, side);
			see(&judges, side, &header);
		}
		struct first_closer_counts counts;
		first_closer_finish(judges.tap, &counts);
		first_closer_destroy(judges.tap);
		enum td_who who = who_of(&judges.ending);
		assert_int_equal(counts.undecided, who == TD_NONE);
		assert_int_equal(counts.client, who == TD_CLIENT);
		assert_int_equal(counts.server, who == TD_SERVER);
		assert_int_equal(counts.both, who == TD_BOTH);
		told[who]++;
	}
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		assert_true(told[i] > ROUNDS / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(both_say_the_same)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
