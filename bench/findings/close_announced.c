#include "bench/findings/close_announced.h"

#include <stdio.h>

void close_announced_write(const struct response_closes *late, char text[CLOSE_ANNOUNCED_TEXT_SIZE])
{
	unsigned long long announced = late->announced;
	unsigned long long known = announced + late->unannounced;
	char had[CLOSE_ANNOUNCED_TEXT_SIZE / 2] = "";
	text[0] = '\0';
	if (known == 0)
		return;
	if (late->timed > 0)
		snprintf(had, sizeof(had),
			"; the client's kernel had that response when %llu of %llu went out",
			(unsigned long long)late->known, (unsigned long long)late->timed);
	snprintf(text, CLOSE_ANNOUNCED_TEXT_SIZE,
		"; the server's last response announced the close (Connection: close) on %llu of "
		"%llu seen%s",
		announced, known, had);
}

const char *close_announced_cure(const struct response_closes *late)
{
	bool announces = late->announced > 0;
	if (announces == (late->unannounced > 0))
		return CLOSE_ANNOUNCED_CURE;
	if (!announces)
		return "have the server announce its last response; where it closes idle "
		       "connections, have the client give these up before the server does";
	if (late->timed == 0 || (late->known > 0 && late->known < late->timed))
		return "mend the client: nothing may be sent behind such a response, and what was "
		       "sent ahead of it (pipelining) has to be sent again";
	return late->known > 0 ? "mend the client: nothing may be sent behind such a response"
			       : CLOSE_AHEAD_CURE;
}

void close_announced_numbers(struct findings *findings, const struct response_closes *late)
{
	if (late->announced + late->unannounced == 0)
		return;
	finding_number(findings, "announced", (double)late->announced);
	finding_number(findings, "unannounced", (double)late->unannounced);
	finding_number(findings, "announced_timed", (double)late->timed);
	finding_number(findings, "announced_known", (double)late->known);
}
