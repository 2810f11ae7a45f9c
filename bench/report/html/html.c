#include "bench/report/html/html.h"

#include "bench/report/html/page.h"
#include "bench/report/printed.h"
#include "bench/report/whole_file.h"
#include "bench/result/threshold.h"

#include <stdlib.h>

static const char option[] = "--html";

struct content {
	const json_t *result;
	const struct option_list *fail_if;
};

static void failed_print(const void *what, FILE *out)
{
	struct error ignored;
	const struct content *content = what;
	thresholds_judge(content->fail_if, content->result, out, &ignored);
}

static int content_write(const void *what, FILE *out)
{
	const struct content *content = what;
	char *failed = printed(failed_print, content);
	int written = failed ? page_write(content->result, failed, out) : -1;
	free(failed);
	return written;
}

int html_write(const json_t *result, const struct option_list *fail_if, const char *path,
	struct error *error)
{
	const struct content content = {result, fail_if};
	return whole_file_write(option, path, content_write, &content, error);
}

static int comparison_write(const void *compared, FILE *out)
{
	return comparison_page_write(compared, out);
}

int html_comparison_write(const struct compared *compared, const char *path, struct error *error)
{
	return whole_file_write(option, path, comparison_write, compared, error);
}

static int trace_write(const void *page, FILE *out)
{
	return trace_page_write(page, out);
}

int html_trace_write(const struct trace_page *page, const char *path, struct error *error)
{
	return whole_file_write(option, path, trace_write, page, error);
}

static int lab_write(const void *page, FILE *out)
{
	return lab_page_write(page, out);
}

int html_lab_write(const struct lab_page *page, const char *path, struct error *error)
{
	return whole_file_write(option, path, lab_write, page, error);
}

static int plan_write(const void *page, FILE *out)
{
	return plan_page_write(page, out);
}

int html_plan_write(const struct plan_page *page, const char *path, struct error *error)
{
	return whole_file_write(option, path, plan_write, page, error);
}

int html_check(const char *path, struct error *error)
{
	return whole_file_check(option, path, error);
}

int html_check_beside(const char *path, const char *result, struct error *error)
{
	if (!path)
		return 0;
	return whole_file_refuse(option, path, result, error) == -1 ? -1 : html_check(path, error);
}
