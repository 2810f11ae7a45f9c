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
static void rate_take(struct progress *progress, const struct trial_live *live)
{
	uint64_t gone = live->at_ns - progress->last.at_ns;
	if (progress->last.at_ns && gone < RATE_OVER_NS)
		return;
	if (progress->last.at_ns)
		progress->rate =
			(double)(live->completed - progress->last.completed) / ((double)gone / 1e9);
	progress->last = *live;
}

static void figures_write(const struct progress *progress, const struct trial_live *live, FILE *out)
{
	char rate[32] = "-", server[32] = "-", client[32] = "-", share[32] = "-";
	double held = live->ports ? (double)live->ports_held / (double)live->ports : 0;
	if (!isnan(progress->rate))
		figure_brief(progress->rate, rate, sizeof(rate));
	if (live->censuses > 0) {
		figure_brief((double)live->server_time_wait, server, sizeof(server));
		figure_brief((double)live->client_time_wait, client, sizeof(client));
		figure_percent_whole(held, share, sizeof(share));
	}
	fprintf(out, "  %s conn/s, TIME_WAIT %s server %s client, ports ", rate, server, client);
	look_gauge(&progress->look, held, GAUGE_CELLS, out);
	fprintf(out, " %s, %" PRIu64 " error%s", share, live->failed, live->failed == 1 ? "" : "s");
}

void progress_block_print(struct progress *progress, const struct trial_live *live, uint64_t now_ns)
{
	char *text = NULL;
	size_t size;
	double gone = (double)(now_ns - progress->began_ns);
	double left = (double)progress_left_ns(progress, now_ns);
	if (progress->width < WIDTH_LEAST)
		return;
	progress->has_bar = true;
	fputc(' ', progress->out);
	look_gauge(&progress->look, gone + left > 0 ? gone / (gone + left) : 0, BAR_CELLS,
		progress->out);
	if (!live || live->at_ns == 0)
		return;
	rate_take(progress, live);
	FILE *figures = open_memstream(&text, &size);
	if (!figures)
		return;
	figures_write(progress, live, figures);
	if (fclose(figures) == 0) {
		/* A line that fills the terminal would be wrapped. */
		fputs(NEXT_LINE, progress->out);
		look_cut(&progress->look, text, progress->width - 1, progress->out);
		progress->has_block = true;
	}
	free(text);
}

void progress_block_clear(struct progress *progress)
{
	if (progress->has_block)
		fputs(CLEAR_AND_UP, progress->out);
	progress->has_block = progress->has_bar = false;
}
