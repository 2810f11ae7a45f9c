#include "bench/measure/response_filter.h"

#include "bench/measure/filter_code.h"
#include "bench/trace/server_hello.h"

#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>

/* The bytes that pass of a packet, by how it ends: fewer than the ring has room for, so that what
 * the ring cuts off is longer. */
#define PASS_LAST_CHUNK 900
#define PASS_UNPROVEN 896
#define PASS_ALL 0xffff

static const uint32_t begin = 0x48545450, status_at = 9, line_least = 12; /* "HTTP" */
static const uint32_t empty_line = 0x0d0a0d0a, empty_line_at = 3;
static const uint32_t last_chunk = 0x0d0a300d, end_bytes = 7; /* "\r\n0\r" */
static const uint32_t handshake = 0x1603, server_hello = 2;   /* content 22, TLS */

/* The offsets that the filter jumps to. */
enum {
	DATA = 18,
	HELLO = 29,
	STATUS = 33,
	HEAD = 36,
	SHORT = 39,
	OTHER,
	TAIL = 42,
	SAID = 49,
	UNPROVEN = 51,
	LAST,
	WHOLE,
	DROP
};

/* The end is looked at by the last seven bytes: "0" on a line of its own, and an empty line. What
 * is to pass where it is another waits in the first word of the filter's memory. */
struct sock_fprog response_filter_write(uint16_t server_port, uint32_t share,
	enum response_filter_mode mode, struct sock_filter code[RESPONSE_FILTER_SIZE])
{
	bool any = mode == RESPONSE_FILTER_ALL;
	const struct sock_filter written[RESPONSE_FILTER_SIZE] = {
		FILTER_TO_TCP(DROP),
		LOAD(FILTER_TCP, BPF_H, BPF_IND, 0),
		JUMP(14, BPF_JEQ, server_port, 15, DROP),
		LOAD(15, BPF_H, BPF_IND, 2),
		[16] = BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 2 * (share - 1)),
		JUMP(17, BPF_JEQ, 0, DATA, DROP),
		FILTER_TO_DATA(DATA),
		JUMP(25, BPF_JEQ, 0, DROP, 26),
		JUMP(26, BPF_JGE, line_least, 27, any ? SHORT : DROP),
		LOAD(27, BPF_W, BPF_IND, 0),
		JUMP(28, BPF_JEQ, begin, STATUS, HELLO),
		[HELLO] = BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
		JUMP(30, BPF_JEQ, handshake, 31, any ? OTHER : DROP),
		LOAD(31, BPF_B, BPF_IND, HELLO_TYPE_AT),
		JUMP(32, BPF_JEQ, server_hello, WHOLE, any ? OTHER : DROP),
		LOAD(STATUS, BPF_B, BPF_IND, status_at),
		JUMP(34, BPF_JEQ, any ? UINT32_MAX : '2', DROP, 35),
		JUMP(35, BPF_JEQ, any ? UINT32_MAX : '1', DROP, HEAD),
		[HEAD] = BPF_STMT(BPF_LD | BPF_IMM, PASS_ALL),
		[37] = BPF_STMT(BPF_ST, 0),
		[38] = BPF_STMT(BPF_JMP | BPF_JA, TAIL - 38 - 1),
		JUMP(SHORT, BPF_JGT, RESPONSE_TAIL_SHORT, OTHER, UNPROVEN),
		[OTHER] = BPF_STMT(BPF_LD | BPF_IMM, 0),
		[41] = BPF_STMT(BPF_ST, 0),
		[TAIL] = BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		[43] = BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, end_bytes),
		[44] = BPF_STMT(BPF_MISC | BPF_TAX, 0),
		LOAD(45, BPF_W, BPF_IND, empty_line_at),
		JUMP(46, BPF_JEQ, empty_line, 47, SAID),
		LOAD(47, BPF_W, BPF_IND, 0),
		JUMP(48, BPF_JEQ, last_chunk, LAST, UNPROVEN),
		[SAID] = BPF_STMT(BPF_LD | BPF_MEM, 0),
		[50] = BPF_STMT(BPF_RET | BPF_A, 0),
		[UNPROVEN] = BPF_STMT(BPF_RET | BPF_K, PASS_UNPROVEN),
		[LAST] = BPF_STMT(BPF_RET | BPF_K, PASS_LAST_CHUNK),
		[WHOLE] = BPF_STMT(BPF_RET | BPF_K, PASS_ALL),
		[DROP] = BPF_STMT(BPF_RET | BPF_K, 0),
	};
	if (mode == RESPONSE_FILTER_NONE) {
		code[0] = written[DROP];
		return (struct sock_fprog){1, code};
	}
	memcpy(code, written, sizeof(written));
	return (struct sock_fprog){RESPONSE_FILTER_SIZE, code};
}

enum response_tail response_filter_tail(size_t passed_bytes)
{
	if (passed_bytes == PASS_LAST_CHUNK)
		return RESPONSE_TAIL_LAST_CHUNK;
	return passed_bytes == PASS_UNPROVEN ? RESPONSE_TAIL_UNPROVEN : RESPONSE_TAIL_OPEN;
}
