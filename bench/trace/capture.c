#include "bench/trace/capture.h"
#include "bench/trace/live_reader.h"
#include "bench/trace/pcapng_reader.h"

#include <pcap/pcap.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
/* Of the stream: fewer, larger reads. */
#define STREAM_BYTES ((size_t)1 << 18)

struct capture {
	const char *name;
	FILE *file; /* NULL: it is libpcap's, or there is none */
	/* One of these. */
	pcap_t *pcap;
	struct pcapng_reader *pcapng;
	struct live_reader *live;
	uint64_t packets;
	char *buffer; /* of the stream; outlives it */
};

static int capture_begin(struct capture *capture, struct error *error)
{
	int first = getc(capture->file);
	if (first == EOF && ferror(capture->file))
		return error_set_errno(error, STATUS_FAILED, "%s: cannot be read", capture->name);
	if (first == EOF)
		return error_set(error, STATUS_FAILED, "%s: is empty", capture->name);
	ungetc(first, capture->file);
	if (first == PCAPNG_FIRST_BYTE) {
		capture->pcapng = pcapng_reader_create(capture->file, capture->name);
		return capture->pcapng ? 0 : error_set(error, STATUS_FAILED, "no memory");
	}
	char why[PCAP_ERRBUF_SIZE] = "";
	capture->pcap = pcap_fopen_offline_with_tstamp_precision(
		capture->file, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!capture->pcap)
		return error_set(error, STATUS_FAILED, "%s: is no capture: %s", capture->name, why);
	capture->file = NULL;
	return 0;
}

struct capture *capture_read(FILE *file, const char *name, struct error *error)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	if (!capture) {
		fclose(file);
		error_set(error, STATUS_FAILED, "no memory");
		return NULL;
	}
	capture->name = name;
	capture->file = file;
	capture->buffer = malloc(STREAM_BYTES);
	if (capture->buffer)
		setvbuf(file, capture->buffer, _IOFBF, STREAM_BYTES);
	/* One thread alone reads it: libpcap's two reads a packet need no lock. */
	__fsetlocking(file, FSETLOCKING_BYCALLER);
	if (capture_begin(capture, error) == 0)
		return capture;
	capture_close(capture);
	return NULL;
}

struct capture *capture_open(const char *path, struct error *error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "rbe");
	if (!file) {
		error_set_errno(error, STATUS_FAILED, "%s: cannot be opened", path);
		return NULL;
	}
	return capture_read(file, is_stdin ? "stdin" : path, error);
}

struct capture *capture_listen(const struct capture_live *live, struct error *error)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	if (!capture) {
		error_set(error, STATUS_FAILED, "no memory");
		return NULL;
	}
	capture->name = live->interface;
	capture->live = live_reader_create(live, error);
	if (capture->live)
		return capture;
	capture_close(capture);
	return NULL;
}

uint64_t capture_lost(struct capture *capture)
{
	return capture->live ? live_reader_lost(capture->live) : 0;
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	pcapng_reader_destroy(capture->pcapng);
	live_reader_destroy(capture->live);
	if (capture->pcap)
		pcap_close(capture->pcap);
	if (capture->file)
		fclose(capture->file);
	free(capture->buffer);
	free(capture);
}

static enum capture_status pcap_read(
	struct capture *capture, struct capture_packet *packet, struct error *error)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int status = pcap_next_ex(capture->pcap, &header, &bytes);
	if (status == PCAP_ERROR_BREAK)
		return CAPTURE_END;
	if (status != 1) {
		error_set(error, STATUS_FAILED, "%s: packet %ju cannot be read: %s", capture->name,
			(uintmax_t)capture->packets + 1, pcap_geterr(capture->pcap));
		return CAPTURE_BROKEN;
	}
	*packet = (struct capture_packet){
		.at_ns = (uint64_t)header->ts.tv_sec * NS_PER_S + (uint64_t)header->ts.tv_usec,
		.bytes = bytes,
		.captured = header->caplen,
		.length = header->len,
		.link_type = pcap_datalink(capture->pcap),
	};
	return CAPTURE_PACKET;
}

static enum capture_status any_read(
	struct capture *capture, struct capture_packet *packet, struct error *error)
{
	if (capture->live)
		return live_reader_next(capture->live, packet, error);
	if (capture->pcapng)
		return pcapng_reader_next(capture->pcapng, packet, error);
	return pcap_read(capture, packet, error);
}

enum capture_status capture_next(
	struct capture *capture, struct capture_packet *packet, struct error *error)
{
	enum capture_status status = any_read(capture, packet, error);
	if (status != CAPTURE_PACKET)
		return status;
	packet->number = ++capture->packets;
	/* libpcap has this system's number in the place of the file's. */
	if (!capture->pcapng &&
		(packet->link_type == LINK_RAW_BSD || packet->link_type == LINK_RAW_OPENBSD))
		packet->link_type = LINK_RAW;
	if (packet->length < packet->captured)
		packet->length = packet->captured;
	return status;
}
