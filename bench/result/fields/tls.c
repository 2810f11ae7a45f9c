/* Rows of a trial: its connections over TLS. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define COUNTED(path, member, ...)                                                                 \
	{                                                                                          \
		path, FIELD_COUNT, FIELD_OPTIONAL,                                                 \
			.known = has_handshakes,                                                   \
			.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, member),                \
			.merge = FIELD_SUM, __VA_ARGS__                                            \
	}

static bool has_handshakes(const struct trial *trial)
{
	return trial->totals.tls.handshakes > 0;
}

static const struct field fields[] = {
	{"trials[].tls", FIELD_OBJECT, FIELD_OPTIONAL, .known = has_handshakes,
		.merge = FIELD_PARTS,
		.sentence = "Connections over TLS, as the builtin loader saw them. Left out where "
			    "no handshake was completed."},
	{"trials[].tls.version", FIELD_TEXT, FIELD_OPTIONAL, .known = has_handshakes,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.tls.version),
		.merge = FIELD_WHO,
		.sentence = "The version that both ends agreed on, such as TLSv1.3; mixed where "
			    "they did not agree on the same each time."},
	{"trials[].tls.cipher", FIELD_TEXT, FIELD_OPTIONAL, .known = has_handshakes,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.tls.cipher),
		.merge = FIELD_WHO,
		.sentence = "The cipher suite; mixed where there were several."},
	COUNTED("trials[].tls.handshakes", totals.tls.handshakes,
		.sentence = "TLS handshakes that were completed."),
	COUNTED("trials[].tls.resumed", totals.tls.resumed,
		.sentence = "Of these, those that resumed the session of a connection before."),
	{"trials[].tls.resumed_share", FIELD_NUMBER, FIELD_OPTIONAL, .known = has_handshakes,
		.format = FIELD_PERCENT,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, tls_resumed_share),
		.merge = FIELD_MEAN, .weight = "tls.handshakes",
		.sentence = "The share of the handshakes that resumed a session."},
	COUNTED("trials[].tls.failed", totals.tls.failed, .better = FIELD_LESS,
		.sentence = "Connections on which TLS failed, in the handshake or behind it."),
	COUNTED("trials[].tls.notified_by_client", totals.tls.notified,
		.sentence = "Connections on which the client sent its close_notify."),
	COUNTED("trials[].tls.notified_by_server", totals.tls.peer_notified,
		.sentence = "Connections on which the client read the server's close_notify. Once "
			    "its own FIN is out, most strategies' clients look for it no more."),
	COUNTED("trials[].tls.truncated", totals.tls.truncated, .better = FIELD_LESS,
		.sentence = "Connections whose end of stream the client read without the server's "
			    "close_notify, while its own stream was open."),
};

const struct field_group field_group_tls = {"TLS", fields, sizeof(fields) / sizeof(fields[0])};
