/* Findings of made-up trials: each case is a record, and the findings that it must have. */
#include "bench/findings/finding.h"
#include "made_up_trial.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct finding_cases *const groups[] = {&cases_of_settings, &cases_of_ports,
	&cases_of_kernel, &cases_of_processor, &cases_of_delivery, &cases_of_resets,
	&cases_of_closing, &cases_of_races, &cases_of_waiting, &cases_of_third_party,
	&cases_of_accept, &cases_of_unanswered, &cases_of_standstill, &cases_of_absence,
	&cases_of_nat, &cases_of_upstream, &cases_of_restarts};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static struct findings findings_make(void (*happens)(struct made_up *made_up))
{
	struct made_up made_up;
	made_up_init(&made_up, happens);
	struct figures figures = figures_of(&made_up.trial);
	struct findings findings = findings_of(&made_up.trial, &figures);
	made_up_finish(&made_up);
	assert_false(findings.incomplete);
	return findings;
}

static void ids_write(const struct findings *findings, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	for (size_t i = 0; i < findings->count; i++)
		fprintf(out, "%s ", findings->list[i].kind->id);
	fputc('\0', out);
	fclose(out);
}

static void fields_write(const struct finding *finding, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	for (size_t i = 0; i < finding->field_count; i++) {
		const struct finding_field *field = &finding->fields[i];
		fprintf(out, "%s%s=", i ? " " : "", field->name);
		if (field->word)
			fputs(field->word, out);
		else
			fprintf(out, "%.6g", field->number);
	}
	fputc('\0', out);
	fclose(out);
}

static const struct finding *finding_near(const struct findings *findings, const char *id)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->list[i].kind->id, id) == 0)
			return &findings->list[i];
	return findings->list;
}

static void check_case(const struct finding_case *row)
{
	char ids[512], fields[1024];
	struct findings findings = findings_make(row->happens);
	ids_write(&findings, ids, sizeof(ids));
	if (strcmp(ids, row->wanted) != 0)
		fail_msg("%s: %s: has \"%s\", not \"%s\"", row->near, row->name, ids, row->wanted);
	const struct finding *near = finding_near(&findings, row->near);
	if (row->text && strcmp(near->text, row->text) != 0)
		fail_msg("%s: %s: says\n%s\nnot\n%s", row->near, row->name, near->text, row->text);
	if (row->fields) {
		fields_write(near, fields, sizeof(fields));
		if (strcmp(fields, row->fields) != 0)
			fail_msg("%s: %s: has\n%s\nnot\n%s", row->near, row->name, fields,
				row->fields);
	}
	findings_finish(&findings);
}

static void each_record_has_its_findings(void **state)
{
	for (size_t g = 0; g < GROUPS; g++)
		for (size_t i = 0; i < groups[g]->count; i++)
			check_case(&groups[g]->list[i]);
}

static void none_opened(struct trial *trial)
{
	trial->after.server.counters.passive_opens = trial->before.server.counters.passive_opens;
}

static void none_attempted(struct trial *trial)
{
	trial->totals.attempted = 0;
	trial->after.client.counters.active_opens = trial->before.client.counters.active_opens;
}

static void no_window(struct trial *trial)
{
	trial->window_ns = 0;
}

static bool is_number(double number)
{
	return !isnan(number) && !isinf(number);
}

/* No text and no field is made of a figure that is unknown. */
static void check_unknown(const struct finding_case *row, void (*take_away)(struct trial *trial))
{
	struct made_up made_up;
	made_up_init(&made_up, row->happens);
	take_away(&made_up.trial);
	struct figures figures = figures_of(&made_up.trial);
	struct findings findings = findings_of(&made_up.trial, &figures);
	for (size_t i = 0; i < findings.count; i++) {
		const struct finding *finding = &findings.list[i];
		if (strstr(finding->text, "nan") || strstr(finding->text, "inf "))
			fail_msg("%s: %s: says %s", row->near, row->name, finding->text);
		for (size_t f = 0; f < finding->field_count; f++)
			if (!is_number(finding->fields[f].number))
				fail_msg("%s: %s: %s is %g", row->near, row->name,
					finding->fields[f].name, finding->fields[f].number);
	}
	findings_finish(&findings);
	made_up_finish(&made_up);
}

static void what_is_unknown_is_not_said(void **state)
{
	for (size_t g = 0; g < GROUPS; g++)
		for (size_t i = 0; i < groups[g]->count; i++) {
			check_unknown(&groups[g]->list[i], none_opened);
			check_unknown(&groups[g]->list[i], none_attempted);
			check_unknown(&groups[g]->list[i], no_window);
		}
}

static void an_uneventful_trial_has_none(void **state)
{
	struct findings findings = findings_make(NULL);
	assert_int_equal(findings.count, 0);
	findings_finish(&findings);
}

/* At least one record that has it, with its text and its numbers, and two that look like it. */
static void each_kind_is_tried_in_both_directions(void **state)
{
	for (size_t k = 0; k < finding_kind_count; k++) {
		const char *id = finding_kinds[k]->id;
		size_t has = 0, has_not = 0, whole = 0;
		for (size_t g = 0; g < GROUPS; g++)
			for (size_t i = 0; i < groups[g]->count; i++) {
				const struct finding_case *row = &groups[g]->list[i];
				bool wanted = strstr(row->wanted, id) != NULL;
				if (strcmp(row->near, id) != 0)
					continue;
				has += wanted;
				has_not += !wanted;
				whole += wanted && row->text && row->fields;
			}
		if (has < 1 || has_not < 2 || whole < 1)
			fail_msg("%s: %zu records have it (%zu with text and fields), %zu look "
				 "like it; at least 1 (1) and 2 are wanted",
				id, has, whole, has_not);
	}
}

