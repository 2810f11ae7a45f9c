/* Cases of ends that are out of CPU. */
#include "made_up_trial.h"

#include "common/clock.h"

static void loader_busy(struct made_up *m)
{
	made_up_burn(m, TD_CLIENT, 0.99, 1);
	m->trial.totals.cpu_ns = 3 * NS_PER_MS;
}

static void loader_busy_alone(struct made_up *m)
{
	m->trial.load.threads = 1;
	made_up_burn(m, TD_CLIENT, 0.96, 1);
}

/* 10 of 19 samples. */
static void loader_busy_half_of_the_time(struct made_up *m)
{
	made_up_burn(m, TD_CLIENT, 0.99, 10);
}

static void loader_busy_for_less(struct made_up *m)
{
	made_up_burn(m, TD_CLIENT, 0.99, 11);
}

static void loader_nearly_busy(struct made_up *m)
{
	made_up_burn(m, TD_CLIENT, 0.94, 1);
}

static void warm_up_of(struct made_up *m, uint64_t samples)
{
	m->trial.load.warmup_ns = samples * PERIOD_NS;
	m->trial.window_ns = (SAMPLES - samples) * PERIOD_NS;
}

static void loader_busy_for_three_samples(struct made_up *m)
{
	loader_busy(m);
	warm_up_of(m, SAMPLES - 4);
}

static void loader_busy_for_two_samples(struct made_up *m)
{
	loader_busy(m);
	warm_up_of(m, SAMPLES - 3);
}

static void loader_just_busy(struct made_up *m)
{
	made_up_burn(m, TD_CLIENT, 0.95, 1);
}

/* The sample at its end belongs to the window. */
static void loader_busy_in_a_short_window(struct made_up *m)
{
	made_up_burn(m, TD_CLIENT, 0.99, 1);
	m->trial.window_ns = 3 * PERIOD_NS;
}

/* What happens behind the window is not measured. */
static void loader_busy_after_the_window(struct made_up *m)
{
	made_up_burn(m, TD_CLIENT, 0.99, 6);
	m->trial.window_ns = 5 * PERIOD_NS;
}

/* How many threads it has, is not known. */
static void another_loader_busy(struct made_up *m)
{
	loader_busy(m);
	made_up_wrk(m);
	m->trial.load.is_wrk = false;
	m->trial.third_party.kind = NULL;
	m->trial.load.threads = 0;
}

static void wrk_busy(struct made_up *m)
{
	loader_busy(m);
	made_up_wrk(m);
}

static void server_busy(struct made_up *m)
{
	made_up_burn(m, TD_SERVER, 0.97, 1);
	m->trial.server_end.cpu_ns = 7 * NS_PER_MS;
}

static void server_busy_for_less(struct made_up *m)
{
	made_up_burn(m, TD_SERVER, 0.99, 11);
}

static void server_nearly_busy(struct made_up *m)
{
	made_up_burn(m, TD_SERVER, 0.94, 1);
}

static void another_server_busy(struct made_up *m)
{
	server_busy(m);
	made_up_third_party_server(m);
}

static void both_busy(struct made_up *m)
{
	loader_busy(m);
	server_busy(m);
}

#define LOADER "loader-bound"
#define SERVER "server-bound"

static const struct finding_case cases[] = {
	{LOADER, "busy throughout", loader_busy, "loader-bound ",
		.text = "the loader was out of CPU: its 2 threads ran 99 % of the time (first "
			"at 0.1 s, in 19 of 19 samples), 3.0 us a connection, so the rate is "
			"the loader's limit, not the server's; add --threads where there are "
			"CPUs",
		.fields = "t_s=0.1 threads=2 cpu_share_median=0.99 samples=19 samples_full=19 "
			  "cpu_us_per_connection=3"},
	{LOADER, "one thread", loader_busy_alone, "loader-bound ",
		.text = "the loader was out of CPU: its 1 thread ran 96 % of the time (first "
			"at 0.1 s, in 19 of 19 samples), 0.0 us a connection, so the rate is "
			"the loader's limit, not the server's; add --threads where there are "
			"CPUs"},
	{LOADER, "half of the time", loader_busy_half_of_the_time, "loader-bound ",
		.fields = "t_s=1 threads=2 cpu_share_median=0.99 samples=19 samples_full=10 "
			  "cpu_us_per_connection=0"},
	{LOADER, "three samples", loader_busy_for_three_samples, "loader-bound "},
	{LOADER, "just busy", loader_just_busy, "loader-bound ",
		.fields = "t_s=0.1 threads=2 cpu_share_median=0.95 samples=19 samples_full=19 "
			  "cpu_us_per_connection=0"},
	{LOADER, "a short window", loader_busy_in_a_short_window, "loader-bound ",
		.fields = "t_s=0.1 threads=2 cpu_share_median=0.99 samples=3 samples_full=3 "
			  "cpu_us_per_connection=0"},
	{LOADER, "wrk, whose threads are known", wrk_busy, "loader-bound "},
	{LOADER, "less than half of the time", loader_busy_for_less, ""},
	{LOADER, "nearly busy", loader_nearly_busy, ""},
	{LOADER, "two samples are a moment", loader_busy_for_two_samples, ""},
	{LOADER, "after the window", loader_busy_after_the_window, ""},
	{LOADER, "a command with threads of its own", another_loader_busy, ""},
	{SERVER, "busy throughout", server_busy, "server-bound ",
		.text = "the server was out of CPU: its 3 threads ran 97 % of the time (first "
			"at 0.1 s, in 19 of 19 samples), 7.0 us a connection, so latency is "
			"mostly waiting for it; add --server-threads, or offer less",
		.fields = "t_s=0.1 threads=3 cpu_share_median=0.97 samples=19 samples_full=19 "
			  "cpu_us_per_connection=7"},
	{SERVER, "less than half of the time", server_busy_for_less, ""},
	{SERVER, "nearly busy", server_nearly_busy, ""},
	{SERVER, "a server with threads of its own", another_server_busy, ""},
	{SERVER, "both ends", both_busy, "loader-bound server-bound "},
};

const struct finding_cases cases_of_processor = {cases, sizeof(cases) / sizeof(cases[0])};
