/* Which factor the options ask for, and what cannot go with it. */
#include "bench/options/factor.h"
#include "bench/options/family.h"
#include "bench/options/ramp_option.h"
#include "bench/options/third_party.h"
#include "bench/options/tls_options.h"

bool factor_has_cells(const struct run_options *options)
{
	return options->matrix || options->sweep;
}

bool factor_is_asked(const struct run_options *options)
{
	return factor_has_cells(options) || family_is_both(options) || options->compare_tls;
}

const char *factor_option_text(const struct run_options *options)
{
	return options->matrix           ? "--matrix"
	       : options->sweep          ? "--sweep"
	       : family_is_both(options) ? "--family both"
					 : "--compare-tls";
}

/* Only one of them. */
static int one_check(const struct run_options *options, struct error *error)
{
	struct run_options other = *options;
	if (options->matrix)
		other.matrix = false;
	else if (options->sweep)
		other.sweep = NULL;
	else if (family_is_both(options))
		other.family = FAMILY_DEFAULT;
	else
		other.compare_tls = false;
	if (!factor_is_asked(&other))
		return 0;
	return error_set(error, STATUS_USAGE,
		"%s and %s: each gives one option several values; give one of them",
		factor_option_text(options), factor_option_text(&other));
}

int factor_check_asked(struct run_options *options, struct error *error)
{
	const char *option = factor_option_text(options);
	if (one_check(options, error) == -1 || tls_options_compare_check(options, error) == -1)
		return -1;
	if (!factor_has_cells(options) && options->ladders)
		return error_set(error, STATUS_USAGE,
			"--ladders plays a connection of each strategy in one way; not with %s",
			option);
	if (!factor_has_cells(options))
		return 0;
	if (options->ramp)
		return ramp_option_check(options, error);
	if (options->twins || options->ladders)
		return error_set(error, STATUS_USAGE,
			"%s: %s is of strategies with one set of options; not with %s", option,
			options->twins ? "--twins" : "--ladders", option);
	if (options->matrix && third_party_make_load(options))
		return error_set(error, STATUS_USAGE,
			"--matrix: another loader has clients of its own; behaviours are the "
			"builtin loader's");
	return 0;
}
