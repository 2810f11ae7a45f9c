#include "bench/trace/live_reader.h"

#include "common/clock.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Ethernet with tags, IPv6 with extension headers, TCP with options. */
#define SNAPLEN 256
#define RING_BYTES (64 << 20)
/* The kernel tells of packets, and the reader looks whether it is to stop, ten times a second. */
#define WAKE_MS 100
/* The clock is not looked at for each packet. */
#define PACKETS_A_LOOK 1024

struct live_reader {
	pcap_t *pcap;
	const char *interface;
	uint64_t until_ns; /* CLOCK_MONOTONIC; 0: until it is stopped */
	unsigned packets;  /* since the clock was looked at */
};

/* Keeps the plain packets of other ports out of the ring. What a filter of the kernel cannot see
 * the port of, in a tunnel or a later piece, passes, and whoever reads looks at its port. Where the
 * link type has no such filter, all passes. */
static void filter_set(pcap_t *pcap, uint16_t port)
{
	char text[128];
	struct bpf_program program;
	snprintf(text, sizeof(text),
		"tcp port %u or ip[6:2] & 0x1fff != 0 or not (tcp or udp or icmp or icmp6 or arp)",
		port);
	if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) == PCAP_ERROR)
		return;
	pcap_setfilter(pcap, &program);
	pcap_freecode(&program);
}

static int refused(const char *interface, int status, const char *why, struct error *error)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return error_set(error, STATUS_HOST_CANNOT,
			"%s: reading packets needs root or CAP_NET_RAW", interface);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return error_set(error, STATUS_FAILED, "%s: there is no such interface", interface);
	case PCAP_ERROR_IFACE_NOT_UP:
		return error_set(error, STATUS_FAILED, "%s: the interface is down", interface);
	default:
		return error_set(error, STATUS_FAILED, "%s: cannot be read: %s", interface,
			why && *why ? why : pcap_statustostr(status));
	}
}

static int reader_begin(
	struct live_reader *reader, const struct capture_live *live, struct error *error)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(live->interface, why);
	if (!pcap)
		return refused(live->interface, PCAP_ERROR, why, error);
	reader->pcap = pcap;
	pcap_set_snaplen(pcap, SNAPLEN);
	pcap_set_buffer_size(pcap, RING_BYTES);
	pcap_set_timeout(pcap, WAKE_MS);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	int status = pcap_activate(pcap);
	if (status < 0)
		return refused(live->interface, status, pcap_geterr(pcap), error);
	if (live->port)
		filter_set(pcap, live->port);
	if (pcap_setnonblock(pcap, 1, why) == PCAP_ERROR)
		return refused(live->interface, PCAP_ERROR, why, error);
	return 0;
}

struct live_reader *live_reader_create(const struct capture_live *live, struct error *error)
{
	struct live_reader *reader = calloc(1, sizeof(*reader));
	if (!reader) {
		error_set(error, STATUS_FAILED, "no memory");
		return NULL;
	}
	reader->interface = live->interface;
	reader->until_ns = live->for_ns ? clock_now_ns() + live->for_ns : 0;
	if (reader_begin(reader, live, error) == 0)
		return reader;
	live_reader_destroy(reader);
	return NULL;
}

void live_reader_destroy(struct live_reader *reader)
{
	if (!reader)
		return;
	if (reader->pcap)
		pcap_close(reader->pcap);
	free(reader);
}

static bool is_past(struct live_reader *reader)
{
	if (reader->until_ns == 0 || ++reader->packets < PACKETS_A_LOOK)
		return false;
	reader->packets = 0;
	return clock_now_ns() >= reader->until_ns;
}

/* Nothing has come: waits until something does, for so long as the reader may be deaf to a signal.
 * A ring that goes, since its interface does, is told of by the next read. */
static enum capture_status wait(struct live_reader *reader, struct capture_packet *packet)
{
	struct pollfd ring = {.fd = pcap_get_selectable_fd(reader->pcap), .events = POLLIN};
	struct timespec now;
	poll(&ring, 1, WAKE_MS);
	clock_gettime(CLOCK_REALTIME, &now);
	packet->at_ns = clock_timespec_ns(&now);
	if (reader->until_ns > 0 && clock_now_ns() >= reader->until_ns)
		return CAPTURE_END;
	return CAPTURE_QUIET;
}

enum capture_status live_reader_next(
	struct live_reader *reader, struct capture_packet *packet, struct error *error)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	if (is_past(reader))
		return CAPTURE_END;
	int status = pcap_next_ex(reader->pcap, &header, &bytes);
	if (status == 0)
		return wait(reader, packet);
	if (status != 1) {
		error_set(error, STATUS_FAILED, "%s: no more packets: %s", reader->interface,
			pcap_geterr(reader->pcap));
		return CAPTURE_BROKEN;
	}
	*packet = (struct capture_packet){
		.at_ns = (uint64_t)header->ts.tv_sec * NS_PER_S + (uint64_t)header->ts.tv_usec,
		.bytes = bytes,
		.captured = header->caplen,
		.length = header->len,
		.link_type = pcap_datalink(reader->pcap),
	};
	return CAPTURE_PACKET;
}

uint64_t live_reader_lost(struct live_reader *reader)
{
	struct pcap_stat stats;
	if (pcap_stats(reader->pcap, &stats) != 0)
		return 0;
	return (uint64_t)stats.ps_drop + stats.ps_ifdrop;
}
