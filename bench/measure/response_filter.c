#include "bench/measure/response_filter.h"

#include "bench/measure/filter_code.h"

#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>

struct sock_fprog response_filter_write(uint16_t server_port, uint32_t share,
	enum response_filter_mode mode, struct sock_filter code[RESPONSE_FILTER_SIZE])
{
	enum { HEAD_DATA = 18, STATUS = 29, PASS_HEAD = 32, DROP_HEAD };
	const uint32_t begin = 0x48545450, status_at = 9, line_least = 12; /* "HTTP" */
	bool any = mode == RESPONSE_FILTER_ALL;
	const struct sock_filter written[RESPONSE_FILTER_SIZE] = {
		FILTER_TO_TCP(DROP_HEAD),
		LOAD(FILTER_TCP, BPF_H, BPF_IND, 0),
		JUMP(14, BPF_JEQ, server_port, 15, DROP_HEAD),
		LOAD(15, BPF_H, BPF_IND, 2),
		[16] = BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 2 * (share - 1)),
		JUMP(17, BPF_JEQ, 0, HEAD_DATA, DROP_HEAD),
		FILTER_TO_DATA(HEAD_DATA),
		JUMP(25, BPF_JEQ, 0, DROP_HEAD, 26),
		JUMP(26, BPF_JGE, line_least, 27, DROP_HEAD),
		LOAD(27, BPF_W, BPF_IND, 0),
		JUMP(28, BPF_JEQ, begin, STATUS, DROP_HEAD),
		LOAD(STATUS, BPF_B, BPF_IND, status_at),
		JUMP(30, BPF_JEQ, any ? UINT32_MAX : '2', DROP_HEAD, 31),
		JUMP(31, BPF_JEQ, any ? UINT32_MAX : '1', DROP_HEAD, PASS_HEAD),
		[PASS_HEAD] = BPF_STMT(BPF_RET | BPF_K, 0xffff),
		[DROP_HEAD] = BPF_STMT(BPF_RET | BPF_K, 0),
	};
	if (mode == RESPONSE_FILTER_NONE) {
		code[0] = written[DROP_HEAD];
		return (struct sock_fprog){1, code};
	}
	memcpy(code, written, sizeof(written));
	return (struct sock_fprog){RESPONSE_FILTER_SIZE, code};
}
