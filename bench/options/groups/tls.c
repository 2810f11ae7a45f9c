#include "bench/options/groups/groups.h"

static const struct option_row rows[] = {
	{"tls", 0, OPTION_FLAG, FIELD(tls), NULL,
		"client and server speak TLS. Of others: {url} begins with https, wrk is given "
		"that, and a --server-command or --proxy-command has to speak it. Nobody verifies "
		"the certificate",
		0, 0},
	{"compare-tls", 0, OPTION_FLAG, FIELD(compare_tls), NULL,
		"each strategy has a row without and one with --tls, and whether these differ is "
		"told",
		0, 0},
	{"tls-resume", 0, OPTION_TEXT, FIELD(tls_resume), "off|on",
		"whether the builtin loader resumes the TLS session of a connection before", 0, 0},
};

const struct option_group run_group_tls = OPTION_GROUP("TLS", rows);
