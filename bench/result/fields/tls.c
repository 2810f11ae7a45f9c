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

static bool has_failed(const struct trial *trial)
{
	return trial->totals.tls.failed > 0;
}

/* Whether the builtin loader has spoken TLS, and so has counted what came of it. */
static bool is_counted(const struct trial *trial)
{
	return has_handshakes(trial) || has_failed(trial);
}

static bool has_hellos(const struct trial *trial)
{
	return trial->packet_tap.counts.hellos.told > 0;
}

static bool has_tls(const struct trial *trial)
{
	return is_counted(trial) || has_hellos(trial);
}

static bool share_is_known(const struct trial *trial)
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
	{"trials[].tls.key", FIELD_TEXT, FIELD_OPTIONAL, .known = has_handshakes,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, tls_key), .merge = FIELD_WHO,
		.sentence = "Kind and bits of the key in the server's certificate, such as EC 256 "
			    "or RSA 2048, which decide what a full handshake costs; mixed where "
			    "there were several."},
	COUNTED("trials[].tls.handshakes", totals.tls.handshakes, is_counted,
		.sentence = "TLS handshakes that were completed."),
	COUNTED("trials[].tls.resumed", totals.tls.resumed, is_counted,
		.sentence = "Of these, those that resumed the session of a connection before."),
	COUNTED("trials[].tls.hellos", packet_tap.counts.hellos.told, has_hellos,
		.sentence = "Connections that were looked at whose ServerHello told whether it "
			    "resumes a session: in TLS 1.3 by its extensions, in 1.2 by what "
			    "follows in the same segment. Of any loader; among "
			    "first_closer.packet_tap.share of the connections."),
	COUNTED("trials[].tls.hellos_resumed", packet_tap.counts.hellos.resumed, has_hellos,
		.sentence = "Of these, those that resumed the session of a connection before: "
			    "with a pre_shared_key, or without a certificate."),
	{"trials[].tls.resumed_share", FIELD_NUMBER, FIELD_OPTIONAL, .known = share_is_known,
		.format = FIELD_PERCENT,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, tls_resumed_share),
		.merge = FIELD_MEAN, .weight = "connections.opened",
		.sentence = "The share of the handshakes that resumed a session; of a "
			    "third-party loader, of the hellos."},
	{"trials[].tls.handshake_cpu_us", FIELD_NUMBER, FIELD_OPTIONAL, FIELD_LESS, FIELD_TENTHS,
		.known = has_handshakes, .unit = "us",
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, tls_handshake_cpu_us),
		.merge = FIELD_MEAN, .weight = "tls.handshakes",
		.sentence = "Processor time that libssl took of the loader's threads for each "
			    "handshake: so much of cpu_us_per_connection.client is the "
			    "handshake's own."},
	COUNTED("trials[].tls.failed", totals.tls.failed, is_counted, .better = FIELD_LESS,
		.sentence = "Connections on which TLS failed, in the handshake or behind it."),
	COUNTED("trials[].tls.broken", totals.tls.broken, is_counted, .better = FIELD_LESS,
		.sentence = "Of these, those that ended so before the end of a response: they are "
			    "among connections.short."),
	{"trials[].tls.failure", FIELD_TEXT, FIELD_OPTIONAL, .known = has_failed,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.tls.failure),
		.merge = FIELD_WHO,
		.sentence = "Why TLS failed on the first of them, in the words of OpenSSL; or that "
			    "the server speaks HTTP without TLS."},
	COUNTED("trials[].tls.alerts_sent", totals.tls.alerts_sent, is_counted,
		.better = FIELD_LESS,
		.sentence = "Connections on which the client sent an alert that is no "
			    "close_notify."),
	COUNTED("trials[].tls.alerts_received", totals.tls.alerts_received, is_counted,
		.better = FIELD_LESS,
		.sentence = "Connections on which the client read an alert that is no "
			    "close_notify."),
	COUNTED("trials[].tls.notified_by_client", totals.tls.notified, is_counted,
		.sentence = "Connections on which the client sent its close_notify."),
	COUNTED("trials[].tls.notified_by_server", totals.tls.peer_notified, is_counted,
		.sentence = "Connections on which the client read the server's close_notify. Once "
			    "its own FIN is out, most strategies' clients look for it no more."),
	COUNTED("trials[].tls.truncated", totals.tls.truncated, is_counted, .better = FIELD_LESS,
		.sentence = "Connections whose end of stream the client read without the server's "
			    "close_notify, while its own stream was open."),
};

const struct field_group field_group_tls = {"TLS", fields, sizeof(fields) / sizeof(fields[0])};
