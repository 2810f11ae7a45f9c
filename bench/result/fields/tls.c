/* Rows of a trial: its connections over TLS. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define COUNTED(path, member, is_known, ...)                                                       \
	{                                                                                          \
		path, FIELD_COUNT, FIELD_OPTIONAL,                                                 \
			.known = is_known,                                                         \
			.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, member),                \
			.merge = FIELD_SUM, __VA_ARGS__                                            \
	}

static bool has_handshakes(const struct trial *trial)
{
	return trial->totals.tls.handshakes > 0;
}

static bool has_hellos(const struct trial *trial)
{
	return trial->packet_tap.counts.hellos.told > 0;
}

static bool has_tls(const struct trial *trial)
{
	return has_handshakes(trial) || has_hellos(trial);
}

static bool version_is_known(const struct trial *trial)
{
	return has_handshakes(trial) || server_hellos_version(&trial->packet_tap.counts.hellos);
}

static const struct field fields[] = {
	{"trials[].tls", FIELD_OBJECT, FIELD_OPTIONAL, .known = has_tls, .merge = FIELD_PARTS,
		.sentence = "Connections over TLS, as the builtin loader saw them, and the "
			    "hellos of any loader's. Left out where there were none."},
	{"trials[].tls.version", FIELD_TEXT, FIELD_OPTIONAL, .known = version_is_known,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, tls_version),
		.merge = FIELD_WHO,
		.sentence = "The version that both ends agreed on, such as TLSv1.3; mixed where "
			    "they did not agree on the same each time. Of a third-party loader by "
			    "the hellos."},
	{"trials[].tls.cipher", FIELD_TEXT, FIELD_OPTIONAL, .known = has_handshakes,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.tls.cipher),
		.merge = FIELD_WHO,
		.sentence = "The cipher suite; mixed where there were several."},
	COUNTED("trials[].tls.handshakes", totals.tls.handshakes, has_handshakes,
		.sentence = "TLS handshakes that were completed."),
	COUNTED("trials[].tls.resumed", totals.tls.resumed, has_handshakes,
		.sentence = "Of these, those that resumed the session of a connection before."),
	COUNTED("trials[].tls.hellos", packet_tap.counts.hellos.told, has_hellos,
		.sentence = "Connections that were looked at whose ServerHello told whether it "
			    "resumes a session: in TLS 1.3 by its extensions, in 1.2 by what "
			    "follows in the same segment. Of any loader; among "
			    "first_closer.packet_tap.share of the connections."),
	COUNTED("trials[].tls.hellos_resumed", packet_tap.counts.hellos.resumed, has_hellos,
		.sentence = "Of these, those that resumed the session of a connection before: "
			    "with a pre_shared_key, or without a certificate."),
	{"trials[].tls.resumed_share", FIELD_NUMBER, FIELD_OPTIONAL, .known = has_tls,
		.format = FIELD_PERCENT,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, tls_resumed_share),
		.merge = FIELD_MEAN, .weight = "connections.opened",
		.sentence = "The share of the handshakes that resumed a session; of a "
			    "third-party loader, of the hellos."},
	COUNTED("trials[].tls.failed", totals.tls.failed, has_handshakes, .better = FIELD_LESS,
		.sentence = "Connections on which TLS failed, in the handshake or behind it."),
	COUNTED("trials[].tls.notified_by_client", totals.tls.notified, has_handshakes,
		.sentence = "Connections on which the client sent its close_notify."),
	COUNTED("trials[].tls.notified_by_server", totals.tls.peer_notified, has_handshakes,
		.sentence = "Connections on which the client read the server's close_notify. Once "
			    "its own FIN is out, most strategies' clients look for it no more."),
	COUNTED("trials[].tls.truncated", totals.tls.truncated, has_handshakes,
		.better = FIELD_LESS,
		.sentence = "Connections whose end of stream the client read without the server's "
			    "close_notify, while its own stream was open."),
};

const struct field_group field_group_tls = {"TLS", fields, sizeof(fields) / sizeof(fields[0])};
