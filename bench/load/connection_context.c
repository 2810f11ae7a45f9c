#include "bench/load/connection.h"
#include "bench/load/sealed_context.h"
#include "common/clock.h"

int connection_context_init(struct connection_context *context,
	const struct builtin_loader_spec *spec, uint64_t tick_ns, struct error *error)
{
	context->spec = spec;
	context->server = spec->network->server_address;
	address_set_port(&context->server, spec->server_port);
	wheel_init(&context->wheel, tick_ns, clock_now_ns());
	executor_init(&context->executor, spec->strategy, TD_CLIENT, &context->wheel,
		spec->timeout_ns, spec->timeout_ns);
	if (spec->tls)
		context->executor.seal = &sealed_by_loader;
	return sealed_context_create(&context->sealed, spec, error);
}

void connection_context_finish(struct connection_context *context)
{
	sealed_context_destroy(context->sealed);
	context->sealed = NULL;
}
