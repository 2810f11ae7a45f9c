#include "bench/report/text.h"

#include "bench/report/answer/basis.h"
#include "bench/report/factor_text.h"
#include "bench/report/grid.h"
#include "bench/report/ladders_text.h"
#include "bench/report/overview.h"
#include "bench/report/paragraph.h"
#include "bench/report/printed.h"
#include "bench/report/prose.h"
#include "bench/report/settings_text.h"
#include "bench/report/table.h"
#include "bench/report/upstream_text.h"
#include "bench/result/json_path.h"
#include "common/command_lines.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* As other lines below the table have. */
#define LABEL_COLUMNS 10

static void sentences_write(const void *what, FILE *out)
{
	const struct answer *answer = what;
	for (size_t i = 0; i < answer->count; i++)
		fprintf(out, "%s%s", i ? " " : "", answer->list[i].text);
}

static void answer_print(
	const struct answer_basis *basis, size_t width, const struct look *look, FILE *out)
{
	struct answer answer = answer_of(basis);
	char *text = printed(sentences_write, &answer);
	if (text && answer.count > 0) {
		look_colour(look, LOOK_STRONG, out);
		paragraph_print(text, width, out);
		look_colour(look, LOOK_PLAIN, out);
		fputc('\n', out);
	}
	free(text);
	answer_finish(&answer);
}

static void host_write(const void *what, FILE *out)
{
	char cpus[32];
	const json_t *result = what;
	const json_t *root = json_path_at(result, "host.root");
	json_path_number_write(result, "host.cpus", cpus, sizeof(cpus));
	fputc('\n', out);
	if (json_path_at(result, "started"))
		fprintf(out, "measured: %s on %s\n", json_path_text(result, "started"),
			json_path_text(result, "host.name"));
	fprintf(out, "kernel:   %s, %s CPUs, %s, %s\n", json_path_text(result, "host.kernel"), cpus,
		json_path_text(result, "host.cpu_model"),
		json_is_true(root)    ? "as root"
		: json_is_false(root) ? "as an ordinary user"
				      : "-");
}

static void host_print(const json_t *result, size_t width, FILE *out)
{
	char *text = printed(host_write, result);
	if (text)
		paragraphs_print(text, width, out);
	free(text);
}

static void rows_print(const json_t *result, const struct text_options *options, FILE *out)
{
	unsigned width = options->width;
	struct answer_basis basis = answer_basis_of(result);
	answer_print(&basis, width, &options->look, out);
	if (options->wide)
		table_print(result, width, out);
	else
		overview_print(
			result, &basis.outcomes, options->columns, width, &options->look, out);
	answer_basis_finish(&basis);
	prose_print(result, options, out);
	upstream_print(result, options, out);
}

void text_print(const json_t *result, const struct text_options *options, FILE *out)
{
	unsigned width = options->width;
	bool has_factor = grid_is_known(result);
	if (has_factor)
		factor_text_print(result, width, &options->look, out);
	/* Of each cell of a grid the usual table is one line: of many it is asked for. */
	if (!has_factor || options->wide || options->columns)
		rows_print(result, options, out);
	host_print(result, width, out);
	if (options->wide)
		settings_print(result, width, out);
	else
		settings_changed_print(result, width, out);
	ladders_text_name(result, width, out);
	/* Of a merged file that is what each host ran. */
	fprintf(out, "%-*s", LABEL_COLUMNS,
		json_object_get(result, "hosts") ? "each ran:" : "repeat:");
	command_lines_print(
		json_path_text(result, "command_line"), LABEL_COLUMNS, LABEL_COLUMNS, width, out);
}
