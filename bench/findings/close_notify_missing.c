/* close-notify-missing: the server ends connections over TLS by a FIN alone. A close_notify ends
 * the stream (RFC 8446, 6.1); without it a client cannot tell the end from a cut (RFC 9112, 9.8).
 * OpenSSL resumes no session that ended so, and answers with an alert, which a closed socket resets
 * (teardown lab tls-truncation, tls-resumption). Responses that are cut are response-truncated. */
#include "bench/findings/finding.h"
#include "bench/trial/record.h"

/* Of the handshakes: fewer are faults of single connections. */
#define MISSING_LEAST 0.05

static bool is_declared_so(const struct trial *trial)
{
	return trial_is_declared(trial) && trial->strategy->server.notify == TD_NOTIFY_NONE;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_tls *tls = &trial->totals.tls;
	uint64_t missing = finding_less(tls->truncated, load_totals_truncated(&trial->totals));
	double share = (double)missing / (double)tls->handshakes;
	if (!(share >= MISSING_LEAST) || is_declared_so(trial))
		return;
	finding_add(findings,
		"on %llu of %llu connections over TLS (%.3g %%) the server's FIN came without "
		"close_notify, and no response was cut: clients cannot tell this end from a cut; "
		"OpenSSL's resume no such session, and answer with an alert, which a closed "
		"socket resets; send close_notify before the FIN (SSL_shutdown(3))",
		(unsigned long long)missing, (unsigned long long)tls->handshakes, 100 * share);
	finding_number(findings, "missing", (double)missing);
	finding_number(findings, "handshakes", (double)tls->handshakes);
	finding_number(findings, "share", share);
}

extern const struct finding_kind finding_close_notify_missing;
const struct finding_kind finding_close_notify_missing = {
	.id = "close-notify-missing",
	.summary = "the server ended TLS connections by a FIN without close_notify",
	.cause = "the server closes the socket without a call that ends TLS",
	.cure = "send close_notify before the FIN: SSL_shutdown(3), gnutls_bye(3), Python's "
		"SSLSocket.unwrap",
	.detect = detect,
};
