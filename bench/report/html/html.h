/* Results as HTML files: what --html of the verbs does. */
#ifndef BENCH_REPORT_HTML_HTML_H
#define BENCH_REPORT_HTML_HTML_H

#include "bench/report/html/comparison_page.h"
#include "bench/report/html/lab_page.h"
#include "bench/report/html/plan_page.h"
#include "bench/report/html/trace_page.h"
#include "common/error.h"
#include "common/options.h"

#include <jansson.h>

/* Writes the page of a result. `fail_if` are the expressions whose crossing is told first. Returns
 * 0 or -1. */
int html_write(const json_t *result, const struct option_list *fail_if, const char *path,
	struct error *error);

/* Writes the page of a comparison that was judged. Returns 0 or -1. */
int html_comparison_write(const struct compared *compared, const char *path, struct error *error);

/* Writes the page of a trace. Returns 0 or -1. */
int html_trace_write(const struct trace_page *page, const char *path, struct error *error);

/* Writes the page of lessons that were played. Returns 0 or -1. */
int html_lab_write(const struct lab_page *page, const char *path, struct error *error);

/* Writes the page of a plan. Returns 0 or -1. */
int html_plan_write(const struct plan_page *page, const char *path, struct error *error);

/* Whether it can be written there, before any work. Returns 0 or -1. */
int html_check(const char *path, struct error *error);

/* The same, where the page is of this result file: it is not written over. `path` may be NULL. */
int html_check_beside(const char *path, const char *result, struct error *error);

#endif
