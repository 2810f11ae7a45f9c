/* teardown merge: the result files of several client hosts as one. */
#include "bench/fleet/merge.h"
#include "bench/report/text.h"
#include "bench/result/output_file.h"
#include "bench/result/result.h"
#include "bench/verb/verb.h"

struct merge_options {
	const char *output;
	bool quiet;
};

static const struct option_row rows[] = {
	{"json", 'o', OPTION_TEXT, offsetof(struct merge_options, output), "FILE",
		"where the result goes (-: to stdout, and no table); default: a new file in this "
		"folder",
		0, 0},
	{"quiet", 'q', OPTION_FLAG, offsetof(struct merge_options, quiet), NULL,
		"print no table of it, only where it went", 0, 0},
};

static const struct option_table table = {
	.program = "teardown merge",
	.usage = "A.json B.json... [OPTION...]",
	.about = "Makes one result file of those that several client hosts wrote at the same time "
		 "with the same options: as if a single host had made the load of all. Counts are "
		 "added up, and the bins of latencies, so that quantiles are as exact as those of "
		 "one host. What was not measured alike is refused.",
	.groups = OPTION_ROWS(rows),
	.examples = "# of hosts that each ran `teardown run --json $(hostname).json` at one time\n"
		    "teardown merge web1.json web2.json web3.json --json fleet.json\n"
		    "# of as many as there are, without a table\n"
		    "teardown merge hosts/*.json -q --json fleet.json",
};

static int files_add(struct merge *merge, const struct option_operands *files, struct error *error)
{
	for (size_t i = 0; i < files->count; i++) {
		json_t *result = result_load(files->items[i], error);
		if (!result || merge_add(merge, result, files->items[i], error) == -1)
			return -1;
	}
	return 0;
}

/* The file is written before the table is: what cannot be kept is not shown as if it were. */
static int merged_write(const json_t *result, struct output_file *output,
	const struct merge_options *options, struct error *error)
{
	const struct text_options text = {.width = verb_width(), .look = look_of(stdout, NULL)};
	if (output_file_write(output, result, error) == -1)
		return -1;
	if (output->is_stdout)
		return 0;
	if (!options->quiet)
		text_print(result, &text, stdout);
	printf("result:   %s\n", output->path);
	return 0;
}

static int merge_run(const struct verb_call *call, struct error *error)
{
	const struct merge_options *options = call->options;
	struct output_file output = {.is_stdout = false};
	struct merge *merge = NULL;
	json_t *result = NULL;
	int status = -1;
	if (call->operands.count < 2)
		return error_set(error, STATUS_USAGE,
			"merge needs two result files or more, not %zu", call->operands.count);
	merge = merge_create();
	if (!merge)
		return error_set(error, STATUS_FAILED, "no memory");
	if (files_add(merge, &call->operands, error) == 0 &&
		(result = merge_finish(merge, error)) &&
		output_file_reserve(&output, options->output, error) == 0)
		status = merged_write(result, &output, options, error);
	output_file_release(&output);
	json_decref(result);
	merge_destroy(merge);
	return status;
}

const struct verb verb_merge = {
	.name = "merge",
	.does = "the result files of several client hosts as one",
	.table = &table,
	.options_size = sizeof(struct merge_options),
	.takes_operands = true,
	.run = merge_run,
};
