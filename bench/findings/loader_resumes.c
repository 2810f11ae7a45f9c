/* loader-resumes: a third-party loader resumes the TLS sessions of its earlier connections, as wrk
 * does and ab never. A resumed handshake sends no certificate and makes no signature (RFC 8446,
 * 2.2; RFC 5246, 7.3), so a connection costs the server less CPU time than one of a client that is
 * new. The hellos of the server show it, not those of the client: what a client offers, a server
 * may refuse. The builtin loader resumes where it is told to (--tls-resume). */
#include "bench/findings/finding.h"

/* Of the handshakes: fewer change no figure. */
#define RESUMED_LEAST 0.05

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct server_hellos *hellos = &trial->packet_tap.counts.hellos;
	double share = (double)hellos->resumed / (double)hellos->told;
	if (!(share >= RESUMED_LEAST) || !trial->load.is_third_party || trial->load.is_proxy)
		return;
	finding_add(findings,
		"the loader resumes TLS sessions: on %llu of %llu connections that were looked at "
		"(%.3g %%) the handshake had no certificate and no signature, as that of a client "
		"that is new has, so the server's CPU time a connection is not comparable with "
		"that of a load which resumes another share (ab resumes none); have the server "
		"resume none (nginx: ssl_session_tickets off, ssl_session_cache off), or use the "
		"builtin loader (--tls-resume off or on)",
		(unsigned long long)hellos->resumed, (unsigned long long)hellos->told, 100 * share);
	finding_number(findings, "hellos", (double)hellos->told);
	finding_number(findings, "resumed", (double)hellos->resumed);
	finding_number(findings, "resumed_share", share);
	finding_number(findings, "server_cpu_us_per_connection", figures->server_cpu_us);
}

extern const struct finding_kind finding_loader_resumes;
const struct finding_kind finding_loader_resumes = {
	.id = "loader-resumes",
	.summary = "the loader resumed TLS sessions, which spares the server most of a handshake",
	.cause = "the loader keeps the sessions of its earlier connections: their handshakes need "
		 "no certificate and no signature",
	.cure = "compare CPU figures at the same tls.resumed_share: have the server resume none, "
		"or use the builtin loader (--tls-resume off or on)",
	.detect = detect,
};
