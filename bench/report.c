/* teardown report: the table of a result file, from the file alone. */
#include "bench/report/result.h"
#include "bench/report/text.h"
#include "bench/verbs.h"
#include "common/options.h"

static const struct option_table table = {
	.program = "teardown report",
	.usage = "FILE",
	.about = "Prints the table of a result file.",
};

int verb_report(int argc, char **argv)
{
	struct error error;
	struct option_list files = {0};
	char none;
	switch (options_parse(&table, argc, argv, &none, &files, NULL, &error)) {
	case OPTIONS_HELP_SHOWN:
		return STATUS_OK;
	case OPTIONS_REFUSED:
		return verb_fail(&error);
	case OPTIONS_PARSED:
		break;
	}
	if (files.count != 1) {
		error_set(
			&error, STATUS_USAGE, "report needs one result file, not %zu", files.count);
		return verb_fail(&error);
	}
	json_t *result = result_load(files.items[0], &error);
	if (!result)
		return verb_fail(&error);
	text_print(result, verb_width(), stdout);
	json_decref(result);
	return STATUS_OK;
}