static bool is_kebab(const char *id)
{
	for (const char *c = id; *c; c++)
		if (!islower((unsigned char)*c) && *c != '-')
			return false;
	return *id != '\0';
}

static void each_kind_says_what_it_means(void **state)
{
	for (size_t k = 0; k < finding_kind_count; k++) {
		const struct finding_kind *kind = finding_kinds[k];
		assert_true(is_kebab(kind->id));
		for (size_t other = 0; other < k; other++)
			assert_string_not_equal(kind->id, finding_kinds[other]->id);
		const char *const sentences[] = {kind->summary, kind->cause, kind->cure};
		for (size_t i = 0; i < 3; i++) {
			size_t length = strlen(sentences[i]);
			assert_in_range(length, 20, 160);
			assert_int_not_equal(sentences[i][length - 1], '.');
		}
	}
}

static void much_harm(struct made_up *m)
{
	m->strategy.first_closer = TD_SERVER;
	m->trial.totals.truncated[RESPONSE_BY_LENGTH] = 1;
	made_up_refuse(m, EADDRNOTAVAIL, 3);
	made_up_burn(m, TD_CLIENT, 1, 0);
	made_up_burn(m, TD_SERVER, 1, 0);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 900, 2);
	made_up_count(m, TD_SERVER, offsetof(struct counters, listen_overflows), 1, 2);
	made_up_count(m, TD_SERVER, offsetof(struct counters, tw_overflow), 1, 2);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_congestion_control", "reno");
}

static void the_most_harmful_comes_first(void **state)
{
	char ids[512];
	struct findings findings = findings_make(much_harm);
	ids_write(&findings, ids, sizeof(ids));
	assert_string_equal(ids,
		"ports-exhausted response-truncated listen-overflow loader-hides-server-policy "
		"tw-cap-reached loader-bound server-bound congestion-control ");
	findings_finish(&findings);
}

/* No number of findings, of fields or of characters is too much. */
static void nothing_is_cut(void **state)
{
	static char word[5000];
	memset(word, 'x', sizeof(word) - 1);
	struct findings findings = {.kind = finding_kinds[0]};
	for (int i = 0; i < 100; i++) {
		finding_add(&findings, "%d %s.", i, word);
		for (int f = 0; f < 50; f++)
			finding_number(&findings, "number", i + f);
		finding_word(&findings, "word", word);
	}
	assert_false(findings.incomplete);
	assert_int_equal(findings.count, 100);
	for (size_t i = 0; i < findings.count; i++) {
		const struct finding *finding = &findings.list[i];
		assert_int_equal(strlen(finding->text), strlen(word) + (i < 10 ? 3 : 4));
		assert_int_equal(finding->field_count, 51);
		assert_true(finding->fields[49].number == (double)(i + 49));
		assert_string_equal(finding->fields[50].word, word);
	}
	findings_finish(&findings);
}

extern const struct finding_kind finding_skeleton;

static void server_resets(struct made_up *m)
{
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), OPENED / 2, 4);
}

static void the_skeleton_is_a_finding(void **state)
{
	struct made_up made_up;
	made_up_init(&made_up, server_resets);
	struct figures figures = figures_of(&made_up.trial);
	struct findings findings = {.kind = &finding_skeleton};
	finding_skeleton.detect(&findings, &made_up.trial, &figures);
	assert_int_equal(findings.count, 1);
	assert_string_equal(findings.list[0].text,
		"0.50 RST were sent a connection, the server's first at 0.4 s; close with a FIN");
	findings_finish(&findings);
	findings.kind = &finding_skeleton;
	figures.resets_per_connection = 0.49;
	finding_skeleton.detect(&findings, &made_up.trial, &figures);
	assert_int_equal(findings.count, 0);
}

/* For docs/findings.md: which finding each record is near, and whether it is told. */
static int records_list(void)
{
	for (size_t g = 0; g < GROUPS; g++)
		for (size_t i = 0; i < groups[g]->count; i++) {
			const struct finding_case *row = &groups[g]->list[i];
			char wanted[512], near[80];
			/* A name may be the end of another one. */
			snprintf(wanted, sizeof(wanted), " %s", row->wanted);
			snprintf(near, sizeof(near), " %s ", row->near);
			printf("%s\t%s\t%s\n", row->near, strstr(wanted, near) ? "told" : "not",
				row->name);
		}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return records_list();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_has_its_findings),
		cmocka_unit_test(what_is_unknown_is_not_said),
		cmocka_unit_test(an_uneventful_trial_has_none),
		cmocka_unit_test(each_kind_is_tried_in_both_directions),
		cmocka_unit_test(each_kind_says_what_it_means),
		cmocka_unit_test(the_most_harmful_comes_first),
		cmocka_unit_test(nothing_is_cut),
		cmocka_unit_test(the_skeleton_is_a_finding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
