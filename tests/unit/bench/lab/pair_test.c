/* Where a connection begins among the segments that the wire saw: at its own SYN. */
#include "bench/lab/pair.h"
#include "common/clock.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PORT 40000
#define FRAME_BYTES 54

static void u16_put(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Ethernet, IPv4 and TCP headers without options; numbers below 65536. */
static void numbered_add(struct frame_record *record, enum lab_end from, enum frame_fate fate,
	unsigned client_port, uint8_t flags, unsigned seq, unsigned ack)
{
	uint8_t bytes[FRAME_BYTES] = {0};
	const struct frame_sight sight = {.from = (uint8_t)from, .fate = (uint8_t)fate};
	u16_put(bytes + 12, 0x0800);
	bytes[14] = 0x45;
	u16_put(bytes + 16, FRAME_BYTES - 14);
	bytes[23] = IPPROTO_TCP;
	u16_put(bytes + 34, from == CLIENT ? client_port : LAB_PORT);
	u16_put(bytes + 36, from == CLIENT ? LAB_PORT : client_port);
	u16_put(bytes + 40, seq);
	u16_put(bytes + 44, ack);
	bytes[46] = 5 << 4;
	bytes[47] = flags;
	frame_record_add(record, &sight, (struct iovec){bytes, sizeof(bytes)});
}

static void segment_add(struct frame_record *record, enum lab_end from, enum frame_fate fate,
	unsigned client_port, uint8_t flags)
{
	numbered_add(record, from, fate, client_port, flags, 0, 0);
}

static struct pair pair_make(uint64_t mark)
{
	struct pair pair = {.mark = mark, .mark_end = UINT64_MAX};
	struct sockaddr_in *client = (struct sockaddr_in *)&pair.client.storage;
	client->sin_family = AF_INET;
	client->sin_port = htons(PORT);
	pair.client.length = sizeof(*client);
	return pair;
}

/* The RST of an older connection of the same ports leaves behind the place where the next one was
 * made. */
static void begins_behind_a_late_reset(void **state)
{
	struct frame_record record = {0};
	const struct pair pair = pair_make(1);
	segment_add(&record, CLIENT, FATE_PASSED, PORT, TCP_SYN); /* of the older one */
	segment_add(&record, CLIENT, FATE_PASSED, PORT, TCP_RST | TCP_ACK);
	segment_add(&record, SERVER, FATE_PASSED, PORT, TCP_RST);
	segment_add(&record, CLIENT, FATE_PASSED, PORT, TCP_SYN);
	segment_add(&record, SERVER, FATE_PASSED, PORT, TCP_SYN | TCP_ACK);
	assert_int_equal(pair_begin(&pair, &record), 3);
	frame_record_finish(&record);
}

/* Neither the server's SYN, nor one of another port, nor a copy that the wire lets go. */
static void begins_with_its_own_syn(void **state)
{
	struct frame_record record = {0};
	const struct pair pair = pair_make(0);
	segment_add(&record, SERVER, FATE_PASSED, PORT, TCP_SYN | TCP_ACK);
	segment_add(&record, CLIENT, FATE_PASSED, PORT + 1, TCP_SYN);
	segment_add(&record, CLIENT, FATE_RELEASED, PORT, TCP_SYN);
	assert_int_equal(pair_begin(&pair, &record), 3);
	segment_add(&record, CLIENT, FATE_HELD, PORT, TCP_SYN);
	assert_int_equal(pair_begin(&pair, &record), 3);
	segment_add(&record, CLIENT, FATE_PASSED, PORT, TCP_SYN);
	assert_int_equal(pair_begin(&pair, &record), 3);
	frame_record_finish(&record);
}

#define FIN_ACK (TCP_FIN | TCP_ACK)

/* A FIN has a number of its own: with that it is the same FIN, whatever it acknowledges by now. */
static void a_fin_is_sent_again(void **state)
{
	struct frame_record record = {0};
	numbered_add(&record, CLIENT, FATE_PASSED, PORT, FIN_ACK, 7, 20); /* 0 */
	numbered_add(&record, SERVER, FATE_PASSED, PORT, FIN_ACK, 7, 20); /* 1: the other's */
	numbered_add(
		&record, CLIENT, FATE_PASSED, PORT + 1, FIN_ACK, 7, 20);  /* 2: another pair's */
	numbered_add(&record, CLIENT, FATE_PASSED, PORT, FIN_ACK, 8, 20); /* 3 */
	numbered_add(&record, CLIENT, FATE_PASSED, PORT, TCP_ACK, 7, 20); /* 4: no FIN */
	numbered_add(&record, CLIENT, FATE_PASSED, PORT, FIN_ACK, 7, 20); /* 5: again */
	numbered_add(&record, CLIENT, FATE_PASSED, PORT, FIN_ACK, 7, 21); /* 6: again */
	for (uint64_t at = 0; at < record.count; at++)
		assert_int_equal(pair_is_again(&record, 0, at), at > 4);
	/* Only those behind it count. */
	assert_false(pair_is_again(&record, 1, 5));
	frame_record_finish(&record);
}

static void an_ack_that_says_more_is_another_one(void **state)
{
	struct frame_record record = {0};
	numbered_add(&record, SERVER, FATE_PASSED, PORT, TCP_ACK, 7, 20);
	numbered_add(&record, SERVER, FATE_PASSED, PORT, TCP_ACK, 7, 21);
	numbered_add(&record, SERVER, FATE_PASSED, PORT, TCP_ACK, 7, 21);
	assert_false(pair_is_again(&record, 0, 1));
	assert_true(pair_is_again(&record, 0, 2));
	frame_record_finish(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_behind_a_late_reset),
		cmocka_unit_test(begins_with_its_own_syn),
		cmocka_unit_test(a_fin_is_sent_again),
		cmocka_unit_test(an_ack_that_says_more_is_another_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
