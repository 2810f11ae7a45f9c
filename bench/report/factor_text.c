#include "bench/report/factor_text.h"

#include "bench/report/matrix_text.h"
#include "bench/report/paragraph.h"
#include "bench/report/printed.h"
#include "bench/report/sweep_text.h"

#include <stdbool.h>
#include <stdlib.h>

void factor_sentences_write(const void *what, FILE *out)
{
	const struct grid *grid = what;
	(grid->is_matrix ? matrix_sentences_write : sweep_sentences_write)(grid, out);
}

void factor_text_print(const json_t *result, size_t width, const struct look *look, FILE *out)
{
	struct grid grid;
	if (grid_init(&grid, result) == -1)
		return;
	char *sentences = printed(factor_sentences_write, &grid);
	if (sentences) {
		look_colour(look, LOOK_STRONG, out);
		paragraphs_print(sentences, width, out);
		look_colour(look, LOOK_PLAIN, out);
	}
	fputc('\n', out);
	bool is_table = grid.is_matrix || sweep_wants_table(&grid);
	(is_table ? matrix_print : sweep_print)(&grid, width, look, out);
	free(sentences);
	grid_finish(&grid);
}
