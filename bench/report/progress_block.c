#include "bench/report/progress_block.h"

#include "bench/result/figure_text.h"
#include "common/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#define BAR_CELLS 10
#define GAUGE_CELLS 5
/* A terminal that would wrap the first line has no block. */
#define WIDTH_LEAST 60
/* "Erase the line", then "cursor up" (ECMA-48, EL and CUU). */
#define CLEAR_AND_UP "\r\033[K\033[A"
#define NEXT_LINE "\r\n\033[K"
/* Less than this between two samples makes a rate that jumps. */
#define RATE_OVER_NS (NS_PER_S / 5)

/* Between two samples that are far enough apart. */
static void pace_take(struct progress_pace *pace, const struct trial_live *live)
{
	uint64_t gone = live->at_ns - pace->last.at_ns;
	if (pace->last.at_ns && gone < RATE_OVER_NS)
		return;
	if (pace->last.at_ns)
		pace->rate =
			(double)(live->completed - pace->last.completed) / ((double)gone / 1e9);
	pace->last = *live;
}

static void figures_write(const struct look *look, double per_s, const struct trial_live *live,
	size_t gauge, FILE *out)
{
	char rate[32] = "-", server[32] = "-", client[32] = "-", share[32] = "-";
	double held = live->ports ? (double)live->ports_held / (double)live->ports : 0;
	if (!isnan(per_s))
		figure_brief(per_s, rate, sizeof(rate));
	if (live->censuses > 0) {
		figure_brief((double)live->server_time_wait, server, sizeof(server));
		figure_brief((double)live->client_time_wait, client, sizeof(client));
		figure_percent_whole(held, share, sizeof(share));
	}
	fprintf(out, " %s conn/s, %" PRIu64 " error%s, ports ", rate, live->failed,
		live->failed == 1 ? "" : "s");
	look_gauge(look, held, gauge, out);
	fprintf(out, "%s%s, TIME_WAIT server %s, client %s", gauge ? " " : "", share, server,
		client);
}

/* Of twins each is named. To be freed; NULL: there is no memory. */
static char *line_of(
	const struct progress *progress, size_t of, const struct trial_live *live, size_t gauge)
{
	char *text = NULL;
	size_t size;
	FILE *line = open_memstream(&text, &size);
	if (!line)
		return NULL;
	fputc(' ', line);
	if (progress->twin)
		fprintf(line, " %s:", of == 0 ? progress->strategy : progress->twin);
	figures_write(&progress->look, progress->pace[of].rate, live, gauge, line);
	if (fclose(line) == 0)
		return text;
	free(text);
	return NULL;
}

/* Where the gauge leaves no room for what stands behind it, there is none. */
static void line_print(struct progress *progress, size_t of, const struct trial_live *live)
{
	/* A line that fills the terminal would be wrapped. */
	size_t room = progress->width - 1;
	char *text = line_of(progress, of, live, GAUGE_CELLS);
	if (text && look_width(text) > room) {
		free(text);
		text = line_of(progress, of, live, 0);
	}
	if (!text)
		return;
	fputs(NEXT_LINE, progress->out);
	look_cut(&progress->look, text, room, progress->out);
	progress->block_lines++;
	free(text);
}

void progress_block_print(
	struct progress *progress, const struct trial_live *lives, size_t count, uint64_t now_ns)
{
	double gone = (double)(now_ns - progress->began_ns);
	double left = (double)progress_left_ns(progress, now_ns);
	if (progress->width < WIDTH_LEAST)
		return;
	progress->has_bar = true;
	fputc(' ', progress->out);
	look_gauge(&progress->look, gone + left > 0 ? gone / (gone + left) : 0, BAR_CELLS,
		progress->out);
	for (size_t i = 0; i < count && i < PROGRESS_AT_ONCE; i++) {
		if (lives[i].at_ns == 0)
			continue;
		pace_take(&progress->pace[i], &lives[i]);
		line_print(progress, i, &lives[i]);
	}
}

void progress_block_clear(struct progress *progress)
{
	for (; progress->block_lines > 0; progress->block_lines--)
		fputs(CLEAR_AND_UP, progress->out);
	progress->has_bar = false;
}
