/* Classic BPF in an array, each instruction at its own offset: what the filters of packets are
 * written in (linux/filter.h). */
#ifndef BENCH_MEASURE_FILTER_CODE_H
#define BENCH_MEASURE_FILTER_CODE_H

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stddef.h>

#define LOAD(at, size, mode, offset) [at] = BPF_STMT(BPF_LD | (size) | (mode), offset)
#define JUMP(at, test, operand, yes, no)                                                           \
	[at] = BPF_JUMP(BPF_JMP | (test) | BPF_K, operand, (yes) - (at)-1, (no) - (at)-1)
/* Of the length of the TCP header, which is a bit field in struct tcphdr. */
#define TH_OFF_AT 12

/* What a filter of IP packets may begin with: segments of TCP alone go on at FILTER_TCP, with X as
 * the length of the IP header; a later fragment has no header. `drop` is where all else goes. */
enum { FILTER_IPV4 = 4, FILTER_IPV6 = 10, FILTER_TCP = 13 };
#define FILTER_TO_TCP(drop)                                                                        \
	LOAD(0, BPF_B, BPF_ABS, 0), [1] = BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),                  \
				    JUMP(2, BPF_JEQ, 6, FILTER_IPV6, 3),                           \
				    JUMP(3, BPF_JEQ, 4, FILTER_IPV4, drop),                        \
				    LOAD(FILTER_IPV4, BPF_B, BPF_ABS,                              \
					    offsetof(struct iphdr, protocol)),                     \
				    JUMP(5, BPF_JEQ, IPPROTO_TCP, 6, drop),                        \
				    LOAD(6, BPF_H, BPF_ABS, offsetof(struct iphdr, frag_off)),     \
				    JUMP(7, BPF_JSET, IP_OFFMASK, drop, 8),                        \
				    [8] = BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),                  \
				    [9] = BPF_STMT(BPF_JMP | BPF_JA, FILTER_TCP - 9 - 1),          \
				    LOAD(FILTER_IPV6, BPF_B, BPF_ABS,                              \
					    offsetof(struct ip6_hdr, ip6_nxt)),                    \
				    JUMP(11, BPF_JEQ, IPPROTO_TCP, 12, drop),                      \
				    [12] = BPF_STMT(                                               \
					    BPF_LDX | BPF_W | BPF_IMM, sizeof(struct ip6_hdr))

/* Seven instructions from X as the length of the IP header to X as that of both headers, and A as
 * the number of bytes behind them. */
#define FILTER_TO_DATA(at)                                                                         \
	LOAD(at, BPF_B, BPF_IND, TH_OFF_AT),                                                       \
		[(at) + 1] = BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),                            \
			[(at) + 2] = BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 2),                       \
			[(at) + 3] = BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),                       \
			[(at) + 4] = BPF_STMT(BPF_MISC | BPF_TAX, 0),                              \
			[(at) + 5] = BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),                        \
			[(at) + 6] = BPF_STMT(BPF_ALU | BPF_SUB | BPF_X, 0)

#endif
