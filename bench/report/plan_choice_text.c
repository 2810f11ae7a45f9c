#include "bench/report/plan_choice_text.h"

#include "bench/plan/plan_choice.h"
#include "bench/report/paragraph.h"
#include "bench/report/strategy_text.h"

#define LINE_MAX_BYTES 512

/* "; its TIME_WAITs take 3.36 MB at the server", or nothing. */
static void memory_write(const struct plan_figures *chosen, char *text, size_t size)
{
	bool at_server = chosen->server_bytes > 0, at_client = chosen->client_bytes > 0;
	int used = 0;
	text[0] = '\0';
	if (at_server)
		used = snprintf(text, size, "; its TIME_WAITs take %.2f MB at the server",
			chosen->server_bytes / 1e6);
	if (at_client && used >= 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used, "%s %.2f MB at each host",
			at_server ? " and" : "; its TIME_WAITs take", chosen->client_bytes / 1e6);
}

/* What a plan does not know is said beside the choice. */
static void limits_print(const struct plan_asked *asked, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES];
	snprintf(line, sizeof(line),
		"this is of ports and TIME_WAIT alone, not of processors and links%s",
		asked->round_trip_s > 0
			? ""
			: "; without --rtt open connections are taken to hold no port");
	paragraph_print(line, width, out);
}

static void better_print(const struct plan_figures *better, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES], memory[LINE_MAX_BYTES / 2];
	memory_write(better, memory, sizeof(memory));
	snprintf(line, sizeof(line), "of all strategies: %s, which holds it and gives up %s%s",
		better->strategy->name, strategy_text_loss(plan_gives_up(better)), memory);
	paragraph_print(line, width, out);
}

void plan_choice_print(const struct plan_asked *asked, const struct plan_figures *chosen,
	const struct plan_figures *better, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES], memory[LINE_MAX_BYTES / 2];
	if (!chosen) {
		paragraph_print("choice: none of these strategies holds that rate", width, out);
	} else {
		memory_write(chosen, memory, sizeof(memory));
		snprintf(line, sizeof(line), "choice: %s, which holds the rate%s and gives up %s%s",
			chosen->strategy->name, chosen->is_slow ? " slowly" : "",
			strategy_text_loss(plan_gives_up(chosen)), memory);
		paragraph_print(line, width, out);
	}
	if (better)
		better_print(better, width, out);
	if (chosen || better)
		limits_print(asked, width, out);
}
