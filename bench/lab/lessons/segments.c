/* One request, one response, all bytes acknowledged and both ends closed: how many segments.
 *
 *     client                                    server
 *                  ──────── SYN ────────▶
 *                  ◀────── SYN, ACK ─────
 *                  ───── ACK, request ───▶      the ACK waits for it: TCP_QUICKACK = 0
 *                  ◀─ ACK, response, FIN ─      they wait for each other: MSG_MORE
 *                  ────── FIN, ACK ──────▶      close() in less than 40 ms
 *                  ◀──────── ACK ────────
 */
#include "bench/lab/lesson.h"
#include "bench/lab/service.h"
#include "bench/statistics/statistics.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

static const struct claim claims[] = {
	{"eleven",
		"Opening takes three segments, a message and its ACK two, closing four: eleven for "
		"a request and its response.",
		"RFC 9293, figures 6 and 12"},
	{"ack-rides", "The ACK of the request can ride on the response.",
		"RFC 9293, 3.8.6.3; tcp(7), TCP_QUICKACK"},
	{"fin-rides", "The FIN can ride on the response.", "RFC 9293, 3.10.4; send(2), MSG_MORE"},
	{"handshake-rides", "The last ACK of the handshake can ride on the request.",
		"RFC 9293, 3.5; tcp(7), TCP_QUICKACK"},
	{"reset-saves", "Who wants less than ten has to reset.", "common belief"},
};

#define TRIES 9
#define RESPONSE_BYTES 200

/* What is saved, and by whom. */
enum saving {
	LAST_ACK_OF_HANDSHAKE = 1, /* client: rides on the request */
	ACK_OF_REQUEST = 2,        /* server: rides on the response */
	FIN_ON_RESPONSE = 4,       /* server */
	RESET = 8,                 /* server: instead of its FIN */
};

static unsigned segments_once(struct lab *lab, unsigned savings, const char *caption)
{
	lab_listen(lab);
	if (savings & ACK_OF_REQUEST)
		lab_listener_option(lab, IPPROTO_TCP, TCP_QUICKACK, 0);
	if (savings & LAST_ACK_OF_HANDSHAKE)
		lab_client_option(lab, IPPROTO_TCP, TCP_QUICKACK, 0);
	struct pair *pair = lab_connect_and_request(lab);
	lab_show(pair, caption);
	lab_read(pair, SERVER, LAB_REQUEST_BYTES);
	(savings & FIN_ON_RESPONSE ? lab_send_more : lab_send)(pair, SERVER, RESPONSE_BYTES);
	(savings & RESET ? lab_reset : lab_close)(pair, SERVER);
	lab_drain(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	return lab_count_both(pair, .payload = PAYLOAD_ANY);
}

/* The usual number: a machine that is busy lets an ACK go early, or an end close late. */
static unsigned segments_of(struct lab *lab, unsigned savings, const char *claim,
	const char *figure, const char *caption)
{
	double counts[TRIES];
	for (int i = 0; i < TRIES; i++)
		counts[i] = segments_once(lab, savings, i == 0 ? caption : NULL);
	double usual = statistics_median(counts, TRIES);
	lab_measure(lab, claim, {figure, usual});
	return (unsigned)usual;
}

static void play(struct lab *lab)
{
	unsigned plain = segments_of(lab, 0, "eleven", "segments", "close() at both ends");
	lab_decide(lab, "eleven", plain == 11 ? HOLDS : DIFFERS, "%u.", plain);
	if (plain == 10)
		lab_explain(lab, "eleven", DIFFERS,
			"the client closes as soon as it reads the end, so its FIN carries the ACK "
			"of the server's");

	unsigned ack = segments_of(lab, ACK_OF_REQUEST, "ack-rides", "segments", NULL);
	lab_holds(lab, "ack-rides", ack < plain,
		"%u with TCP_QUICKACK = 0 at the server, %u without.", ack, plain);
	lab_explain(lab, "ack-rides", HOLDS,
		"Linux acknowledges the first segments of a connection at once");

	unsigned fin = segments_of(lab, FIN_ON_RESPONSE, "fin-rides", "segments", NULL);
	unsigned both = segments_of(lab, ACK_OF_REQUEST | FIN_ON_RESPONSE, "fin-rides",
		"segments_with_ack_rides", NULL);
	lab_holds(lab, "fin-rides", fin < plain && both < ack,
		"%u where the server sends the response with MSG_MORE and closes, %u where the ACK "
		"of the request rides on it, too.",
		fin, both);

	unsigned all = segments_of(lab, LAST_ACK_OF_HANDSHAKE | ACK_OF_REQUEST | FIN_ON_RESPONSE,
		"handshake-rides", "segments", "all that can ride rides");
	lab_holds(lab, "handshake-rides", all < both,
		"%u where the client held that ACK back (TCP_QUICKACK = 0 before the SYN-ACK "
		"came), %u else.",
		all, both);

	unsigned reset =
		segments_of(lab, RESET, "reset-saves", "segments", "a reset instead of the FIN");
	lab_holds(lab, "reset-saves", reset < fin,
		"%u with a RST of the server, %u where its FIN rides on the response, which loses "
		"nothing.",
		reset, fin);
}

const struct lesson lesson_segments = {
	.name = "segments",
	.asks = "How many segments does a connection need?",
	LESSON_CLAIMS(claims),
	.scene = "A request of 100 bytes, a response of 200, and the server closes first. What can "
		 "ride on another segment is asked to, one after the other; each way is tried nine "
		 "times, and the middle number is told.",
	.practice = "Send the last bytes with MSG_MORE before close(): two segments less, and no "
		    "client has to change.",
	.play = play,
};
